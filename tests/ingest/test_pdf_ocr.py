"""Scanned PDFs: refused or named, and read where ocrmypdf is installed; in most tests a script stands in for it."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.blocks import Unreadable
from ingest.loaders.pdf.document import load

TEXT = "Partners exchange experience."
LAYER = "The text of the scan."
SEARCH_PATH = os.environ.get("PATH", "")


def drawn(*pages: Callable[[Canvas], object]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scan(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), (250, 240, 230))), 0, 0, 600, 800)


def read_scan(canvas: Canvas) -> None:
    scan(canvas)
    line = canvas.beginText(72, 600)
    line.setTextRenderMode(3)
    line.textOut(LAYER)
    canvas.drawText(line)


def text(canvas: Canvas) -> None:
    canvas.drawString(72, 600, TEXT)


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(folder: Path, name: str, code: str) -> None:
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport pathlib, sys, time\n{code}\n")
    path.chmod(0o755)


def install(folder: Path, result: bytes, languages: str = "eng nld osd") -> Path:
    program(folder, "tesseract", f"print('List of available languages (3):'); print(*{languages.split()!r}, sep='\\n')")
    (folder / "result.pdf").write_bytes(result)
    called = folder / "called"
    program(
        folder,
        "ocrmypdf",
        f"pathlib.Path({str(called)!r}).write_text(' '.join(sys.argv[1:-2]))\n"
        f"assert pathlib.Path(sys.argv[-2]).read_bytes().startswith(b'%PDF')\n"
        f"pathlib.Path(sys.argv[-1]).write_bytes(pathlib.Path({str(folder / 'result.pdf')!r}).read_bytes())",
    )
    return called


def test_scan_without_text_is_refused_with_the_remedy() -> None:
    with pytest.raises(Unreadable, match=r"^this is a scan without text: run ocrmypdf over it$"):
        load(drawn(scan, scan))


def test_scanned_pages_among_others_are_named() -> None:
    def empty(canvas: Canvas) -> None:
        pass

    parsed = load(drawn(text, scan, scan, empty, scan))
    assert [(b.text, b.locator) for b in parsed.blocks] == [(TEXT, "p. 1")]
    assert parsed.warnings == ("p. 2-3, 5: a scan or picture without text was left out; run ocrmypdf over the PDF",)


def test_scan_is_read_where_ocrmypdf_is_installed(programs: Path) -> None:
    called = install(programs, drawn(text, read_scan))
    parsed = load(drawn(text, scan))
    assert [(b.text, b.locator) for b in parsed.blocks] == [(TEXT, "p. 1"), (LAYER, "p. 2")]
    assert not parsed.warnings
    assert "-l nld+eng" in called.read_text()
    assert "--skip-text" in called.read_text()


@pytest.mark.skipif(shutil.which("ocrmypdf") is None, reason="ocrmypdf is not installed")
def test_scan_is_read_by_the_real_ocrmypdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", SEARCH_PATH)
    page = Image.new("L", (1200, 1600), 255)
    ImageDraw.Draw(page).text((120, 200), "De huur bedraagt 85 euro.", fill=0, font=ImageFont.load_default(48))

    def photographed(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(page), 0, 0, 600, 800)

    parsed = load(drawn(text, photographed))
    assert [(b.text, b.locator) for b in parsed.blocks] == [(TEXT, "p. 1"), ("De huur bedraagt 85 euro.", "p. 2")]
    assert not parsed.warnings


def test_only_languages_that_tesseract_has_are_asked_for(programs: Path) -> None:
    called = install(programs, drawn(read_scan), "deu eng")
    load(drawn(scan))
    assert called.read_text().endswith("-l eng")


def test_ocrmypdf_is_left_alone_where_every_page_has_text(programs: Path) -> None:
    called = install(programs, drawn(text))
    load(drawn(text))
    assert not called.exists()


@pytest.mark.parametrize("result", [b"nonsense", b"", drawn(scan)])
def test_ocr_that_gives_nothing_leaves_a_scan(programs: Path, result: bytes) -> None:
    install(programs, result)
    with pytest.raises(Unreadable, match=r"no text was recognised: scan it again"):
        load(drawn(scan))


def test_ocr_that_fails_leaves_the_pages_that_have_text(programs: Path) -> None:
    install(programs, drawn(text, read_scan))
    program(programs, "ocrmypdf", "sys.exit(2)")
    assert [b.text for b in load(drawn(text, scan)).blocks] == [TEXT]


def test_ocr_that_takes_too_long_is_ended(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.loaders.pdf.ocr.SECONDS", 1)
    install(programs, drawn(read_scan))
    mark = programs / "finished"
    program(programs, "ocrmypdf", f"time.sleep(4)\npathlib.Path({str(mark)!r}).touch()")
    with pytest.raises(Unreadable, match=r"^reading this scan takes longer than 1 seconds"):
        load(drawn(scan))
    assert [b.text for b in load(drawn(text, scan)).blocks] == [TEXT]
    assert not mark.exists()


def test_scan_larger_than_a_loader_may_write_is_read_in_the_sandbox(programs: Path, workshop: Any) -> None:
    install(programs, drawn(text, read_scan) + b"%" + b"x" * 3_000_000)
    workshop.write("scan.pdf", drawn(text, scan) + b"%" + b"x" * 3_000_000)
    report = workshop.ingest()
    assert not report.problems
    assert [(p.text, p.locator) for p in workshop.passages("scan")] == [(TEXT, "p. 1"), (LAYER, "p. 2")]
