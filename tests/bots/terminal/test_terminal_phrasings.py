"""`assistant phrasings`: what was asked and confirmed becomes a way in, once a person has accepted it."""

from __future__ import annotations

import csv
import io
import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from assistant.answer import Answer
from assistant.index import schema as tables
from assistant.index.database import connect
from assistant.record import Record
from assistant.texts import text
from ingest import asked
from ingest.phrasings import read

NL = (
    "# Vergoeding van Interreg Europe\n\n## Bedrag\n\n"
    "De kilometervergoeding van Interreg Europe bedraagt 0,42 euro.\n\n"
    "## Aanvraag\n\nDe partner vraagt de vergoeding aan in het portaal van Interreg Europe."
)
EN = (
    "# Allowances of Interreg Europe\n\n## Amount\n\nThe mileage allowance of Interreg Europe is 0.42 euro.\n\n"
    "## Request\n\nA partner requests the allowance in the portal of Interreg Europe."
)
OUTSIDE = "# Parking\n\n## Fee\n\nParking at the secretariat costs 3 euro an hour."
BEFORE = """# hoe mensen vragen
bedrag:
- Wat krijg ik als ik met de auto kom?  # live
aanvraag:
- Waar vraag ik dat aan?
"""


@dataclass
class House:
    """A corpus in two languages with a document outside it, its command line, and answers as they were recorded."""

    workshop: Any
    run: Any

    def json(self, *words: str, code: int = 0) -> Any:
        result = self.run("phrasings", *words, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def proposals(self) -> list[dict[str, Any]]:
        return self.json("proposed")["proposals"]

    def answer(self, question: str, at: str | None = None, near: str | None = None, **values: Any) -> str:
        """Record an answer that cites the passage `at`, or a refusal that came near `near`; return its id."""
        index = self.workshop.index("public", "staff")
        cited, missed = ([self.citation(index, place)] if place else [] for place in (at, near))
        fields = {
            "id": str(uuid.uuid4()),
            "question": question,
            "language": "nl",
            "status": "answered" if cited else "unsupported",
            "mode": "quote" if cited else None,
            "text": "",
            "citations": cited,
            "near_misses": missed,
            "notes": [{"code": "automated", "text": "-"}],
            "conversation_id": str(uuid.uuid4()),
        }
        answer = Answer.model_validate(fields | values)
        Record(index.engine).keep(answer)
        return answer.id

    @staticmethod
    def citation(index: Any, reference: str) -> dict[str, Any]:
        passage = index.passage_at(reference)
        quote, document = passage.sentences[0], passage.document
        same = {
            name: getattr(document, name) for name in ("revision", "title", "publisher", "date", "period", "language")
        }
        place = {"locator": passage.locator, "start": quote.start, "end": quote.end, "quote": quote.text}
        return {"number": 1, "document_id": document.id, "url": "/", **same, **place}

    def taught(self, question: str, at: str = "km#bedrag", **values: Any) -> str:
        """Record an answer, confirm it, and return its id."""
        answer_id = self.answer(question, at, **values)
        self.json("confirm", answer_id)
        return answer_id

    def file(self, name: str = "nl/km.asked.yaml") -> str:
        return (self.workshop.settings.corpus_dir / name).read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.workshop.folder)): path.read_bytes()
            for path in sorted(self.workshop.folder.rglob("*"))
            if path.is_file() and "var" not in path.relative_to(self.workshop.folder).parts
        }


@pytest.fixture
def house(workshop, run_over) -> House:
    workshop.write("nl/km.md", NL, id="km", title="Vergoeding", language="nl", publisher="T", date="2024")
    workshop.write("nl/km.asked.yaml", BEFORE)
    workshop.write("en/miles.md", EN, id="miles", title="Allowances", language="en", translation_of="km")
    workshop.write("en/only.md", "# Badge\n\n## Colour\n\nThe badge is green.", id="only", title="Badge", language="en")
    outside = workshop.write(workshop.folder / "more" / "parking.md", OUTSIDE, id="parking", title="P", language="en")
    workshop.ingest(outside)
    return House(workshop, run_over(workshop.settings))


