"""Originals on disk: kept whole or not at all, found by revision, forgotten with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import original
from assistant.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, var_dir=tmp_path / "var")


def test_what_is_kept_is_found_again(settings):
    kept = original.keep(settings, "guide", "r1", ".PDF", b"%PDF-1")
    assert kept == original.original_path(settings, "guide", "r1") == original.find(settings, "guide", "r1")
    assert kept == settings.var_dir / "originals" / "guide-r1.pdf"
    assert kept.read_bytes() == b"%PDF-1"
    assert original.find(settings, "guide", "r2") is None


def test_other_formats_are_found_by_their_own_suffix(settings):
    kept = original.keep(settings, "guide", "r1", ".docx", b"PK")
    assert original.find(settings, "guide", "r1") == kept
    assert not original.original_path(settings, "guide", "r1").exists()


def test_one_original_a_revision(settings):
    original.keep(settings, "guide", "r1", ".pdf", b"%PDF-1")
    original.keep(settings, "guide-r1", "r1", ".pdf", b"%PDF-1")
    original.keep(settings, "guide", "r1", ".docx", b"PK")
    assert {path.name for path in (settings.var_dir / "originals").iterdir()} == {"guide-r1.docx", "guide-r1-r1.pdf"}


def test_same_bytes_are_not_written_again(settings):
    kept = original.keep(settings, "guide", "r1", ".pdf", b"%PDF-1")
    before = kept.stat()
    original.keep(settings, "guide", "r1", ".pdf", b"%PDF-1")
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_interrupted_keep_leaves_the_old_file_whole(settings, monkeypatch):
    kept = original.keep(settings, "guide", "r1", ".pdf", b"%PDF-old")

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            original.keep(settings, "guide", "r1", ".pdf", b"%PDF-new")
    assert kept.read_bytes() == b"%PDF-old"
    assert original.find(settings, "guide", "r1") == kept
    original.forget(settings, {("guide", "r1")})
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize("suffix", ["", "pdf", "./../x", ".p df", "." + "x" * 11])
def test_suffix_that_is_none_is_refused(settings, suffix):
    with pytest.raises(ValueError, match="no suffix"):
        original.keep(settings, "guide", "r1", suffix, b"x")
    assert not (settings.var_dir / "originals").exists()


def test_forgetting_takes_the_pages_too(settings):
    gone = original.keep(settings, "guide", "r1", ".pdf", b"1")
    stays = original.keep(settings, "guide", "r2", ".pdf", b"2")
    pages = original.page_folder(settings)
    pages.mkdir(parents=True)
    for name in ("guide-r1-abc-1.webp", "guide-r2-abc-1.webp", "guide-r2-abc-2.webp"):
        (pages / name).write_bytes(b"image")
    assert original.forget(settings, {("guide", "r2"), ("other", "r1")}) == 1
    assert (gone.exists(), stays.exists()) == (False, True)
    assert {path.name for path in pages.iterdir()} == {"guide-r2-abc-1.webp", "guide-r2-abc-2.webp"}


def test_forgetting_where_nothing_was_kept_is_no_error(settings):
    assert original.forget(settings, set()) == 0
