"""Pages of originals as images with marks: made one at a time in a child process, kept on disk and in memory."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.original import page_folder
from assistant.settings import Settings
from bots.web import pdf
from bots.web.pdf import Survey

if TYPE_CHECKING:
    from pebble import ProcessPool

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_TIMEOUT = 10.0  # seconds for one task of the child
_WAITING = 8  # requests that may wait for the child at once; each waits for those before it
_TASKS = 200  # after which the child is replaced, so that what a library leaks does not add up
_KEPT_FILES, _KEPT_SURVEYS, _KEPT_FAILURES = 500, 500, 500
_AGAIN = 600.0  # seconds after which a file that could not be shown is tried again


class Unavailable(Exception):
    """A page that cannot be shown: the file is damaged or too heavy, or too many ask at once."""


@dataclass(frozen=True)
class Original:
    """A kept PDF and what its pages are called on disk; `stamp` changes when the file does."""

    path: Path
    stamp: str

    @classmethod
    def of(cls, path: Path) -> Original:
        """Describe a file.

        Raises:
            OSError: it is not there any more.

        """
        found = path.stat()
        return cls(path, f"{found.st_mtime_ns:x}{found.st_size:x}")

    def page_file(self, folder: Path, number: int) -> Path:
        """Return where a page of it is kept once it is drawn."""
        return folder / f"{self.path.stem}-{self.stamp}-{number}.webp"


class Sheets:
    """What draws pages; it starts its child at the first page and ends it at `close`."""

    def __init__(self, settings: Settings) -> None:
        self._folder = page_folder(settings)
        self._pool: ProcessPool | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._surveys: dict[tuple[str, ...], Survey | None] = {}
        self._failures: dict[str, float] = {}

    async def survey(self, original: Original, wanted: int | None, home: int | None, quote: str) -> Survey | None:
        """Return what is on a page of an original, or None where it has no such page; arguments as `pdf.survey`.

        Raises:
            Unavailable: it cannot be said.

        """
        key = (original.path.name, original.stamp, str(wanted), str(home), quote)
        if key not in self._surveys:
            async with self._in_turn():
                found = await self._ask(original, pdf.survey, wanted, home, quote)
            _bound(self._surveys, _KEPT_SURVEYS)
            self._surveys[key] = found
        return self._surveys[key]

    async def image(self, original: Original, number: int) -> Path | None:
        """Return the file with the image of a page, or None where there is no such page.

        Raises:
            Unavailable: it cannot be drawn.

        """
        file = original.page_file(self._folder, number)
        if await asyncio.to_thread(_touched, file):
            return file
        async with self._in_turn():
            if await asyncio.to_thread(_touched, file):
                return file
            made = await self._ask(original, pdf.draw, number)
            if made is None:
                return None
            await asyncio.to_thread(_store, file, made)
            return file

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """Wait for the child to be free.

        Raises:
            Unavailable: too many wait already.

        """
        if self._waiting >= _WAITING:
            raise Unavailable("too many pages are being drawn at once")
        self._waiting += 1
        try:
            async with self._turn:
                yield
        finally:
            self._waiting -= 1

    async def _ask(self, original: Original, task: Callable[..., _T], *arguments: Any) -> _T:
        """Have the child do a task.

        Raises:
            Unavailable: it failed, now or a moment ago.

        """
        what = f"{task.__name__} {original.path.name} {original.stamp} {arguments[0]}"
        if time.monotonic() - self._failures.get(what, float("-inf")) < _AGAIN:
            raise Unavailable("it could not be shown a moment ago")
        try:
            future = self._started().schedule(task, args=[str(original.path), *arguments], timeout=_TIMEOUT)
            done: _T = await asyncio.wrap_future(future)
        except Exception as error:
            _log.warning("A page of %s cannot be shown: %s: %s", original.path.name, type(error).__name__, error)
            _bound(self._failures, _KEPT_FAILURES)
            self._failures[what] = time.monotonic()
            raise Unavailable("the file could not be shown") from error
        return done

    def _started(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            from pebble import ProcessPool

            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(max_workers=1, max_tasks=_TASKS, initializer=pdf.confine, context=spawn)
        return self._pool

    def close(self) -> None:
        """End the child, whatever it is doing."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


def _bound(kept: dict[Any, Any], most: int) -> None:
    """Make room for one more: what was put in first goes first."""
    while len(kept) >= most:
        del kept[next(iter(kept))]


def _touched(file: Path) -> bool:
    """Whether a file is there; its time says when it was last asked for."""
    try:
        os.utime(file)
    except OSError:
        return False
    return True


def _store(file: Path, data: bytes) -> None:
    """Keep an image, and remove those that were not asked for longest."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(file)
    times: dict[Path, float] = {}
    for path in file.parent.glob("*.webp"):
        with suppress(FileNotFoundError):  # another server may have removed it
            times[path] = path.stat().st_mtime
    for old in sorted(times, key=lambda path: times[path])[:-_KEPT_FILES]:
        old.unlink(missing_ok=True)
