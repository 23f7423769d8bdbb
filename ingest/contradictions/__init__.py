"""Contradictions: current documents that say nearly the same thing with another number or date."""

from ingest.contradictions.finding import Contradiction, Side, find
from ingest.contradictions.telling import sentences_for_people

__all__ = ["Contradiction", "Side", "find", "sentences_for_people"]
