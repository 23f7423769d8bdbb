"""BEIR folders (Thakur et al. 2021): corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.errors import InvalidDataset, InvalidInput
from evals.explain import item_of
from evals.interchange import tables
from evals.interchange.model import Imported, Names, Passages, Row, SourceText, items_of, spoken

_SPLITS = ("test", "dev", "train")
_TITLE = 8  # words of a text that stand in for its title


def load(folder: Path) -> Imported:
    """Read the queries of the test split (dev or train where there is none) with the documents judged relevant.

    A document is a document here too; relevance over zero makes it an expected source, so that retrieval is judged, and
    nothing is said about what an answer must hold.

    Raises:
        InvalidDataset: a file is missing, or a line cannot be read.

    """
    corpus, queries = _lines(folder / "corpus.jsonl"), _lines(folder / "queries.jsonl")
    names = Names()
    try:
        ids = {str(row["_id"]): names.give(str(row["_id"])) for row in corpus}
        language = spoken([row["text"] for row in corpus])
        documents = [_document(row, ids[str(row["_id"])], language) for row in corpus]
        relevant = _qrels(folder, ids)
        asked = spoken([row["text"] for row in queries])
        rows = [
            (f"query {row['_id']}", _row(row, relevant[str(row["_id"])], asked))
            for row in queries
            if str(row["_id"]) in relevant
        ]
    except KeyError as error:
        raise InvalidDataset(f"{folder.name} is no BEIR folder: a line has no {error}.") from error
    left = len(queries) - len(rows)
    remarks = (f"{left} queries have no relevant document in this split and were left out.",) if left else ()
    return Imported(items_of(rows, folder.name), tuple(documents), remarks)


def _row(row: Row, relevant: dict[str, int], language: str | None) -> dict[str, Any]:
    made = {"id": str(row["_id"]), "question": str(row["text"]), "language": language, "sources": list(relevant)}
    return {**made, "relevance": relevant}


def _document(row: Row, name: str, language: str | None) -> SourceText:
    title = str(row.get("title") or "").strip() or " ".join(str(row["text"]).split()[:_TITLE]) or name
    return SourceText(name, title[:500], (("", str(row["text"])),), language)


def _lines(path: Path) -> Sequence[Row]:
    if not path.is_file():
        raise InvalidDataset(f"{str(path.parent)!r} is no BEIR folder: it has no {path.name}.")
    return tables.read(path)


def _qrels(folder: Path, ids: dict[str, str]) -> dict[str, dict[str, int]]:
    """Return by query the documents with a relevance over zero, the most relevant first."""
    path = next((p for split in _SPLITS if (p := folder / "qrels" / f"{split}.tsv").is_file()), None)
    if path is None:
        raise InvalidDataset(f"{str(folder)!r} is no BEIR folder: it has no qrels/test.tsv.")
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines()[1:], 2):
        cells = line.split("\t")
        try:
            query, document, relevance = cells[0], cells[1], int(cells[2])
        except (IndexError, ValueError) as error:
            raise InvalidDataset(f"{path.name}, line {number}: it is not 'query, document, relevance'.") from error
        if relevance > 0 and document in ids:
            found[query][ids[document]] = relevance
    return {query: dict(sorted(by.items(), key=lambda pair: -pair[1])) for query, by in found.items()}


def dump(folder: Path, rows: Sequence[Row], passages: Passages) -> tuple[str, ...]:
    """Write a BEIR folder: the passages as corpus, the questions with sources as queries, split `test`.

    A source that is a whole document makes each of its passages relevant. Returns what could not be kept, in sentences.
    """
    items = [item_of(row) for row in rows]
    relevant = {item.id: _relevant(item.sources or (), passages) for item in items}
    asked = [item for item in items if relevant[item.id]]
    if not asked:
        raise InvalidInput(
            "No question has a source among the documents, and BEIR judges nothing else: give the questions 'sources', "
            "or name their documents with --corpus."
        )
    tables.write(folder / "corpus.jsonl", [{"_id": n, "title": t, "text": x} for n, (t, x) in passages.items()])
    tables.write(folder / "queries.jsonl", [{"_id": i.id, "text": i.question, "metadata": {}} for i in asked])
    lines = [f"{item.id}\t{name}\t1" for item in asked for name in relevant[item.id]]
    (folder / "qrels").mkdir(exist_ok=True)
    text = "\n".join(["query-id\tcorpus-id\tscore", *lines]) + "\n"
    (folder / "qrels" / "test.tsv").write_text(text, encoding="utf-8")
    left = len(items) - len(asked)
    return (f"{left} questions have no source among the documents and were left out.",) if left else ()


def _relevant(sources: Sequence[str], passages: Passages) -> list[str]:
    found = []
    for source in sources:
        within = [name for name in passages if name == source or ("#" not in source and name.startswith(f"{source}#"))]
        found += [name for name in within if name not in found]
    return found
