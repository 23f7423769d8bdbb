"""Questions handed to people as any door hands them, and what the staff channel of the pretended Slack shows."""

from __future__ import annotations

import json
from typing import Any

from assistant.handover import Handover, Handovers
from assistant.service import Assistant
from bots.slack.door import SlackDoor
from evals.pretended_slack import Message, PretendedSlack

STAFF = "C0STAFF"
REFUSED = "Does Interreg Europe pay for a swimming pool in Bruges?"


def asked(door: SlackDoor, question: str = REFUSED, **how: Any) -> Handover:
    """A question that a visitor of the website asked the assistant, and then handed to a person."""
    assistant: Assistant = door.public()
    answer = assistant.ask(question, door="web", language=how.get("language"))
    return assistant.handovers.open(
        question,
        conversation_id=str(answer.conversation_id),
        language=answer.language,
        door="web",
        answer_id=answer.id,
        email=how.get("email"),
    )


def staff(door: SlackDoor) -> Handovers:
    """What the staff page does, in whatever process."""
    return Handovers(door.engine)


def cards(slack: PretendedSlack) -> list[Message]:
    return [m for m in slack.messages(STAFF, ours=True) if m.thread_ts is None]


def card(slack: PretendedSlack, found: Handover) -> Message:
    """The card of a question, once it is there."""
    there: Message = slack.wait(lambda: next((m for m in cards(slack) if found.id in json.dumps(m.blocks)), None))
    return there


def shown(message: Message) -> str:
    """Everything that a message shows, as one text."""
    return json.dumps(message.blocks, ensure_ascii=False) + message.text


def press(slack: PretendedSlack, message: Message, action: str, user: str = "U0ANNA") -> None:
    assert slack.click(STAFF, message.ts, f"handover_{action}", user=user).ok


def told(slack: PretendedSlack, user: str) -> str:
    """What only that person was told in the staff channel, once it was."""
    return str(slack.wait(lambda: slack.ephemerals(STAFF, user))[-1].text)


def modal(slack: PretendedSlack, user: str = "U0ANNA") -> dict[str, Any]:
    found: dict[str, Any] = slack.wait(lambda: slack.modal(user))
    return found
