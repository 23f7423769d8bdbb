"""Numbers and dates of a spreadsheet as people write them: without signs for thousands, dates in ISO's order."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*](?P<pad>.)'
    r"|(?P<digits>[#0?][#0?.,]*)|(?P<other>.)",
    re.DOTALL,
)
_EXPONENT = re.compile(r"[0#?][eE][+-]")


def number(value: float, code: str = "General") -> str:
    """Return a number under a number format (ECMA-376 part 1, 18.8.31): 1200000, 12.50, "80%", "€ 300", "00123".

    Rounded as the format shows it, at most ten digits where it shows none; a point parts the decimals.
    """
    section = code.split(";", maxsplit=1)[0]
    prefix, digits, suffix = _parts(section)
    if not digits or _EXPONENT.search(section) or "/" in prefix + suffix:
        return _general(value)
    if "%" in suffix or "%" in prefix:
        return f"{_trimmed(value * 100, _decimals(digits))}%"
    scaled = value / 1000 ** (len(digits) - len(digits.rstrip(",")))
    whole = digits.rstrip(",").partition(".")[0].replace(",", "")
    text = _fixed(scaled, _decimals(digits))
    if whole.count("0") > 1 and value >= 0:
        text = text.zfill(whole.count("0") + len(text) - len(text.partition(".")[0]))
    return " ".join(f"{prefix}{text}{suffix}".split())


@lru_cache(1000)
def _parts(section: str) -> tuple[str, str, str]:
    """Return what stands before the digits, the digits, and what stands after them."""
    prefix = digits = suffix = ""
    for token in _TOKEN.finditer(section):
        if token["digits"]:
            digits += token["digits"]
            continue
        written = token["quoted"] or token["escaped"] or token["currency"] or token["other"] or ""
        written = " " if token["pad"] == " " else written if written not in "()-+" else ""
        if digits:
            suffix += written
        else:
            prefix += written
    return prefix, digits, suffix


def _decimals(digits: str) -> int:
    return min(sum(sign in "0#?" for sign in digits.partition(".")[2]), 15)


def _fixed(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    whole, _, fraction = text.partition(".")
    text = text if fraction.strip("0") else whole
    return text if text != "-0" else "0"


def _trimmed(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _general(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else f"{value:.10g}"
    return f"{value:.10g}"


def like(value: float, shown: str) -> str:
    """Return a number with the decimals and the unit with which a program shows it, in whatever locale.

    1200000.0 shown as "€ 1.200.000,00" is "€ 1200000"; for OpenDocument, which stores what is shown beside the value.
    """
    match = re.fullmatch(r"(?P<prefix>[^\d+−-]*)[-+−]?(?P<body>\d(?:.*\d)?)(?P<suffix>\D*)", shown, re.DOTALL)
    if match is None:
        return _general(value)
    figures = re.sub(r"\D", "", match["body"])
    for decimals in range(7):
        if re.sub(r"\D", "", f"{abs(value):.{decimals}f}") == figures:
            text = _fixed(value, decimals)
            prefix, suffix = match["prefix"].strip("("), match["suffix"].strip(")")
            return " ".join(f"{prefix}{text}{suffix}".split())
    return _general(value)


def moment(value: date | datetime | time | timedelta, code: str = "") -> str:
    """Return a date, time or duration as text: "2024-03-12", "2024-03-12 14:30", "14:30", "36:00".

    Where the format shows no more than a month or a year: "2024-03", "2024".
    """
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code.split(";", maxsplit=1)[0]).lower()
    if "y" in shown and "d" not in shown:
        return f"{value:%Y-%m}" if "m" in shown else f"{value:%Y}"
    if isinstance(value, datetime) and (value.hour or value.minute) and ("h" in shown or not shown):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}"
