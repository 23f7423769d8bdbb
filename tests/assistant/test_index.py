"""An index that cannot be asked says so, and what to do about it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from assistant.errors import ConfigurationError, IndexMismatch, IndexMissing, ModelMissing, NotFound
from assistant.index import Index, Passage, store, vectors
from assistant.index import schema as tables
from assistant.index.database import connect
from assistant.service import Assistant

TEXT = "# Fee\n\n## Amount\n\nThe fee is 12 euro."


def test_no_index_yet_says_what_to_run(workshop: Any) -> None:
    with pytest.raises(IndexMissing, match="ingest") as caught:
        workshop.index()
    assert caught.value.status == 503


def test_index_made_by_another_model_says_what_to_run(workshop: Any) -> None:
    workshop.write("fee.md", TEXT, id="fee", language="en")
    workshop.ingest()
    index = workshop.index()
    with connect(workshop.settings.database).begin() as connection:
        connection.execute(update(tables.state).where(tables.state.c.key == "model").values(value="other/model/r1"))
        connection.execute(update(tables.state).where(tables.state.c.key == "generation").values(value="7"))
    for use in (workshop.index, index.refresh):
        with pytest.raises(IndexMismatch, match="assistant ingest") as caught:
            use()
        assert "other/model/r1" in str(caught.value)
        assert "ASSISTANT_EMBEDDING_MODEL" in str(caught.value)
    workshop.ingest()
    workshop.check_vectors(exact=True)
    assert set(workshop.index().documents) == {"fee"}


def test_missing_model_says_what_to_run(workshop: Any, tmp_path: Path) -> None:
    workshop.settings = workshop.settings.model_copy(update={"model_dir": tmp_path / "nothing"})
    with pytest.raises(ModelMissing, match="make install"):
        workshop.ingest()


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/x.db", "nonsense://x", "no url at all"])
def test_database_that_cannot_be_opened_names_its_setting(url: str) -> None:
    with pytest.raises(ConfigurationError, match="ASSISTANT_DATABASE_URL"):
        connect(url)


def test_password_of_the_database_is_not_shown() -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect("nonsense://user:hunter2@host/db")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("document_id", "revision"), [("nothing", None), ("nothing", "abc"), ("private-companies", "abc"), ("", None)]
)
def test_text_that_is_not_there_is_not_found(assistant: Assistant, document_id: str, revision: str | None) -> None:
    with pytest.raises(NotFound):
        assistant.index.text(document_id, revision)


@pytest.mark.parametrize("target", ["nothing", "private-companies#nothing", "#", "", "private-companies##"])
def test_place_that_is_not_there_is_none(assistant: Assistant, target: str) -> None:
    assert assistant.index.passage_at(target) is None


def test_every_span_slices_back(assistant: Assistant) -> None:
    for document_id in assistant.index.documents:
        text = assistant.index.text(document_id).text
        for passage in assistant.index.passages_in(document_id):
            assert text[passage.start : passage.end] == passage.text
            assert passage.sentences
            for sentence in passage.sentences:
                assert text[sentence.start : sentence.end] == sentence.text != ""
                if sentence.lead:
                    assert text[sentence.lead[0] : sentence.lead[1]] == sentence.lead[2]


def test_stored_text_is_plain(assistant: Assistant) -> None:
    for document_id in assistant.index.documents:
        text = assistant.index.text(document_id).text
        assert not any(mark in text for mark in ("<!--", "**", "---\n", "](", "\n#", "*Source:", "*Bron:"))


def test_every_question_of_one_generation(settings: Any) -> None:
    index = Index(settings)
    assert index.generation == 1
    index.refresh()
    assert index.generation == 1


@pytest.fixture
def rules(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index of two documents with four passages each, that keeps few of them in memory."""
    for name in ("one", "two"):
        sections = "".join(f"## Rule {i}\n\nRule {i} of {name} costs {i} euro.\n\n" for i in range(4))
        workshop.write(f"{name}.md", f"# {name}\n\n{sections}", id=name, language="en")
    workshop.ingest()
    for limit in ("_KEPT_PASSAGES", "_KEPT_VECTORS"):
        monkeypatch.setattr(store, limit, 3)
    index: Index = workshop.index()
    return index


def test_passages_that_another_question_forgets_are_not_missing(rules: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, others, read = rules.ids_in("one"), rules.ids_in("two"), rules._read_passages

    def read_while_another_asks(wanted: list[int]) -> list[Passage]:
        found = read(wanted)
        monkeypatch.setattr(rules, "_read_passages", read)
        rules.passages(others)
        rules.passages(ids[3:])
        return found

    rules.passages(ids[:2])
    monkeypatch.setattr(rules, "_read_passages", read_while_another_asks)
    assert [passage.id for passage in rules.passages(ids)] == ids


def test_vectors_that_another_question_forgets_are_not_missing(rules: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, others = ([passage.vector for passage in rules.passages_in(name)] for name in ("one", "two"))
    stored = rules._now.stores[0]["passage"]
    fetch = stored.fetch

    def fetch_while_another_asks(wanted: list[str]) -> dict[str, Any]:
        found = fetch(wanted)
        monkeypatch.setattr(stored, "fetch", fetch)
        rules.vectors("passage", others)
        rules.vectors("passage", keys[3:])
        return found

    rules.vectors("passage", keys[:2])
    monkeypatch.setattr(stored, "fetch", fetch_while_another_asks)
    assert list(rules.vectors("passage", keys)) == keys


def test_no_client_is_dropped_while_one_is_being_opened(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dropping, dropped = threading.Thread(target=vectors.forget_clients), []

    def connect_slowly(**_: Any) -> None:
        dropping.start()
        dropping.join(0.2)
        dropped.append(not dropping.is_alive())

    monkeypatch.setattr("chromadb.HttpClient", connect_slowly)
    vectors.open_client(workshop.settings.model_copy(update={"chroma_url": "http://127.0.0.1:9"}))
    dropping.join()
    assert dropped == [False]
