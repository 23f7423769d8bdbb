"""`assistant ask`: answers, refusals, what a program reads, and the chat."""

from __future__ import annotations

import json
import os
import pty
import selectors
import signal
import time
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.texts import text

DUTCH = "Kan mijn bedrijf subsidie krijgen van Interreg Europe?"
ENGLISH = "Can my company get funding from Interreg Europe?"
UNKNOWN = "Wie wint de Ronde van Vlaanderen volgend jaar?"


@pytest.mark.parametrize(("language", "question"), [("nl", DUTCH), ("en", ENGLISH)])
def test_answer_shows_marks_and_where_each_quote_stands(run, language, question):
    result = run("ask", question)
    assert result.exit_code == 0
    assert "[1]" in result.stdout.splitlines()[0]
    answer = json.loads(run("ask", question, "--json").stdout)
    assert text(language, "terminal.sources") in result.stdout
    for citation in answer["citations"]:
        for shown in ("quote", "title", "locator", "date", "publisher"):
            assert citation[shown] in result.stdout
    assert text(language, "notes.automated") in result.stdout
    assert result.stderr == ""


def test_json_is_one_answer_object(run):
    result = run("ask", "--json", DUTCH)
    assert result.exit_code == 0
    answer = Answer.model_validate_json(result.stdout)
    assert (answer.status, answer.language, answer.question) == ("answered", "nl", DUTCH)
    assert answer.citations
    assert answer.conversation_id


@pytest.mark.parametrize("question", [UNKNOWN, "Who pays the co-financing of a Bulgarian city council in Sofia?", "x"])
def test_refusal_exits_zero(run, question):
    result = run("ask", question, "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    shown = run("ask", question)
    assert shown.exit_code == 0
    for miss in answer["near_misses"]:
        assert miss["quote"] in shown.stdout
        assert text(answer["language"], "refusals.near_misses") in shown.stdout
    if answer["contact"]:
        assert answer["contact"]["name"] in shown.stdout
        assert answer["contact"]["url"] in shown.stdout


@pytest.mark.parametrize("question", ["", "   ", "\u200b\u200b", "a" * 10_000, "\x01\x02\x03"])
def test_question_that_cannot_be_read_exits_two_with_one_sentence(run, question):
    result = run("ask", "--", question)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


def test_error_is_a_problem_object_for_a_program(run):
    result = run("ask", "--json", "")
    assert result.exit_code == 2
    problem = json.loads(result.stdout)
    assert set(problem) == {"type", "title", "status", "detail"}
    assert (problem["type"], problem["status"]) == ("/problems/invalid-question", 422)


def test_wrong_option_is_a_problem_object_for_a_program(run):
    result = run("ask", DUTCH, "--lang", "de", "--json")
    assert result.exit_code == 2
    assert "--lang" in json.loads(result.stdout)["detail"]


def test_errors_about_a_question_are_in_the_language_asked_for(run):
    assert "De vraag is leeg" in run("ask", "", "--lang", "nl").stderr


def test_piped_question_is_answered(run):
    result = run("ask", stdin=DUTCH + "\n")
    assert result.exit_code == 0
    assert text("nl", "terminal.sources") in result.stdout
    assert text("nl", "terminal.prompt") + ":" not in result.stdout


def test_piped_json_question_keeps_its_line_breaks_together(run):
    result = run("ask", "--json", stdin=f"{DUTCH}\nEn mijn stad?\n")
    assert json.loads(result.stdout)["question"] == f"{DUTCH} En mijn stad?"


def test_dash_takes_the_whole_input_as_one_question(run):
    result = run("ask", "-", "--json", stdin=f"{DUTCH}\n\nEn mijn stad?\n")
    assert json.loads(result.stdout)["question"] == f"{DUTCH} En mijn stad?"


@pytest.mark.parametrize("given", [b"", b"\n\n", b"\x00\xff\xfe\x80\x81\n"])
def test_piped_nonsense_exits_two(run, given):
    assert run("ask", stdin=given).exit_code == 2
    assert run("ask", "--json", stdin=given).exit_code == 2


def test_piped_lines_are_one_conversation(run):
    result = run("ask", stdin=f"{ENGLISH}\nAnd in the earlier period?\n\nnot asked any more\n")
    assert result.exit_code == 0
    assert result.stdout.count(text("en", "notes.automated")) == 1
    assert "not asked any more" not in result.stdout


def test_no_index_says_what_to_do(run_without_index):
    result = run_without_index("ask", DUTCH)
    assert result.exit_code == 3
    assert "assistant ingest" in result.stderr
    problem = json.loads(run_without_index("ask", DUTCH, "--json").stdout)
    assert (problem["type"], problem["status"]) == ("/problems/index-missing", 503)


def test_unexpected_error_is_one_line(run, monkeypatch):
    def broken(*_args, **_how):
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr("assistant.service.Assistant.ask", broken)
    result = run("ask", DUTCH)
    assert result.exit_code == 1
    assert result.stderr == "Something went wrong: RuntimeError: first line second line\n"


def test_traceback_is_shown_where_it_is_asked_for(run, monkeypatch):
    monkeypatch.setenv("ASSISTANT_DEBUG", "1")
    monkeypatch.setattr("assistant.service.Assistant.ask", None)
    assert "Traceback" in run("ask", DUTCH).stderr


def _is_readable(terminal: int) -> bool:
    # select() knows no file descriptor above 1,023, and a long test run has many open.
    with selectors.DefaultSelector() as selector:
        selector.register(terminal, selectors.EVENT_READ)
        return bool(selector.select(60))


def _read_until(terminal: int, wanted: str) -> str:
    seen = ""
    while wanted not in seen:
        assert _is_readable(terminal), f"waited for {wanted!r} after {seen!r}"
        seen += os.read(terminal, 4096).decode("utf-8", "replace")
    return seen


def _wait_until_it_listens(process) -> None:
    """Let a chat that has shown its prompt begin to read: a Ctrl-C in between is kept until the next key."""
    stat, until = Path(f"/proc/{process.pid}/stat"), time.monotonic() + 60
    while stat.read_text().rpartition(")")[2].split()[0] != "S":
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def terminal(start):
    """A chat on a terminal of its own, at its first prompt."""
    ours, theirs = pty.openpty()
    process = start("ask", stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    yield process, ours, _read_until(ours, "Question: ")
    os.close(ours)


def test_chat_in_a_terminal(terminal):
    process, ours, opening = terminal
    for language in ("nl", "en"):
        assert text(language, "terminal.welcome")[:40] in opening
    os.write(ours, f"{DUTCH}\n".encode())
    assert "[1]" in _read_until(ours, "Vraag: ")
    os.write(ours, b"\n")
    _read_until(ours, text("nl", "terminal.goodbye"))
    assert process.wait(60) == 0


@pytest.mark.parametrize("key", ["ctrl-c", "ctrl-d"])
def test_chat_ends_politely(terminal, key):
    process, ours, _ = terminal
    if key == "ctrl-c":
        _wait_until_it_listens(process)
        process.send_signal(signal.SIGINT)
    else:
        os.write(ours, b"\x04")
    _read_until(ours, text("en", "terminal.goodbye"))
    assert process.wait(60) == 0
