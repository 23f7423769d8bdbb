"""Phrasings: how people ask for a section, in `NAME.asked.yaml` beside `NAME.md` (heading slug → questions)."""

from __future__ import annotations

from pathlib import Path

import yaml

from ingest.blocks import Unreadable

ENDING = ".asked.yaml"
# The same in C, where PyYAML was built with it: a first ingest reads some twelve thousand phrasings.
_Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def asked_path(path: Path) -> Path:
    """Return where the phrasings of a document stand."""
    return path.with_name(path.stem + ENDING)


def read(data: bytes) -> dict[str, list[str]]:
    """Return questions by heading slug.

    Raises:
        Unreadable: the bytes are not YAML of that shape.

    """
    try:
        values = yaml.load(data.decode("utf-8"), Loader=_Loader) or {}  # noqa: S506 -- either is safe
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise Unreadable("the phrasings beside it are no valid YAML in UTF-8") from error
    if not isinstance(values, dict) or not all(
        isinstance(v, list) and all(isinstance(q, str) for q in v) for v in values.values()
    ):
        raise Unreadable("the phrasings beside it must be 'heading-slug:' with a list of questions below")
    return {str(slug): [q.strip() for q in questions if q.strip()] for slug, questions in values.items()}
