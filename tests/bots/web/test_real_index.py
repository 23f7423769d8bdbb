"""The web door over a real index: what is quoted stands in the source, at the place that the link opens."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from bots.web import create_app


@pytest.fixture(scope="module")
def real(settings, until) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        yield client


@pytest.mark.parametrize(
    ("question", "language"), [("Kan mijn bedrijf subsidie krijgen?", "nl"), ("Can my company get funding?", "en")]
)
def test_quote_is_verbatim_in_the_source_that_its_link_opens(real, question, language):
    answer = real.post("/api/v1/ask", json={"question": question, "language": language}).json()
    assert answer["citations"] or answer["near_misses"]
    for citation in answer["citations"] + answer["near_misses"]:
        source = real.get(f"/api/v1/sources/{citation['document_id']}?revision={citation['revision']}").json()
        assert source["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert source["audience"] == "public"
        page = real.get(citation["url"])
        assert page.status_code == 200
        marked = html.unescape("".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page.text, re.DOTALL)))
        assert "".join(marked.split()) == "".join(citation["quote"].split())


def test_answer_can_be_read_again(real):
    answer = real.post("/api/v1/ask", json={"question": "Can my company get funding?"}).json()
    assert real.get(f"/api/v1/answers/{answer['id']}").json() == answer


def test_every_document_has_a_page_without_doubled_anchors(real):
    for document_id in real.app.state.readiness.assistant().index.documents:
        page = real.get(f"/sources/{document_id}")
        assert page.status_code == 200
        anchors = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(anchors) == len(set(anchors))
