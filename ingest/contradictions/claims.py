"""Claims: what a sentence that states numbers is about, and the conditions under which it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from assistant import rarity
from assistant.index import Passage, Sentence
from assistant.index.sparse import SparseIndex, fold, stemmed
from assistant.kinds import mentioned
from assistant.mentions import mentions
from assistant.texts import lexicon
from ingest.contradictions.dates import PERIOD, periods
from ingest.contradictions.quantities import Quantity
from ingest.contradictions.reading import quantities
from ingest.contradictions.words import ORDINALS

_PLACE, _PROGRAMME = "place", "programme"
# A claim under one of these conditions says nothing about what holds in general.
_NARROWING = frozenset((_PLACE, _PROGRAMME, "ordinal", "version", "versie", "group", "groep", "phase", "fase"))
_MEASURES = {
    "en": {
        "average": ("average", "averaged"),
        "recommended": ("recommended", "recommends", "advised"),
        "total": ("total", "together", "altogether", "in all"),
        "last": ("last", "final"),
    },
    "nl": {
        "average": ("gemiddeld", "gemiddelde", "doorsnee"),
        "recommended": ("aanbevolen", "raadt", "aangeraden"),
        "total": ("totaal", "totale", "samen"),
        "last": ("laatste",),
    },
}
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FRACTION = re.compile(r"\b(?:one|a|two|een|twee)[ -](?:third|thirds|derde)\b")
_COUNTED_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th|e|ste|de)\b")
_LABELLED = re.compile(r"\b(version|versie|group|groep|phase|fase|part|deel|draft|ontwerp|priority|prioriteit) (\d+)\b")
_ORDERED = re.compile(
    rf"\b({'|'.join(word for words in ORDINALS.values() for word in words)}) (group|groep|phase|fase)\b"
)
_BEGINNING = 4  # letters that a country shares with its adjective
_ALIKE = {
    # Countries and adjectives that do not begin alike.
    "swiss": "swit", "uk": "unit", "british": "unit", "flemish": "flan", "dutch": "neth", "french": "fran",
    "spanish": "spai", "irish": "irel", "polish": "pola", "finnish": "finl", "danish": "denm", "brits": "vere",
    "britse": "vere", "waalse": "wall", "spaanse": "span", "ierse": "ierl", "poolse": "pole", "finse": "finl",
    "deense": "dene", "north macedonia": "mace", "noord-macedonie": "mace",
    **dict.fromkeys(
        ("public authority", "public authorities", "public bodies", "public body", "municipality", "municipalities",
         "city", "cities", "province", "overheid", "overheden", "gemeente", "gemeentes", "gemeenten", "stad", "steden",
         "provincie"), "public body"),
    **dict.fromkeys(
        ("non-profit", "non-profits", "ngo", "ngos", "association", "associations", "foundation", "vzw", "vzw's",
         "non-profitorganisatie", "non-profitorganisaties", "ngo's", "vereniging", "verenigingen", "stichting"),
        "non-profit"),
    **dict.fromkeys(
        ("company", "companies", "sme", "smes", "bedrijf", "bedrijven", "onderneming", "ondernemingen", "kmo", "kmo's"),
        "company"),
}  # fmt: skip

Conditions = Mapping[str, frozenset[str]]
"""What a text holds for, by kind of condition: {"ordinal": {"3"}, "place": {"norw"}}."""


@dataclass(frozen=True)
class Claim:
    """A sentence with the quantities that it states, in the passage in which it stands."""

    passage: Passage
    sentence: Sentence
    quantities: tuple[Quantity, ...]

    @property
    def document_id(self) -> str:
        """The id of the document in which it stands."""
        return self.passage.document.id

    @property
    def language(self) -> str:
        """The document's language."""
        return self.passage.document.language

    @cached_property
    def periods(self) -> frozenset[str]:
        """The programme periods that it holds for: those it names, else the document's; none where nothing says."""
        return periods(self.sentence.text) or frozenset(filter(None, (self.passage.document.period,)))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in the sentence, without the programme's own."""
        return mentions(self.sentence.text, self.language).names - lexicon(self.language).stopwords

    @cached_property
    def words(self) -> tuple[tuple[str, str], ...]:
        """The content words of the sentence with their stems, without numbers and months."""
        known = lexicon(self.language)
        skipped = known.months | known.number_words
        found = dict.fromkeys(stemmed(self.sentence.text, self.language))
        return tuple((w, stem) for w, stem in found if w not in skipped and not w[0].isdigit() and len(w) > 1)

    @cached_property
    def own_conditions(self) -> Conditions:
        """What the sentence itself says that it holds for."""
        return conditions(self.sentence.text, self.language)

    @cached_property
    def conditions(self) -> Conditions:
        """What it holds for; where the sentence does not say, what is said above it may.

        The title and the sentences before it tell only what narrows all that follows: a call, a country, a programme.
        """
        title, *headings = self.passage.headings
        before = [s.text for s in self.passage.sentences if s.start < self.sentence.start]
        found: dict[str, frozenset[str]] = {}
        for text in (title, *headings, *before):
            said = conditions(text, self.language)
            found.update(said if text in headings else {key: said[key] for key in said.keys() & _NARROWING})
        return {**found, **self.own_conditions}


