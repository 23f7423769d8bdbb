"""The project's own test sets: whole, as large as promised, true to the corpus, and no echo of its phrasings."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from assistant.settings import ROOT
from evals.dataset import SETS, Item, read
from evals.matching import facts_found, normalise
from ingest.blocks import slugify

CORPUS = ROOT / "corpus"
OWN = {name: read(SETS / f"{name}.jsonl") for name in ("dev-nl", "dev-en", "test-nl", "test-en")}
OTHER = {language: read(SETS / "other-documents" / f"{language}.jsonl") for language in ("nl", "en")}
LANGUAGES = ("nl", "en")


def parts(path: Path, root: Path) -> tuple[str, str]:
    """A document's id, from its front matter or its path as ingest makes it, and its text."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("---\n"):
        return slugify(path.relative_to(root).with_suffix("").as_posix()), text
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front)["id"], body


def sections(folder: Path) -> dict[str, str]:
    """Every section of a folder of Markdown, by `document-id#slug`, and every document by its id."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.md")):
        document_id, body = parts(path, folder)
        found[document_id] = body
        for section in re.split(r"^(?=#{2,6} )", body, flags=re.MULTILINE)[1:]:
            heading, _, text = section.partition("\n")
            slug = slugify(re.sub(r"\s*\{[^}]*\}\s*$", "", heading.lstrip("# ")))
            key = f"{document_id}#{slug}"
            found[key] = found.get(key, "") + f"{heading}\n{text}"
    return found


@pytest.fixture(scope="module")
def corpus_sections() -> dict[str, str]:
    return sections(CORPUS)


def kind(item: Item) -> str:
    if item.history:
        return "dialogue"
    if item.answerable:
        return "answerable"
    return "off-topic" if item.reason == "off_topic" else "unanswerable"


def bare(question: str) -> str:
    return re.sub(r"[^\w ]+", "", normalise(question))


def test_ids_are_unique_over_all_sets():
    ids = Counter(item.id for items in [*OWN.values(), *OTHER.values()] for item in items)
    assert [name for name, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_test_set_is_as_large_as_promised(language):
    counts = Counter(kind(item) for item in OWN[f"test-{language}"])
    assert counts == {"answerable": 60, "unanswerable": 15, "off-topic": 10, "dialogue": 10}


@pytest.mark.parametrize("name", OWN)
def test_every_question_says_what_is_expected(name):
    for item in OWN[name]:
        assert item.language == name[-2:], item.id
        assert item.answerable is not None, item.id
        assert bool(item.facts and item.sources) is item.answerable, item.id
        assert bool(item.reason) is not item.answerable, item.id
        assert all(fact and all(spelling.strip() for spelling in fact) for fact in item.facts or ()), item.id


@pytest.mark.parametrize("name", OWN)
def test_every_source_is_a_heading_of_the_corpus(name, corpus_sections):
    missing = [(item.id, s) for item in OWN[name] for s in item.sources or () if s not in corpus_sections]
    assert missing == []


@pytest.mark.parametrize("name", OWN)
def test_every_fact_stands_in_one_of_its_sources(name, corpus_sections):
    missing = [
        (item.id, fact)
        for item in OWN[name]
        for fact in item.facts or ()
        if not any(facts_found(corpus_sections[source], [fact]) for source in item.sources or ())
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_documents_hold_what_is_asked_of_them(language):
    found = sections(SETS / "other-documents" / "corpus")
    missing = [
        (item.id, fact)
        for item in OTHER[language]
        for fact in item.facts or ()
        if not any(facts_found(found.get(source, ""), [fact]) for source in item.sources or ())
    ]
    assert missing == []


def test_no_question_repeats_a_phrasing():
    phrasings = {
        bare(question)
        for path in CORPUS.rglob("*.asked.yaml")
        for questions in yaml.safe_load(path.read_text(encoding="utf-8")).values()
        for question in questions
    }
    assert len(phrasings) > 500
    assert [item.id for items in OWN.values() for item in items if bare(item.question) in phrasings] == []


def test_no_question_stands_in_two_sets():
    asked = Counter(
        (bare(item.question), tuple(map(bare, item.history)))
        for items in [*OWN.values(), *OTHER.values()]
        for item in items
    )
    assert [question for question, count in asked.items() if count > 1] == []


def test_dev_and_test_ask_for_different_facts():
    def numbers(prefix: str) -> set[int]:
        extra = [i.model_extra or {} for name, items in OWN.items() if name.startswith(prefix) for i in items]
        return {number for fields in extra for number in fields.get("fact_numbers", ())}

    shared = numbers("dev") & numbers("test")
    assert len(shared) <= 0.05 * len(numbers("test")), sorted(shared)