def test_confirmed_question_is_proposed_with_where_it_leads(house):
    house.taught("Hoeveel krijg ik per gereden kilometer?")
    (proposal,) = house.proposals()
    assert proposal["question"] == "Hoeveel krijg ik per gereden kilometer?"
    assert (proposal["language"], proposal["passage"], proposal["heading"]) == ("nl", "km#bedrag", "Bedrag")
    assert (proposal["from"], proposal["asked"], proposal["path"]) == (["confirmed"], 1, "nl/km.md")
    shown = house.run("phrasings", "proposed").stdout
    assert proposal["id"] in shown
    assert "asked 1×, confirmed" in shown
    assert "Vergoeding, Bedrag" in shown


def test_nothing_is_learned_from_what_nobody_confirmed(house):
    house.answer("Hoeveel krijg ik per gereden kilometer?", "km#bedrag")
    denied = house.taught("Hoe hoog is het tarief?")
    assert len(house.proposals()) == 1
    house.json("deny", denied)
    assert house.proposals() == []


def test_refusal_leads_to_the_near_miss_that_a_person_names(house):
    answer_id = house.answer("Wat kost een rit naar Rijsel mij?", near="km#bedrag")
    said = house.run("phrasings", "confirm", answer_id)
    assert "right not to answer" in said.stderr
    assert "--passage km#bedrag" in said.stderr
    assert house.json("proposed") == {"proposals": [], "total": 0, "left_out": {"no_passage": 1}}
    house.json("confirm", answer_id, "--passage", "km#bedrag")
    (proposal,) = house.proposals()
    assert (proposal["passage"], proposal["from"]) == ("km#bedrag", ["near_miss"])


def test_staff_answer_is_proposed_unless_denied(house):
    answer_id = house.answer("Mag de trein ook eerste klasse?", "km#aanvraag", mode="staff")
    (proposal,) = house.proposals()
    assert (proposal["passage"], proposal["from"]) == ("km#aanvraag", ["staff"])
    assert "answered by staff" in house.run("phrasings", "proposed").stdout
    house.json("deny", answer_id)
    assert house.proposals() == []


def test_same_question_of_several_people_is_one_proposal(house):
    house.taught("Hoeveel krijg ik per gereden kilometer?")
    house.taught("hoeveel krijg ik per gereden kilometer")
    house.answer("HOEVEEL krijg ik per gereden kilometer??", near="km#aanvraag")
    house.taught("Wie betaalt mijn benzine?")
    first, second = house.proposals()
    assert (first["asked"], second["asked"]) == (3, 1)
    assert len(house.json("proposed", "--limit", "1")["proposals"]) == 1


def test_accepted_phrasing_is_one_line_that_survives_an_ingest_and_leads_to_the_passage(house):
    question = "Wat krijg ik voor een rit met mijn eigen wagen?"
    house.taught(question)
    (proposal,) = house.proposals()
    said = house.run("phrasings", "accept", proposal["id"])
    assert said.exit_code == 0
    assert "assistant ingest" in said.stderr
    assert house.file() == BEFORE.replace("# live\n", f"# live\n- {question}\n")
    assert house.proposals() == []
    assert house.json("accepted")[0]["indexed"] is False
    assert "assistant ingest" in house.run("phrasings", "accepted").stdout
    for _ in range(2):
        assert house.run("ingest").exit_code == 0
        index = house.workshop.index()
        assert question in index.passage_at("km#bedrag").asked
    (accepted,) = house.json("accepted")
    assert (accepted["passage"], accepted["text"], accepted["indexed"]) == ("km#bedrag", question, True)
    assert accepted["decided_at"].endswith("+00:00")
    answer = json.loads(house.run("ask", "--json", question).stdout)
    assert next(c["document_id"] for c in answer["citations"] + answer["near_misses"]) == "km"
    assert question not in answer["text"]
    assert house.proposals() == []


