"""An answer in Slack: whatever a document or a question holds, Slack takes it, and nothing in it acts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation import check_blocks, check_view

from assistant.answer import Answer, Citation, Contact, Note, Part
from assistant.settings import Settings
from bots.slack.blocks import answer_message, message, posted
from bots.slack.commands import with_question
from bots.slack.escape import absolute, escaped, link, plain, shortened, typed
from bots.slack.feedback import reason_modal

PUBLIC = "https://assistant.example"
CONTACT = "https://contact.example/"
HOSTILE = (
    "<!channel> <@U0ANNA> <#C0GENERAL> <!subteam^S1> <https://evil.example|click> https://evil.example "
    "*b* _i_ ~s~ `c` ```p``` :tada: @here & &lt;!here&gt; \u202e\x00\ud800 | > quote"
)
COMMANDS = ("<!", "<@", "<#")


@pytest.fixture(scope="module")
def over() -> Settings:
    return Settings(_env_file=None, public_url=PUBLIC)


texts = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(
            ["<!channel>", "<@U1>", "<#C1>", "&", "<", ">", "*", "`", "\n", "https://evil.example", "é", HOSTILE]
        )
    ).map("".join),
    st.integers(1, 6000).map(lambda n: "<&>a" * n),
)
languages = st.sampled_from(["nl", "en"])
citations = st.builds(
    Citation,
    number=st.integers(1, 99),
    document_id=st.just("doc"),
    revision=st.just("r"),
    title=texts,
    publisher=texts,
    date=st.one_of(st.none(), texts, st.just("2021-11-01")),
    period=st.none(),
    locator=texts,
    start=st.just(0),
    end=st.just(1),
    quote=texts,
    language=languages,
    superseded=st.booleans(),
    url=st.sampled_from(
        ["/sources/doc?start=1#quote", "javascript:alert(1)", "//evil.example", "x" * 4000, "", "/s?<!here>|\n"]
    ),
)
parts = st.builds(Part, question=texts, status=st.sampled_from(["answered", "unsupported", "off_topic"]), text=texts)
answers = st.builds(
    Answer,
    id=st.just("3fdbb1a3-6a10-4b9c-9a3c-0d8a4d6f8f10"), question=texts, language=languages,
    status=st.sampled_from(["answered", "partial", "unsupported", "off_topic", "small_talk"]),
    reason=st.sampled_from([None, "unclear", "answering_off", "not_in_documentation"]),
    mode=st.sampled_from([None, "quote", "staff"]), text=texts,
    citations=st.lists(citations, max_size=9).map(tuple), near_misses=st.lists(citations, max_size=3).map(tuple),
    notes=st.lists(st.builds(Note, code=st.sampled_from(["automated", "partial"]), text=texts), max_size=9).map(tuple),
    parts=st.lists(parts, max_size=6).map(tuple),
    contact=st.one_of(st.none(), st.builds(Contact, role=texts, name=texts, url=st.just(CONTACT))),
)  # fmt: skip


def pieces(thing: Any) -> Iterator[dict[str, Any]]:
    if isinstance(thing, dict):
        yield thing
        for value in thing.values():
            yield from pieces(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from pieces(value)


def check_harmless(made: dict[str, Any]) -> None:
    said = json.dumps(made, ensure_ascii=False)
    assert not [command for command in COMMANDS if command in said]
    assert "<http" not in said
    for piece in pieces(made["blocks"]):
        if piece.get("type") == "mrkdwn":
            assert piece["verbatim"] is True
        if piece.get("type") == "link":
            assert piece["url"].startswith((f"{PUBLIC}/", CONTACT))
    assert posted(made)["parse"] == "none"
    assert posted(made)["unfurl_links"] is False
    assert posted(made)["unfurl_media"] is False


@given(answers, st.booleans(), st.booleans())
def test_any_answer_is_taken_by_slack_and_notifies_nobody(answer: Answer, first: bool, direct: bool) -> None:
    over = Settings(_env_file=None, public_url=PUBLIC)
    made = answer_message(answer, over, first=first, direct=direct)
    check_blocks(made["blocks"])
    assert 1 <= len(made["text"]) <= 4000
    check_harmless(made)
    asked = with_question(made, answer, "small")
    check_blocks(asked["blocks"])
    check_harmless(asked)


def longest(language: str = "nl") -> Answer:
    cited = tuple(_citation(number, "q" * 5000, "t" * 5000) for number in range(1, 40))
    parts = tuple(Part(question="?" * 2000, status="answered", text="a" * 5000) for _ in range(9))
    notes = tuple(Note(code="premise", text="n" * 5000) for _ in range(30))
    contact = Contact(role="r" * 900, name="n" * 900, url=CONTACT)
    return Answer(id="i" * 36, question="?" * 2000, language=language, status="partial", mode="quote", text="a" * 9000,
                  citations=cited, notes=notes, parts=parts, contact=contact)  # fmt: skip


def _citation(number: int, quote: str, title: str = "The manual", **more: Any) -> Citation:
    values = {
        "publisher": title,
        "date": "2021-11-01",
        "period": None,
        "locator": title,
        "start": 0,
        "end": 9,
        "language": "en",
    }
    return Citation(
        number=number,
        document_id="doc",
        revision="r",
        title=title,
        quote=quote,
        url="/sources/doc#quote",
        **{**values, **more},
    )


def test_longest_answer_stays_within_all_limits_and_leads_to_the_rest(over: Settings) -> None:
    made = with_question(answer_message(longest(), over, first=True), longest(), "small")
    check_blocks(made["blocks"])
    assert "Lees verder in de bron" in json.dumps(made["blocks"], ensure_ascii=False)
    assert "En nog 33 bronnen." in json.dumps(made["blocks"], ensure_ascii=False)


def test_link_to_the_source_is_absolute_or_not_there(over: Settings) -> None:
    answer = Answer(
        id="a",
        question="q",
        language="en",
        status="answered",
        mode="quote",
        text="t [1]",
        citations=(_citation(1, "q"),),
    )
    linked = [p["url"] for p in pieces(answer_message(answer, over)["blocks"]) if p.get("type") == "link"]
    assert linked == [f"{PUBLIC}/sources/doc#quote"]
    alone = answer_message(answer, Settings(_env_file=None))
    assert not [p for p in pieces(alone["blocks"]) if p.get("type") == "link"]


def test_citation_shows_quote_document_date_and_place(over: Settings) -> None:
    cited = _citation(1, "Het mag.", "Handleiding", locator="§ 3.2", publisher="JS", superseded=True)
    answer = Answer(id="a", question="q", language="nl", status="answered", mode="quote", text="Ja. [1]",
                    citations=(cited,))  # fmt: skip
    made = answer_message(answer, over)
    shown = json.dumps(made["blocks"], ensure_ascii=False)
    for part in (
        "Het mag.",
        "Handleiding",
        "1 november 2021",
        "§ 3.2",
        "JS",
        "vervangen door een nieuwere tekst",
        "Ja. [1]",
    ):
        assert part in shown
        assert part in made["text"]


def test_screen_reader_gets_the_whole_answer(over: Settings) -> None:
    answer = Answer(id="a", question="q", language="en", status="unsupported", text="I cannot find that.",
                    near_misses=(_citation(1, "Something near."),), notes=(Note(code="automated", text="automated"),),
                    contact=Contact(role="r", name="The contact", url=CONTACT))  # fmt: skip
    spoken = answer_message(answer, over)["text"]
    for part in ("Not in the documentation", "I cannot find that.", "does not answer your question", "Something near.",
                 "The contact", "automated system"):  # fmt: skip
        assert part in spoken


def test_refusal_has_a_button_to_a_person_and_an_answer_a_menu(over: Settings) -> None:
    def kinds(answer: Answer) -> list[str]:
        return [p["type"] for p in pieces(answer_message(answer, over)["blocks"]) if p.get("action_id") == "hand_over"]

    plain_answer = Answer(id="a", question="q", language="en", status="answered", text="t")
    assert kinds(plain_answer) == ["overflow"]
    assert kinds(plain_answer.model_copy(update={"status": "unsupported"})) == ["button"]
    assert kinds(plain_answer.model_copy(update={"status": "small_talk"})) == []


def test_feedback_buttons_are_told_to_screen_readers(over: Settings) -> None:
    for language in ("nl", "en"):
        answer = Answer(id="a", question="q", language=language, status="answered", text="t")
        (found,) = [p for p in pieces(answer_message(answer, over)["blocks"]) if p.get("type") == "feedback_buttons"]
        for side in ("positive_button", "negative_button"):
            label = found[side]["accessibility_label"]
            assert label != found[side]["text"]["text"]
            assert "…" not in label


@pytest.mark.parametrize("language", ["nl", "en"])
def test_modal_for_the_reason_is_taken_by_slack_and_its_labels_are_whole(language: str) -> None:
    modal = reason_modal("3fdbb1a3", language)
    check_view(modal)
    assert "…" not in json.dumps(modal, ensure_ascii=False)
    assert len(modal["blocks"][0]["element"]["options"]) == 5


@given(texts)
def test_escaped_text_holds_no_command(raw: str) -> None:
    made = escaped(raw)
    assert not [command for command in (*COMMANDS, "<") if command in made]
    check_harmless(message(raw))


@given(texts, st.integers(1, 300))
def test_shortened_text_ends_in_no_half_entity(raw: str, limit: int) -> None:
    made = shortened(escaped(raw), limit)
    assert len(made) <= limit
    assert made.count("&") == sum(made.count(entity) for entity in ("&amp;", "&lt;", "&gt;"))


def test_marks_and_emoji_of_a_document_do_nothing() -> None:
    for mark in ("*bold*", "_it_", "~no~", "`code`"):
        assert mark not in escaped(mark)
    assert ":tada:" not in escaped(":tada:")
    assert not escaped("> quoted").startswith("&gt;")
    assert plain("<!here>") != "<!here>"


def test_what_slack_delivers_becomes_what_was_typed() -> None:
    said = "<@U0BOT> is 5 &lt; 6 &amp;amp; <https://example.org/a|a page> in <#C1|general>, <!here> <@U2|Bo>?"
    assert typed(said, "U0BOT") == "is 5 < 6 &amp; a page in #general, @Bo?"


def test_only_web_addresses_are_followed(over: Settings) -> None:
    for url in ("javascript:alert(1)", "//evil.example/x", "data:text/html,x", "http:", "http://[", "x" * 4000):
        assert absolute(url, over) is None
    assert link("javascript:alert(1)", "<!here>", over) == "&lt;\u200b!here&gt;"
    assert link("https://example.org/a|b>", "a|b", over) == "<https://example.org/a%7Cb%3E|a¦b>"
