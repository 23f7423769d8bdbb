"""`python -m evals.ablation`: what the fitted encoder and the phrasings each bring, alone and together.

For each of the four, the corpus is indexed apart, the fusion weights are fitted on the dev sets, and the right passage
is looked for with the test sets' questions. Without phrasings their words are gone too, from BM25 and everywhere else.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console

from assistant.errors import AssistantError
from assistant.index import Index
from assistant.settings import Settings, load
from evals.calibrate import Case, collect, fit_retrieval, rescore, starting_point
from evals.corpora import settings_for
from evals.dataset import SETS, Item, read
from evals.statistics import share
from evals.table import percent
from ingest.model import adapter
from ingest.model.install import install

_DEPTHS = (1, 3, 10)


def questions(name: str) -> list[Item]:
    """Return a set's questions that have an answer, in both languages."""
    return [item for code in ("en", "nl") for item in read(SETS / f"{name}-{code}.jsonl") if item.answerable]


def measured(settings: Settings) -> list[Case]:
    """Fit the fusion on the dev questions and return the test questions' cases, best candidate first."""
    index, dev = Index(settings), questions("dev")
    start = starting_point(settings, dev, index)
    fitted = fit_retrieval(collect(settings, dev, index, start), start)
    return [rescore(case, fitted) for case in collect(settings, questions("test"), index, start)]


def shares(cases: Sequence[Case]) -> str:
    """Return how often a right passage is among the first ones, as cells of a table, with 95 % intervals."""
    ranks = np.array([case.right.index(True) if any(case.right) else len(case.right) + 99 for case in cases])
    return " | ".join(percent(share(int((ranks < depth).sum()), len(ranks))) for depth in _DEPTHS)


def main() -> None:
    """Print the table."""
    console, settings = Console(stderr=True), load()
    folder = settings.var_dir / "evals" / "ablation"
    plain = folder / "corpus"
    shutil.rmtree(plain, ignore_errors=True)
    shutil.copytree(settings.corpus_dir, plain, ignore=shutil.ignore_patterns("*.asked.yaml"))
    lines = ["| encoder | phrasings | language | first | in three | in ten |", "|---|---|---|--:|--:|--:|"]
    for encoder, adapter_folder in (("as it comes", None), ("fitted", adapter.FOLDER)):
        model = folder / encoder.replace(" ", "-")
        install(model / "model", adapter_folder)
        for phrasings, corpus in (("no", plain), ("yes", settings.corpus_dir)):
            console.print(f"Encoder {encoder}, phrasings: {phrasings} …")
            cases = measured(_apart(settings, model, corpus))
            for language in ("nl", "en"):
                spoken = [case for case in cases if case.item.language == language]
                lines.append(f"| {encoder} | {phrasings} | {language} | {shares(spoken)} |")
    sys.stdout.write("\n".join(lines) + "\n")


def _apart(settings: Settings, folder: Path, corpus: Path) -> Settings:
    return settings_for(settings.model_copy(update={"var_dir": folder, "model_dir": folder / "model"}), corpus)


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
