"""Kept answers as Block Kit: a list with what can be done with each, and the modal in which one is changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assistant.kept import KeptAnswer, document_id, other_than
from assistant.settings import Settings
from assistant.texts import catalogue, text
from bots.slack.blocks import Message, button, message, words
from bots.slack.card import plain as small_print
from bots.slack.card import plain_section
from bots.slack.citations import rich, run, section
from bots.slack.escape import link, plain, shortened

Block = dict[str, Any]

SIZE = 5  # answers in a list: with their texts they stay far below what a message may hold
EDIT, EXPIRE, WITHDRAW, NEWER, OLDER = "kept_edit", "kept_expire", "kept_withdraw", "kept_newer", "kept_older"
FIELD_LIMIT = (
    3000  # characters of an input (docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element)
)
_QUESTION, _ANSWER, _NAME, _SEARCH = 250, 500, 60, 100
_FIELDS = ("question", "answer", "wordings", "other_question", "other_answer", "source", "until", "audience")


@dataclass(frozen=True)
class Place:
    """Where in the list somebody is: the words that were searched for, and the page, counted from 1."""

    search: str = ""
    page: int = 1


@dataclass(frozen=True)
class Pressed:
    """What a button is about: an answer as it was seen, by the time of its last change, and the list around it."""

    id: str
    seen: str
    place: Place

    def value(self) -> str:
        """Return it as the value of a button, far below 2,000 characters."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of(cls, value: str) -> Pressed:
        """Return what a value says.

        Raises:
            ValueError, KeyError, TypeError: it is not one of ours.

        """
        said = json.loads(value)
        return cls(str(said["id"]), str(said["seen"]), Place(str(said["place"]["search"]), int(said["place"]["page"])))


def said(language: str, key: str, **values: object) -> str:
    """Return a sentence of this part's section of the catalogue."""
    return text(language, f"slack_kept.{key}", **values)


