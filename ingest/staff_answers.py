"""Kept answers as files: Markdown with front matter, from which the loader gives back what staff wrote, word for word.

Each lies at `LANGUAGE/ID.md` with its question and other wordings as phrasings beside it: in the var folder, from where
it is indexed, and in the corpus folder once it was exported. The table of kept answers wins over a file that is about
the same one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, Engine, select

from assistant.index.schema import kept_answers
from assistant.kept import DOCUMENT_ID, KIND, KeptAnswer, KeptAnswers, document_id, same_question
from assistant.language import detect
from assistant.settings import Settings
from ingest.blocks import slugify
from ingest.files import File
from ingest.phrasings import asked_path

EXPORTED = "staff-answers"  # folder in the corpus folder
_LONGEST_TITLE = 180  # characters: slugs of headings must fit into their column
_SOURCE = {"nl": "Bron", "en": "Source"}
# CommonMark 0.31, 2.4: a backslash before ASCII punctuation makes it text. These begin something wherever they stand,
_INLINE = re.compile(r"[\\`*_\[\]<>&~#]")
# these at the beginning of a line,
_OPENING = re.compile(r"^(\d{0,9})([-+=.)])")
# and this is the corpus's own way to name a source.
_NAMED_SOURCE = re.compile(r"^((?:Sources?|Bron(?:nen)?)\s*):")
_ID = re.compile(rf"^id:\s*['\"]?{DOCUMENT_ID}['\"]?\s*$", re.MULTILINE)
_HEAD = 8192  # bytes in which the front matter's id stands


def folder(settings: Settings) -> Path:
    """Return where the files lie that are indexed."""
    return settings.var_dir / "kept"


def write(engine: Engine, target: Path, *, strangers: bool = False) -> list[Path]:
    """Make the files in a folder those of the answers that are kept or have expired; return them.

    A file is only touched where it changes. One of an answer that was withdrawn goes, and so does one of an answer that
    the table does not know, unless `strangers` may stay.
    """
    every = KeptAnswers(engine).list()
    files = {target / name: data for name, data in _files([k for k in every if k.state != "withdrawn"])}
    ours = {kept.id for kept in every}
    for path in [path for path in target.glob("*/*") if path.is_file() and path not in files]:
        if not strangers or path.name.partition(".")[0] in ours:
            path.unlink()
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
    return sorted(path for path in files if path.suffix == ".md")


def known(connection: Connection) -> frozenset[str]:
    """Return the ids of all kept answers that the table knows, the withdrawn ones included."""
    return frozenset(connection.execute(select(kept_answers.c.id)).scalars())


def unknown(found: Iterable[File], ids: Collection[str]) -> list[File]:
    """Return the files without the exported ones of answers that the table knows: it says what became of them."""
    return [file for file in found if not (ids and _exported_id(file) in ids)]


def _exported_id(file: File) -> str | None:
    if file.origin != "corpus" or not file.name.startswith(f"{EXPORTED}/"):
        return None
    try:
        with file.path.open("rb") as stream:
            head = stream.read(_HEAD).decode("utf-8", "replace")
    except OSError:
        return None
    match = _ID.search(head)
    return match[1] if match else None


def _files(answers: Sequence[KeptAnswer]) -> Iterator[tuple[str, bytes]]:
    older = _replaced(answers)
    for kept in answers:
        for language, (question, _) in kept.texts().items():
            path = Path(language, f"{kept.id}.md")
            yield path.as_posix(), markdown(kept, language, older.get(document_id(kept, language), ())).encode()
            asked = {slugify(title(question)) or "section": [question, *_wordings(kept, language)]}
            yield asked_path(path).as_posix(), _yaml(asked).encode()


def _wordings(kept: KeptAnswer, language: str) -> Iterator[str]:
    """Yield the wordings in a language, and in the first of an answer's languages those in which it is not given."""
    for wording in kept.wordings:
        spoken = detect(wording, kept.language).language
        if language == (spoken if spoken in kept.texts() else kept.language):
            yield wording


def _replaced(answers: Sequence[KeptAnswer]) -> Mapping[str, list[str]]:
    """Return which documents each replaces: those of answers to the same question that were kept before it.

    What only staff may read replaces nothing that everybody reads, or the other way round.
    """
    replaced: dict[str, list[str]] = {}
    newest: dict[tuple[str, str, str], str] = {}
    for kept in sorted(answers, key=lambda k: k.created_at, reverse=True):
        if kept.state != "kept":
            continue
        for language, (question, _) in kept.texts().items():
            own = document_id(kept, language)
            first = newest.setdefault((language, kept.audience, same_question(question)), own)
            if first != own:
                replaced.setdefault(first, []).append(own)
    return replaced


def title(question: str) -> str:
    """Return a question as a title, at most 180 characters."""
    return question if len(question) <= _LONGEST_TITLE else question[: _LONGEST_TITLE - 1].rstrip() + "…"


def markdown(kept: KeptAnswer, language: str, supersedes: Sequence[str] = ()) -> str:
    """Return a kept answer in a language as a Markdown file; each of its lines is a paragraph."""
    question, answer = kept.texts()[language]
    lines = [line for line in answer.split("\n") if line]
    parts = [f"# {escaped(title(question))}", *map(escaped, lines)]
    if kept.source:
        parts.append(f"{_SOURCE[language]}: {escaped(' '.join(kept.source.split()))}")
    return f"---\n{_yaml(_front_matter(kept, language, supersedes))}---\n\n" + "\n\n".join(parts) + "\n"


def _front_matter(kept: KeptAnswer, language: str, supersedes: Sequence[str]) -> dict[str, Any]:
    changed = kept.changed_at.astimezone().date()
    until = kept.valid_until
    values = {
        "id": document_id(kept, language),
        "title": title(kept.texts()[language][0]),
        "language": language,
        "kind": KIND,
        "audience": kept.audience,
        "publisher": kept.role,
        "owner": kept.role,
        # An answer that was let go today held until yesterday.
        "date": (min(changed, until) if until else changed).isoformat(),
        "valid_until": until.isoformat() if until else None,
        "review": until.isoformat() if until else None,
        "translation_of": document_id(kept, kept.language) if language != kept.language else None,
        "supersedes": list(supersedes),
    }
    return {name: value for name, value in values.items() if value}


def _yaml(values: Mapping[str, Any]) -> str:
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=2**20)


def escaped(line: str) -> str:
    r"""Return one line of plain text as Markdown that means nothing but this text.

    >>> escaped("- Source: a <b> & [c](d)")
    '\\- Source: a \\<b\\> \\& \\[c\\](d)'
    """
    text = _INLINE.sub(r"\\\g<0>", line)
    text = _OPENING.sub(r"\1\\\2", text)
    return _NAMED_SOURCE.sub(r"\1\\:", text)
