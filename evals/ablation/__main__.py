"""Switch each step of retrieval off in turn, and see what is lost: `python -m evals.ablation`.

Every variant gets weights of its own, fitted on the train part, so that it is as good as it can be without the step.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser

from rich.console import Console

from assistant import encoder
from assistant.errors import AssistantError
from assistant.settings import load
from assistant.weights import load_weights
from evals.ablation.grounds import Grounds, questions
from evals.ablation.measure import Scores, measure
from evals.ablation.table import added, main_table, other_table, tagged, together
from evals.ablation.variants import VARIANTS
from evals.calibrate.cases import CachedEncoder

_TOGETHER = ("corpus", "no phrasings", "other language", "encyclopaedia")
_OTHER = {
    "together": "corpus and next three, by question",
    "other language": "asked in the other language",
    "no phrasings": "corpus without phrasings",
    "encyclopaedia": "encyclopaedia",
    "misspelled": "a word misspelled",
    "typo": "tagged `typo`",
}


def main() -> None:
    """Measure every variant and print the tables."""
    parser = ArgumentParser(prog="python -m evals.ablation", description=__doc__)
    parser.add_argument("--part", choices=("dev", "test"), default="dev", help="the part that is measured on")
    part = parser.parse_args().part
    report, settings = Console(stderr=True), load()
    grounds, loaded, start = Grounds(settings), CachedEncoder(encoder.load(settings)), load_weights()
    results: dict[str, Scores] = {}
    for variant in VARIANTS:
        began = time.monotonic()
        results[variant.name] = measure(variant, grounds, part, loaded, start)
        report.print(f"{variant.name}: {time.monotonic() - began:.0f} s")
    further = tagged(together(results, _TOGETHER), {item.id: item for item in questions(part)}, "typo")
    lines = [*main_table(results, "corpus"), "", *other_table(further, _OTHER)]
    # What BM25 and word coverage each bring to dense retrieval, where the other is not there.
    for more in ("without word coverage", "without BM25"):
        lines += ["", added(further, "dense alone", more, {"corpus": "corpus", **_OTHER})]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
