"""Answers that staff kept: they answer whoever asks next, in either language, and are gone when they are withdrawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.errors import Conflict, InvalidInput, NotFound
from assistant.kept import KeptAnswers, document_id
from ingest.kept import publish

QUESTION, ANSWER = (
    "Waar kan ik parkeren bij het contactpunt?",
    "U parkeert gratis in parking Kruidtuin, ingang Groenstraat.",
)
GIVEN: dict[str, Any] = {"language": "nl", "role": "Contactpunt", "by": "An"}


@pytest.fixture
def kept(engine: Engine) -> KeptAnswers:
    return KeptAnswers(engine)


@pytest.fixture
def office(workshop: Any) -> Any:
    """A workshop with one document, that says nothing of parking."""
    workshop.write("en/a.md", "# Partners\n\nA project has six partners.", id="partners", language="en")
    assert not workshop.ingest().problems
    return workshop


def stored(workshop: Any) -> KeptAnswers:
    return KeptAnswers(workshop.index().engine)


def test_what_is_kept_is_read_back_word_for_word(kept: KeptAnswers) -> None:
    other = ("Where can I park?", "Free, in the Kruidtuin car park.")
    made = kept.keep(QUESTION, ANSWER, **GIVEN, source="p. 3", valid_until=date(2999, 1, 2), other=other)
    assert kept.get(made.id) == made
    assert made.texts() == {"nl": (QUESTION, ANSWER), "en": other}
    assert (made.state, made.audience, made.source, made.valid_until) == ("kept", "public", "p. 3", date(2999, 1, 2))
    assert made.created_at.tzinfo is not None


@pytest.mark.parametrize(
    "wrong",
    [{"language": "fr"}, {"role": " "}, {"by": ""}, {"audience": "all"}, {"source": "x" * 501},
     {"wordings": ["x" * 301]}, {"wordings": [" "]}, {"wordings": map(str, range(21))}],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(kept: KeptAnswers, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        kept.keep(QUESTION, ANSWER, **GIVEN | wrong)
    with pytest.raises(InvalidInput):
        kept.keep(QUESTION, " \n ", **GIVEN)
    assert kept.list() == []


def test_wordings_are_those_that_say_something_else(kept: KeptAnswers) -> None:
    other = ("Where can I park?", "In the Kruidtuin car park.")
    given = ["  Staat er een  parking?", QUESTION.upper(), "staat er een parking", "where can I PARK", "Parking?"]
    made = kept.keep(QUESTION, ANSWER, **GIVEN, other=other, wordings=given)
    assert made.wordings == kept.get(made.id).wordings == ("Staat er een parking?", "Parking?")
    assert [k.id for k in kept.list("staat")] == [made.id]
    assert kept.edit(made.id, QUESTION, ANSWER, language="nl", by="Bo").wordings == ()


def test_one_more_wording_is_added_once(kept: KeptAnswers) -> None:
    made = kept.keep(QUESTION, ANSWER, **GIVEN, wordings=["Parking?"])
    added = kept.reword(made.id, "Mag de auto daar staan?", "Bo")
    assert (added.wordings, added.by) == (("Parking?", "Mag de auto daar staan?"), "Bo")
    assert kept.reword(made.id, "mag de auto daar staan", "Cis") == added
    full = kept.edit(made.id, QUESTION, ANSWER, language="nl", by="An", wordings=map(str, range(20)))
    assert kept.reword(made.id, "Nog een?", "Bo") == full
    withdrawn = kept.keep(QUESTION, ANSWER, **GIVEN)
    kept.withdraw(withdrawn.id, "An")
    with pytest.raises(Conflict, match="withdrawn"):
        kept.reword(withdrawn.id, "Nog een?", "Bo")


def test_wordings_that_are_added_at_once_are_all_kept(kept: KeptAnswers) -> None:
    made = kept.keep(QUESTION, ANSWER, **GIVEN)
    added = [f"Waar staat auto nummer {number}?" for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda wording: kept.reword(made.id, wording, "Bo"), added))
    assert sorted(kept.get(made.id).wordings) == sorted(added)


def test_two_withdraw_at_once_and_neither_is_refused(kept: KeptAnswers) -> None:
    for made in [kept.keep(QUESTION, ANSWER, **GIVEN) for _ in range(10)]:
        together = Barrier(4)

        def withdraw(by: str, kept_id: str = made.id, together: Barrier = together) -> str:
            together.wait(60)
            return kept.withdraw(kept_id, by).state

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(withdraw, ("An", "Bo", "Cis", "Dee"))) == {"withdrawn"}


def test_an_edit_replaces_all_but_the_role(kept: KeptAnswers) -> None:
    made = kept.keep(QUESTION, ANSWER, **GIVEN, source="p. 3", other=("Where?", "There."))
    changed = kept.edit(made.id, "Waar parkeer ik?", "Nergens.", language="nl", by="Bo", audience="staff")
    assert (changed.question, changed.answer, changed.by, changed.role) == (
        "Waar parkeer ik?",
        "Nergens.",
        "Bo",
        "Contactpunt",
    )
    assert (changed.source, changed.answer_other, changed.audience) == (None, None, "staff")
    assert changed.changed_at > made.changed_at


def test_expired_and_withdrawn_are_states_of_their_own(kept: KeptAnswers) -> None:
    one, two = (kept.keep(QUESTION, ANSWER, **GIVEN) for _ in range(2))
    assert kept.expire(one.id, "An").state == "expired"
    assert kept.withdraw(two.id, "An").state == kept.withdraw(two.id, "An").state == "withdrawn"
    assert [k.id for k in kept.list(state="expired")] == [one.id]
    assert [k.id for k in kept.list(state="withdrawn")] == [two.id]
    assert kept.list(state="kept") == []
    with pytest.raises(Conflict, match="withdrawn"):
        kept.expire(two.id, "An")
    with pytest.raises(NotFound):
        kept.withdraw("none", "An")


def test_a_last_day_that_has_passed_expires_by_itself(kept: KeptAnswers) -> None:
    past = date.today() - timedelta(days=2)
    assert kept.keep(QUESTION, ANSWER, **GIVEN, valid_until=past).state == "expired"
    assert kept.keep(QUESTION, ANSWER, **GIVEN, valid_until=date.today() + timedelta(days=1)).state == "kept"


def test_search_wants_all_words_in_any_case_and_language(kept: KeptAnswers) -> None:
    made = kept.keep(QUESTION, ANSWER, **GIVEN, other=("Where can I park?", "In a café car park."))
    assert [k.id for k in kept.list("PARKEREN cafe")] == [made.id]
    assert kept.list("parkeren fiets") == []


@pytest.mark.parametrize(
    "asked", ["Waar parkeer ik als ik naar jullie kantoor kom?", "Where can I park at your office?"]
)
def test_a_kept_answer_answers_the_next_in_either_language(office: Any, asked: str) -> None:
    made = stored(office).keep(QUESTION, ANSWER, **GIVEN)
    assert not publish(office.settings).problems
    answer = office.ask(asked)
    assert (answer.status, answer.mode) == ("answered", "staff")
    assert answer.citations[0].document_id == document_id(made, "nl")
    assert answer.citations[0].kind == "staff answer"
    assert answer.citations[0].publisher == "Contactpunt"
    assert answer.text == f"{ANSWER} [1]"
    assert "staff_answer" in {note.code for note in answer.notes}


def test_wordings_lead_to_the_answer_in_either_language(office: Any) -> None:
    asked = ["Krijgt mijn Citroën een plek terwijl ik met jullie praat?", "Is my van welcome while I talk to you?"]
    made = stored(office).keep(QUESTION, ANSWER, **GIVEN)
    publish(office.settings)
    assert not any(office.ask(question).citations for question in asked)
    for wording in asked:
        stored(office).reword(made.id, wording, "An")
    publish(office.settings)
    assert [office.ask(question).text for question in asked] == [f"{ANSWER} [1]"] * 2


def test_many_kept_answers_take_no_question_from_others(office: Any) -> None:
    both = (
        "Wanneer is het ontbijt van de projecten?",
        "De lopende projecten ontbijten op de eerste dinsdag van maart.",
    )
    stored(office).keep(*both, **GIVEN)
    stored(office).keep("Hoe zeg ik mijn plaats op de infodag af?", "Mail voor de middag van de dag ervoor.", **GIVEN)
    publish(office.settings)
    asked = [
        "Wordt het morgen warm?",
        "Kunnen jullie mijn paspoort verlengen?",
        "How many partners does a project have?",
    ]
    answers = [office.ask(question) for question in asked]
    assert not [c for answer in answers for c in answer.citations if c.kind == "staff answer"]
    assert answers[-1].status == "answered"


def test_whole_answer_of_staff_is_quoted_and_nothing_beside_it(office: Any) -> None:
    said = "Mail voor de middag van de dag ervoor. Wie tweemaal wegblijft, kan niet meer inschrijven. Bel bij ziekte."
    stored(office).keep("Hoe zeg ik mijn plaats op de infodag af?", said, **GIVEN)
    publish(office.settings)
    answer = office.ask("Hoe kan ik mijn plaats op de infodag afzeggen?")
    assert " ".join(c.quote for c in answer.citations) == said


def test_both_languages_answer_in_their_own(office: Any) -> None:
    stored(office).keep(QUESTION, ANSWER, **GIVEN, other=("Where can I park?", "Park in the Kruidtuin car park."))
    publish(office.settings)
    assert office.ask("Where can I park?").text == "Park in the Kruidtuin car park. [1]"
    assert office.ask("Waar mag ik parkeren?").text == f"{ANSWER} [1]"


def test_the_documentation_is_no_staff_answer(office: Any) -> None:
    stored(office).keep(QUESTION, ANSWER, **GIVEN)
    publish(office.settings)
    answer = office.ask("How many partners does a project have?")
    assert answer.mode == "quote"
    assert answer.citations[0].kind is None


def test_withdrawn_is_gone_at_once(office: Any) -> None:
    made = stored(office).keep(QUESTION, ANSWER, **GIVEN)
    publish(office.settings)
    stored(office).withdraw(made.id, "An")
    publish(office.settings)
    answer = office.ask(QUESTION)
    assert all("staff-answer" not in c.document_id for c in (*answer.citations, *answer.near_misses))
    office.check_vectors(exact=True)


def test_expired_is_never_todays(office: Any) -> None:
    made = stored(office).keep(QUESTION, ANSWER, **GIVEN)
    stored(office).expire(made.id, "An")
    publish(office.settings)
    answer = office.ask(QUESTION)
    assert not answer.citations or "expired" in {note.code for note in answer.notes}


def test_staff_answer_for_staff_never_leaves_a_public_door(office: Any) -> None:
    made = stored(office).keep(QUESTION, ANSWER, **GIVEN, audience="staff")
    publish(office.settings)
    public = office.ask(QUESTION)
    assert "Kruidtuin" not in public.model_dump_json()
    assert document_id(made, "nl") not in office.index().documents
    assert office.ask(QUESTION, "public", "staff").mode == "staff"


def test_the_newest_answer_to_the_same_question_holds(office: Any) -> None:
    stored(office).keep(QUESTION, ANSWER, **GIVEN)
    newer = stored(office).keep(QUESTION, "U parkeert in de Zandstraat; dat kost 4 euro.", **GIVEN)
    publish(office.settings)
    assert office.ask(QUESTION).citations[0].document_id == document_id(newer, "nl")
    stored(office).withdraw(newer.id, "An")
    publish(office.settings)
    assert office.ask(QUESTION).text == f"{ANSWER} [1]"
