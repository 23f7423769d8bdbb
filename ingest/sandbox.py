"""Loaders run in child processes: whatever a file does to its loader, the ingest goes on and says what happened.

A child has a limit on time and memory for each file, writes nothing to disk or terminal, and dies with its parent. It
is no wall against a loader that somebody has taken over, but such a one cannot make the parent run code or run out of
memory either: what comes back is JSON of bounded size.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import multiprocessing
import os
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Generic, TypeVar

from ingest import loaders, sniff
from ingest.blocks import Block, Parsed, Unreadable

Load = Callable[[Path, bytes], Parsed]
Outcome = Parsed | Unreadable
Key = TypeVar("Key")

SECONDS = 30.0  # that reading one file may take
MEMORY = 1_500_000_000  # bytes of address space that reading one file may add to what a child has mapped
MAX_TEXT = 50_000_000  # bytes of the answer
MAX_BLOCKS = 250_000

_CHILDREN = 2
_FILES_EACH = 50  # a child makes way for a new one after so many: libraries leak
_AHEAD = 8  # files that may be under way or wait for their turn to be yielded
_SMALL = 50_000  # bytes of Markdown or text that need no limits: the worst takes a second
_MAX_WRITE = 1_000_000  # bytes of a file that a library may write
_MAX_SCAN = 1_000_000_000  # and that text recognition may, which asks for it
_START = 120.0  # seconds that a child may take to start, which on a busy machine is many
_PR_SET_PDEATHSIG = 1  # prctl(2)
_OUT_OF_MEMORY = 75
_READY = b"ready"
# Not forkserver: its server outlives a killed parent for as long as a child of it runs. Not fork: threads are about.
_CONTEXT = multiprocessing.get_context("spawn")

_TOO_SLOW = "reading it took longer than {:g} seconds, so it was stopped: split it or save it again"
_TOO_LARGE = "reading it needs more memory than a file may use ({:g} GB): split it or save it again"
_TOO_LONG = "it holds more than a file may ({:,} paragraphs and table rows, or {:g} MB of text): split it"
_TOO_DEEP = "its parts are nested too deeply to be read: open it in its program and save it again"
_CRASHED = "the program that reads it crashed: the file is damaged; open it and save it again"
_NOT_INSTALLED = "the library that reads it is not installed ({}): install the assistant again"
_DAMAGED = "the file is damaged or not what its name says ({}): open it in its program and save it again"


class Sandbox:
    """Two child processes that read files with `load`, a function that can be imported.

    They are started when a file first needs one, used again, and replaced when they die. A context manager: leaving it,
    by Ctrl-C too, ends them.
    """

    def __init__(self, load: Load = loaders.load) -> None:
        self._load = load
        self._children: list[_Child] = []

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children:
            child.end()
        self._children.clear()

    def read(self, files: Iterable[tuple[Key, Path, bytes]]) -> Iterator[tuple[Key, Outcome]]:
        """Read (key, path, bytes) each and yield (key, what was read or why it cannot be) in the same order.

        `files` is read a few files ahead. Short Markdown and plain text are read in this process, which is faster
        than the way to another; one `read` at a time.
        """
        source = iter(files)
        jobs: deque[_Job[Key]] = deque()
        try:
            while True:
                for key, path, data in source:
                    here = len(data) <= _SMALL and sniff.is_plain(path, data)
                    jobs.append(_Job(key, path, data, _attempt(self._load, path, data) if here else None))
                    if len(jobs) == _AHEAD:
                        break
                if not jobs:
                    return
                while jobs[0].outcome is None:
                    self._advance(jobs)
                job = jobs.popleft()
                assert job.outcome is not None
                yield job.key, job.outcome
        finally:
            for child in [child for child in self._children if child.job]:
                self._drop(child)

    def _advance(self, jobs: Iterable[_Job[Any]]) -> None:
        """Give idle children work, then wait until one is ready or out of time."""
        waiting = deque(job for job in jobs if job.outcome is None and not any(c.job is job for c in self._children))
        for child in [child for child in self._children if not (child.job or child.process.is_alive())]:
            self._drop(child)
        while waiting and len(self._children) < _CHILDREN:
            self._children.append(_Child(self._load))
        busy = []
        for child in self._children:
            if not child.job and waiting:
                child.begin(waiting.popleft())
            if child.job:
                busy.append(child)
        patience = max(0.0, min(child.deadline for child in busy) - time.monotonic())
        ready = connection.wait([child.pipe for child in busy], patience)
        for child in busy:
            if child.pipe in ready:
                child.hear()
            elif time.monotonic() >= child.deadline:
                child.stop(_TOO_SLOW.format(SECONDS))
            if not child.files_left:
                self._drop(child)

    def _drop(self, child: _Child) -> None:
        self._children.remove(child)
        child.end()


@dataclass(eq=False)
class _Job(Generic[Key]):
    key: Key
    path: Path
    data: bytes
    outcome: Outcome | None


class _Child:
    """A process that reads one file at a time; this is the parent's side of it."""

    def __init__(self, load: Load) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_serve, args=(theirs, load), daemon=True)
        with _without_interrupts(), _without_main():
            self.process.start()
        theirs.close()
        self.job: _Job[Any] | None = None
        self.files_left = _FILES_EACH
        self.is_ready = False
        self.deadline = 0.0

    def begin(self, job: _Job[Any]) -> None:
        """Have a file read, by a child that still starts once it is there: no file pays for the time that takes."""
        self.job, self.deadline = job, time.monotonic() + _START
        if self.is_ready:
            self._hand_over(job)

    def _hand_over(self, job: _Job[Any]) -> None:
        self.deadline = time.monotonic() + SECONDS
        # A child that has just died takes nothing: `hear` finds its exit code.
        with contextlib.suppress(OSError):
            self.pipe.send((job.path, job.data))

    def hear(self) -> None:
        """Take what the child says: that it is there, and then what it has read."""
        try:
            said = self.pipe.recv_bytes(MAX_TEXT)
            if self.is_ready:
                self._close(_unpacked(said))
            else:
                self.is_ready = True
                assert self.job is not None
                self._hand_over(self.job)
        except (EOFError, OSError):
            self.process.join(5)
            memory = self.process.exitcode == _OUT_OF_MEMORY
            self.stop(_TOO_LARGE.format(MEMORY / 1e9) if memory else _CRASHED)

    def stop(self, reason: str) -> None:
        self.files_left = 0
        self._close(Unreadable(reason))

    def _close(self, outcome: Outcome) -> None:
        if self.job:
            self.job.outcome = outcome
        self.job = None
        self.files_left = max(0, self.files_left - 1)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let a process that starts now inherit that Ctrl-C is not for it, from its first instruction on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Let a process that starts now not import the program again that starts it: a script may have no guard."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(pipe: connection.Connection, load: Load) -> None:
    """Be a child: say so, and read files until the parent hangs up."""
    _confine()
    pipe.send_bytes(_READY)
    while True:
        try:
            path, data = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            _limit_memory()
            answer = _packed(_attempt(load, path, data, in_child=True))
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)
        except BaseException as error:  # SystemExit too: a loader has no say in when a child ends
            answer = _packed(_reason(error))
        try:
            pipe.send_bytes(answer)
        except OSError:
            return