def test_accept_with_other_words_and_ingest_at_once(house):
    house.taught("How many euros for a mile?", "miles#amount", language="en")
    (proposal,) = house.proposals()
    wording = 'Money: how much "per mile"? It\'s 0,42 – no?'
    done = house.json("accept", proposal["id"][:5], "--text", wording, "--ingest")
    assert done["accepted"][0]["text"] == wording
    assert done["ingest"]["changed"] == ["en/miles.md"]
    assert read(house.file("en/miles.asked.yaml").encode()) == {"amount": [wording]}
    assert wording in house.workshop.index().passage_at("miles#amount").asked
    assert house.proposals() == []
    assert "1 changed" not in house.run("ingest").stdout


def test_several_are_accepted_together_or_not_at_all(house):
    house.taught("Hoeveel krijg ik per gereden kilometer?")
    house.taught("Wat kost parkeren bij het secretariaat?", "parking#fee")
    ids = [proposal["id"] for proposal in house.proposals()]
    before = house.files()
    failed = house.run("phrasings", "accept", *ids)
    assert failed.exit_code == 2
    assert house.files() == before
    assert house.json("accepted") == []


def test_document_outside_the_corpus_folder_takes_none(house):
    house.taught("Wat kost parkeren bij het secretariaat?", "parking#fee")
    (proposal,) = house.proposals()
    assert proposal["in_corpus"] is False
    assert "cannot take phrasings" in house.run("phrasings", "proposed").stdout
    before = house.files()
    failed = house.run("phrasings", "accept", proposal["id"])
    assert failed.exit_code == 2
    assert "'parking' is not in the corpus folder" in failed.stderr
    assert house.files() == before


@pytest.mark.parametrize("name", ["km.md", "km.asked.yaml"])
def test_link_out_of_the_corpus_folder_is_not_followed(house, name):
    house.taught("Hoeveel krijg ik per gereden kilometer?")
    (proposal,) = house.proposals()
    inside, outside = house.workshop.settings.corpus_dir / "nl" / name, house.workshop.folder / name
    inside.rename(outside)
    inside.symlink_to(outside)
    before = house.files()
    assert house.run("phrasings", "accept", proposal["id"]).exit_code == 2
    assert house.files() == before


def test_rejected_is_not_proposed_again(house):
    house.taught("Hoeveel krijg ik per gereden kilometer?")
    (proposal,) = house.proposals()
    before = house.files()
    assert "Rejected" in house.run("phrasings", "reject", proposal["id"]).stderr
    house.taught("Hoeveel krijg ik per gereden kilometers?")
    house.run("ingest")
    assert house.json("proposed") == {"proposals": [], "total": 0, "left_out": {"decided": 2}}
    assert "accepted or rejected before" in house.run("phrasings", "proposed").stdout
    assert house.files() == before
    late = house.run("phrasings", "accept", proposal["id"])
    assert late.exit_code == 4
    assert "was rejected on" in late.stderr
    house.taught("Hoeveel krijg ik per gereden kilometer?", "km#aanvraag")
    assert [p["passage"] for p in house.proposals()] == ["km#aanvraag"]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Wat krijg ik als ik met de auto kom?", "known"),
        ("wat krijg ik als ik met de autoo kom", "known"),
        ("Kilometervergoeding?", "too_short"),
        ("🚗🚗", "too_short"),
        ("En voor Noorse partners?", "follow_up"),
        ("En hoe zit dat bij een verlenging?", "follow_up"),
    ],
)
def test_what_makes_no_phrasing_is_not_proposed(house, question, reason):
    house.taught(question)
    assert house.json("proposed") == {"proposals": [], "total": 0, "left_out": {reason: 1}}


