"""Test sets and results of other tools, in and out: a module a format, `formats` finds the right one."""

from evals.interchange.formats import FORMATS, WITH_TEXTS, export, guess, load, read_items, rows_of, save

__all__ = ["FORMATS", "WITH_TEXTS", "export", "guess", "load", "read_items", "rows_of", "save"]
