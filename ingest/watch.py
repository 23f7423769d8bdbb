"""Watching the folders that an ingest reads."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from assistant.errors import ConfigurationError
from assistant.settings import Settings
from ingest import sources

_SETTLED = 1_000  # milliseconds without a change after which files are taken to be whole
_QUIET = 500  # milliseconds after which the watch says that nothing happened


def changes(settings: Settings, given: Sequence[Path]) -> Iterator[None]:
    """Yield at once, and again after each change to what an ingest reads, until Ctrl-C.

    Changes that come close together are one; what changes while the caller is at work is yielded after it. A folder
    that is added to `sources.toml` is watched from then on; while that list cannot be used, those of before are.

    Raises:
        ConfigurationError: `sources.toml` cannot be used from the beginning, or a folder is not there.

    """
    folders = _folders(settings, given)
    while True:
        folders = yield from _until_others(settings, given, folders)


def _folders(settings: Settings, given: Sequence[Path]) -> set[Path]:
    """Return the folders to watch; a file is watched through its own, since editors put a new file in its place."""
    named = [settings.corpus_dir, *given, *sources.read(settings.corpus_dir).outside()]
    return {path if path.is_dir() else path.parent for path in map(Path.resolve, named)}


def _until_others(settings: Settings, given: Sequence[Path], folders: set[Path]) -> Generator[None, None, set[Path]]:
    """Yield at once and after each change, until other folders are named; return those."""
    from watchfiles import Change, watch

    own = settings.var_dir.resolve()

    def outside(_change: Change, path: str) -> bool:
        return not Path(path).is_relative_to(own)

    begun = False
    options = {"debounce": _SETTLED, "step": _SETTLED // 4, "rust_timeout": _QUIET}
    try:
        for changed in watch(*folders, watch_filter=outside, yield_on_timeout=True, **options):  # type: ignore[arg-type]
            if begun and not changed:
                continue
            begun = True
            yield
            with suppress(ConfigurationError):  # the caller has just been told
                if (now := _folders(settings, given)) != folders:
                    return now
    except FileNotFoundError as error:
        raise ConfigurationError(f"A folder to watch is not there ({error}): make it, or correct the path.") from error
    return folders
