"""Whether a folder of files that others made can be read: `python -m evals.files FOLDER [--json]`.

Every file goes through the loaders alone, in the child process and under the limits of an ingest; nothing is indexed.
The sample files of other programs' test suites (`apt-get source libreoffice`, say) are good food for it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from assistant.errors import AssistantError, InvalidInput
from ingest.blocks import Unreadable
from ingest.sandbox import Sandbox

_SHOWN = 25  # reasons; all of them with --json


def measure(folder: Path) -> dict[str, Any]:
    """Return how many of the folder's files were read, why others were not (reason → file names), and the slowest.

    Raises:
        InvalidInput: the folder is not there or holds no file.

    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not paths:
        raise InvalidInput(f"There are no files in {str(folder)!r}: name a folder that holds some.")
    reasons: dict[str, list[str]] = {}
    seconds: dict[str, float] = {}
    with Sandbox() as sandbox:
        for path in track(paths, "Reading", console=Console(stderr=True), transient=True):
            name = path.relative_to(folder).as_posix()
            began = time.perf_counter()
            ((_, outcome),) = sandbox.read([(name, path, path.read_bytes())])
            seconds[name] = time.perf_counter() - began
            if isinstance(outcome, Unreadable):
                reasons.setdefault(str(outcome), []).append(name)
    slowest = max(seconds, key=lambda name: seconds[name])
    named = sum(map(len, reasons.values()))
    return {
        "files": len(paths),
        "read": len(paths) - named,
        "named": named,
        "slowest": slowest,
        "slowest_s": round(seconds[slowest], 2),
        "reasons": reasons,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m evals.files", description="Read a folder of files, one by one.")
    parser.add_argument("folder", type=Path, help="whose files to read, those in folders below it too")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    found = measure(given.folder)
    if given.json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        return
    counts = Counter({reason: len(names) for reason, names in found["reasons"].items()})
    lines = [
        f"{found['files']} files: {found['read']} read, {found['named']} named with a reason",
        f"slowest: {found['slowest']} ({found['slowest_s']} s)",
        *(f"{count:>5}  {reason}" for reason, count in counts.most_common(_SHOWN)),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
