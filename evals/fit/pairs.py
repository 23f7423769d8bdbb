"""Pairs of a question and the passage that answers it: what the encoder is fitted on and measured with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from assistant.errors import InvalidPairs
from evals.matching import normalise

FOLDER = Path(__file__).parent / "pairs"
_Language = Literal["nl", "en"]


class Pair(BaseModel):
    """One line of a pairs file.

    `group` names what the passage says, whatever its language: a passage and its translation share it, and are never
    held against each other. `subject` is a document or a topic; passages of one subject are each other's hard
    negatives, and the split goes by it. Both may be absent: the passage then stands for itself. `written` says how the
    question was made; `where` is the file and line that it was read from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    question: str = Field(min_length=1)
    question_language: _Language
    passage: str = Field(min_length=1)
    passage_language: _Language
    subject: str = ""
    group: str = ""
    written: str = ""
    where: str = Field(default="", exclude=True)

    @field_validator("question", "passage")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not any(character.isalnum() for character in text):
            raise ValueError("holds no word")
        return text

    @model_validator(mode="after")
    def _is_a_pair(self) -> Pair:
        if normalise(self.question) == normalise(self.passage):
            raise ValueError("the question is its own answer")
        return self

    @property
    def family(self) -> str:
        """The group, or the passage's own hash."""
        return self.group or hashlib.sha256(self.passage.encode()).hexdigest()[:16]

    @property
    def topic(self) -> str:
        """The subject, or the family."""
        return self.subject or self.family


def files(given: Iterable[Path]) -> list[Path]:
    """List the JSONL files that `given` files and folders name, sorted.

    Raises:
        InvalidPairs: one of them is not there, or a folder holds none.

    """
    found: list[Path] = []
    for path in given:
        inside = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        if not inside or not all(file.is_file() for file in inside):
            raise InvalidPairs(f"{str(path)!r} is no file or folder of pairs: name a .jsonl file, or a folder of them.")
        found += inside
    return sorted(set(found))


def read(paths: Sequence[Path]) -> list[Pair]:
    """Read pairs files; every bad line is named.

    Raises:
        InvalidPairs: a file cannot be read, or lines of it are no pairs.

    """
    pairs, problems = [], []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidPairs(f"{str(path)!r} cannot be read as UTF-8 text: {error}") from error
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                pairs.append(Pair.model_validate(json.loads(line) | {"where": f"{path.name}, line {number}"}))
            except (ValueError, TypeError) as error:
                problems.append(f"{path.name}, line {number}: {_said(error)}")
    refuse(problems)
    return pairs


def _said(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "is no JSON object"
    return "; ".join(
        f"{'.'.join(map(str, e['loc']))}: {e['msg']}" if e["loc"] else e["msg"].removeprefix("Value error, ")
        for e in error.errors()
    )


def refuse(problems: Sequence[str]) -> None:
    """Raise `InvalidPairs` with the first ten problems, where there are any."""
    if problems:
        more = f"\n  and {len(problems) - 10} more" if len(problems) > 10 else ""
        raise InvalidPairs("These pairs cannot be used:\n  " + "\n  ".join(problems[:10]) + more)


def fingerprint(paths: Sequence[Path]) -> str:
    """Return a sha256 over the files' contents, in order, as hexadecimal text."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