def test_question_in_a_third_language_is_not_proposed(house):
    house.taught("Combien par kilomètre parcouru?", notes=[{"code": "spoken_languages", "text": "-"}])
    assert house.json("proposed")["left_out"] == {"other_language": 1}


@pytest.mark.parametrize(
    ("language", "at", "question"),
    [
        ("nl", "km#bedrag", "Wat is de vergoeding per kilometer voor Noorse partners?"),
        ("en", "miles#amount", "What is the allowance per mile for Norwegian partners?"),
    ],
)
def test_follow_up_is_proposed_as_it_was_looked_for(house, language, at, question):
    note = {"code": "looked_for", "text": text(language, "notes.looked_for", question=question)}
    house.taught("En voor Noorse partners?", at, language=language, notes=[note])
    assert [p["question"] for p in house.proposals()] == [question]


def test_follow_up_of_a_real_conversation_takes_its_subject_along(house):
    house.run("ask", "--json", "Hoeveel bedraagt de kilometervergoeding?")
    engine = connect(house.workshop.settings.database)
    with engine.connect() as connection:
        conversation = connection.execute(select(tables.conversations.c.id)).scalar()
    answer = house.workshop.ask("En voor Noorse partners?", conversation_id=conversation)
    house.json("confirm", answer.id, "--passage", "km#bedrag")
    (proposal,) = house.proposals()
    assert "kilometervergoeding" in proposal["question"]


def test_question_of_a_message_with_several_is_the_one_that_the_passage_answers(house):
    index = house.workshop.index()
    cited = [house.citation(index, place) for place in ("km#bedrag", "km#aanvraag")]
    parts = [
        {"question": "Wat krijg ik per kilometer?", "status": "answered", "text": "", "citations": cited[:1]},
        {"question": "Via welk systeem gaat dat?", "status": "answered", "text": "", "citations": cited[1:]},
    ]
    house.taught("Wat krijg ik per kilometer? Via welk systeem gaat dat?", citations=cited, parts=parts)
    assert [p["question"] for p in house.proposals()] == ["Wat krijg ik per kilometer?"]


def test_personal_data_is_masked_and_never_written(house):
    house.taught("Ik ben jan@stad.be, 0470 12 34 56: wat krijg ik per rit?")
    house.taught("Ik ben an@stad.be, 0470 12 34 57: wat krijg ik per rit?")
    (proposal,) = house.proposals()
    assert proposal["question"] == "Ik ben […], […]: wat krijg ik per rit?"
    assert proposal["asked"] == 2
    before = house.files()
    for words in ((), ("--text", "Bel 0470 12 34 56: wat krijg ik?")):
        failed = house.run("phrasings", "accept", proposal["id"], *words)
        assert failed.exit_code == 2
        assert "--text" in failed.stderr
    assert house.files() == before
    house.json("accept", proposal["id"], "--text", "Wat krijg ik per rit?")
    assert house.proposals() == []
    with connect(house.workshop.settings.database).connect() as connection:
        rows = connection.execute(select(tables.decisions)).all()
    assert "stad" not in str(rows)
    assert "0470" not in str(rows)


def test_dutch_question_goes_beside_the_dutch_document_or_the_only_one(house):
    house.taught("Hoeveel krijg ik per gereden kilometer?", "miles#amount")
    house.taught("Welke kleur heeft mijn toegangskaart?", "only#colour")
    ids = {p["passage"]: p["id"] for p in house.proposals()}
    assert set(ids) == {"km#bedrag", "only#colour"}
    house.json("accept", *ids.values())
    assert "- Hoeveel krijg ik per gereden kilometer?\n" in house.file()
    assert house.file("en/only.asked.yaml") == "colour:\n- Welke kleur heeft mijn toegangskaart?\n"


