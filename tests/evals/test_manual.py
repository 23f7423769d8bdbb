"""The practice manual: its answers stand where it says, it looks as manuals do, and its pages are what is judged by."""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from assistant.errors import AssistantError, ConfigurationError, InvalidInput
from evals.asking import Asked, QuestionError
from evals.dataset import Item, read
from evals.manual import __main__ as command
from evals.manual import benchmark
from evals.manual.benchmark import asked
from evals.manual.hyphenate import breaks
from evals.manual.make import make
from evals.manual.prose import LANGUAGES, WORDINGS, Fact, Voice, facts_of, manual_of, questions_path

PAGES = 12
CHANGED = 8


@dataclass
class Made:
    language: str
    path: Path
    found: dict[str, int]
    texts: list[str]
    outline: list[tuple[int, str, int]]

    def text(self, page: int) -> str:
        return self.texts[page - 1]


def opened(language: str, path: Path, found: dict[str, int]) -> Made:
    document = pdfium.PdfDocument(path)
    try:
        texts = [document[i].get_textpage().get_text_range() for i in range(len(document))]
        outline = [(b.level, b.get_title(), b.get_dest().get_index() + 1) for b in document.get_toc()]
    finally:
        document.close()
    return Made(language, path, found, texts, outline)


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request, tmp_path_factory) -> Made:
    path = tmp_path_factory.mktemp("manual") / "manual.pdf"
    return opened(request.param, path, make(request.param, path, PAGES))


def squeezed(text: str) -> str:
    """The text without spaces and without what hyphenation and PDF extraction put into words."""
    return re.sub(r"[\s\u00ad\ufffe\x02-]+", "", text)


def answer_of(fact: Fact) -> str:
    """The sentence of the fact that answers."""
    cells = [cell for row in fact.table for cell in row if cell.startswith("^")]
    return (fact.note or fact.text or cells[0]).split("^")[1]


def facts_by_id(language: str) -> dict[str, Fact]:
    return dict(zip((item.id for item in read(questions_path(language))), facts_of(language), strict=True))


def test_every_answer_begins_on_the_page_that_is_recorded(made):
    facts = facts_by_id(made.language)
    assert len(made.found) == 12
    for question, page in made.found.items():
        assert squeezed(answer_of(facts[question]))[:12] in squeezed(made.text(page)), question


def test_answer_over_a_page_break_ends_on_the_next_page(made):
    facts = facts_by_id(made.language)
    (question,) = (q for q in made.found if facts[q].kind == "break")
    page, answer = made.found[question], squeezed(answer_of(facts[question]))
    assert answer not in squeezed(made.text(page))
    assert answer[-12:] in squeezed(made.text(page + 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_in_the_test_set_are_those_of_the_long_manual(language, tmp_path):
    found = make(language, tmp_path / "manual.pdf")
    for wording in WORDINGS:
        items = read(questions_path(language, wording))
        assert {item.id: getattr(item, "page", None) for item in items} == found
    assert len(opened(language, tmp_path / "manual.pdf", found).texts) == 200
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_finds_its_fact_in_the_manuals_own_words(language, wording):
    for item, fact in zip(read(questions_path(language, wording)), facts_of(language), strict=True):
        said = " ".join([fact.text, fact.note, *(" ".join(row) for row in fact.table)])
        assert item.answerable
        assert item.sources == (manual_of(language).name,)
        assert all(any(spelling in said for spelling in spellings) for spellings in item.facts), item.id


def test_cover_says_that_it_is_no_real_document(made):
    said = squeezed(made.text(1))
    assert squeezed(manual_of(made.language).practice) in said


def test_same_arguments_give_the_same_bytes(made, tmp_path):
    again = tmp_path / "again.pdf"
    assert make(made.language, again, PAGES) == made.found
    assert again.read_bytes() == made.path.read_bytes()


def test_outline_and_contents_lead_to_the_headings(made):
    assert {level for level, _, _ in made.outline} == {0, 1, 2}
    contents = made.text(3)
    for level, title, page in made.outline:
        assert squeezed(title) in squeezed(made.text(page))
        if level < 2:
            assert re.search(re.escape(title) + r"\s*\.{5,}\s*" + str(page), contents), title


def test_heads_and_feet_change_with_the_chapter_and_the_side(made):
    manual = manual_of(made.language)
    for page in range(4, PAGES + 1):
        assert re.search(rf"{manual.page} {page}\b", made.text(page))
    feet = {re.search(rf"{manual.chapter} (\d)", made.text(page))[1] for page in range(4, PAGES + 1)}
    assert feet == {"1", "2", "3", "4"}
    assert all(manual.title in made.text(page) for page in range(4, PAGES + 1, 2))


def test_second_chapter_stands_in_two_columns(made):
    page = next(page for level, title, page in made.outline if level == 0 and title.startswith("2 ")) + 1
    document = pdfium.PdfDocument(made.path)
    try:
        text = document[page - 1].get_textpage()
        boxes = [text.get_rect(i) for i in range(text.count_rects())]
    finally:
        document.close()
    body = [(left, right) for left, bottom, right, top in boxes if bottom > 60 and top < 650]
    assert not [box for box in body if box[0] < 245 and box[1] > 254]
    assert any(left > 250 for left, _ in body)
    assert any(right < 250 for _, right in body)


def test_words_are_hyphenated_at_line_ends(made):
    assert sum(len(re.findall(r"[a-z](?:-|\u00ad|\ufffe|\x02)\r?\n?[a-z]", text)) for text in made.texts) > 10


def test_hyphenation_leaves_no_single_letters_and_loses_none():
    for word in ("subsidieovereenkomst", "neighbourhood", "aanvraag", "timber"):
        for head, tail in breaks(word):
            assert head + tail == word
            assert len(head) >= 2
            assert len(tail) >= 3


def test_a_table_over_a_page_break_repeats_its_columns(tmp_path):
    long = opened("en", tmp_path / "manual.pdf", make("en", tmp_path / "manual.pdf", 60))
    manual = manual_of("en")
    begins = [text.replace("\r\n", " ")[:160] for text in long.texts]
    headers = [" ".join(table.header) for table in manual.tables]
    above = [begin.split(header)[0] for begin in begins for header in headers if header in begin]
    assert any(f"{manual.table} " not in text for text in above)


def test_changed_page_changes_that_page_alone_and_no_answer(made, tmp_path):
    path = tmp_path / "changed.pdf"
    changed = opened(made.language, path, make(made.language, path, PAGES, CHANGED))
    assert changed.found == made.found
    differing = [n for n in range(1, PAGES + 1) if changed.text(n) != made.text(n)]
    assert differing == [CHANGED]
    assert re.sub(r"\d", "", changed.text(CHANGED)) == re.sub(r"\d", "", made.text(CHANGED))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_sections_say_the_same(language):
    manual = manual_of(language)
    said: list[tuple[set[str], set[str]]] = []
    for chapter, subject in ((0, 3), (0, 4), (5, 3), (13, 9)):
        voice, sentences = Voice(manual, chapter, subject), []
        for aspect in manual.aspects:
            voice.turn_to(aspect)
            sentences += voice.sentences(99)
        amounts = set(re.findall(manual.euros.format(r"[\d.,]*\d"), " ".join(sentences)))
        said.append((set(sentences), amounts))
        assert len(set(sentences)) == len(sentences) >= 250
        assert len(amounts) > 20
    for (one, amounts), (other, others) in combinations(said, 2):
        assert not amounts & others
        assert len(one & other) < 0.02 * len(one)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(("fr", 12), "'fr'"), (("nl", 3), "at least 8"), (("nl", 12, 2), "Page 2 cannot be changed")],
)
def test_what_cannot_be_made_is_refused_with_the_reason(arguments, reason, tmp_path):
    language, *numbers = arguments
    with pytest.raises(InvalidInput, match=reason):
        make(language, tmp_path / "manual.pdf", *numbers)
    assert not (tmp_path / "manual.pdf").exists()


