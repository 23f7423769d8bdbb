"""`assistant sources`: the list, and the stored text in which citations count."""

from __future__ import annotations

import json

import pytest


def test_list_shows_every_document(run, assistant):
    result = run("sources")
    assert result.exit_code == 0
    for document_id in assistant.index.documents:
        assert document_id in result.stdout


def test_json_is_the_web_doors_object_without_text(run, assistant):
    found = json.loads(run("sources", "--json").stdout)
    assert [source["id"] for source in found] == sorted(assistant.index.documents)
    source = next(source for source in found if source["id"] == "private-bedrijven")
    assert {**source, **vars(assistant.index.documents["private-bedrijven"])} == source | {"supersedes": ()}
    assert source["passages"] == len(assistant.index.passages_in("private-bedrijven"))
    assert source["path"] == "nl/private-bedrijven.md"
    assert source["ingested_at"].startswith("20")
    assert "text" not in source


@pytest.mark.parametrize("question", ["Kan mijn bedrijf subsidie krijgen?", "Can my company get funding?"])
def test_quote_is_a_slice_of_what_show_prints(run, question):
    answer = json.loads(run("ask", "--json", question).stdout)
    for citation in answer["citations"] + answer["near_misses"]:
        shown = run("sources", "show", citation["document_id"], "--revision", citation["revision"])
        text = shown.stdout_bytes.decode("utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_show_prints_the_stored_text_and_nothing_else(run, assistant):
    for document_id in assistant.index.documents:
        result = run("sources", "show", document_id)
        assert result.stdout_bytes == assistant.index.text(document_id).text.encode()


def test_older_revision_is_shown(workshop, run_over):
    run = run_over(workshop.settings)
    for fee in ("100 EUR", "200 EUR"):
        workshop.write("en/fees.md", f"# Fees\n\nThe fee is {fee}.", id="fees", title="Fees", language="en")
        assert run("ingest").exit_code == 0
        if fee == "100 EUR":
            first = json.loads(run("sources", "--json").stdout)[0]["revision"]
    assert "200 EUR" in run("sources", "show", "fees").stdout
    assert "100 EUR" in run("sources", "show", "fees", "--revision", first).stdout


def test_staff_documents_are_listed_but_not_quoted(workshop, run_over):
    run = run_over(workshop.settings)
    body = "# Secret\n\nThe internal code of the contact point of Interreg Europe is 4711."
    workshop.write("en/secret.md", body, id="secret", title="Secret", language="en", audience="staff")
    workshop.write("en/open.md", "# Open\n\nThe door is green.", id="open", title="Open", language="en")
    run("ingest")
    assert {source["id"] for source in json.loads(run("sources", "--json").stdout)} == {"open", "secret"}
    assert "4711" in run("sources", "show", "secret").stdout
    assert "4711" not in run("ask", "What is the internal code of the contact point of Interreg Europe?").stdout


@pytest.mark.parametrize("words", [("no-such",), ("private-bedrijven", "--revision", "none"), ("../../etc",)])
def test_unknown_document_exits_four(run, words):
    result = run("sources", "show", *words)
    assert result.exit_code == 4
    assert result.stdout == ""
    assert "assistant sources" in result.stderr


def test_no_index_exits_three(run_without_index):
    result = run_without_index("sources", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["title"] == "No index yet"
