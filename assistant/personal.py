"""Personal data in a question: addresses, telephone and account numbers are masked before anybody passes them on."""

from __future__ import annotations

import re

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
