"""A file that cannot be read is named with its reason, and the rest is ingested."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pptx
import pytest

from assistant import encoder
from ingest import loaders
from ingest.blocks import Unreadable
from ingest.loaders import MAX_BYTES

GOOD = "# Good\n\n## Good\n\nThis text is good."
BAD = {
    "latin.md": ("Caf\xe9 is caf\xe9.".encode("latin-1"), "not UTF-8"),
    "zeros.txt": (b"a\0b", "NUL"),
    "yaml.md": (b"---\nid: [a\n---\n\nText.", "YAML"),
    "open.md": (b"---\nid: open\n\nText.", "no closing line"),
    "list.md": (b"---\n- a\n---\n\nText.", "key: value"),
    "empty.md": (b"", "no text"),
    "blank.txt": (b" \n\n \n", "no text"),
    "headings.md": (b"# One\n\n## Two\n", "headings and no text under them"),
    "front.md": (b"---\nid: front\n---\n", "no text"),
    "date.md": (b"---\ndate: yesterday\n---\n\nText.", "date='yesterday'"),
    "id.md": (b"---\nid: Not An Id\n---\n\nText.", "id='Not An Id'"),
    "reader.md": (b"---\naudience: everyone\n---\n\nText.", "audience='everyone'"),
    "line.txt": (b"word " * 60_000, "300,000 bytes"),
    "asked.md": (b"---\nid: asked\nlanguage: en\n---\n\n# A\n\nText.", "phrasings"),
}


def test_every_bad_file_is_named_with_its_reason(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (data, _) in BAD.items():
        workshop.write(name, data)
    workshop.write("asked.asked.yaml", "a: [")
    workshop.write("good.md", GOOD, id="good", language="en")
    report = workshop.ingest()
    assert report.problems.keys() == BAD.keys()
    for name, (_, reason) in BAD.items():
        assert reason in report.problems[name], name
    assert report.added == ["good.md"]
    assert set(workshop.index().documents) == {"good"}

    def fail(_settings: Any, **_how: Any) -> Any:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr(encoder, "load", fail)
    assert workshop.ingest().problems == report.problems


def test_50_mb_of_one_line_is_refused(workshop: Any) -> None:
    workshop.write("huge.md", b"word " * 10_000_000)
    workshop.write("good.md", GOOD, id="good", language="en")
    report = workshop.ingest()
    assert "20 MB" in report.problems["huge.md"]
    assert report.added == ["good.md"]


def test_file_beyond_every_limit_is_refused_unread(workshop: Any) -> None:
    path = workshop.write("huge.pdf", b"%PDF-1.7")
    with path.open("r+b") as stream:
        stream.truncate(3_000_000_000)
    workshop.write("good.md", GOOD, id="good", language="en")
    report = workshop.ingest()
    assert f"{MAX_BYTES / 1e6:.0f} MB" in report.problems["huge.pdf"]
    assert report.added == ["good.md"]


def test_id_that_two_files_claim_stays_with_the_first(workshop: Any) -> None:
    workshop.write("a.md", GOOD, id="same", language="en")
    workshop.write("b.md", GOOD.replace("good", "other"), id="same", language="en")
    report = workshop.ingest()
    assert report.added == ["a.md"]
    assert "'same'" in report.problems["b.md"]
    assert "a.md" in report.problems["b.md"]
    assert "This text is good." in workshop.index().text("same").text


def test_known_file_keeps_its_id_when_another_claims_it(workshop: Any) -> None:
    workshop.write("z.md", GOOD, id="same", language="en")
    workshop.ingest()
    workshop.write("a.md", GOOD.replace("good", "other"), id="same", language="en")
    report = workshop.ingest()
    assert set(report.problems) == {"a.md"}
    assert "This text is good." in workshop.index().text("same").text


def test_second_claimant_comes_in_once_the_first_is_gone(workshop: Any) -> None:
    workshop.write("a.md", GOOD, id="same", language="en")
    workshop.write("b.md", GOOD.replace("good", "other"), id="same", language="en")
    workshop.ingest()
    workshop.remove("a.md")
    assert workshop.ingest().problems == {}
    assert "This text is other." in workshop.index().text("same").text


@pytest.mark.parametrize("names", [("x", "y"), ("y", "z")])
def test_ids_may_change_hands_in_one_run(workshop: Any, names: tuple[str, str]) -> None:
    workshop.write("a.md", GOOD, id="y", language="en")
    workshop.write("b.md", GOOD, id="x", language="en")
    workshop.ingest()
    for file, name in zip(("a.md", "b.md"), names, strict=True):
        workshop.write(file, GOOD, id=name, language="en")
    assert workshop.ingest().problems == {}
    assert set(workshop.index().documents) == set(names)
    workshop.check_vectors(exact=True)


def test_file_that_is_mended_comes_in(workshop: Any) -> None:
    workshop.write("a.md", b"Caf\xe9")
    workshop.ingest()
    workshop.write("a.md", GOOD, id="a", language="en")
    report = workshop.ingest()
    assert (report.problems, report.added) == ({}, ["a.md"])


def test_file_that_breaks_keeps_what_was_indexed_of_it(workshop: Any) -> None:
    workshop.write("a.md", GOOD, id="a", language="en")
    workshop.ingest()
    workshop.write("a.md", b"---\nid: a\n")
    for _ in range(2):
        report = workshop.ingest()
        assert "kept" in report.problems["a.md"]
        assert "This text is good." in workshop.index().text("a").text
    workshop.check_vectors(exact=True)


def test_what_was_kept_moves_along_to_another_model(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.write("a.md", GOOD, id="a", language="en")
    workshop.ingest()
    workshop.write("a.md", b"---\nid: a\n")
    workshop.ingest()
    monkeypatch.setattr(encoder, "identity", lambda _settings: "other/model/r2")
    workshop.ingest()
    workshop.check_vectors(exact=True)


def test_bad_file_that_is_removed_is_forgotten(workshop: Any) -> None:
    workshop.write("a.md", b"Caf\xe9")
    workshop.write("good.md", GOOD, id="good", language="en")
    workshop.ingest()
    workshop.remove("a.md")
    assert workshop.ingest().problems == {}


def test_file_without_permission_is_named(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.write("a.md", GOOD, id="a", language="en")
    workshop.write("good.md", GOOD, id="good", language="en")
    opened = Path.open

    def refuse(self: Path, *how: Any, **more: Any) -> Any:
        if self.name == "a.md":
            raise PermissionError(13, "Permission denied")
        return opened(self, *how, **more)

    monkeypatch.setattr(Path, "open", refuse)
    report = workshop.ingest()
    assert "Permission denied" in report.problems["a.md"]
    assert report.added == ["good.md"]


def test_refused_file_is_tried_again_by_name_only(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workshop.write("table.csv", b"fee;days\n12;3\n13;4\n")
    with monkeypatch.context() as patch:
        patch.setattr("ingest.sandbox.SECONDS", 0.0)  # as on a machine that stalls
        assert "table.csv" in workshop.ingest().problems
    assert "table.csv" in workshop.ingest().problems
    assert "table.csv" in workshop.ingest(path.parent).problems
    report = workshop.ingest(path)
    assert (report.added, report.problems) == (["table.csv"], {})


def test_workbook_of_which_all_is_hidden_says_so() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["Kostensoort", "Forfait"], ["Personeel", "20 %"]):
        sheet.append(row)
        sheet.row_dimensions[sheet.max_row].hidden = True
    book.save(stream := io.BytesIO())
    with pytest.raises(Unreadable, match=r"a reader can see \(sheet 'Sheet', hidden rows: 5 words .* show it"):
        loaders.load(Path("a.xlsx"), stream.getvalue())


def test_titles_alone_are_no_text() -> None:
    deck: Any = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Our region"
    deck.save(stream := io.BytesIO())
    with pytest.raises(Unreadable, match="headings and no text under them: if it stands in pictures"):
        loaders.load(Path("a.pptx"), stream.getvalue())
