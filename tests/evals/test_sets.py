"""The project's own test sets: whole, as large as promised, true to the corpus, and no echo of its phrasings."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import yaml

from assistant.settings import ROOT
from evals.dataset import SETS, Item, read
from evals.matching import facts_found, normalise
from ingest.blocks import slugify

CORPUS = ROOT / "corpus"
LANGUAGES = ("nl", "en")
PARTS = ("train", "dev", "test")
OWN = {f"{part}-{language}": read(SETS / f"{part}-{language}.jsonl") for part in PARTS for language in LANGUAGES}
OVER_CORPUS = {**OWN, **{f"common-{language}": read(SETS / f"common-{language}.jsonl") for language in LANGUAGES}}
APART = {
    folder.name: {path.stem: read(path) for path in sorted(folder.glob("*.jsonl"))}
    for folder in sorted(SETS.iterdir())
    if folder.is_dir()
}
EVERY = {**OVER_CORPUS, **{f"{folder}/{part}": items for folder, sets in APART.items() for part, items in sets.items()}}


def of(language: str) -> list[Item]:
    """The questions in a language over the corpus, of all parts."""
    return [item for part in PARTS for item in OWN[f"{part}-{language}"]]


def identified(path: Path, root: Path) -> tuple[str, str]:
    """A document's id, from its front matter or its path as ingest makes it, and its text."""
    text = path.read_text(encoding="utf-8")
    from_path = slugify(path.relative_to(root).with_suffix("").as_posix())
    if not text.startswith("---\n"):
        return from_path, text
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front).get("id", from_path), body


def sections(folder: Path) -> dict[str, str]:
    """Every section of a folder of Markdown or text, by `document-id#slug`, and every document by its id."""
    found: dict[str, str] = {}
    for path in sorted([*folder.rglob("*.md"), *folder.rglob("*.txt")]):
        document_id, body = identified(path, folder)
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


def bare(question: str) -> str:
    """The words of a question; one that has none is what it is."""
    return re.sub(r"[^\w ]+", "", normalise(question)).strip() or question


