"""The modals to answer and to decline a question for a person, as Block Kit views (docs.slack.dev/surfaces/modals)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.answer import Answer
from assistant.handover import REASON_LIMIT, SOURCE_LIMIT, Handover
from assistant.kept import KeptAnswer, other_than, own_wording
from assistant.question import LIMIT
from assistant.settings import Settings
from bots.slack.card import Block, plain, plain_context, quotable, quoted, said
from bots.slack.escape import shortened
from bots.slack.fields import Filled

ANSWER, DECLINE, DRAFT = "handover_answer_form", "handover_decline_form", "handover_draft"
TEXT_LIMIT = 3000  # characters that a field of Slack can hold
_TITLE, _OPTION, _OPTIONS = 24, 75, 10  # characters of a title, of an option; quotes to choose from


def prefilled(found: Handover, kept: KeptAnswer | None) -> Filled:
    """Return the fields as they begin: with what was answered before, and how that is kept."""
    reply = found.reply
    filled = Filled(wording=found.question, wordings=own_wording(found.question))
    if reply:
        filled = replace(filled, text=reply.text, source=reply.source or "")
    if kept is None or kept.state == "withdrawn":
        return filled
    return replace(
        filled,
        keep=True,
        wording=kept.question,
        wordings="\n".join(kept.wordings),
        audience=kept.audience,
        valid_until=kept.valid_until.isoformat() if kept.valid_until else "",
        other_question=kept.question_other or "",
        other_answer=kept.answer_other or "",
    )


def drafted(filled: Filled, automated: Answer | None, number: str) -> Filled:
    """Return the fields with a quote, as much as fits, after what was typed; and its source where none is given."""
    found = quotable(automated)
    if not number.isascii() or not number.isdecimal() or int(number) >= len(found):
        return filled
    quote = found[int(number)]
    typed = filled.text.rstrip()
    before, after = (f"{typed}\n\n“" if typed else "“"), f"”\n({quote.title})"
    room = TEXT_LIMIT - len(before) - len(after)
    if room < 1:
        return filled
    source = filled.source or (quote.url if len(quote.url) <= SOURCE_LIMIT else "")
    return replace(filled, text=f"{before}{shortened(quote.quote, room)}{after}", source=source)


def answer_form(
    found: Handover, automated: Answer | None, filled: Filled, meta: Mapping[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return the modal to answer a question; `meta` comes back with it when it is sent.

    Slack takes the first value of a field only where its block is new: what a draft changes has its version in its id.
    """
    language, version = str(meta["language"]), meta["version"]
    hint = said(language, "text_hint", role=settings.contact_name)
    blocks = [
        quoted(found.question),
        *_drafts(automated, language),
        _typed("text", said(language, "text"), filled.text, TEXT_LIMIT, hint=hint, block=f"text:{version}", long=True),
        _typed(
            "source",
            said(language, "source_label"),
            filled.source,
            SOURCE_LIMIT,
            hint=said(language, "source_hint"),
            block=f"source:{version}",
            optional=True,
        ),
        {"type": "divider"},
        *_keeping(found, filled, language),
    ]
    return _view(ANSWER, said(language, "answer_title"), blocks, meta)


def decline_form(found: Handover, meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return the modal to decline a question; `meta` comes back with it when it is sent."""
    language = str(meta["language"])
    hint = said(language, "reason_hint")
    reason = _typed("reason", said(language, "reason"), "", REASON_LIMIT, hint=hint, long=True)
    return _view(DECLINE, said(language, "decline_title"), [quoted(found.question), reason], meta)


def _view(callback_id: str, title: str, blocks: list[Block], meta: Mapping[str, Any]) -> dict[str, Any]:
    language = str(meta["language"])
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, _TITLE),
        "submit": plain(said(language, "send"), _TITLE),
        "close": plain(said(language, "cancel"), _TITLE),
        "private_metadata": json.dumps(dict(meta)),
        "blocks": blocks,
    }


def _drafts(automated: Answer | None, language: str) -> list[Block]:
    found = quotable(automated)[:_OPTIONS]
    if not found:
        return []
    options = [
        {"text": plain(f"{each.title}: {' '.join(each.quote.split())}", _OPTION), "value": str(number)}
        for number, each in enumerate(found)
    ]
    label = plain(said(language, "draft"))
    choice = {"type": "static_select", "action_id": DRAFT, "placeholder": label, "options": options}
    return [
        {"type": "actions", "block_id": "draft", "elements": [choice]},
        plain_context(said(language, "draft_hint")),
    ]


def _keeping(found: Handover, filled: Filled, language: str) -> list[Block]:
    other = other_than(found.language)
    return [
        _keep_box(filled, language),
        _typed("wording", said(language, "wording"), filled.wording, LIMIT, optional=True, long=True),
        _typed(
            "wordings",
            said(language, "wordings"),
            filled.wordings,
            TEXT_LIMIT,
            hint=said(language, "wordings_hint"),
            optional=True,
            long=True,
        ),
        _audience(filled, language),
        _until(filled, language),
        _typed(
            "other_question", said(language, f"other_question_{other}"), filled.other_question, LIMIT, optional=True
        ),
        _typed(
            "other_answer",
            said(language, f"other_answer_{other}"),
            filled.other_answer,
            TEXT_LIMIT,
            optional=True,
            long=True,
        ),
    ]


def _keep_box(filled: Filled, language: str) -> Block:
    option = {"text": plain(said(language, "keep_option"), _OPTION), "value": "keep"}
    box: Block = {"type": "checkboxes", "action_id": "keep", "options": [option]}
    if filled.keep:
        box["initial_options"] = [option]
    return _input("keep", said(language, "keep"), box, hint=said(language, "keep_hint"), optional=True)


def _audience(filled: Filled, language: str) -> Block:
    options = {
        name: {"text": plain(said(language, f"audience_{name}"), _OPTION), "value": name}
        for name in ("public", "staff")
    }
    choice = {"type": "static_select", "action_id": "audience", "options": list(options.values())}
    return _input("audience", said(language, "audience"), choice | {"initial_option": options[filled.audience]})


def _until(filled: Filled, language: str) -> Block:
    picker: Block = {"type": "datepicker", "action_id": "valid_until"}
    if filled.valid_until:
        picker["initial_date"] = filled.valid_until
    return _input("valid_until", said(language, "valid_until"), picker, optional=True)


def _typed(  # noqa: PLR0913 -- one field
    name: str,
    label: str,
    value: str,
    limit: int,
    *,
    hint: str = "",
    block: str = "",
    optional: bool = False,
    long: bool = False,
) -> Block:
    field: Block = {"type": "plain_text_input", "action_id": name, "max_length": limit, "multiline": long}
    if value and len(value) <= limit:
        field["initial_value"] = value
    return _input(block or name, label, field, hint=hint, optional=optional)


def _input(block: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    made: Block = {"type": "input", "block_id": block, "label": plain(label), "element": element, "optional": optional}
    return made | ({"hint": plain(hint, 2000)} if hint else {})
