"""Fitting the encoder to how people ask: pairs of question and passage in, a small adapter out."""
