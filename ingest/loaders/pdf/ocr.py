"""Reading the pages of a PDF that are pictures, by ocrmypdf where somebody installed it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 25
_LANGUAGES = ("nld", "eng")


def is_installed() -> bool:
    """Whether ocrmypdf and tesseract are there to be run."""
    return bool(shutil.which("ocrmypdf") and shutil.which("tesseract"))


def with_text(data: bytes) -> bytes | None:
    """Return the PDF with a text layer on the pages that had none, None if that failed.

    Raises:
        TimeoutError: it took longer than 25 seconds.

    """
    with _room_for_scans(), tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "scan.pdf"), Path(folder, "text.pdf")
        source.write_bytes(data)
        options = ["--skip-text", "--quiet", "--output-type", "pdf", *_languages()]
        status = _run(["ocrmypdf", *options, str(source), str(target)])
        return target.read_bytes() if status == 0 and target.is_file() else None


@contextmanager
def _room_for_scans() -> Iterator[None]:
    """Let this process and those that it starts write files as large as scans are, where it is held to small ones."""
    if sys.platform == "win32":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (before[1], before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _languages() -> list[str]:
    command = [shutil.which("tesseract") or "tesseract", "--list-langs"]
    try:
        known = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return []
    found = [name for name in _LANGUAGES if name in (known.stdout + known.stderr).split()]
    return ["-l", "+".join(found)] if found else []


def _run(command: list[str]) -> int:
    # A session of its own, so that the processes which it starts end with it.
    program = shutil.which(command[0]) or command[0]
    quiet = subprocess.DEVNULL
    with (
        subprocess.Popen(  # noqa: S603
            [program, *command[1:]], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        ) as process
    ):
        try:
            return process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise TimeoutError from None