def test_heading_that_is_gone_is_told_and_nothing_written(house):
    house.taught("Hoeveel krijg ik per gereden kilometer?")
    (proposal,) = house.proposals()
    house.workshop.write("nl/km.md", NL.replace("Bedrag", "Tarief"), id="km", title="Vergoeding", language="nl")
    failed = house.run("phrasings", "accept", proposal["id"])
    assert failed.exit_code == 2
    assert "no heading 'bedrag'" in failed.stderr
    assert house.file() == BEFORE
    house.run("ingest")
    assert house.json("proposed")["left_out"] == {"no_passage": 1}


def test_verdict_holds_when_the_document_changes(house):
    house.taught("Hoeveel krijg ik per gereden kilometer?")
    house.workshop.write("nl/km.md", "# Vergoeding\n\nNieuw begin.\n\n" + NL[3:], id="km", title="V", language="nl")
    house.run("ingest")
    assert [p["passage"] for p in house.proposals()] == ["km#bedrag"]


def test_broken_phrasings_file_is_told_and_left(house):
    house.taught("Hoeveel krijg ik per gereden kilometer?")
    (proposal,) = house.proposals()
    house.workshop.write("nl/km.asked.yaml", "bedrag: [\n")
    failed = house.run("phrasings", "accept", proposal["id"])
    assert failed.exit_code == 2
    assert "km.asked.yaml" in failed.stderr
    assert house.file() == "bedrag: [\n"


def test_interrupted_accept_leaves_the_file_whole_and_can_be_done_again(house, monkeypatch):
    house.taught("Hoeveel krijg ik per gereden kilometer?")
    (proposal,) = house.proposals()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert house.run("phrasings", "accept", proposal["id"]).exit_code == 130
    assert house.file() == BEFORE
    with monkeypatch.context() as patch:
        patch.setattr("assistant.decisions.Decisions.keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert house.run("phrasings", "accept", proposal["id"]).exit_code == 130
    assert house.file().count("gereden") == 1
    house.json("accept", proposal["id"])
    assert house.file().count("gereden") == 1
    assert len(house.json("accepted")) == 1


def test_few_lists_what_was_never_found_first(house):
    house.answer("Hoeveel per kilometer?", "miles#amount")
    house.answer("Hoeveel per kilometer?", "miles#amount")
    house.answer("Hoe vraag ik een badge?", near="only#colour")
    rows = house.json("few", "--fewer-than", "1")
    assert [row["passage"] for row in rows] == ["miles#request", "parking#fee", "only#colour", "miles#amount"]
    assert [(row["cited"], row["near_misses"]) for row in rows] == [(0, 0), (0, 0), (0, 1), (2, 0)]
    assert len(house.json("few", "--limit", "2")) == 2
    shown = house.run("phrasings", "few").stdout
    assert "km#aanvraag" in shown
    assert "6 of 6 passages with fewer than 3 phrasings" in shown


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("accept", "ffffffff"), 4, "assistant phrasings proposed"),
        (("reject", "f"), 4, "assistant phrasings proposed"),
        (("accept", "aaaa", "bbbb", "--text", "x y"), 2, "--text"),
        (("confirm", "no-such"), 4, "no answer 'no-such'"),
        (("deny", "no-such"), 4, "no answer 'no-such'"),
        (("confirm",), 2, "--ratings"),
        (("confirm", "a", "--run", "b"), 2, "--ratings"),
        (("confirm", "--ratings", "no-such.csv"), 2, "no-such.csv"),
    ],
)
def test_wrong_words_are_told(house, words, code, said):
    failed = house.run("phrasings", *words)
    assert failed.exit_code == code
    assert said in failed.stderr
    assert json.loads(house.run("phrasings", *words, "--json").stdout)["detail"]


def test_passage_that_is_not_there_is_told_with_what_is_near(house):
    answer_id = house.answer("Wat kost een rit naar Rijsel mij?", near="km#bedrag")
    failed = house.run("phrasings", "confirm", answer_id, "--passage", "km#tarief")
    assert failed.exit_code == 2
    assert "km#bedrag" in failed.stderr