def _confine() -> None:
    """Die with the parent, stay silent, and write and dump nothing, as far as the platform knows how to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = multiprocessing.parent_process()
    if parent is None or not parent.is_alive():
        os._exit(0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_WRITE, _MAX_SCAN))


def _limit_memory() -> None:
    """Let the next file add `MEMORY` bytes to what is mapped now, so that none pays for those before it."""
    if sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _attempt(load: Load, path: Path, data: bytes, *, in_child: bool = False) -> Outcome:
    try:
        return load(path, data)
    except Unreadable as error:
        return error
    except MemoryError:
        if in_child:
            raise
        return Unreadable(_TOO_LARGE.format(MEMORY / 1e9))
    except Exception as error:
        if in_child and isinstance(error, OSError) and error.errno == errno.ENOMEM:
            raise MemoryError from error
        return _reason(error)


def _reason(error: BaseException) -> Unreadable:
    """Say what a loader stumbled over: `PDFSyntaxError` is a "pdf syntax error"."""
    if isinstance(error, RecursionError):
        return Unreadable(_TOO_DEEP)
    if isinstance(error, ImportError):
        return Unreadable(_NOT_INSTALLED.format(error.name))
    name = type(error).__name__
    if name in {"error", "Error"}:
        name = f"{type(error).__module__} error"
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return Unreadable(_DAMAGED.format(words.replace("_", " ").strip().lower()))


def _packed(outcome: Outcome) -> bytes:
    """Return JSON: libraries' own kinds of str drag whole trees along, and half a surrogate pair is no text."""
    if isinstance(outcome, Unreadable):
        return json.dumps(" ".join(str(outcome).split())[:1000]).encode()
    too_long = Unreadable(_TOO_LONG.format(MAX_BLOCKS, MAX_TEXT / 1e6))
    if len(outcome.blocks) > MAX_BLOCKS:
        return _packed(too_long)
    blocks = [(b.kind, b.text, b.level, b.locator, b.superseded_by, b.unanswered) for b in outcome.blocks]
    values = [outcome.metadata, blocks, outcome.properties, outcome.warnings]
    answer = json.dumps(values, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return answer if len(answer) <= MAX_TEXT else _packed(too_long)


def _unpacked(answer: bytes) -> Outcome:
    values = json.loads(answer)
    if isinstance(values, str):
        return Unreadable(values)
    metadata, blocks, properties, warnings = values
    return Parsed(
        metadata,
        [Block(kind, text, level, locator, tuple(by), why) for kind, text, level, locator, by, why in blocks],
        properties,
        tuple(warnings),
    )
