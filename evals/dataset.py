"""Test sets: one question a line, JSON; only `id` and `question` must be there."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import InvalidDataset

SETS = Path(__file__).parent / "sets"
# What pydantic calls a fault: how to write it instead.
_WANTED = {
    "missing": "it must be there",
    "string_type": 'write a text in quotes, "…"',
    "tuple_type": "write a list in square brackets, […]",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
}


class Item(BaseModel):
    """A question with what is expected of its answer.

    `facts` lists facts, each as the spellings of which any one counts; `sources` lists `document-id` or
    `document-id#locator`; `answerable: false` expects a refusal. `period` is the programme period that the answer
    must come from, `notes` the codes of the date notes that it must carry, `standalone` a follow-up written out so that
    it needs no history, and `pair` a name that two items share which ask the same in two languages. What is absent is
    not judged.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    id: str = Field(min_length=1)
    question: str
    language: str | None = None
    history: tuple[str, ...] = ()
    answerable: bool | None = None
    facts: tuple[tuple[str, ...], ...] | None = None
    sources: tuple[str, ...] | None = None
    reason: str | None = None
    tags: tuple[str, ...] = ()
    period: str | None = None
    notes: tuple[str, ...] | None = None
    standalone: str | None = None
    pair: str | None = None


def read(path: Path) -> list[Item]:
    """Read a test set.

    Raises:
        InvalidDataset: the file cannot be read, or a line is not a question in this format; the line is named.

    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidDataset(f"The test set {str(path)!r} cannot be read as UTF-8 text: check the path.") from error
    items: list[Item] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = Item.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            why = _WANTED.get(first["type"], first["msg"])
            raise InvalidDataset(f"{path.name}, line {number}: {where} cannot be used ({why}).") from error
        if item.id in seen:
            raise InvalidDataset(f"{path.name}, line {number}: the id {item.id!r} stands there twice.")
        seen.add(item.id)
        items.append(item)
    if not items:
        raise InvalidDataset(f"{path.name} holds no questions: write one a line.")
    return items
