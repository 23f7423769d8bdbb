"""What an asker in Slack reads of their question: that a person answered or declined it, where they asked."""

from __future__ import annotations

import re

from sqlalchemy import Connection, select

from assistant.handover import Handover
from assistant.index.schema import slack_threads
from assistant.settings import Settings
from bots.slack.card import Block, plain_context, plain_section, quoted, said, source_line, when
from bots.slack.escape import escaped, shortened

_TIMESTAMP = re.compile(r"\d+\.\d+")
_FALLBACK, _QUESTION = 3900, 300  # characters: of the text that screen readers read, of the question repeated


def asked_in(connection: Connection, conversation_id: str) -> tuple[str, str | None] | None:
    """Return the channel and the thread that a conversation is held in; None where it is not held in Slack.

    Without a thread it is a channel between the assistant and one person: whoever only saw an ephemeral answer is
    written to there.
    """
    query = select(slack_threads.c.channel, slack_threads.c.thread)
    query = query.where(slack_threads.c.conversation_id == conversation_id).order_by(slack_threads.c.created_at.desc())
    found = connection.execute(query.limit(1)).first()
    if found is None:
        return None
    return found.channel, found.thread if _TIMESTAMP.fullmatch(found.thread) else None


def reply(found: Handover, settings: Settings, *, edited: bool = False) -> tuple[list[Block], str] | None:
    """Return the blocks and the complete fallback text of a reply, in the asker's language; None where there is none.

    It says that a person replied, and in which role, never with a name.
    """
    language = found.language
    if found.state == "answered" and found.reply:
        title, body = said(language, "reply", role=found.reply.role), found.reply.text
        rest = source_line(found.reply.source, settings, language)
        if edited:
            rest.append(plain_context(said(language, "edited", when=when(found.reply.at, settings, language))))
    elif found.state == "declined" and found.reason:
        title, body, rest = said(language, "reply_declined", role=settings.contact_name), found.reason, []
    else:
        return None
    question = plain_context(f"{said(language, 'your_question')}: {shortened(found.question, _QUESTION)}")
    return [plain_section(title), quoted(body), *rest, question], shortened(escaped(f"{title}\n{body}"), _FALLBACK)
