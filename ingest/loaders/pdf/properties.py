"""What a PDF says of itself: title, publisher, language and date (ISO 32000-1, 14.3.3 and 14.9.2)."""

from __future__ import annotations

import ctypes
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_PUBLISHERS = ("Publisher", "Company")
_NO_TITLE = re.compile(
    r"(?:untitled|unbenannt|naamloos|unknown|document\d*|presentati(?:on|e)\d*|powerpoint.?presentati(?:on|e)|"
    r"titel|title|slide \d+|dia \d+|pagina \d+|page \d+|microsoft (?:word|powerpoint|excel)\b.*|\W*|"
    r".*\.(?:docx?|pptx?|xlsx?|pdf|indd|odt|rtf|qxd|tmp|cdr|ai|html?))",
    re.IGNORECASE,
)
_NO_PUBLISHER = re.compile(
    r"(?:unspecified|unknown|company|bedrijf|microsoft.*|hewlett-packard.*|home|thuis|-+)", re.IGNORECASE
)


def read(document: Any) -> dict[str, Any]:
    """Return the properties that a pypdfium2 document has and that say something."""
    title = _value(document, "Title")
    publisher = next((value for key in _PUBLISHERS if (value := _value(document, key))), "")
    properties = {
        "title": "" if _NO_TITLE.fullmatch(title) else title[:500],
        "publisher": "" if _NO_PUBLISHER.fullmatch(publisher) else publisher[:200],
        "language": _language(document),
        "date": _date(_value(document, "ModDate")) or _date(_value(document, "CreationDate")),
    }
    return {key: value for key, value in properties.items() if value}


def _value(document: Any, key: str) -> str:
    text = document.get_metadata_value(key)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _language(document: Any) -> str | None:
    import pypdfium2.raw as c

    length = c.FPDFCatalog_GetLanguage(document, None, 0)
    if not 2 <= length <= 100:
        return None
    buffer = ctypes.create_string_buffer(length)
    c.FPDFCatalog_GetLanguage(document, ctypes.cast(buffer, ctypes.POINTER(c.FPDF_WCHAR)), length)
    match = re.match(r"([a-zA-Z]{2})(?![a-zA-Z])", buffer.raw.decode("utf-16-le", "ignore"))
    return match[1].lower() if match else None


def _date(text: str) -> str | None:
    match = _DATE.match(text)
    if not match:
        return None
    try:
        found = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    return found.isoformat() if found.year >= 1990 and found <= tomorrow else None
