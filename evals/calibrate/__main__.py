"""Fit the weights in `assistant/weights.toml` on the train parts of the sets: `python -m evals.calibrate`.

Everything is fitted on questions and facts that no dev or test set asks for; the dev parts are only reported on.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence

import numpy as np
from rich.console import Console

from assistant import encoder
from assistant.errors import AssistantError
from assistant.index import Index
from assistant.retrieve import HybridRetriever
from assistant.settings import Settings, load
from assistant.weights import FILE, Weights, load_weights
from evals.calibrate.cases import CachedEncoder, Case, collect, reweighed
from evals.calibrate.documents import documents
from evals.calibrate.judging import fit_support, fit_topic, training
from evals.calibrate.ordering import fit_conversation, fit_retrieval, fit_sentences
from evals.calibrate.report import places, refusals
from evals.calibrate.writing import as_toml

_DRAWN = 200  # questions, and passages, that the floor is taken over
_ON_TOPIC = 0.97  # share of the questions about the subject that are not called off topic


def floor(settings: Settings, loaded: encoder.Encoder, questions: Sequence[str]) -> float:
    """Return the mean cosine of random questions and random passages of the corpus."""
    chance, index = random.Random(0), Index(settings)  # noqa: S311 - a seed, no secret
    passages = [p for document_id in sorted(index.documents) for p in index.passages_in(document_id)]
    drawn = chance.sample(passages, min(_DRAWN, len(passages)))
    texts = loaded.encode_passages([" – ".join(p.headings) + "\n" + p.text for p in drawn])
    asked = np.array([loaded.embed_query(text) for text in chance.sample(list(questions), min(_DRAWN, len(questions)))])
    return round(float((asked @ texts.T).mean()), 3)


def gather(settings: Settings, loaded: CachedEncoder, part: str, weights: Weights, report: Console) -> list[Case]:
    """Ask the questions of a part over all sets of documents that belong to it."""
    cases: list[Case] = []
    for found in documents(settings, part):
        report.print(f"{part}: {len(found.questions)} questions over {found.name} …")
        retriever = HybridRetriever(index=Index(found.settings), encoder=loaded, weights=weights)
        cases.extend(collect(found.questions, retriever, found.name))
    return cases


def fit(cases: Sequence[Case], start: Weights) -> Weights:
    """Fit one step after the other: passages, the sentences in them, support, topic."""
    retrieval = fit_retrieval(cases, start.retrieval)
    conversation = fit_conversation(cases, start.conversation)
    weights = start.model_copy(update={"retrieval": retrieval, "conversation": conversation})
    ordered = [reweighed(case, weights) for case in cases]
    weights = weights.model_copy(update={"sentences": fit_sentences(ordered, start.sentences)})
    judged = [case for case in (reweighed(case, weights) for case in training(cases)) if case.candidates]
    topic, threshold = fit_topic(judged, _ON_TOPIC)
    support = fit_support(judged)
    return weights.model_copy(update={"support": support, "topic": topic, "topic_threshold": threshold})


def main() -> None:
    """Fit, write the weights, and report on the dev parts."""
    report, settings = Console(stderr=True), load()
    loaded = encoder.load(settings)
    cached, start = CachedEncoder(loaded), load_weights()
    train = gather(settings, cached, "train", start, report)
    start = start.model_copy(update={"floor": floor(settings, loaded, [case.query.text for case in train])})
    report.print("Fitting …")
    weights = fit(train, start)
    FILE.write_text(as_toml(weights), encoding="utf-8")
    load_weights.cache_clear()
    dev = [reweighed(case, weights) for case in training(gather(settings, cached, "dev", weights, report))]
    for line in (*places(dev), *refusals([case for case in dev if case.candidates], settings.threshold)):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
