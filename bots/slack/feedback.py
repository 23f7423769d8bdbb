"""What readers think of an answer: helpful or not, and why not."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from assistant.errors import InvalidInput, NotFound
from assistant.feedback import COMMENT_LIMIT, Feedbacks, Rating, Reason
from assistant.texts import LANGUAGES, text
from bots.slack import asking
from bots.slack.audience import UNREACHABLE
from bots.slack.blocks import FEEDBACK, UNPARSED, message, words
from bots.slack.citations import Block

if TYPE_CHECKING:
    from bots.slack.door import SlackDoor

_log = logging.getLogger(__name__)
MODAL = "feedback_reason"
_RATINGS: tuple[Rating, ...] = get_args(Rating)


def register(door: SlackDoor) -> None:
    """Keep what readers say with the buttons under an answer, and in the modal that asks them why."""

    async def judged(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        rating, _, answer_id = str(action.get("value") or "").partition(":")
        if rating in _RATINGS:
            await _judge(door, body, client, rating, answer_id)

    async def explained(ack: AsyncAck, view: dict[str, Any]) -> None:
        await _explain(door, ack, view)

    door.app.action(FEEDBACK)(judged)
    door.app.view(MODAL)(explained)


async def _judge(
    door: SlackDoor, body: Mapping[str, Any], client: AsyncWebClient, rating: Rating, answer_id: str
) -> None:
    """Keep a judgement; whoever finds an answer not helpful is asked why, the others are thanked."""
    found = await asking.given(door, answer_id)
    if found is None:
        await _tell(body, client, asking.both("gone"))
        return
    assistant, answer = found
    if rating == "down":
        # Kept before the modal opens, and not twice: else it would take the place of the reason that the modal brings.
        await door.run(_give_down, assistant.feedback, answer_id)
        await _open(client, str(body["trigger_id"]), reason_modal(answer_id, answer.language))
        return
    await door.run(assistant.feedback.give, answer_id, "up")
    await _tell(body, client, message(text(answer.language, "slack.thanks")))


def _give_down(feedback: Feedbacks, answer_id: str) -> None:
    """Keep that an answer is not helpful; a reason that was given for that before stays."""
    before = feedback.of([answer_id]).get(answer_id)
    if before is None or before.rating != "down":
        feedback.give(answer_id, "down")


async def _explain(door: SlackDoor, ack: AsyncAck, view: Mapping[str, Any]) -> None:
    """Keep why an answer is not helpful; a comment that is too long is said so beside its field."""
    language, _, answer_id = str(view.get("private_metadata") or "").partition(":")
    values = (view.get("state") or {}).get("values") or {}
    reason = ((values.get("reason") or {}).get("reason") or {}).get("selected_option") or {}
    comment = ((values.get("comment") or {}).get("comment") or {}).get("value")
    found = await asking.given(door, answer_id)
    if found is None:
        where = text(language if language in LANGUAGES else LANGUAGES[0], "slack.gone")
        await ack(response_action="errors", errors={"reason": where})
        return
    try:
        await door.run(found[0].feedback.give, answer_id, "down", reason.get("value"), comment)
    except InvalidInput as error:
        await ack(response_action="errors", errors={"comment": str(error)})
    except NotFound:
        await ack(response_action="errors", errors={"reason": text(found[1].language, "slack.gone")})
    else:
        await ack()


def reason_modal(answer_id: str, language: str) -> Block:
    """Return the modal that asks why an answer is not helpful: one of five reasons, and a comment."""

    def said(key: str, **values: object) -> Block:
        return words(text(language, f"slack.{key}", **values))

    options = [{"text": said(f"reason_{reason}"), "value": reason} for reason in get_args(Reason)]
    return {
        "type": "modal",
        "callback_id": MODAL,
        "private_metadata": f"{language}:{answer_id}",
        "title": said("feedback_title"),
        "submit": said("feedback_send"),
        "close": said("feedback_cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": said("feedback_reason"),
                "element": {"type": "radio_buttons", "action_id": "reason", "options": options},
            },
            {
                "type": "input",
                "block_id": "comment",
                "optional": True,
                "label": said("feedback_comment", limit=COMMENT_LIMIT),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "comment",
                    "multiline": True,
                    "max_length": COMMENT_LIMIT,
                },
            },
        ],
    }


async def _open(client: AsyncWebClient, trigger: str, modal: Block) -> None:
    try:
        await client.views_open(trigger_id=trigger, view=modal)
    except UNREACHABLE as error:
        _log.warning("Slack did not open the modal for feedback: %s", error)


async def _tell(body: Mapping[str, Any], client: AsyncWebClient, told: Mapping[str, Any]) -> None:
    """Say something to whoever pressed a button, and to nobody else."""
    container = body.get("container") or {}
    place = {"thread_ts": container["thread_ts"]} if container.get("thread_ts") else {}
    try:
        await client.chat_postEphemeral(
            channel=container.get("channel_id") or body["channel"]["id"],
            user=body["user"]["id"],
            **told,
            **UNPARSED,
            **place,
        )
    except UNREACHABLE as error:
        _log.info("Slack did not show a thank-you: %s", error)
