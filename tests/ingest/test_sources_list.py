"""`sources.toml`: folders and files that belong to the corpus, and what is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ConfigurationError
from assistant.index import AUDIENCES

TERM = "# Term\n\n## Length\n\nA project lasts four years."
FEE = "# Fee\n\n## Amount\n\nThe fee is 12 euro."


def listed(workshop: Any, text: str) -> None:
    workshop.write("sources.toml", text.encode())


def outside(workshop: Any, name: str, body: str, **front: Any) -> Path:
    return workshop.write(workshop.folder / name, body, **front)


def document(workshop: Any, document_id: str) -> Any:
    return workshop.index(*AUDIENCES).documents[document_id]


def test_folder_of_the_list_is_ingested_and_followed(workshop: Any) -> None:
    outside(workshop, "manuals/term.md", TERM)
    path = outside(workshop, "manuals/old/fee.md", FEE)
    listed(workshop, '[[source]]\npath = "../manuals"\npublisher = "Joint secretariat"\ndate = 2024-03-01\n')
    report = workshop.ingest()
    assert len(report.added) == 2
    assert not report.problems
    assert document(workshop, "term").publisher == "Joint secretariat"
    assert document(workshop, "old-fee").date == "2024-03-01"
    assert workshop.ingest().unchanged == 2
    path.write_text(FEE.replace("12", "13"))
    assert workshop.ingest().changed == [path.as_posix()]


def test_wild_card_takes_what_it_names(workshop: Any) -> None:
    outside(workshop, "manuals/2024/term.md", TERM)
    outside(workshop, "manuals/2024/fee.txt", "The fee is 12 euro.")
    listed(workshop, '[[source]]\npath = "../manuals/*/*.md"\nperiod = "2021-2027"\n')
    report = workshop.ingest()
    assert [Path(name).name for name in report.added] == ["term.md"]
    assert document(workshop, "term").period == "2021-2027"


def test_front_matter_wins_over_the_list_and_a_later_entry_over_an_earlier_one(workshop: Any) -> None:
    outside(workshop, "manuals/term.md", TERM, publisher="Itself")
    outside(workshop, "manuals/fee.md", FEE)
    entries = '[[source]]\npath = "../manuals"\npublisher = "List"\nperiod = "2014-2020"\n'
    listed(workshop, entries + '[[source]]\npath = "../manuals/fee.md"\nperiod = "2021-2027"\nid = "the-fee"\n')
    workshop.ingest()
    assert document(workshop, "term").publisher == "Itself"
    assert document(workshop, "the-fee").publisher == "List"
    assert document(workshop, "the-fee").period == "2021-2027"


def test_list_speaks_of_files_inside_the_corpus_too(workshop: Any) -> None:
    workshop.write("slides/term.md", TERM)
    listed(workshop, '[[source]]\npath = "slides"\npublisher = "List"\n')
    assert workshop.ingest().added == ["slides/term.md"]
    assert document(workshop, "slides-term").publisher == "List"


def test_change_of_the_list_is_a_change_of_its_files(workshop: Any) -> None:
    workshop.write("term.md", TERM)
    workshop.write("fee.md", FEE)
    workshop.ingest()
    listed(workshop, '[[source]]\npath = "term.md"\naudience = "staff"\n')
    assert workshop.ingest().changed == ["term.md"]
    assert set(workshop.index().documents) == {"fee"}


@pytest.mark.parametrize("again", ["", '[[source]]\npath = "../internal/term.md"\naudience = "public"\n'])
def test_what_the_list_keeps_for_staff_stays_with_staff(workshop: Any, again: str) -> None:
    outside(workshop, "internal/term.md", TERM, audience="public")
    listed(workshop, f'[[source]]\npath = "../internal"\naudience = "staff"\n{again}')
    workshop.ingest()
    assert not workshop.index().documents
    assert document(workshop, "term").audience == "staff"


def test_list_may_supersede_where_the_file_may_not(workshop: Any) -> None:
    workshop.write("term.md", TERM, id="term", language="en")
    outside(workshop, "manuals/new.md", TERM.replace("four", "five"), id="new", supersedes="term")
    listed(workshop, '[[source]]\npath = "../manuals/new.md"\n')
    workshop.ingest()
    assert document(workshop, "new").supersedes == ()
    listed(workshop, '[[source]]\npath = "../manuals/new.md"\nsupersedes = ["term"]\n')
    workshop.ingest()
    assert document(workshop, "new").supersedes == ("term",)


def test_path_at_which_there_is_nothing_is_named_and_the_rest_is_ingested(workshop: Any) -> None:
    workshop.write("term.md", TERM)
    listed(workshop, '[[source]]\npath = "../gone"\n')
    report = workshop.ingest()
    assert report.added == ["term.md"]
    assert "../gone" in report.problems["sources.toml"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source]\n", "TOML"),
        ('[[source]]\npublisher = "Nobody"\n', "source 1: path"),
        ('[[source]]\npath = "a.md"\naudience = "everyone"\n', "audience"),
        ('[[source]]\npath = "a.md"\npublsher = "X"\n', "'publsher' is not known"),
        ('[[source]]\npath = "folder"\nid = "one"\n', "'id' is of one file"),
        ('[[source]]\npath = "*.md"\ntitle = "One"\n', "'title' is of one file"),
        ('[other]\npath = "a.md"\n', "[[source]]"),
        ("source = 3\n", "[[source]]"),
        ("source = [3]\n", "source 1"),
    ],
)
def test_list_that_cannot_be_used_is_named_with_its_entry(workshop: Any, text: str, said: str) -> None:
    listed(workshop, text)
    with pytest.raises(ConfigurationError) as caught:
        workshop.ingest()
    assert said in str(caught.value)
    assert "sources.toml" in str(caught.value)
