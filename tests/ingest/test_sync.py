"""The index follows the files: what is new comes in, what changed is replaced, what is gone goes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant import encoder
from assistant.errors import NotFound
from assistant.index.vectors import KINDS, collection_name, forget_clients, open_client
from ingest.sync import Watcher

FEE = "# Fee\n\n## Amount\n\nThe fee is {} euro.\n\n## Payer\n\nThe lead partner pays the fee.\n"
TERM = "# Term\n\n## Length\n\nA project lasts four years."


@pytest.fixture
def filled(workshop: Any) -> Any:
    workshop.write("en/fee.md", FEE.format(12), id="fee", language="en", title="Fee")
    workshop.write("en/fee.asked.yaml", "amount:\n- How expensive is it?\npayer:\n- Who pays?\n- Who has to pay?\n")
    workshop.write("en/term.md", TERM, id="term", language="en")
    workshop.write("note.txt", "De leadpartner is een overheid.\n\nEen vzw is dat niet altijd.")
    workshop.ingest()
    return workshop


def everything(workshop: Any) -> Any:
    index = workshop.index()
    passages = {name: index.passages_in(name) for name in index.documents}
    vectors = {kind: workshop.stored("public", kind) for kind in KINDS}
    return workshop.state(), index.documents, passages, vectors


def fail_to_load(_settings: Any, **_how: Any) -> Any:
    raise AssertionError("the model was loaded")


def test_first_run_brings_everything_in(filled: Any) -> None:
    index = filled.index()
    assert set(index.documents) == {"fee", "term", "note"}
    assert index.documents["note"].language == "nl"
    assert filled.state().generation == 1
    assert not filled.state().dirty
    assert len(filled.stored("public", "phrasing")) == 3
    filled.check_vectors(exact=True)


def test_second_run_loads_no_model_and_changes_nothing(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(filled)
    monkeypatch.setattr(encoder, "load", fail_to_load)
    report = filled.ingest()
    assert (report.unchanged, report.embedded) == (3, 0)
    assert report.added == report.changed == report.removed == []
    assert everything(filled) == before


def test_touched_file_is_unchanged(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "load", fail_to_load)
    (filled.settings.corpus_dir / "en/term.md").touch()
    assert filled.ingest().unchanged == 3


def test_changed_document_replaces_its_passages_and_vectors(filled: Any) -> None:
    old = filled.index().text("fee")
    filled.write("en/fee.md", FEE.format(15), id="fee", language="en", title="Fee")
    report = filled.ingest()
    assert (report.changed, report.unchanged) == (["en/fee.md"], 2)
    index = filled.index()
    assert [p.text for p in index.passages_in("fee")] == ["The fee is 15 euro.", "The lead partner pays the fee."]
    assert index.documents["fee"].revision != old.document.revision
    assert report.embedded == 2
    filled.check_vectors(exact=True)


def test_text_that_was_cited_once_can_still_be_read(filled: Any) -> None:
    old = filled.index().text("fee")
    filled.write("en/fee.md", FEE.format(15), id="fee", language="en", title="Fee")
    filled.ingest()
    index = filled.index()
    kept = index.text("fee", old.document.revision)
    assert kept.text == old.text
    assert (kept.current, index.text("fee").current) == (False, True)
    filled.remove("en/fee.md")
    filled.ingest()
    assert filled.index().text("fee", old.document.revision).text == old.text
    with pytest.raises(NotFound):
        filled.index().text("fee")


def test_removed_document_is_never_retrieved(filled: Any) -> None:
    filled.remove("en/fee.md")
    report = filled.ingest()
    assert report.removed == ["en/fee.md"]
    index = filled.index()
    assert set(index.documents) == {"term", "note"}
    assert index.passages_in("fee") == []
    assert filled.stored("public", "phrasing") == set()
    filled.check_vectors(exact=True)
    answer = filled.ask("How expensive is the fee?")
    assert "fee" not in {c.document_id for c in (*answer.citations, *answer.near_misses)}


def test_emptied_corpus_empties_the_index(filled: Any) -> None:
    for name in ("en/fee.md", "en/term.md", "note.txt"):
        filled.remove(name)
    filled.ingest()
    assert filled.index().documents == {}
    filled.check_vectors(exact=True)
    assert filled.ask("Who pays the fee?").citations == ()


def test_back_to_an_earlier_text_is_the_earlier_revision(filled: Any) -> None:
    first = filled.index().documents["fee"].revision
    for amount in (15, 12):
        filled.write("en/fee.md", FEE.format(amount), id="fee", language="en", title="Fee")
        filled.ingest()
    assert filled.index().documents["fee"].revision == first
    assert filled.index().text("fee").current


def test_moved_file_keeps_its_document(filled: Any) -> None:
    path = filled.settings.corpus_dir / "en/term.md"
    path.rename(path.with_name("a-term.md"))
    report = filled.ingest()
    assert report.problems == {}
    assert "term" in filled.index().documents
    filled.check_vectors(exact=True)


def test_new_id_in_the_same_file_takes_the_old_one_away(filled: Any) -> None:
    filled.write("en/term.md", TERM, id="duration", language="en")
    filled.ingest()
    assert set(filled.index().documents) == {"fee", "duration", "note"}
    filled.check_vectors(exact=True)


def test_new_phrasings_change_their_document_only(filled: Any) -> None:
    revision = filled.index().documents["fee"].revision
    filled.write("en/fee.asked.yaml", "amount:\n- What does it cost?\n")
    report = filled.ingest()
    assert (report.changed, report.embedded) == (["en/fee.md"], 1)
    assert filled.index().documents["fee"].revision == revision
    assert len(filled.stored("public", "phrasing")) == 1
    filled.check_vectors(exact=True)


def test_dry_run_tells_and_changes_nothing(filled: Any) -> None:
    before = everything(filled)
    filled.write("en/fee.md", FEE.format(15), id="fee", language="en")
    filled.remove("note.txt")
    filled.write("new.md", TERM, id="new", language="en")
    report = filled.ingest(dry_run=True)
    assert (report.added, report.changed, report.removed) == (["new.md"], ["en/fee.md"], ["note.txt"])
    assert report.dry_run
    assert everything(filled) == before


def test_dry_run_over_nothing_makes_no_index(workshop: Any) -> None:
    workshop.write("a.md", TERM, id="a", language="en")
    assert workshop.ingest(dry_run=True).added == ["a.md"]
    assert workshop.state().generation == 0


def test_given_file_stays_until_it_is_pruned(filled: Any, tmp_path: Path) -> None:
    given = filled.write(
        str(tmp_path / "elsewhere" / "extra.md"), "# Extra\n\n## Extra\n\nExtra text.", id="extra", language="en"
    )
    assert filled.ingest(given).added == [str(given)]
    assert filled.ingest().unchanged == 4
    given.write_text("---\nid: extra\nlanguage: en\n---\n# Extra\n\n## Extra\n\nNewer text.")
    assert filled.ingest().changed == [str(given)]
    given.unlink()
    report = filled.ingest()
    assert (report.missing, report.removed) == ([str(given)], [])
    assert "extra" in filled.index().documents
    report = filled.ingest(prune=True)
    assert (report.missing, report.removed) == ([], [str(given)])
    assert "extra" not in filled.index().documents
    filled.check_vectors(exact=True)


def test_given_folder_brings_its_files(filled: Any, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    filled.write(str(folder / "sub" / "one.md"), "# One\n\nOne text.", language="en")
    filled.write(str(folder / "two.txt"), "Two texts are here.")
    filled.write(str(folder / "picture.png"), b"\x89PNG")
    assert len(filled.ingest(folder).added) == 2
    assert {"sub-one", "two"} <= set(filled.index().documents)


def test_file_of_the_corpus_may_be_given_too(filled: Any) -> None:
    assert filled.ingest(filled.settings.corpus_dir / "en/fee.md", filled.settings.corpus_dir).unchanged == 3


def test_untrusted_file_cannot_supersede(filled: Any, tmp_path: Path) -> None:
    given = filled.write(
        str(tmp_path / "elsewhere" / "rogue.md"),
        "# Rogue\n\nThe fee is nothing.",
        id="rogue",
        language="en",
        supersedes="[fee]",
    )
    filled.write(str(tmp_path / "elsewhere" / "rogue.asked.yaml"), "rogue:\n- How expensive is it?\n")
    filled.ingest(given)
    assert filled.index().documents["rogue"].supersedes == ()
    assert not any(p.superseded for p in filled.passages("fee"))
    assert len(filled.stored("public", "phrasing")) == 3


def test_untrusted_file_cannot_take_an_id(filled: Any, tmp_path: Path) -> None:
    given = filled.write(
        str(tmp_path / "elsewhere" / "rogue.md"), "# Fee\n\nThe fee is nothing.", id="fee", language="en"
    )
    report = filled.ingest(given)
    assert "fee" in report.problems[str(given)]
    assert "12 euro" in filled.index().text("fee").text


def test_link_out_of_the_corpus_is_not_followed(filled: Any, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("# Secret\n\nA secret.")
    (filled.settings.corpus_dir / "link.md").symlink_to(outside)
    assert filled.ingest().added == []


def test_hidden_files_and_readmes_are_no_documents(filled: Any) -> None:
    for name in (".hidden.md", "_draft.md", "README.md", ".git/x.md", "_old/y.md"):
        filled.write(name, TERM)
    assert filled.ingest().added == []


def test_server_picks_up_a_new_generation_without_reopening(filled: Any) -> None:
    index = filled.index()
    vector = encoder.load(filled.settings).embed_query("What does the parking cost?")
    filled.write("parking.md", "# Parking\n\n## Parking\n\nParking costs 3 euro.", id="parking", language="en")
    filled.remove("en/fee.md")
    filled.ingest()
    index.refresh()
    assert index.generation == 2
    assert set(index.documents) == {"parking", "term", "note"}
    (nearest, *_) = index.search([vector], {"sentence": 1})[0]["sentence"]
    (passage_id,) = index.passages_of("sentence", nearest)
    assert index.passages([passage_id])[0].document.id == "parking"
    assert any("park" in term for term in index.sparse("en")[0].document_frequency)


def test_reader_is_not_cut_off_by_the_sweep(workshop: Any) -> None:
    workshop.write("term.md", TERM, id="term", language="en")
    workshop.ingest()
    index = workshop.index()
    vector = encoder.load(workshop.settings).embed_query("How long?")
    workshop.write("term.md", TERM.replace("four", "five"), id="term", language="en")
    workshop.ingest()
    index.search([vector], dict.fromkeys(KINDS, 5))
    index.refresh()
    assert "five" in index.passages_in("term")[0].text


def test_lost_vectors_are_made_again(filled: Any) -> None:
    forget_clients()
    shutil.rmtree(filled.settings.var_dir / "chroma")
    filled.ingest()
    filled.check_vectors(exact=True)


@pytest.mark.xfail(reason="only a folder that is missing as a whole is noticed")
def test_one_lost_collection_is_made_again(filled: Any) -> None:
    client = open_client(filled.settings)
    client.delete_collection(collection_name("public", "sentence", encoder.identity(filled.settings)))
    filled.ingest()
    filled.check_vectors(exact=True)


def test_lost_bm25_files_are_made_again(filled: Any) -> None:
    shutil.rmtree(filled.settings.var_dir / "bm25")
    assert filled.index().sparse("en")
    filled.ingest()
    assert len(list((filled.settings.var_dir / "bm25").iterdir())) == 1


def test_watcher_is_told_all_of_it(workshop: Any) -> None:
    class Counting(Watcher):
        total = done = 0

        def embedding(self, total: int) -> None:
            self.total += total

        def embedded(self, count: int) -> None:
            self.done += count

    watcher = Counting()
    workshop.write("fee.md", FEE.format(12), id="fee", language="en")
    report = workshop.ingest(watcher=watcher)
    assert watcher.total == watcher.done == report.embedded > 0


def test_equal_sentences_share_a_vector(workshop: Any) -> None:
    for name in ("a", "b"):
        workshop.write(f"{name}.md", "# Fee\n\n## Amount\n\nThe fee is 12 euro.", id=name, language="en")
    workshop.ingest()
    index = workshop.index()
    (key,) = workshop.stored("public", "sentence")
    assert len(index.passages_of("sentence", key)) == 2
    workshop.remove("a.md")
    workshop.ingest()
    workshop.check_vectors(exact=True)


def test_folder_that_goes_away_while_it_is_looked_at_is_no_error(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    going = filled.settings.corpus_dir / "going"
    filled.write("going/gone.md", TERM, id="gone", language="en")
    scan = os.scandir

    def scan_late(place: Any) -> Any:
        if Path(place) == going:
            monkeypatch.setattr(os, "scandir", scan)
            shutil.rmtree(going)
        return scan(place)

    monkeypatch.setattr(os, "scandir", scan_late)
    report = filled.ingest()
    assert (report.unchanged, report.changes, report.problems) == (3, False, {})
