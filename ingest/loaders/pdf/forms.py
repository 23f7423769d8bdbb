"""What people typed into the fields of a PDF form, as words at the place of the field (ISO 32000-1, 12.7)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

from ingest.loaders.pdf.covers import Box
from ingest.loaders.pdf.words import Word, cleaned, turned

_MAX_FIELDS = 2_000  # of a page
_MAX_LENGTH = 20_000  # characters of a value
_LEADING = 1.2


class Field(NamedTuple):
    """A text field or a choice; `size` is that of its type in points, and `lines` says whether it may hold several."""

    box: Box
    text: str
    size: float
    lines: bool


def read(page: Any, crop: Box) -> list[Field]:
    """Return the filled fields of a page whose document has had `init_forms`; those that nobody sees are left out.

    `crop` is the part of the page that is shown.
    """
    import pypdfium2.raw as c

    fields = []
    for index in range(min(c.FPDFPage_GetAnnotCount(page), _MAX_FIELDS) if page.formenv else 0):
        annotation = c.FPDFPage_GetAnnot(page, index)
        if annotation:
            field = _field(c, page.formenv, annotation)
            if field and _is_within(field.box, crop):
                fields.append(field)
            c.FPDFPage_CloseAnnot(annotation)
    return fields


def _field(c: Any, form: Any, annotation: Any) -> Field | None:
    kinds = (c.FPDF_FORMFIELD_TEXTFIELD, c.FPDF_FORMFIELD_COMBOBOX, c.FPDF_FORMFIELD_LISTBOX)
    if c.FPDFAnnot_GetFormFieldType(form, annotation) not in kinds:
        return None
    hidden = c.FPDFAnnot_GetFlags(annotation) & (c.FPDF_ANNOT_FLAG_HIDDEN | c.FPDF_ANNOT_FLAG_NOVIEW)
    flags = c.FPDFAnnot_GetFormFieldFlags(form, annotation)
    rectangle, size = c.FS_RECTF(), ctypes.c_float()
    c.FPDFAnnot_GetRect(annotation, rectangle)
    c.FPDFAnnot_GetFontSize(form, annotation, size)
    box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    height = min(box[2] - box[0], box[3] - box[1])
    if hidden or flags & c.FPDF_FORMFLAG_TEXT_PASSWORD or height <= 2:
        return None
    text = _value(c, form, annotation)
    # A size of 0 stands for one that fits the field.
    fitting = size.value if size.value > 2 else min(max(0.6 * height, 6.0), 12.0)
    return Field(box, text, fitting, bool(flags & c.FPDF_FORMFLAG_TEXT_MULTILINE)) if text.strip() else None


def _is_within(box: Box, crop: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return crop[0] <= x <= crop[2] and crop[1] <= y <= crop[3]


def _value(c: Any, form: Any, annotation: Any) -> str:
    length = c.FPDFAnnot_GetFormFieldValue(form, annotation, None, 0)
    buffer = ctypes.create_string_buffer(length)
    c.FPDFAnnot_GetFormFieldValue(form, annotation, ctypes.cast(buffer, ctypes.POINTER(c.FPDF_WCHAR)), length)
    return buffer.raw.decode("utf-16-le", "ignore").rstrip("\0")[:_MAX_LENGTH]


def words(field: Field, turn: int) -> Iterator[Word]:
    """Return the words of a field, as `ingest.loaders.pdf.words` gives those of the page."""
    left, top, right, bottom = turned(turn, field.box)
    texts = field.text.splitlines() if field.lines else [" ".join(field.text.split())]
    width = min(0.5 * field.size, (right - left) / max(len(text) + 1 for text in texts))
    base = top + 1.1 * field.size if field.lines else (top + bottom) / 2 + 0.35 * field.size
    for i, text in enumerate(texts):
        at = left
        for part in text.split():
            end = at + width * len(part)
            if said := cleaned(part):
                place = base + _LEADING * field.size * i
                yield Word(said, at, end, place, field.size, bold=False, spaced=True, entered=True)
            at = end + width
