"""What the index holds: documents, their passages, the sentences in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assistant.index.sparse import Vocabulary, merged, vocabulary

AUDIENCES = ("public", "staff")
LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class Document:
    """A document at one revision, without its text.

    `date`, `valid_from`, `valid_until` and `review` are a year, a month or a day in ISO 8601; `revision` is a content
    hash. `supersedes` lists documents (`document-id`) and sections (`document-id#slug`) that this one replaces;
    `status` is "provisional" or None, `kind` "staff answer" or None. `owner` is the role or team that keeps the
    document right, and `review` says when they are to look at it again; both are for the house, not for the public.
    """

    id: str
    revision: str
    title: str
    publisher: str
    language: str
    date: str | None = None
    period: str | None = None
    audience: str = "public"
    url: str | None = None
    translation_of: str | None = None
    supersedes: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_until: str | None = None
    status: str | None = None
    owner: str | None = None
    review: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Sentence:
    """The unit that is quoted; `start` and `end` count characters in the document's text.

    `lead` is the sentence that introduces the list in which this one stands, with its own span.
    """

    id: int
    start: int
    end: int
    text: str
    vector: str
    lead: tuple[int, int, str] | None = None


@dataclass(frozen=True)
class Passage:
    """The unit of context: a section, or a part of a long one, with its sentences and the phrasings that lead to it.

    `unanswered` is set where the passage names a gap, something that people ask and no document says: the reason for
    which a question that lands there is refused.
    """

    id: int
    document: Document
    headings: tuple[str, ...]
    slug: str
    locator: str
    start: int
    end: int
    text: str
    source: str
    superseded_by: tuple[str, ...]
    vector: str
    sentences: tuple[Sentence, ...] = ()
    asked: tuple[str, ...] = ()
    unanswered: str | None = None

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The stems of the passage and the headings above it."""
        return vocabulary("\n".join([*self.headings, self.text]), self.document.language)

    @cached_property
    def asked_vocabulary(self) -> Vocabulary:
        """The same, with those of its phrasings."""
        return merged([self.vocabulary, *self.phrasing_vocabularies])

    @cached_property
    def phrasing_vocabularies(self) -> tuple[Vocabulary, ...]:
        """The stems of each phrasing."""
        return tuple(vocabulary(question, self.document.language) for question in self.asked)

    @cached_property
    def sentence_vocabularies(self) -> tuple[Vocabulary, ...]:
        """The stems of each sentence and the heading above it."""
        heading, language = self.headings[-1], self.document.language
        return tuple(vocabulary(f"{heading} {sentence.text}", language) for sentence in self.sentences)

    @property
    def superseded(self) -> bool:
        """Whether the document or this section was replaced by something newer."""
        return bool(self.superseded_by)


@dataclass(frozen=True)
class Heading:
    """A line of a document's outline; `start` is where the heading stands in the text."""

    level: int
    text: str
    slug: str
    start: int
