"""Personal data in a question: noticed before it is sent, and masked before anybody passes it on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal, get_args

Kind = Literal["email", "telephone", "national_number", "iban"]

MASK = "[…]"
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.\w{2,}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){2,} ?[\dA-Z]{1,4}\b")
_DIGITS = re.compile(r"(?<![\w])(?:\+|\()?\d(?:[\s./()\-]{0,3}\d){6,}(?!\w)")
# Digits that the programme's own questions are full of: dates, periods, years, amounts in groups of three.
_HARMLESS = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b|\b\d{4}-\d{2}-\d{2}\b|\b(?:19|20)\d{2}\b"
    r"|(?<!\d[. ])\b[1-9]\d{0,2}(?:[. ]\d{3})+\b|\b[1-9]\d*0{3,}\b"
)
_LEAST = 7  # digits of a telephone number without its area code

# Lengths by country, from SWIFT's IBAN registry: the countries of the programme and their neighbours.
_IBAN_LENGTHS = {
    "AD": 24, "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22,
    "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18,
    "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "UA": 29,
}  # fmt: skip
_ACCOUNT = re.compile(
    r"(?<!\w)(?:" + "|".join(rf"{c}(?: ?[\dA-Z]){{{n - 2}}}" for c, n in _IBAN_LENGTHS.items()) + r")(?!\w)",
    re.IGNORECASE | re.ASCII,
)
_ALONE, _ENDS = r"(?<!\w)(?<!\d[.,/-])", r"(?!\w)(?![.,/-]\d)"
_REGISTER = re.compile(rf"{_ALONE}\d\d[. ]?\d\d[. ]?\d\d[. -]?\d{{3}}[. -]?\d\d{_ENDS}", re.ASCII)
_CITIZEN = re.compile(rf"{_ALONE}(?:[1-9]\d{{8}}|\d{{4}}[. ]\d\d[. ]\d{{3}}){_ENDS}", re.ASCII)
_NAMED_CITIZEN = re.compile(rf"\bbsn\b\D{{0,20}}(?:\d[. ]?){{8}}\d{_ENDS}", re.IGNORECASE | re.ASCII)
_TELEPHONE = re.compile(rf"{_ALONE}(?:\+ ?|\()?\d(?:(?:\)[ .]?| \(|[ ./-])?\d)+{_ENDS}", re.ASCII)
_INTERNATIONAL = re.compile(r"(?:\+|00)[1-9]\d{7,14}")  # E.164
_NATIONAL = re.compile(r"0[1-9]\d{7,8}")  # Belgium: 9 or 10 digits, the Netherlands: 10, the first 0 with them
_ENTERPRISE = re.compile(r"0\d{3}\.?\d{3}\.?\d{3}")  # of an organisation, and so no personal data
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_GROUPED = r"(?:\d{1,3}(?:[ .,]\d{3})+|\d+)"
# Dates, periods, hours and amounts, taken away before numbers are looked for.
_FIGURES = re.compile(
    rf"(?<!\d){_DAY}([./-]){_MONTH}\1(?:(?:19|20)\d\d|\d\d)(?!\1?\d)"
    rf"|(?<!\d)(?:19|20)\d\d-{_MONTH}-{_DAY}(?!\d)"
    r"|(?<![\d+])(?:19|20)\d\d ?[-/] ?(?:(?:19|20)\d\d|\d\d)(?!\d)"
    r"|(?<!\d)\d{1,2}[.:]\d\d ?- ?\d{1,2}[.:]\d\d(?!\d)"
    rf"|(?:€|\b(?:eur|euros?)\b) ?{_GROUPED}(?:[.,]\d+)?"
    rf"|(?<!\d){_GROUPED}(?:[.,]\d+)? ?(?:€|%|(?:eur|euros?|miljoen|million)\b)",
    re.IGNORECASE | re.ASCII,
)
_PLAIN = str.maketrans("\u00a0\u2009\u202f\u2010\u2011\u2013", "   ---")


def kinds(text: str) -> tuple[Kind, ...]:
    """Return which personal data a text seems to hold, each once, in the order of `Kind`.

    A number counts where its form or its check digits say so: telephone numbers by E.164 or as Belgium and the
    Netherlands write their own, Belgian national register numbers by their modulo 97, Dutch BSNs by the eleven test,
    accounts by ISO 13616. Amounts, dates and periods do not, and a name is not seen.

    >>> kinds("Mail jan@stad.be of bel 0470 12 34 56 over 2021-2027")
    ('email', 'telephone')
    """
    rest = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    found: set[str] = set()
    for kind, pattern, holds in _SIGNS:
        matches = [match for match in pattern.finditer(rest) if holds(match[0])]
        for match in reversed(matches):
            rest = f"{rest[: match.start()]} | {rest[match.end() :]}"
        found |= {kind} if matches else set()
    return tuple(kind for kind in get_args(Kind) if kind in found)


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())


def _is_account(written: str) -> bool:
    number = written.replace(" ", "").upper()
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def _is_register_number(written: str) -> bool:
    digits = _digits(written)
    month, day, serial, check = int(digits[2:4]), int(digits[4:6]), int(digits[:9]), int(digits[9:])
    if month % 20 > 12 or month > 52 or day > 31:  # 20 or 40 is added for people who are not in the register itself
        return False
    return check in {97 - serial % 97, 97 - (2_000_000_000 + serial) % 97}


def _passes_eleven_test(written: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, _digits(written), strict=True))
    return total > 0 and total % 11 == 0


def _is_citizen_number(written: str) -> bool:
    return not written.endswith("000") and _passes_eleven_test(written)  # 130000000 is money


def _is_telephone(written: str) -> bool:
    if _ENTERPRISE.fullmatch(written) and 97 - int(_digits(written)[:8]) % 97 == int(_digits(written)[8:]):
        return False
    number = ("+" if "+" in written else "") + _digits(written)
    return bool(_INTERNATIONAL.fullmatch(number) or _NATIONAL.fullmatch(number))


def _always(_: str) -> bool:
    return True


_SIGNS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("email", _EMAIL, _always),
    ("iban", _ACCOUNT, _is_account),
    ("national_number", _REGISTER, _is_register_number),
    ("figures", _FIGURES, _always),
    ("national_number", _NAMED_CITIZEN, _passes_eleven_test),
    ("national_number", _CITIZEN, _is_citizen_number),
    ("telephone", _TELEPHONE, _is_telephone),
)


def masked(text: str) -> str:
    """Return a text with what looks like an e-mail address, telephone, account or registration number masked.

    A name is not seen: whoever reads the text has to look for those.
    """
    text = _EMAIL.sub(MASK, text)
    text = _IBAN.sub(MASK, text)
    return _DIGITS.sub(lambda found: MASK if _is_number(found[0]) else found[0], text)


def _is_number(digits: str) -> bool:
    if not digits.startswith("+"):
        digits = _HARMLESS.sub(" ", digits)
    return sum(c.isdigit() for c in digits) >= _LEAST
