"""Asking the assistant test sets, and saying how well it answered."""
