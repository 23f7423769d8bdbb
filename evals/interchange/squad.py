"""SQuAD 1.1 and 2.0 JSON (Rajpurkar et al. 2016, 2018), as XQuAD, BelebeleQA conversions and others use it too."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import InvalidDataset
from evals.explain import item_of
from evals.interchange.model import Imported, Names, Passages, Row, SourceText, items_of, spoken
from ingest.blocks import slugify


def load(path: Path) -> Imported:
    """Read questions with their articles: a document an article, a section a paragraph.

    The annotators' answers are spellings of one fact; `is_impossible` expects a refusal.

    Raises:
        InvalidDataset: no JSON of that shape.

    """
    try:
        articles = json.loads(path.read_text(encoding="utf-8-sig"))["data"]
        language = spoken([p["context"] for article in articles for p in article["paragraphs"]])
        names, documents, rows = Names(), [], []
        for article in articles:
            title = str(article.get("title") or "Untitled").replace("_", " ")
            document = names.give(title)
            headings = [f"{title} {number}" for number, _ in enumerate(article["paragraphs"], 1)]
            texts = [str(paragraph["context"]) for paragraph in article["paragraphs"]]
            documents.append(SourceText(document, title, tuple(zip(headings, texts, strict=True)), language))
            for heading, paragraph in zip(headings, article["paragraphs"], strict=True):
                place = {"sources": [f"{document}#{slugify(heading)}"], "language": language, "title": title}
                rows += [(f"question {qa['id']}", _row(qa, paragraph["context"], place)) for qa in paragraph["qas"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise InvalidDataset(f"{path.name} is no SQuAD JSON (data, paragraphs, qas): {what}.") from error
    return Imported(items_of(rows, path.name), tuple(documents))


def _row(qa: Mapping[str, Any], context: str, place: Mapping[str, Any]) -> dict[str, Any]:
    row = {"id": str(qa["id"]), "question": str(qa["question"]).strip(), **place, "reference_contexts": [context]}
    spellings = list(dict.fromkeys(answer["text"] for answer in qa.get("answers", ())))
    if qa.get("is_impossible") or not spellings:
        del row["sources"]
        return {**row, "answerable": False}
    return {**row, "answerable": True, "facts": [spellings]}


def dump(path: Path, rows: Sequence[Row], passages: Passages) -> tuple[str, ...]:
    """Write questions as SQuAD 2.0 JSON; return what could not be kept, in sentences.

    The context is the one that the question was imported with, else the text of its first source in `passages`, else
    what was quoted. Of the facts' spellings those that stand in the context become answers; SQuAD has one set of
    answers a question, so several facts become one.
    """
    paragraphs: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    lost = 0
    for row in rows:
        title, context = _context(row, passages)
        qa = _qa(row, context)
        lost += not qa["is_impossible"] and not qa["answers"]
        paragraphs[title][context].append(qa)
    data = [
        {"title": title, "paragraphs": [{"context": context, "qas": qas} for context, qas in by_context.items()]}
        for title, by_context in paragraphs.items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": "v2.0", "data": data}, ensure_ascii=False, indent=1), encoding="utf-8")
    return (f"{lost} questions have no answer in SQuAD: no spelling stands in their context.",) if lost else ()


def _context(row: Row, passages: Passages) -> tuple[str, str]:
    kept = row.get("reference_contexts")
    if kept:
        return str(row.get("title") or "Imported"), str(kept[0])
    for source in row.get("sources") or ():
        if source in passages:
            return passages[source]
    answer = row.get("answer") or {}
    cited = [*answer.get("citations", ()), *answer.get("near_misses", ())]
    return (cited[0]["title"], " ".join(c["quote"] for c in cited)) if cited else ("Unknown", "")


def _qa(row: Row, context: str) -> dict[str, Any]:
    item = item_of(row)
    spellings = dict.fromkeys(spelling for fact in item.facts or () for spelling in fact)
    return {
        "id": item.id,
        "question": item.question,
        "answers": list(_answers(context, spellings)),
        "is_impossible": item.answerable is False,
    }


def _answers(context: str, spellings: Mapping[str, None]) -> Iterator[dict[str, Any]]:
    folded = context.lower()
    for spelling in spellings:
        start = folded.find(spelling.lower())
        # Lower-casing changes the length of a few letters: then the place would be wrong.
        if start >= 0 and len(folded) == len(context):
            yield {"text": context[start : start + len(spelling)], "answer_start": start}
