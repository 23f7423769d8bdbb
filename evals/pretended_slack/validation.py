"""Whether Slack takes blocks and views: the models of slack_sdk, and the documented limits that these leave out.

The limits are those of https://docs.slack.dev/reference/block-kit and of the pages of each method.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

_MARKDOWN, _TABLE_CHARACTERS, _ALL_TEXT = 12_000, 10_000, 13_200
_MESSAGE_ONLY = {"markdown", "context_actions", "plan", "task_card", "container"}
_TYPES_OF_TEXT = {"plain_text", "mrkdwn"}
_PLAIN = {"header": ("text",), "input": ("label", "hint"), "button": ("text",)}
_INTERACTIVE = {"button", "static_select", "overflow", "checkboxes", "radio_buttons", "datepicker", "plain_text_input",
                "feedback_buttons", "icon_button", "users_select", "conversations_select", "channels_select",
                "multi_static_select", "timepicker", "url_text_input", "number_input"}  # fmt: skip


def message_problems(blocks: Any) -> list[str]:
    """Return what Slack would refuse in the blocks of a message, in sentences; empty where it takes them."""
    if not isinstance(blocks, list):
        return ["blocks is no list"]
    problems = [f"{len(blocks)} blocks, 50 at most"] if len(blocks) > 50 else []
    problems += _blocks_problems(blocks, surface="message")
    if sum(block.get("type") == "table" for block in blocks if isinstance(block, dict)) > 1:
        problems.append("only_one_table_allowed")
    markdown = sum(len(b.get("text", "")) for b in blocks if isinstance(b, dict) and b.get("type") == "markdown")
    if markdown > _MARKDOWN:
        problems.append(f"{markdown} characters in markdown blocks, {_MARKDOWN} at most")
    if (size := sum(len(text) for text in _texts(blocks))) > _ALL_TEXT:
        problems.append(f"msg_blocks_too_long: {size} characters, {_ALL_TEXT} at most")
    return problems


def view_problems(view: Any, kind: str) -> list[str]:
    """Return what Slack would refuse in a view of that kind, `modal` or `home`."""
    if not isinstance(view, dict) or view.get("type") != kind:
        return [f"the view is no {kind}"]
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= 100:
        return ["a view has 1 to 100 blocks"]
    problems = _blocks_problems(blocks, surface=kind)
    inputs = any(block.get("type") == "input" for block in blocks if isinstance(block, dict))
    if kind == "modal":
        problems += [
            f"{name} is no plain text of 1-24" for name in ("title", "submit", "close") if not _short(view, name)
        ]
        problems += ["a modal with inputs has a submit"] if inputs and "submit" not in view else []
    if len(view.get("private_metadata", "")) > 3000:
        problems.append("private_metadata is longer than 3,000")
    try:
        View(**{key: value for key, value in view.items() if key != "submit_disabled"}).to_dict()
    except (SlackObjectFormationError, TypeError, ValueError) as error:
        problems.append(str(error))
    return problems


def _short(view: dict[str, Any], name: str) -> bool:
    if name not in view:
        return name != "title"
    text = view[name]
    return isinstance(text, dict) and text.get("type") == "plain_text" and 1 <= len(text.get("text", "")) <= 24


def _blocks_problems(blocks: list[Any], surface: str) -> list[str]:
    problems: list[str] = []
    for number, block in enumerate(blocks):
        found = [*_of_model(block), *_of_elements(block)] if isinstance(block, dict) else ["it is no object"]
        if isinstance(block, dict) and surface != "message" and block.get("type") in _MESSAGE_ONLY:
            found.append(f"a {block['type']} block belongs in messages only")
        problems += [f"/blocks/{number}: {problem}" for problem in found]
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and block.get("block_id")]
    return problems + [f"block_id {twice!r} stands twice" for twice in sorted({i for i in ids if ids.count(i) > 1})]


def _of_model(block: dict[str, Any]) -> Iterator[str]:
    try:
        parsed = Block.parse(block)
        if parsed is None:
            yield f"there is no block {block.get('type')!r}"
            return
        kept = parsed.to_dict()
    except (SlackObjectFormationError, TypeError, ValueError, KeyError, AttributeError) as error:
        yield f"{type(error).__name__}: {error}"
        return
    if block.get("type") not in ("rich_text", "table"):
        yield from (f"unknown key {key!r}" for key in sorted(set(block) - set(kept)))


def _of_elements(block: dict[str, Any]) -> Iterator[str]:
    for thing in _objects(block):
        yield from _of_text(thing)
        yield from _of_plain(thing)
        yield from _of_sizes(thing)
        if thing.get("type") in _INTERACTIVE and not thing.get("action_id"):
            yield f"a {thing['type']} has no action_id"
    actions = [thing["action_id"] for thing in _objects(block) if thing.get("action_id")]
    if len(actions) != len(set(actions)):
        yield "an action_id stands twice in the block"
    yield from _of_kind(block)


def _of_text(thing: dict[str, Any]) -> Iterator[str]:
    if thing.get("type") in _TYPES_OF_TEXT and not 1 <= len(thing.get("text") or "") <= 3000:
        yield f"a text of {len(thing.get('text') or '')} characters, 1-3,000 may be"


def _of_plain(thing: dict[str, Any]) -> Iterator[str]:
    for name in (*_PLAIN.get(thing.get("type", ""), ()), "placeholder"):
        if isinstance(thing.get(name), dict) and thing[name].get("type") != "plain_text":
            yield f"{name} of a {thing.get('type')} is no plain_text"


def _of_sizes(thing: dict[str, Any]) -> Iterator[str]:
    if len(thing.get("accessibility_label") or "") > 75:
        yield "accessibility_label is longer than 75"
    if "options" in thing:
        most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(thing.get("type", ""), 100)
        if not 1 <= len(thing["options"]) <= most:
            yield f"{len(thing['options'])} options, 1-{most} may be"
        for option in thing["options"]:
            if len(option["text"]["text"]) > 75 or len(option.get("value", "")) > 150:
                yield "an option's text is longer than 75, or its value than 150"
            if len((option.get("description") or {}).get("text", "")) > 75:
                yield "an option's description is longer than 75"
    if thing.get("type") == "feedback_buttons" and not {"positive_button", "negative_button"} <= set(thing):
        yield "feedback_buttons lacks a button"


def _of_kind(block: dict[str, Any]) -> Iterator[str]:
    kind, elements = block.get("type"), block.get("elements")
    if kind in ("actions", "context", "context_actions", "rich_text"):
        most = {"actions": 25, "context": 10, "context_actions": 5}.get(str(kind), 1000)
        if not elements or len(elements) > most:
            yield f"{len(elements or [])} elements, 1-{most} may be"
    allowed = {"context_actions": {"feedback_buttons", "icon_button"}, "context": {"mrkdwn", "plain_text", "image"}}
    for element in elements or []:
        if kind in allowed and element.get("type") not in allowed[str(kind)]:
            yield f"a {element.get('type')} does not belong in {kind}"
    if kind == "section":
        if not block.get("text") and not block.get("fields"):
            yield "a section has text or fields"
        if any(len(field["text"]) > 2000 for field in block.get("fields") or []):
            yield "a field is longer than 2,000"
    if kind == "table":
        yield from _of_table(block)


def _of_table(block: dict[str, Any]) -> Iterator[str]:
    rows = block.get("rows") or []
    if len(rows) > 100 or any(len(row) > 20 for row in rows):
        yield "a table has 100 rows of 20 cells at most"
    cells = [cell for row in rows for cell in row]
    if any(cell.get("type") == "raw_text" and not cell.get("text") for cell in cells):
        yield "a cell is empty"
    if sum(len(cell.get("text", "")) for cell in cells) > _TABLE_CHARACTERS:
        yield f"a table has {_TABLE_CHARACTERS} characters at most"


def _objects(thing: Any) -> Iterator[dict[str, Any]]:
    if isinstance(thing, dict):
        yield thing
        for value in thing.values():
            yield from _objects(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _objects(value)


def _texts(blocks: Any) -> Iterator[str]:
    for thing in _objects(blocks):
        if isinstance(thing.get("text"), str):
            yield thing["text"]


def details(problems: list[str]) -> dict[str, Any]:
    """Return `response_metadata` as Slack tells of invalid blocks."""
    return {"messages": [f"[ERROR] {json.dumps(problem)[1:-1]}" for problem in problems]}
