"""Contradictions: current documents that say nearly the same thing with another number or date."""

from ingest.contradictions.finding import Contradiction, Side, find
from ingest.contradictions.telling import sentences_for_people

MOST_DOCUMENTS = 2000  # every claim is held against every other: beyond these it takes minutes

__all__ = ["MOST_DOCUMENTS", "Contradiction", "Side", "find", "sentences_for_people"]