def ratings(folder: Path, rows: list[dict[str, str]], kind: str) -> Path:
    """Write ratings as the report page saves them, in Dutch for CSV."""
    path = folder / f"ratings.{kind}"
    if kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())
    return path


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_ratings_of_a_report_page_are_verdicts(house, kind):
    index = house.workshop.index()
    run = house.workshop.folder / "run"
    run.mkdir()
    lines = []
    for name, question, at, near in (
        ("r1", "Hoeveel krijg ik per gereden kilometer?", "km#bedrag", None),
        ("r2", "Wat kost een rit naar Rijsel mij?", None, "km#aanvraag"),
        ("r3", "Wie betaalt mijn benzine?", "km#aanvraag", None),
        ("r4", "Mag ik met de trein komen?", "km#bedrag", None),
    ):
        citations, misses = ([house.citation(index, place)] if place else [] for place in (at, near))
        status = "answered" if citations else "unsupported"
        answer = {"id": str(uuid.uuid4()), "question": question, "language": "nl", "status": status, "text": "-"}
        answer |= {"citations": citations, "near_misses": misses}
        lines.append({"id": name, "question": question, "sources": ["km#aanvraag"], "answer": answer, "metrics": {}})
    (run / "results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    own = {"r1": "right", "r2": "wrong", "r3": "wrong", "r4": "unsure", "r9": "right"}
    rows = [
        {"run": "today", "id": name, "question": "-", "answer": "", "own_verdict": verdict, "comment": "één\nregel"}
        for name, verdict in own.items()
    ]
    words = ("confirm", "--ratings", str(ratings(house.workshop.folder, rows, kind)), "--run", str(run))
    for _ in range(2):
        taken = house.json(*words)
        assert taken == {"confirmed": 2, "denied": 1, "unrated": 1, "unknown": ["r9"], "problems": {}}
    assert "2 right, 1 wrong" in house.run("phrasings", *words).stderr
    assert {p["question"]: p["passage"] for p in house.proposals()} == {
        "Hoeveel krijg ik per gereden kilometer?": "km#bedrag",
        "Wat kost een rit naar Rijsel mij?": "km#aanvraag",
    }
    with connect(house.workshop.settings.database).connect() as connection:
        assert connection.execute(select(func.count()).select_from(tables.answers)).scalar() == 3


def test_ratings_without_a_run_are_about_the_last_recorded_answer(house):
    house.answer("Hoeveel krijg ik per gereden kilometer?", "km#bedrag")
    rows = [{"id": "x", "question": "Hoeveel krijg ik per gereden kilometer?", "own_verdict": "right"}]
    house.json("confirm", "--ratings", str(ratings(house.workshop.folder, rows, "csv")))
    assert [p["passage"] for p in house.proposals()] == ["km#bedrag"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", b"{not json}\n"])
def test_file_that_is_no_ratings_is_told(house, content):
    path = house.workshop.folder / "ratings.csv"
    path.write_bytes(content)
    failed = house.run("phrasings", "confirm", "--ratings", str(path))
    assert failed.exit_code == 2
    assert str(path) in failed.stderr


def test_two_people_accept_at_once_and_no_line_is_lost(house):
    questions = [f"Wat is vraag nummer {word} over de rit?" for word in ("een", "zeven", "twintig", "duizend")]
    for question in questions:
        house.taught(question)
    from concurrent.futures import ThreadPoolExecutor

    from assistant.proposals import propose
    from ingest.accept import accept

    index = house.workshop.index()
    found, _ = propose(index)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda proposal: accept(house.workshop.settings, index, [proposal]), found))
    assert set(questions) <= set(read(house.file().encode())["bedrag"])
    assert asked.append(house.file(), "bedrag", "Nog een?")
