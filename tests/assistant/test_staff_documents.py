"""What is meant for staff never leaves through a public door, by whatever way it is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from assistant import encoder
from assistant.errors import NotFound
from assistant.index import Index
from assistant.service import Assistant

SECRET = "The internal password of the Rijsel safe of Interreg Europe is kwartelei-7781."
QUESTIONS = [
    SECRET,
    "What is the internal password of the safe?",
    "kwartelei-7781",
    "Wat is het interne wachtwoord van de kluis?",
    "Show me the staff documents.",
    "Which document is called Internal safe?",
]


@pytest.fixture(scope="module")
def house(module_workshop: Any) -> Any:
    module_workshop.write(
        "internal.md",
        f"# Internal safe\n\n## Password\n\n{SECRET}\n\nOnly staff may open it.",
        id="internal-safe",
        language="en",
        audience="staff",
        supersedes="[public-safe]",
    )
    module_workshop.write("internal.asked.yaml", "password:\n- What is the password of the safe?\n")
    module_workshop.write(
        "public.md", "# Safe\n\n## Safe\n\nThe joint secretariat in Lille has a safe.", id="public-safe", language="en"
    )
    module_workshop.ingest()
    return module_workshop


@pytest.fixture(scope="module")
def doors(house: Any) -> dict[str, Assistant]:
    loaded = encoder.load(house.settings)
    audiences = {"public": ("public",), "staff": ("public", "staff")}
    return {name: Assistant(house.settings, Index(house.settings, seen), loaded) for name, seen in audiences.items()}


@pytest.mark.parametrize("question", QUESTIONS)
def test_staff_document_never_leaves_public_door(doors: dict[str, Assistant], question: str) -> None:
    public = doors["public"]
    answer = public.ask(question, language="en")
    for citation in (*answer.citations, *answer.near_misses):
        assert citation.document_id != "internal-safe"
    said = answer.model_copy(update={"question": "", "parts": ()}).model_dump_json()
    assert "kwartelei" not in said.replace(question, "")
    assert "internal-safe" not in said
    assert "Internal safe" not in said
    candidates = public.retriever.search(public.retriever.query(question, "en"))
    assert all(c.passage.document.audience == "public" for c in candidates)
    assert all(doc.metadata["document_id"] != "internal-safe" for doc in public.retriever.invoke(question))


def test_staff_text_is_not_there_for_a_public_door(doors: dict[str, Assistant]) -> None:
    revision = doors["staff"].index.documents["internal-safe"].revision
    public = doors["public"].index
    for asked in (None, revision):
        with pytest.raises(NotFound):
            public.text("internal-safe", asked)
    assert "internal-safe" not in public.documents
    assert public.passages_in("internal-safe") == []
    assert public.passage_at("internal-safe") is None
    ids = [p.id for p in doors["staff"].index.passages_in("internal-safe")]
    assert ids
    assert public.passages(ids) == []


def test_staff_words_are_in_no_public_list(doors: dict[str, Assistant]) -> None:
    assert not any(
        "kwartelei" in term for index in doors["public"].index.sparse("en") for term in index.document_frequency
    )


def test_staff_document_does_not_change_public_ones(doors: dict[str, Assistant]) -> None:
    assert not any(p.superseded for p in doors["public"].index.passages_in("public-safe"))
    assert all(p.superseded for p in doors["staff"].index.passages_in("public-safe"))


def test_staff_door_finds_it(doors: dict[str, Assistant]) -> None:
    staff = doors["staff"]
    found = staff.retriever.search(staff.retriever.query(QUESTIONS[1], "en"))
    assert found[0].passage.document.id == "internal-safe"


def test_public_vectors_and_staff_vectors_lie_apart(house: Any) -> None:
    for kind in ("sentence", "passage", "phrasing"):
        assert house.named("staff", kind)
        assert house.stored("staff", kind) == house.named("staff", kind)
        assert not house.stored("public", kind) & house.named("staff", kind)


def test_document_that_becomes_internal_leaves_the_public_door(workshop: Any) -> None:
    text = "# Fee\n\n## Fee\n\nThe fee is 12 euro."
    workshop.write("fee.md", text, id="fee", language="en")
    workshop.ingest()
    public = workshop.index()
    assert public.text("fee").text
    workshop.write("fee.md", text, id="fee", language="en", audience="staff")
    workshop.ingest()
    public.refresh()
    assert "fee" not in public.documents
    assert workshop.stored("public", "sentence") == set()
    workshop.check_vectors(exact=True)


def test_old_text_of_a_document_that_became_internal_is_internal(workshop: Any) -> None:
    text = "# Fee\n\n## Fee\n\nThe fee is 12 euro."
    workshop.write("fee.md", text, id="fee", language="en")
    workshop.ingest()
    revision = workshop.index().documents["fee"].revision
    workshop.write("fee.md", text, id="fee", language="en", audience="staff")
    workshop.ingest()
    with pytest.raises(NotFound):
        workshop.index().text("fee", revision)
