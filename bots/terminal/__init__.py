"""The terminal door: the `assistant` command, a module a command."""

from bots.terminal.app import main

__all__ = ["main"]
