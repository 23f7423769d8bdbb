"""The words of both languages that tell numbers: their names, units, and what stands before them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from assistant.index.sparse import fold

_SMALL = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
    "zeventien achttien negentien twintig",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety hundred",
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd",
}
ORDINALS = {
    "en": ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    "nl": ("eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende", "tiende"),
}

_THOUSAND, _MILLION, _BILLION = 1e3, 1e6, 1e9
SCALES = {
    **dict.fromkeys(("hundred", "honderd"), 100.0),
    **dict.fromkeys(("thousand", "duizend", "k"), _THOUSAND),
    **dict.fromkeys(("million", "miljoen", "mio", "mln", "m"), _MILLION),
    **dict.fromkeys(("billion", "miljard", "bn", "mld"), _BILLION),
}
CURRENCIES = {
    **dict.fromkeys(("€", "eur", "euro", "euros", "euro's"), "EUR"),
    **dict.fromkeys(("$", "usd", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds"), "GBP"),
    "nok": "NOK",
    "chf": "CHF",
}
PERCENT = frozenset(("%", "percent", "procent"))

DAY, WEEK, MONTH, YEAR = 1.0, 7.0, 365.25 / 12, 365.25
DAYS = {
    **dict.fromkeys(("hour", "hours", "uur", "uren"), DAY / 24),
    **dict.fromkeys(("day", "days", "dag", "dagen"), DAY),
    **dict.fromkeys(("week", "weeks", "weken"), WEEK),
    **dict.fromkeys(("month", "months", "maand", "maanden"), MONTH),
    **dict.fromkeys(("year", "years", "jaar", "jaren"), YEAR),
}
LONG = MONTH  # days from which a unit of time is counted in months
LENGTHS = (
    (1.5 * YEAR, r"anderhalf jaar|a year and a half|one and a half years"),
    (0.5 * YEAR, r"half a year|half year|een half ?jaar|halfjaar"),
)
FRACTIONS = (
    (100 / 3, r"(?:a|one)[ -]third of|een derde van"),
    (200 / 3, r"two[ -]thirds of|twee derde van"),
    (25.0, r"(?:a|one) quarter of|een kwart van"),
    (75.0, r"three quarters of|driekwart van"),
    (50.0, r"half of|half the|de helft"),
)

# What stands before a number that only names something: "version 4", "groep 1".
_LABELS = (
    "slide version versie article artikel art section punt paragraph paragraaf draft ontwerp phase fase group groep "
    "annex appendix bijlage po so eu part deel priority prioriteit step stap call oproep condition voorwaarde page "
    "pagina p no nr table tabel figure figuur question vraag chapter hoofdstuk edition editie interreg"
)
LABELS = frozenset(_LABELS.split())
BETWEEN = frozenset(("to", "tot", "-", "–", "à"))
DETERMINERS = frozenset(("the", "these", "those", "our", "de", "het", "die", "deze"))

BOUNDS: dict[str, dict[Literal["least", "most", "about"], str]] = {
    "en": {
        "least": "at least|no fewer than|no less than|not less than|minimum of|minimum|more than|over|exceeding",
        "most": "at most|no more than|not more than|up to|maximum of|maximum|within|less than|fewer than"
        "|no later than|not later than|as much as|as many as",
        "about": "about|around|approximately|roughly|almost|nearly|close to|some",
    },
    "nl": {
        "least": "minstens|minimaal|minimum|ten minste|tenminste|niet minder dan|meer dan|ruim",
        "most": "hoogstens|maximaal|maximum|ten hoogste|niet meer dan|tot|binnen|minder dan|uiterlijk",
        "about": "ongeveer|circa|zowat|rond|bijna|om en bij",
    },
}
ROLES: dict[str, dict[Literal["begin", "end"], str]] = {
    "en": {
        "begin": "from|since|opens?|opened|starts?|started|starting|begins?|began|launched|as of",
        "end": "to|until|till|closes?|closed|ends?|ended|deadline|by|before",
    },
    "nl": {
        "begin": "van|vanaf|sinds|opent|opende|begint|begon|startte|start|ging open|van start",
        "end": "tot|tot en met|sluit|sloot|eindigt|eindigde|uiterlijk|voor|tegen",
    },
}
SINCE_YEAR = r"since|until|till|(?:started|began|founded|launched) in|sinds|vanaf|tot|(?:begon|startte|start) in"


@cache
def number_words(language: str) -> Mapping[str, int]:
    """Return what the folded number words of a language are worth, up to a hundred; an unknown language has English's.

    >>> number_words("nl")["vijfentwintig"], number_words("en")["twenty-five"]
    (25, 25)
    """
    name = language if language in _SMALL else "en"
    small = {word: value for value, word in enumerate(_SMALL[name].split())}
    tens = {word: 10 * value for value, word in enumerate(_TENS[name].split(), start=2)}
    ones = list(small.items())[1:10]
    if name == "nl":
        joined = {
            fold(f"{one}{'ën' if one[-1] == 'e' else 'en'}{ten}"): t + o for ten, t in tens.items() for one, o in ones
        }
    else:
        joined = {f"{ten}-{one}": t + o for ten, t in tens.items() for one, o in ones}
    return {**joined, **tens, **small}
