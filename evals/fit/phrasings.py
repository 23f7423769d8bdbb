"""`python -m evals.fit.phrasings`: write the corpus's phrasings as pairs, each with the passage that it asks for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from assistant.settings import load
from evals.fit.pairs import FOLDER
from evals.fit.split import asked_in_sets
from evals.matching import normalise
from ingest import loaders
from ingest.chunk import PassageDraft
from ingest.files import discover, read
from ingest.prepare import Prepared, prepare

FILE = "corpus-phrasings.jsonl"
_ONE_ACROSS = 3  # every third question goes to the passage's translation


def documents(corpus: Path) -> list[Prepared]:
    """Read the corpus with one passage a section, however long."""
    found = []
    for file in discover(corpus, (), ()):
        contents = read(file)
        found.append(prepare(file, contents, loaders.load(file.path, contents.data), lambda _text: 0))
    return [one for one in found if one.document.language in ("nl", "en")]


def groups(found: list[Prepared]) -> dict[tuple[str, int], str]:
    """Name each passage by what it says: the nth section of a document and of its translation are one group."""
    families = defaultdict(list)
    for one in found:
        families[one.document.translation_of or one.document.id].append(one)
    names = {}
    for family, members in families.items():
        aligned = len({len(member.chunked.passages) for member in members}) == 1
        for member in members:
            for number in range(len(member.chunked.passages)):
                own = "" if aligned else f"-{member.document.language}"
                names[member.document.id, number] = f"{family}{own}#{number + 1}"
    return names


def rows(found: list[Prepared]) -> Iterator[dict[str, str]]:
    """Yield a pair for each phrasing; sections that answer nothing are left out."""
    names, kept_apart = groups(found), asked_in_sets()
    said: dict[tuple[str, str], PassageDraft] = {}
    for one in found:
        for number, passage in enumerate(one.chunked.passages):
            said[names[one.document.id, number], one.document.language] = passage
    for one in found:
        language = one.document.language
        other = "en" if language == "nl" else "nl"
        for number, questions in sorted(one.asked.items()):
            group = names[one.document.id, number]
            if one.chunked.passages[number].unanswered:
                continue
            for index, question in enumerate(questions):
                if normalise(question) in kept_apart:
                    continue
                across = index % _ONE_ACROSS == _ONE_ACROSS - 1 and (group, other) in said
                target = other if across else language
                yield {
                    "question": question,
                    "question_language": language,
                    "passage": said[group, target].embedded,
                    "passage_language": target,
                    "subject": group.partition("#")[0],
                    "group": group,
                    "written": "phrasing of the corpus",
                }


def main() -> None:
    """Write the file anew."""
    settings = load()
    lines = [json.dumps(row, ensure_ascii=False) for row in rows(documents(settings.corpus_dir))]
    (FOLDER / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    Console().print(f"{len(lines)} pairs in {FOLDER / FILE}")


if __name__ == "__main__":
    main()
