"""A file that moves is the same document, and nothing of it is embedded anew."""

from __future__ import annotations

from typing import Any

TEXT = "The fee of the harbour is 12 euro.\n\nBoats longer than ten metres pay twice."


def test_moved_file_keeps_its_document_and_its_vectors(workshop: Any) -> None:
    workshop.write("harbour/fees.txt", TEXT)
    workshop.ingest()
    (before,) = workshop.index().documents.values()
    (workshop.settings.corpus_dir / "harbour").rename(workshop.settings.corpus_dir / "port")
    report = workshop.ingest()
    assert report.renamed == ["harbour/fees.txt → port/fees.txt"]
    assert report.added == report.removed == report.changed == []
    assert report.embedded == 0
    assert list(workshop.index().documents.values()) == [before]
    assert workshop.ingest().unchanged == 1


def test_given_file_that_moved_is_not_kept_twice(workshop: Any) -> None:
    old = workshop.write(workshop.folder / "more" / "fees.txt", TEXT)
    workshop.ingest(old)
    new = old.rename(old.with_name("prices.txt"))
    report = workshop.ingest(new)
    assert report.renamed == [f"{old} → {new}"]
    assert report.missing == []
    assert len(workshop.index().documents) == 1


def test_copy_is_a_document_of_its_own(workshop: Any) -> None:
    workshop.write("fees.txt", TEXT)
    workshop.ingest()
    workshop.write("copy.txt", TEXT)
    report = workshop.ingest()
    assert (report.added, report.renamed) == (["copy.txt"], [])
    assert set(workshop.index().documents) == {"fees", "copy"}


def test_moved_and_changed_is_removed_and_added(workshop: Any) -> None:
    workshop.write("fees.txt", TEXT)
    workshop.ingest()
    workshop.remove("fees.txt")
    workshop.write("prices.txt", TEXT.replace("12", "13"))
    report = workshop.ingest()
    assert (report.added, report.removed, report.renamed) == (["prices.txt"], ["fees.txt"], [])


def test_two_that_change_places(workshop: Any) -> None:
    workshop.write("a.txt", TEXT)
    workshop.write("b.txt", "The museum is closed on Monday.")
    workshop.ingest()
    folder = workshop.settings.corpus_dir
    (folder / "a.txt").rename(folder / "c.txt")
    (folder / "b.txt").rename(folder / "a.txt")
    report = workshop.ingest()
    assert report.renamed == ["b.txt → a.txt", "a.txt → c.txt"]
    assert report.added == report.changed == report.removed == []
    assert report.embedded == 0
    assert workshop.index().text("a").text == TEXT
    assert workshop.index().text("b").text == "The museum is closed on Monday."
