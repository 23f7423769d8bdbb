"""Writing results: whole files or none, into a folder that is made."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from assistant.errors import InvalidInput


def writable(out: Path) -> None:
    """Make a folder where it is not there yet, and see that it can be written into.

    Raises:
        InvalidInput: it cannot.

    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise InvalidInput(f"The folder {str(out)!r} cannot be made: it is a file; name another with --out.") from error
    except OSError as error:
        why = error.strerror
        raise InvalidInput(f"The folder {str(out)!r} cannot be made ({why}): name another with --out.") from error
    try:
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        why = error.strerror
        raise InvalidInput(f"Nothing can be written into {str(out)!r} ({why}): name another with --out.") from error


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
