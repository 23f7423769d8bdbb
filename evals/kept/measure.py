"""Asking kept answers in other words over the real corpus, in an index of its own."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant import encoder
from assistant.answer import Answer
from assistant.index import Index
from assistant.index.database import connect
from assistant.index.vectors import forget_clients
from assistant.kept import PREFIX, KeptAnswers
from assistant.question import Question
from assistant.service import Assistant
from assistant.settings import Settings
from ingest.kept import publish
from ingest.sync import ingest

ANSWERS, UNRELATED = Path(__file__).with_name("answers.jsonl"), Path(__file__).with_name("unrelated.jsonl")

Line = Mapping[str, Any]


def measure(settings: Settings) -> dict[str, Any]:
    """Return how often a question in other words is answered from its kept answer, and how often another one is.

    Once with each answer's own question `alone`, once `worded`: with three other wordings a language, as staff may add.
    Of the questions, `plain` ones are what people would write who never saw the kept one; `lay` ones share hardly a
    word with it. `answered` counts first citations of the right answer among the 118, in all and by way (the question's
    language and those in which the answer is given); `wrong` names the others.

    Of 200 unrelated questions, half a language, the answer should cite no kept one: `cited` counts those where it does,
    `named` names them. `far` ones are about other matters; `near` ones are by another hand, and half of them near
    misses: a detail of a kept answer's matter that it does not say.
    """
    return {name: _measured(settings, worded=name == "worded") for name in ("alone", "worded")}


def _measured(settings: Settings, *, worded: bool) -> dict[str, Any]:
    with _apart(settings) as apart:
        loaded = encoder.load(apart)
        ids = _keep(apart, worded=worded)
        publish(apart, loaded)
        assistant = Assistant(apart, Index(apart), loaded)
        try:
            others = lines(UNRELATED)
            half = len(others) // 2
            return {
                "plain": _related(assistant, ids, "plain"),
                "lay": _related(assistant, ids, "lay"),
                "far": _unrelated(assistant, others[:half]),
                "near": _unrelated(assistant, others[half:]),
            }
        finally:
            assistant.index.engine.dispose()


@contextmanager
def _apart(settings: Settings) -> Iterator[Settings]:
    """Give settings over a copy of the corpus's index, so that nothing is kept in the real one."""
    with TemporaryDirectory(prefix="assistant-kept-") as name:
        folder = Path(name)
        for part in ("chroma", "bm25"):
            if not settings.chroma_url and not settings.database_url and (settings.var_dir / part).is_dir():
                shutil.copytree(settings.var_dir / part, folder / part)
        own = {"var_dir": folder, "model_dir": settings.model_dir, "database_url": "", "chroma_url": ""}
        apart = settings.model_copy(update=own)
        ingest(apart)
        yield apart
        forget_clients()


def _keep(settings: Settings, *, worded: bool) -> dict[str, str]:
    """Keep the made-up answers and return their ids by name."""
    engine = connect(settings.database)
    store, ids = KeptAnswers(engine), {}
    for line in lines(ANSWERS):
        own, *others = [language for language in ("nl", "en") if language in line]
        other = tuple(line[others[0]]) if others else None
        wordings = [wording for asked in line["wordings"].values() for wording in asked] if worded else []
        terms: Any = {"role": "Contact point", "by": "evaluation", "other": other, "wordings": wordings}
        made = store.keep(*line[own], language=own, **terms)
        ids[line["id"]] = made.id
    engine.dispose()
    return ids


def _related(assistant: Assistant, ids: Mapping[str, str], words: str) -> dict[str, Any]:
    right, of, wrong = Counter[str](), Counter[str](), []
    for line in lines(ANSWERS):
        given = "+".join(language for language in ("nl", "en") if language in line)
        for language, question in line[words].items():
            way = f"{language} question, {given} answer"
            answer = _ask(assistant, question, language)
            is_right = bool(answer.citations) and ids[line["id"]] in answer.citations[0].document_id
            of[way] += 1
            right[way] += is_right
            if not is_right:
                wrong.append({"id": line["id"], "question": question, **_said(answer)})
    total, asked = sum(right.values()), sum(of.values())
    by_way = {way: {"answered": right[way], "asked": of[way]} for way in sorted(of)}
    return {"answered": total, "asked": asked, "share": round(total / asked, 4), "by_way": by_way, "wrong": wrong}


def _unrelated(assistant: Assistant, others: Sequence[Line]) -> dict[str, Any]:
    named = []
    for line in others:
        answer = _ask(assistant, line["question"], line["language"])
        if any(citation.document_id.startswith(PREFIX) for citation in answer.citations):
            named.append({"question": line["question"], **_said(answer)})
    return {"cited": len(named), "asked": len(others), "share": round(len(named) / len(others), 4), "named": named}


def _ask(assistant: Assistant, question: str, language: str) -> Answer:
    return assistant.chain.invoke(Question(question, language=language))


def _said(answer: Answer) -> dict[str, Any]:
    return {"status": answer.status, "reason": answer.reason, "text": answer.text}


def lines(path: Path) -> list[Line]:
    """Return the JSON objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
