"""`--help` of every command teaches, and wrong words are refused."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from typer.main import get_command

from bots.terminal.app import app


def commands():
    found = [()]
    for words in found:
        command = get_command(app)
        for word in words:
            command = command.commands[word]
        found.extend((*words, name) for name in getattr(command, "commands", {}))
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_help_explains_with_an_example(run_without_index, words):
    result = run_without_index(*words, "--help")
    assert result.exit_code == 0
    assert "Usage: assistant" in result.stdout
    if words != ("eval",):
        assert "  assistant " in result.stdout
    assert run_without_index(*words, "-h").stdout == result.stdout


def test_every_option_and_argument_is_described():
    for words in commands():
        command = get_command(app)
        for word in words:
            command = command.commands[word]
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{words}: {parameter.name}"


def test_version(run_without_index):
    assert run_without_index("--version").stdout.strip() == version("interreg-europe-assistant")


@pytest.mark.parametrize("words", [("nothing",), ("ask", "--nothing"), ("sources", "show"), ("eval", "run")])
def test_wrong_words_exit_two(run_without_index, words):
    result = run_without_index(*words)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
