"""What is stored and how it is read: the database, the vectors, BM25."""

from assistant.index.documents import AUDIENCES, Document, Heading, Passage, Sentence
from assistant.index.store import Index, StoredText

__all__ = ["AUDIENCES", "Document", "Heading", "Index", "Passage", "Sentence", "StoredText"]