def listed(  # noqa: PLR0913 -- all that a list shows
    found: list[KeptAnswer], place: Place, public: Collection[str], settings: Settings, language: str, *, note: str = ""
) -> Message:
    """Return a page of the answers that were found; `public` holds the ids of the documents that all may read."""
    pages = max(1, -(-len(found) // SIZE))
    number = min(max(place.page, 1), pages)
    here = Place(place.search[:_SEARCH], number)
    title = _title(len(found), here, language)
    blocks = [plain_section(shown) for shown in (note, title) if shown]
    shown = found[(number - 1) * SIZE : number * SIZE]
    for kept in shown:
        blocks += _entry(kept, here, public, settings, language)
    blocks += _turning(here, pages, language)
    spoken = [f"{kept.question}\n{kept.answer}\n{_facts(kept, language)}" for kept in shown]
    return message("\n\n".join(filter(None, (note, title, *spoken))), *blocks)


def _title(number: int, place: Place, language: str) -> str:
    if not number:
        return said(language, "none_found" if place.search else "none", words=place.search)
    key = "title_search" if place.search else "title"
    return said(language, key, number=number, words=place.search)


def _entry(kept: KeptAnswer, place: Place, public: Collection[str], settings: Settings, language: str) -> list[Block]:
    question, answer = shortened(plain(kept.question), _QUESTION), shortened(plain(kept.answer), _ANSWER)
    body = rich(section(run(question or "–", bold=True)), section(run(answer or "–")))
    small = {
        "type": "context",
        "elements": [small_print(_facts(kept, language)), *_places(kept, public, settings, language)],
    }
    return [{"type": "divider"}, body, small, *_buttons(kept, place, language)]


def _facts(kept: KeptAnswer, language: str) -> str:
    staff = catalogue(language)["staff"]["kept"]
    parts = [staff["states"][kept.state], staff["audiences"][kept.audience]]
    if kept.valid_until:
        key = "until_past" if kept.state == "expired" else "until_day"
        parts.insert(1, staff[key].format(day=kept.valid_until.isoformat()))
    return " · ".join([*parts, f"{shortened(kept.role, _NAME)} ({shortened(kept.by, _NAME)})"])


def _places(kept: KeptAnswer, public: Collection[str], settings: Settings, language: str) -> list[Block]:
    """Return links to where an answer is quoted from, one a language."""
    named = catalogue(language)["staff"]["languages"]
    found = {lang: document_id(kept, lang) for lang in kept.texts()}
    links = [
        link(f"/sources/{name}", said(language, "quoted_from", spoken=named[lang]), settings)
        for lang, name in found.items()
        if name in public
    ]
    return [{"type": "mrkdwn", "text": each, "verbatim": True} for each in links]


def _buttons(kept: KeptAnswer, place: Place, language: str) -> list[Block]:
    if kept.state == "withdrawn":
        return []
    value, question = Pressed(kept.id, kept.changed_at.isoformat(), place).value(), plain(kept.question)

    def made(action: str, key: str, style: str | None = None) -> Block:
        label = said(language, key)
        return button(action, label, value, f"{label}: {question}", style)

    buttons = [made(EDIT, "edit")]
    if kept.state == "kept":
        buttons.append(made(EXPIRE, "expire") | {"confirm": _confirm("expire", language)})
    buttons.append(made(WITHDRAW, "withdraw", "danger") | {"confirm": _confirm("withdraw", language)})
    return [{"type": "actions", "elements": buttons}]


def _confirm(key: str, language: str) -> Block:
    def line(name: str, limit: int) -> Block:
        return {"type": "plain_text", "text": shortened(said(language, name), limit)}

    asked, hint = line(f"{key}_title", 100), line(f"{key}_hint", 300)
    return {"title": asked, "text": hint, "confirm": line(key, 30), "deny": line("leave", 30)}


def _turning(place: Place, pages: int, language: str) -> list[Block]:
    ways = [(NEWER, "newer", place.page - 1), (OLDER, "older", place.page + 1)]
    buttons = [
        button(action, said(language, key), Pressed("", "", Place(place.search, to)).value(), said(language, key))
        for action, key, to in ways
        if 1 <= to <= pages
    ]
    return [{"type": "actions", "elements": buttons}] if buttons else []


def fits(kept: KeptAnswer) -> bool:
    """Whether all texts of an answer fit into the inputs of a modal."""
    texts = [*(part for both in kept.texts().values() for part in both), "\n".join(kept.wordings)]
    return all(len(part) <= FIELD_LIMIT for part in texts)


def modal(kept: KeptAnswer, typed: Mapping[str, str], metadata: str, language: str, *, conflict: bool = False) -> Block:
    """Return the modal in which an answer is changed; `typed` is what stands in its inputs, by their block ids."""
    named = catalogue(language)["staff"]["languages"]
    own, other = named[kept.language], named[other_than(kept.language)]
    blocks = _now(kept, language) if conflict else []
    blocks += [
        _input("question", said(language, "question", spoken=own), typed, said(language, "question_hint")),
        _input("answer", said(language, "answer", spoken=own), typed, said(language, "answer_hint", role=kept.role)),
        _input("wordings", said(language, "wordings"), typed, said(language, "wordings_hint"), need=False),
        _input("other_question", said(language, "question", spoken=other), typed, said(language, "both"), need=False),
        _input("other_answer", said(language, "answer", spoken=other), typed, need=False),
        _input("source", said(language, "source"), typed, said(language, "source_hint"), need=False),
        _day(typed, language),
        _audience(typed, language),
    ]
    return {
        "type": "modal",
        "callback_id": EDIT,
        "private_metadata": metadata,
        "title": words(said(language, "modal_title")),
        "submit": words(said(language, "save")),
        "close": words(said(language, "cancel")),
        "blocks": blocks,
    }


def as_typed(kept: KeptAnswer) -> dict[str, str]:
    """Return an answer as what stands in the inputs of its modal."""
    return {
        "question": kept.question,
        "answer": kept.answer,
        "wordings": "\n".join(kept.wordings),
        "other_question": kept.question_other or "",
        "other_answer": kept.answer_other or "",
        "source": kept.source or "",
        "until": kept.valid_until.isoformat() if kept.valid_until else "",
        "audience": kept.audience,
    }


def read(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands in the inputs of a modal that was submitted."""
    typed = {}
    for block_id, actions in view["state"]["values"].items():
        given = next(iter(actions.values()))
        option = given.get("selected_option") or {}
        typed[block_id] = str(given.get("value") or given.get("selected_date") or option.get("value") or "")
    return {name: typed.get(name, "") for name in _FIELDS}


def _now(kept: KeptAnswer, language: str) -> list[Block]:
    texts = "\n".join(part for both in kept.texts().values() for part in both)
    return [plain_section(said(language, "conflict")), plain_section(texts)]


def _input(name: str, label: str, typed: Mapping[str, str], hint: str = "", *, need: bool = True) -> Block:
    limit = 500 if name == "source" else 2000 if "question" in name else FIELD_LIMIT
    element: Block = {"type": "plain_text_input", "action_id": name, "multiline": name != "source", "max_length": limit}
    if typed.get(name):
        element["initial_value"] = typed[name][:limit]
    block: Block = {"type": "input", "block_id": name, "label": words(label), "optional": not need, "element": element}
    return block | ({"hint": {"type": "plain_text", "text": hint}} if hint else {})


def _day(typed: Mapping[str, str], language: str) -> Block:
    element: Block = {"type": "datepicker", "action_id": "until"}
    if typed.get("until"):
        element["initial_date"] = typed["until"]
    hint = {"type": "plain_text", "text": said(language, "until_hint")}
    label = words(said(language, "until"))
    return {"type": "input", "block_id": "until", "label": label, "hint": hint, "optional": True, "element": element}


def _audience(typed: Mapping[str, str], language: str) -> Block:
    named = catalogue(language)["staff"]["kept"]["audiences"]
    options = {name: {"text": words(named[name]), "value": name} for name in ("public", "staff")}
    chosen = options.get(typed.get("audience", ""), options["public"])
    element = {
        "type": "static_select",
        "action_id": "audience",
        "options": [*options.values()],
        "initial_option": chosen,
    }
    label = words(said(language, "audience"))
    return {"type": "input", "block_id": "audience", "label": label, "element": element}
