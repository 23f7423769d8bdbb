"""The card of a question for a person: Block Kit for the staff channel, from what the database holds of it.

Whatever came from an asker or a document stands in `plain_text` or `rich_text`, in which Slack reads no mark-up
(docs.slack.dev/reference/block-kit/blocks/rich-text-block).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from assistant.answer import Answer, Citation
from assistant.clock import utc
from assistant.handover import Handover
from assistant.settings import Settings
from assistant.texts import catalogue, text
from bots.slack import escape
from bots.slack.escape import absolute, escaped, shortened

_BUTTONS = {
    "waiting": ("claim", "answer", "decline"),
    "claimed": ("answer", "decline", "release", "take_over"),
    "answered": ("answer",),
}
_NEAR, _EXCERPT, _NAME, _SHOWN = 3, 280, 60, 1500  # near misses; characters of a quote, a name, a longer text
_FALLBACK = 600  # characters of a notification

Block = dict[str, Any]


def card(found: Handover, automated: Answer | None, settings: Settings, language: str) -> tuple[list[Block], str]:
    """Return the blocks and the fallback text of a card; an e-mail address is never on it."""
    blocks = [
        plain_section(said(language, "title")),
        quoted(found.question),
        plain_context(_facts(found, settings, language)),
        *_automated(automated, settings, language),
        *([plain_context(said(language, "email"))] if found.email else []),
        *_standing(found, settings, language),
        _buttons(found, settings, language),
    ]
    return blocks, escaped(shortened(said(language, "card", question=found.question), _FALLBACK))


def gone(language: str) -> tuple[list[Block], str]:
    """Return what stands in the place of a card whose conversation was deleted: nothing of what was asked."""
    sentence = said(language, "gone")
    return [plain_context(sentence)], sentence


def said(language: str, key: str, **values: object) -> str:
    """Return a sentence of this door's section of the catalogue."""
    return text(language, f"slack_handover.{key}", **values)


def plain_section(words: str) -> Block:
    """Return a section of up to 3,000 characters in which nothing is mark-up."""
    return {"type": "section", "text": plain(words, 3000)}


def plain_context(words: str) -> Block:
    """Return a line of small print of up to 2,000 characters in which nothing is mark-up."""
    return {"type": "context", "elements": [plain(words, 2000)]}


def plain(words: str, limit: int = 300) -> Block:
    """Return a text object in which Slack reads no mark-up, mentions or emoji."""
    return {"type": "plain_text", "text": shortened(escape.plain(words), limit) or "–", "emoji": False}


def quoted(words: str) -> Block:
    """Return a quotation of up to 4,000 characters in which nothing is mark-up."""
    element = {"type": "text", "text": shortened(escape.plain(words), 4000) or "–"}
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [element]}]}


def when(at: datetime, settings: Settings, language: str) -> str:
    """Return a moment as it is read where the contact is, such as `26 November 2026, 14:05`."""
    local = utc(at).astimezone(ZoneInfo(settings.timezone))
    return f"{local.day} {catalogue(language)['web']['months'][local.month - 1]} {local.year}, {local:%H:%M}"


def quotable(automated: Answer | None) -> list[Citation]:
    """Return what an answer can be drafted from: what came near, or was quoted, each once."""
    found = (*automated.near_misses, *automated.citations) if automated else ()
    return list({(c.document_id, c.start, c.end): c for c in found}.values())


def _facts(found: Handover, settings: Settings, language: str) -> str:
    doors = catalogue(language)["slack_handover"]["doors"]
    spoken = catalogue(language)["staff"]["languages"][found.language]
    door = doors.get(found.door, found.door)
    return said(language, "facts", spoken=spoken, door=door, when=when(found.created_at, settings, language))


def _automated(automated: Answer | None, settings: Settings, language: str) -> list[Block]:
    if automated is None:
        return [plain_context(said(language, "automated_none"))]
    status = text(language, f"status.{automated.status}")
    if automated.reason:
        why = text(language, f"staff.reasons.{automated.reason}")
        first = plain_context(said(language, "automated_reason", status=status, reason=why))
    else:
        first = plain_context(said(language, "automated", status=status))
    near = automated.near_misses[:_NEAR]
    return [first, _near(near, settings, language)] if near else [first]


def _near(near: Iterable[Citation], settings: Settings, language: str) -> Block:
    rows = [{"type": "rich_text_section", "elements": _near_miss(found, settings)} for found in near]
    title = {"type": "rich_text_section", "elements": [{"type": "text", "text": said(language, "near")}]}
    return {"type": "rich_text", "elements": [title, {"type": "rich_text_list", "style": "bullet", "elements": rows}]}


def _near_miss(found: Citation, settings: Settings) -> list[Block]:
    return [
        linked(settings, found.url, found.title),
        {"type": "text", "text": f": “{shortened(' '.join(escape.plain(found.quote).split()), _EXCERPT)}”"},
    ]


def linked(settings: Settings, path: str, words: str) -> Block:
    """Return an element of rich text: a link where its address can be told, else its words."""
    address = absolute(path, settings)
    label = shortened(escape.plain(words), 200) or "–"
    return {"type": "link", "url": address, "text": label} if address else {"type": "text", "text": label}


def _standing(found: Handover, settings: Settings, language: str) -> list[Block]:
    """Say what became of the question, by whom."""
    line = plain_context(said(language, found.state, who=shortened(found.claimed_by or "–", _NAME)))
    if found.state == "answered" and found.reply:
        return [line, quoted(shortened(found.reply.text, _SHOWN)), *source_line(found.reply.source, settings, language)]
    if found.state == "declined" and found.reason:
        return [line, quoted(found.reason)]
    return [line]


def source_line(source: str | None, settings: Settings, language: str) -> list[Block]:
    """Return the line with the source of a reply, where it has one."""
    if not source:
        return []
    before, after = said(language, "source", source="\0").split("\0")
    pieces = [
        {"type": "text", "text": before},
        linked(settings, source, source),
        {"type": "text", "text": after},
    ]
    section = {"type": "rich_text_section", "elements": [p for p in pieces if p["text"]]}
    return [{"type": "rich_text", "elements": [section]}]


def _buttons(found: Handover, settings: Settings, language: str) -> Block:
    names = [*_BUTTONS.get(found.state, ()), "conversation"]
    buttons = [_button(name, found, language) for name in names]
    page = absolute(f"/staff/questions/{quote(found.id)}", settings)
    if page:
        buttons.append(_button("page", found, language) | {"url": page})
    return {"type": "actions", "block_id": f"handover:{found.state}", "elements": buttons}


def _button(name: str, found: Handover, language: str) -> Block:
    is_edit = name == "answer" and found.state == "answered"
    button: Block = {
        "type": "button",
        "action_id": f"handover_{name}",
        "value": found.id,
        "text": plain(said(language, "edit" if is_edit else name)),
    }
    if name == "claim":
        button["style"] = "primary"
    if name == "take_over":
        # Taken over is from whom the card showed, not from whoever has it by the time of the press.
        button |= {"value": f"{found.id}\n{found.claimed_by}", "confirm": _confirm(found, language)}
    return button


def _confirm(found: Handover, language: str) -> Block:
    who = shortened(found.claimed_by or "–", _NAME)
    return {
        "title": plain(said(language, "take_over_title", who=who)),
        "text": plain(said(language, "take_over_text", who=who)),
        "confirm": plain(said(language, "take_over")),
        "deny": plain(said(language, "take_over_no")),
    }
