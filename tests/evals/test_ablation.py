"""Ablation: a step that is switched off is off, is on again afterwards, and its loss is counted by question."""

from __future__ import annotations

import pytest

from assistant import encoder
from assistant.index import Index
from assistant.index.sparse import Vocabulary, vocabulary
from assistant.retrieve import HybridRetriever
from evals.ablation.grounds import LANGUAGES, Remembering, misspelled, plain, questions
from evals.ablation.measure import Score, judge
from evals.ablation.table import added, main_table, other_table, tagged, together
from evals.ablation.variants import VARIANTS, patched, without
from evals.dataset import Item

BY_NAME = {variant.name: variant for variant in VARIANTS}
QUESTION = "Can my company get money?"
RIGHT, SECOND = Score(1.0, 1.0, 1.0, 1.0), Score(0.0, 1.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def retriever(tiny_settings):
    return HybridRetriever(index=Remembering(tiny_settings), encoder=encoder.load(tiny_settings))


def found(retriever, language="en"):
    return retriever.search(retriever.query(QUESTION, language))


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_every_variant_answers_and_leaves_nothing_behind(variant, retriever):
    before = found(retriever)
    with patched(variant.patches):
        assert found(retriever)
    assert found(retriever) == before


@pytest.mark.parametrize("names", [("bm25",), ("sentence",), ("passage", "coverage"), ("other_period",)])
def test_signals_that_are_taken_away_are_zero(names, retriever):
    with patched(without(*names)):
        signals = [candidate.signals for candidate in found(retriever)]
    assert signals
    assert all(getattr(one, name) == 0.0 for one in signals for name in names)
    assert any(one.passage or one.bm25 for one in signals)


def test_best_sentence_does_not_stay_in_the_place_of_phrasings(retriever):
    assert {candidate.signals.phrasing for candidate in found(retriever)} != {0.0}
    with patched(without("sentence")):
        assert {candidate.signals.phrasing for candidate in found(retriever)} == {0.0}


def test_bm25_alone_finds_nothing_without_a_common_word(retriever):
    with patched(BY_NAME["BM25 alone"].patches):
        assert retriever.search(retriever.query("Zebra?", "en")) == []


def test_heading_is_not_said_by_the_text_alone(retriever):
    passage = found(retriever)[0].passage
    assert passage.vocabulary.has("money")
    with patched(BY_NAME["without headings in coverage"].patches):
        assert not passage.vocabulary.has("money")
        assert not passage.asked_vocabulary.has("money")
        assert not any(said.has("money") for said in passage.sentence_vocabularies)
        assert passage.vocabulary.has("fund")
    assert passage.vocabulary.has("money")


def test_part_of_a_compound_counts_only_with_compound_matching():
    said: Vocabulary = vocabulary("het projectbudget", "nl")
    assert said.has("budget")
    with patched(BY_NAME["without compound matching"].patches):
        assert not said.has("budget")
        assert said.has("projectbudget")


def test_a_document_s_third_passage_stands_behind_others_where_they_are_kept_diverse(retriever):
    query = retriever.query(QUESTION, "en")
    plain = [c.passage.document.id for c in retriever.find(query)]
    with patched(BY_NAME["with two passages of a document at most"].patches):
        diverse = [c.passage.document.id for c in retriever.find(query)]
    assert sorted(diverse) == sorted(plain)
    late = [i for i, name in enumerate(diverse) if diverse[:i].count(name) >= 2]
    assert late == list(range(len(diverse) - len(late), len(diverse)))


def test_glossary_dictionary_and_sayings_are_switched_off(retriever):
    assert "structur" in retriever.query("EFRO", "nl").stems("en")
    with patched(BY_NAME["without glossary translations"].patches):
        assert "structur" not in retriever.query("EFRO", "nl").stems("en")
    assert "build" in retriever.query("gebouw", "nl").stems("en")
    with patched(BY_NAME["without the dictionary"].patches):
        assert "build" not in retriever.query("gebouw", "nl").stems("en")
    assert len(retriever.query("PLP", "en").terms) > 1
    with patched(BY_NAME["without abbreviations and sayings"].patches):
        assert len(retriever.query("PLP", "en").terms) == 1


def test_remembered_search_is_the_search(tiny_settings, retriever):
    vector = retriever.query(QUESTION, "en").vector.tolist()
    nearest = {"sentence": 2, "passage": 2}
    index = Remembering(tiny_settings)
    first = index.search([vector], nearest)
    assert index.search([vector], nearest) == first == Index(tiny_settings).search([vector], nearest)


def test_right_passage_is_judged_in_the_askers_language(retriever):
    item = Item(
        id="q", question=QUESTION, language="en", answerable=True, facts=(("private company",),),
        sources=("companies", "bedrijven"),
    )  # fmt: skip
    assert judge(item, retriever) == RIGHT
    only_dutch = judge(item.model_copy(update={"sources": ("bedrijven",)}), retriever)
    assert only_dutch is not None
    assert only_dutch.hit_1 == 0.0
    assert judge(item.model_copy(update={"sources": ("elsewhere",)}), retriever) is None


def test_questions_stand_alone_and_have_an_answer():
    items = questions("dev")
    assert {item.language for item in items} == set(LANGUAGES)
    assert all(item.answerable and item.sources and not item.history for item in items)
    assert len({item.id for item in items}) == len(items)


@pytest.mark.parametrize(
    ("question", "wrong"),
    [("Who is the lead partner?", "Who is the lead patrner?"), ("A 5?", "A 5?"), ("2027?", "2027?")],
)
def test_one_pair_of_letters_is_changed_about(question, wrong):
    assert misspelled(Item(id="q", question=question)).question == wrong


def test_plain_corpus_has_no_phrasings(tiny_settings, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("a.md", "a.asked.yaml"):
        (corpus / name).write_text("x", encoding="utf-8")
    folder = plain(tiny_settings.model_copy(update={"corpus_dir": corpus, "var_dir": tmp_path}))
    assert [path.name for path in folder.iterdir()] == ["a.md"]


def test_table_counts_the_loss_by_question():
    results = {
        "full": {"corpus": {"a": RIGHT, "b": RIGHT}},
        "without BM25": {"corpus": {"a": RIGHT, "b": SECOND}},
    }
    lines = list(main_table(results, "corpus"))
    assert lines[0] == "| corpus (n = 2) | hit@1 | hit@5 | nDCG@10 | fact in first sentence | p |"
    assert lines[2] == "| full | 100.0 | 100.0 | 100.0 | 100.0 |  |"
    assert lines[3] == "| without BM25 | 50.0 (-50.0) | 100.0 (+0.0) | 75.0 (-25.0) | 100.0 (+0.0) | 1.000 |"


def test_table_marks_what_is_hardly_by_chance():
    results = {
        name: {"corpus": {str(number): score for number in range(20)}}
        for name, score in {"full": RIGHT, "without BM25": SECOND}.items()
    }
    assert list(main_table(results, "corpus"))[-1].endswith("| **< 0.001** |")
    assert list(other_table(results, {"corpus": "all"}))[-1] == "| without BM25 | 50.0 (-50.0, **< 0.001**) |"


def test_what_a_step_adds_is_said_in_a_line():
    results = {"dense alone": {"corpus": {"a": SECOND}}, "without BM25": {"corpus": {"a": RIGHT}}}
    line = added(results, "dense alone", "without BM25", {"corpus": "all"})
    assert line == "From *dense alone* to *without BM25*, nDCG@10 (p): all +50.0 (1.000)."


def test_tag_makes_a_ground_of_its_own():
    items = {"a": Item(id="a", question="Q?", tags=("typo",)), "b": Item(id="b", question="Q?")}
    results = tagged({"full": {"corpus": {"a": RIGHT, "b": SECOND}}}, items, "typo")
    assert results["full"]["typo"] == {"a": RIGHT}


def test_question_that_is_asked_twice_counts_once():
    results = together({"full": {"one": {"a": RIGHT, "b": RIGHT}, "two": {"a": SECOND}}}, ["one", "two"])
    assert results["full"]["together"] == {"a": Score(0.5, 1.0, 0.75, 1.0), "b": RIGHT}