def test_without_reportlab_it_says_which_extra_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match="extra 'test'"):
        make("nl", tmp_path / "manual.pdf", PAGES)


class Answering:
    """A door that gives the answers it was made with, or an error where it has none."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def ask(self, item: Item) -> Asked:
        if item.id not in self.answers:
            raise QuestionError("it broke")
        return Asked(self.answers[item.id])

    def text(self, document_id: str, revision: str) -> str | None:
        return None


def test_pages_are_judged_by_the_first_and_by_any_citation(answer, citation):
    items = [Item(id=name, question="?", answerable=True, facts=(("private company",),)) for name in "abcd"]
    cited = {
        "a": (citation(locator="p. 7"), citation(2, locator="p. 9")),
        "b": (citation(locator="p. 70"), citation(2, locator="p. 7")),
    }
    answers = {name: answer(citations=found) for name, found in cited.items()} | {"c": answer("unsupported")}
    figures = asked(Answering(answers), items, dict.fromkeys("abcd", 7))
    assert [figures[name]["value"] for name in ("answered", "first_page", "any_page", "correct")] == [
        0.5,
        0.25,
        0.5,
        0.5,
    ]
    assert figures["first_page"]["low"] < 0.25 < figures["first_page"]["high"]
    assert figures["questions"][3]["error"] == "it broke"


@pytest.fixture
def here(tiny_settings, monkeypatch, one_model):
    monkeypatch.setattr(command, "load", lambda: tiny_settings)


def test_the_whole_over_a_small_manual(here, tmp_path, capsys):
    given = ["--language", "en", "--pages", "8", "--out", str(tmp_path / "out")]
    assert command.main([*given, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["en"]
    assert figures["passages"] > 8
    assert 0 < figures["embedded_anew"] < 0.5
    assert figures["tokens"] > figures["texts"] > figures["passages"]
    assert figures["whole_s"] >= figures["read_s"] + figures["embed_s"] - 0.02
    for wording in WORDINGS:
        asked_so = figures[wording]
        assert asked_so["first_page"]["n"] == len(asked_so["questions"]) == 6
        assert asked_so["first_page"]["value"] <= asked_so["any_page"]["value"]
    assert (tmp_path / "out" / "en" / "corpus" / "common-rooms-manual.pdf").exists()
    assert command.main(given) == InvalidInput.exit_code
    assert "holds an index already" in capsys.readouterr().err


def test_manual_that_is_not_ingested_is_no_figure(here, tmp_path, monkeypatch):
    def broken(_language: str, path: Path, *_rest: Any) -> dict[str, int]:
        path.write_bytes(b"%PDF-1.4 and nothing more")
        return {}

    monkeypatch.setattr(benchmark, "make", broken)
    with pytest.raises(AssistantError, match="The manual was not ingested: "):
        benchmark.measure(command.load(), "en", PAGES, tmp_path)


def test_figures_are_printed_with_what_they_mean(monkeypatch, capsys):
    share = {"value": 0.5, "n": 40, "low": 0.352, "high": 0.648}
    shares = dict.fromkeys(command._SHARES, share)
    figures = dict.fromkeys(command._LABELS, 1234) | dict.fromkeys(WORDINGS, shares)
    monkeypatch.setattr(command, "measure", lambda *_: figures)
    assert command.main(["--language", "nl"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"first citation is of the right page +50% of 40 \(35% to 65%\)", said)
    assert re.search(r"tokens embedded a second +1,234", said)
