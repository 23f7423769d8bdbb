"""Phrasings are ways into a section: they find it and are never quoted."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.blocks import Unreadable
from ingest.phrasings import read

TEXT = (
    "# Vergoeding\n\n## Bedrag\n\nDe kilometervergoeding bedraagt 0,42 euro.\n\n"
    "## Aanvraag\n\nDe partner vraagt ze aan in het portaal."
)


def test_phrasings_attach_to_their_section(workshop: Any) -> None:
    workshop.write("km.md", TEXT, id="km", language="nl")
    workshop.write("km.asked.yaml", "bedrag:\n- Wat krijg ik als ik met de auto kom?\n")
    assert workshop.ingest().phrasings == 1
    index = workshop.index()
    (key,) = workshop.stored("public", "phrasing")
    (passage_id,) = index.passages_of("phrasing", key)
    (passage,) = index.passages([passage_id])
    assert passage.slug == "bedrag"
    assert index.with_phrasings(p.id for p in index.passages_in("km")) == {passage_id}


def test_phrasings_are_never_quoted(workshop: Any) -> None:
    asked = "Wat krijg ik als ik met de auto kom?"
    workshop.write("km.md", TEXT, id="km", language="nl")
    workshop.write("km.asked.yaml", f"bedrag:\n- {asked}\n")
    workshop.ingest()
    assert asked not in workshop.index().text("km").text
    answer = workshop.ask(asked)
    assert asked not in answer.text
    assert all(asked not in c.quote for c in (*answer.citations, *answer.near_misses))


def test_unknown_heading_is_reported_and_the_rest_attached(workshop: Any) -> None:
    workshop.write("km.md", TEXT, id="km", language="nl")
    workshop.write("km.asked.yaml", "bedrag:\n- Hoeveel?\nbestaat-niet:\n- Wat?\n")
    report = workshop.ingest()
    assert "bestaat-niet" in report.problems["km.md"]
    assert report.added == ["km.md"]
    assert len(workshop.stored("public", "phrasing")) == 1


def test_unknown_heading_is_reported_until_it_is_mended(workshop: Any) -> None:
    workshop.write("km.md", TEXT, id="km", language="nl")
    workshop.write("km.asked.yaml", "bestaat-niet:\n- Wat?\n")
    workshop.ingest()
    assert "bestaat-niet" in workshop.ingest().problems["km.md"]


@pytest.mark.parametrize(
    "data", [b"bedrag: [", b"- a\n- b\n", b"bedrag: Hoeveel?\n", b"bedrag:\n- 12\n", b"bedrag:\n- caf\xe9\n"]
)
def test_broken_phrasings_say_so(data: bytes) -> None:
    with pytest.raises(Unreadable, match="phrasings"):
        read(data)


@pytest.mark.parametrize("data", [b"", b"# none yet\n", b"bedrag: []\n", b"bedrag:\n- '  '\n"])
def test_no_phrasings_are_none(data: bytes) -> None:
    assert not any(read(data).values())


def test_phrasings_run_no_code() -> None:
    with pytest.raises(Unreadable):
        read(b"bedrag: !!python/object/apply:os.system ['true']\n")
