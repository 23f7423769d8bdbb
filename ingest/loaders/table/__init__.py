"""Spreadsheets and CSV: a row a passage, with the names of its columns."""