def missing_facts(items: Iterable[Item], found: dict[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """The facts that stand in none of their item's sources."""
    return [
        (item.id, fact)
        for item in items
        for fact in item.facts or ()
        if not any(facts_found(found.get(source, ""), [fact]) for source in item.sources or ())
    ]


def fact_numbers(items: Iterable[Item]) -> set[int]:
    return {number for item in items for number in (item.model_extra or {}).get("fact_numbers", ())}


def tagged(*tags: str) -> Callable[[Item], bool]:
    return lambda item: not set(tags).isdisjoint(item.tags)


def turns(items: Iterable[Item]) -> dict[str, int]:
    """The turns of each dialogue: its items are its later turns, each with those before it."""
    found: dict[str, int] = defaultdict(int)
    for item in items:
        if item.id.startswith("dlg-"):
            key = item.id.rsplit("-", 1)[0]
            found[key] = max(found[key], len(item.history) + 1)
    return found


def test_ids_are_unique_over_all_sets():
    ids = Counter(item.id for items in EVERY.values() for item in items)
    assert [name for name, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_corpus_is_asked_as_many_questions_as_promised(language):
    assert len(of(language)) >= 250
    assert sum(bool(item.answerable) for item in of(language)) >= 250


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (tagged("near-miss"), 80),
        (lambda item: item.id.startswith(("parts-", "premise-")), 60),
        (tagged("adversarial"), 40),
    ],
    ids=["near misses", "several parts or a false premise", "adversarial"],
)
def test_what_goes_wrong_most_is_asked_often(language, wanted, count):
    assert sum(map(wanted, of(language))) >= count


@pytest.mark.parametrize("language", LANGUAGES)
def test_dialogues_have_two_to_five_turns(language):
    found = turns(of(language))
    assert len(found) >= 60
    assert {key: count for key, count in found.items() if not 2 <= count <= 5} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_turn_of_a_dialogue_knows_those_before_it(language):
    by_id = {item.id: item for item in of(language)}
    for item in by_id.values():
        if item.id.startswith("dlg-") and len(item.history) > 1:
            before = by_id.get(f"{item.id.rsplit('-', 1)[0]}-{len(item.history)}")
            assert before is None or (*before.history, before.question) == item.history, item.id


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("tag", ["near-miss", "adversarial", "dialogue", "parts", "premise"])
def test_every_part_holds_every_kind(name, tag):
    assert sum(map(tagged(tag), OWN[name])) >= 10


@pytest.mark.parametrize("name", EVERY)
def test_every_question_says_what_is_expected(name):
    for item in EVERY[name]:
        assert item.language in LANGUAGES, item.id
        assert item.answerable is not None, item.id
        assert bool(item.facts and item.sources) is item.answerable, item.id
        assert not (item.reason and item.answerable), item.id
        assert all(fact and all(spelling.strip() for spelling in fact) for fact in item.facts or ()), item.id


@pytest.mark.parametrize("name", OVER_CORPUS)
def test_every_question_over_the_corpus_says_its_language_its_facts_and_its_reason(name):
    assert [item.id for item in OVER_CORPUS[name] if item.language != name[-2:]] == []
    assert [item.id for item in OVER_CORPUS[name] if item.answerable and not fact_numbers([item])] == []
    assert [item.id for item in OVER_CORPUS[name] if not item.answerable and not item.reason] == []


@pytest.mark.parametrize("name", OVER_CORPUS)
def test_every_source_is_a_heading_of_the_corpus(name, corpus_sections):
    missing = [(item.id, s) for item in OVER_CORPUS[name] for s in item.sources or () if s not in corpus_sections]
    assert missing == []


@pytest.mark.parametrize("name", OVER_CORPUS)
def test_every_fact_stands_in_one_of_its_sources(name, corpus_sections):
    assert missing_facts(OVER_CORPUS[name], corpus_sections) == []


@pytest.mark.parametrize("name", APART)
def test_other_documents_hold_what_is_asked_of_them(name):
    found = sections(SETS / name / "corpus")
    items = [item for part in APART[name].values() for item in part]
    assert [(item.id, s) for item in items for s in item.sources or () if s not in found] == []
    assert missing_facts(items, found) == []


@pytest.mark.parametrize("name", ["encyclopaedia", "government"])
def test_no_other_document_is_asked_in_two_parts(name):
    assert set(APART[name]) == set(PARTS)
    seen = [{source.partition("#")[0] for item in APART[name][part] for source in item.sources or ()} for part in PARTS]
    assert [seen[i] & seen[j] for i in range(3) for j in range(i)] == [set()] * 3


def test_no_question_repeats_a_phrasing():
    phrasings = {
        bare(question)
        for path in CORPUS.rglob("*.asked.yaml")
        for questions in yaml.safe_load(path.read_text(encoding="utf-8")).values()
        for question in questions
    }
    assert len(phrasings) > 500
    assert [item.id for items in OVER_CORPUS.values() for item in items if bare(item.question) in phrasings] == []


def test_no_question_stands_in_two_sets():
    asked = defaultdict(list)
    for items in EVERY.values():
        for item in items:
            asked[bare(item.question), tuple(map(bare, item.history))].append(item.id)
    assert [ids for ids in asked.values() if len(ids) > 1] == []


@pytest.mark.parametrize(("one", "other"), [("train", "dev"), ("train", "test"), ("dev", "test")])
def test_no_fact_is_asked_in_two_parts(one, other):
    numbers = {part: fact_numbers(i for lang in LANGUAGES for i in OWN[f"{part}-{lang}"]) for part in (one, other)}
    assert numbers[one]
    assert numbers[one] & numbers[other] == set()


@pytest.mark.parametrize("part", PARTS)
def test_pairs_ask_the_same_in_both_languages(part):
    pairs = defaultdict(list)
    for language in LANGUAGES:
        for item in OWN[f"{part}-{language}"]:
            if item.pair:
                pairs[item.pair].append(item)
    assert pairs
    assert [name for name, items in pairs.items() if [i.language for i in items] != ["nl", "en"]] == []

    def expected(item: Item) -> tuple[object, ...]:
        return item.answerable, item.reason, len(item.history), fact_numbers([item])

    assert [name for name, (dutch, english) in pairs.items() if expected(dutch) != expected(english)] == []
