"""Asking kept answers in other words over the real corpus, in an index of its own."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant import encoder
from assistant.answer import Answer
from assistant.index import Index
from assistant.index.database import connect
from assistant.index.vectors import forget_clients
from assistant.kept import KeptAnswers, id_in
from assistant.question import Question
from assistant.service import Assistant
from assistant.settings import Settings
from evals.dataset import read
from ingest.kept import publish
from ingest.sync import ingest

HERE = Path(__file__).parent
ANSWERS, UNRELATED, CROWDED = HERE / "answers.jsonl", HERE / "unrelated.jsonl", HERE / "crowded"
SETS = HERE.parent / "sets"
RELATED, OTHERS = ("plain", "lay"), ("far", "near", "documents")
_FEW = 300  # questions of the documents, a language

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question of a kind, in `nl` or `en`; `wanted` names the kept answer that answers it, if one does."""

    kind: str
    text: str
    language: str
    wanted: str | None = None


def measure(settings: Settings, *, crowded: bool = False) -> dict[str, Any]:
    """Return how often a question in other words is answered from its kept answer, and how often another one is.

    Once with each answer's own question `alone`, once `worded`: with other wordings, as staff may add. `plain`
    questions are what people would write who never saw the kept one; `lay` ones share hardly a word with it. `answered`
    counts first citations of the right answer, in all and by way (the question's language and those in which the answer
    is given); `wrong` names the others.

    The rest should cite no kept answer: `cited` counts those that do, `named` names them. `near` ones ask for a detail
    of a kept answer's matter that it does not say, or come close to it; `far` ones are about other matters; `documents`
    are questions of the corpus's own train sets. The 59 answers are by two hands, wordings and plain questions by two
    more; `crowded` asks 240 others instead, by six hands, 40 to a matter, where near and far questions share words with
    them.
    """
    answers = [line for path in sorted(CROWDED.glob("*.jsonl")) for line in lines(path)] if crowded else lines(ANSWERS)
    asked = [*_of(answers), *_of_documents()] if crowded else [*_of(answers), *_unrelated(), *_of_documents()]
    return {name: _measured(settings, answers, asked, worded=name == "worded") for name in ("alone", "worded")}


def _of(answers: Sequence[Line]) -> Iterator[Asked]:
    for line in answers:
        for kind in (*RELATED, *OTHERS):
            for language, said in line.get(kind, {}).items():
                for text in [said] if isinstance(said, str) else said:
                    yield Asked(kind, text, language, line["id"] if kind in RELATED else None)


def _unrelated() -> Iterator[Asked]:
    found = lines(UNRELATED)
    for number, line in enumerate(found):
        yield Asked("far" if number < len(found) // 2 else "near", line["question"], line["language"])


def _of_documents() -> Iterator[Asked]:
    for language in ("nl", "en"):
        items = [item for item in read(SETS / f"train-{language}.jsonl") if not item.history]
        for item in items[:: max(len(items) // _FEW, 1)]:
            yield Asked("documents", item.question, language)


def _measured(settings: Settings, answers: Sequence[Line], asked: Sequence[Asked], *, worded: bool) -> dict[str, Any]:
    given = {line["id"]: "+".join(language for language in ("nl", "en") if language in line) for line in answers}
    with _apart(settings) as own:
        loaded = encoder.load(own)
        ids = _keep(own, answers, worded=worded)
        publish(own, loaded)
        assistant = Assistant(own, Index(own), loaded)
        try:
            said = [(one, assistant.chain.invoke(Question(one.text, language=one.language))) for one in asked]
        finally:
            assistant.index.engine.dispose()
    return {kind: _related([s for s in said if s[0].kind == kind], ids, given) for kind in RELATED} | {
        kind: _cited([s for s in said if s[0].kind == kind]) for kind in OTHERS
    }


@contextmanager
def _apart(settings: Settings) -> Iterator[Settings]:
    """Give settings over a copy of the corpus's index, so that nothing is kept in the real one."""
    with TemporaryDirectory(prefix="assistant-kept-") as name:
        folder = Path(name)
        for part in ("chroma", "bm25"):
            if not settings.chroma_url and not settings.database_url and (settings.var_dir / part).is_dir():
                shutil.copytree(settings.var_dir / part, folder / part)
        own = {"var_dir": folder, "model_dir": settings.model_dir, "database_url": "", "chroma_url": ""}
        elsewhere = settings.model_copy(update=own)
        ingest(elsewhere)
        yield elsewhere
        forget_clients()


def _keep(settings: Settings, answers: Sequence[Line], *, worded: bool) -> dict[str, str]:
    """Keep made-up answers, with their other wordings where `worded`, and return their ids by name."""
    engine = connect(settings.database)
    store, ids = KeptAnswers(engine), {}
    for line in answers:
        own, *others = [language for language in ("nl", "en") if language in line]
        other = tuple(line[others[0]]) if others else None
        wordings = [wording for said in line["wordings"].values() for wording in said] if worded else []
        terms: Any = {"role": "Contact point", "by": "evaluation", "other": other, "wordings": wordings}
        ids[line["id"]] = store.keep(*line[own], language=own, **terms).id
    engine.dispose()
    return ids


def _related(said: Sequence[tuple[Asked, Answer]], ids: Mapping[str, str], given: Mapping[str, str]) -> dict[str, Any]:
    right, of, wrong = Counter[str](), Counter[str](), []
    for one, answer in said:
        assert one.wanted is not None
        way = f"{one.language} question, {given[one.wanted]} answer"
        is_right = _leads(answer) == ids[one.wanted]
        of[way] += 1
        right[way] += is_right
        if not is_right:
            wrong.append({"id": one.wanted, **_shown(one, answer)})
    total, asked = sum(right.values()), sum(of.values())
    by_way = {way: {"answered": right[way], "asked": of[way]} for way in sorted(of)}
    return {"answered": total, "asked": asked, "share": round(total / asked, 4), "by_way": by_way, "wrong": wrong}


def _cited(said: Sequence[tuple[Asked, Answer]]) -> dict[str, Any]:
    named = [_shown(one, answer) for one, answer in said if any(id_in(c.document_id) for c in answer.citations)]
    return {"cited": len(named), "asked": len(said), "share": round(len(named) / len(said), 4), "named": named}


def _leads(answer: Answer) -> str | None:
    return id_in(answer.citations[0].document_id) if answer.citations else None


def _shown(one: Asked, answer: Answer) -> dict[str, Any]:
    return {"question": one.text, "status": answer.status, "reason": answer.reason, "text": answer.text}


def lines(path: Path) -> list[Line]:
    """Return the JSON objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