def claims(passages: Iterable[Passage]) -> Iterator[Claim]:
    """Yield the sentences that state quantities."""
    for passage in passages:
        for sentence in passage.sentences:
            found = quantities(sentence.text, passage.document.language)
            if found:
                yield Claim(passage, sentence, found)


@lru_cache(maxsize=16_384)
def conditions(text: str, language: str) -> Conditions:
    """Return the conditions that a text names: which call, which country, which kind of partner, which year.

    >>> dict(conditions("Norwegian partners in the third call", "en"))
    {'place': frozenset({'norw'}), 'ordinal': frozenset({'3'})}
    """
    said = f" {_FRACTION.sub(' ', fold(text))} ".replace(" allereerste ", " eerste ")
    found: dict[str, set[str]] = {}
    for key, group in _groups(language).items():
        found[key] = {_ALIKE.get(item, item[:_BEGINNING]) for item in group if mentioned(said, item)}
    for key, known in _MEASURES.get(language, {}).items():
        found[key] = {key} if any(mentioned(said, word) for word in known) else set()
    ordinals = enumerate(ORDINALS.get(language, ()), start=1)
    found["ordinal"] = {str(at) for at, word in ordinals if mentioned(said, word)} | set(_COUNTED_ORDINAL.findall(said))
    found[_PROGRAMME] = {hint for hint in lexicon(language).hints["other_programme"] if mentioned(said, hint)}
    found["year"] = set(_YEAR.findall(PERIOD.sub(" ", said)))
    for match in _ORDERED.finditer(said):
        found.setdefault(match[2], set()).add(str(ORDINALS[language].index(match[1]) + 1))
        found["ordinal"].discard(str(ORDINALS[language].index(match[1]) + 1))
    for label, number in _LABELLED.findall(said):
        found.setdefault(label, set()).add(number)
    return {key: frozenset(named) for key, named in found.items() if named}


@cache
def _groups(language: str) -> Mapping[str, Sequence[str]]:
    """Return the lexicon's groups of words that exclude each other; ordinals and periods are read another way."""
    ordinals = ORDINALS.get(language, ())
    groups = (g for g in lexicon(language).groups if g[0].split()[0] not in ordinals and "2021-2027" not in g)
    return {_PLACE if number == 0 else f"group {number}": group for number, group in enumerate(groups)}


def conflict(one: Claim, other: Claim, *, about_dates: bool) -> bool:
    """Whether the claims hold under conditions that exclude each other; where dates differ, years may too."""
    mine, yours = one.conditions, other.conditions
    both = (mine.keys() & yours.keys()) - ({"year"} if about_dates else set())
    if any(mine[key].isdisjoint(yours[key]) for key in both):
        return True
    here, there = one.own_conditions.get("ordinal"), other.own_conditions.get("ordinal")
    return bool(here and there and here != there)


def elsewhere(one: Claim, other: Claim) -> bool:
    """Whether one of the claims holds for one country, or another programme, and the other one does not say so.

    A country beside a name that both have ("Krakow, Poland") changes nothing.
    """
    only = _of_one(one, other)
    return _PROGRAMME in only or (_PLACE in only and one.names.isdisjoint(other.names))


def narrower(one: Claim, other: Claim) -> bool:
    """Whether one of the claims holds for one call, version, group or phase, and the other one does not say so."""
    return not _of_one(one, other).isdisjoint(_NARROWING - {_PLACE, _PROGRAMME})


def _of_one(one: Claim, other: Claim) -> Set[str]:
    """Return the kinds of condition that one of the sentences names, and nothing above the other one does."""
    mine, yours = (
        one.own_conditions.keys() - other.conditions.keys(),
        other.own_conditions.keys() - one.conditions.keys(),
    )
    return mine | yours


def common(one: Claim, other: Claim, indexes: Sequence[SparseIndex]) -> float:
    """Return the share of their words, each weighed by how much it says, that each finds around the other: 0 to 1."""
    return (_covered(one, other, indexes) + _covered(other, one, indexes)) / 2


def _covered(one: Claim, other: Claim, indexes: Sequence[SparseIndex]) -> float:
    weights = {stem: rarity.weight(word, stem, one.language, indexes) for word, stem in one.words}
    total = sum(weights.values())
    around = other.passage.vocabulary
    return sum(weight for stem, weight in weights.items() if around.has(stem)) / total if total else 0.0
