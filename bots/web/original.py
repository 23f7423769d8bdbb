"""The original of a document: its pages as images beside the stored text, and the file to download."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from assistant import original
from assistant.errors import IndexUnavailable, NotFound
from assistant.index.documents import Document
from bots.web.api import stored_text
from bots.web.pdf import Survey
from bots.web.sheets import Original, Sheets, Unavailable

_PAGE = re.compile(r"[1-9]\d{0,4}")
_LOCATOR = re.compile(r"p\. (\d{1,5})")
_KEPT_IN_LINKS = ("lang", "revision", "start", "end")
_CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox"


class CannotShow(IndexUnavailable):
    """A page of an original that cannot be drawn, or not now."""

    slug = "page-unavailable"
    title = "Page cannot be shown"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    sheets = app.state.sheets = Sheets(app.state.settings)
    yield
    await run_in_threadpool(sheets.close)


router = APIRouter(include_in_schema=False, lifespan=_lifespan)


@dataclass(frozen=True)
class Beside:
    """What the source view shows of an original; `survey` is None where no page of it can be shown.

    `previous`, `next` and `home` are addresses of the source view at another page, empty where there is none; `home` is
    the page that the quote is from. `size` is in bytes.
    """

    download: str
    kind: str
    size: int
    drawable: bool
    survey: Survey | None = None
    image: str = ""
    previous: str = ""
    next: str = ""
    home: str = ""
    home_page: int | None = None

    @property
    def weight(self) -> str:
        """The size for reading, in whole kilobytes or megabytes."""
        thousands = max(1, round(self.size / 1000))
        return f"{thousands} kB" if thousands < 1000 else f"{round(thousands / 1000)} MB"


def page_number(text: str | None) -> int | None:
    """Return the number of a page that an address names, from 1, or None where it names none."""
    return int(text) if text and _PAGE.fullmatch(text) else None


def located(locator: str) -> int | None:
    """Return the number of the page that a locator names.

    >>> located("p. 12"), located("slide 3")
    (12, None)
    """
    match = _LOCATOR.fullmatch(locator)
    return int(match[1]) if match else None


async def beside(request: Request, document: Document, quote: str, locator: str) -> Beside | None:
    """Return what to show of the original of a document that this door may see; None where none was kept.

    Args:
        request: the source view's; `?page=` names another page than that of the quote.
        document: the document, at the revision that is shown.
        quote: what is quoted of it; empty for nothing.
        locator: where the quote stands, such as "p. 12"; empty where that is not known.

    """
    settings = request.app.state.settings
    path = await run_in_threadpool(original.find, settings, document.id, document.revision)
    if path is None:
        return None
    try:
        kept, size = await run_in_threadpool(lambda: (Original.of(path), path.stat().st_size))
    except OSError:
        return None
    download = f"/sources/{document.id}/original?{urlencode({'revision': document.revision})}"
    found = Beside(download, path.suffix[1:].upper(), size, path.suffix == ".pdf")
    survey = await _survey(request, kept, quote, located(locator)) if found.drawable else None
    if survey is None:
        return found
    version = urlencode({"revision": document.revision, "v": kept.stamp})
    number, home = survey.number, survey.home if quote else None
    return replace(
        found,
        survey=survey,
        image=f"/sources/{document.id}/pages/{number}?{version}",
        previous=_turned(request, number - 1) if number > 1 else "",
        next=_turned(request, number + 1) if number < survey.pages else "",
        home=_turned(request, home) if home and home != number else "",
        home_page=home,
    )


async def _survey(request: Request, kept: Original, quote: str, home: int | None) -> Survey | None:
    """Look at the page that a request wants, and have it drawn; None where it cannot be."""
    sheets: Sheets = request.app.state.sheets
    wanted = page_number(request.query_params.get("page"))
    try:
        survey = await sheets.survey(kept, wanted, home, quote)
        # An address may name a page that is not there; a link never does.
        survey = survey or await sheets.survey(kept, None, home, quote)
        drawn = survey and await sheets.image(kept, survey.number)
    except Unavailable:
        return None
    return survey if drawn else None


def _turned(request: Request, number: int) -> str:
    """Return the address of the source view that a request asks for, at another page."""
    named = {key: request.query_params[key] for key in _KEPT_IN_LINKS if key in request.query_params}
    return f"{request.url.path}?{urlencode(named | {'page': number})}#the_original"


@router.get("/sources/{document_id}/original")
def download(request: Request, document_id: str, revision: str | None = None) -> Response:
    """Send the original of a document as a file to save.

    Raises:
        NotFound: no such document, none for this door, or none with an original; which of them is not said.

    """
    path, _ = _found(request.app, document_id, revision)
    pdf = path.suffix == ".pdf"
    return FileResponse(
        path,
        filename=f"{document_id}{path.suffix}",
        media_type="application/pdf" if pdf else "application/octet-stream",
        headers={"Content-Security-Policy": _CONTENT_SECURITY_POLICY},
    )


@router.get("/sources/{document_id}/pages/{number}")
async def page_image(request: Request, document_id: str, number: str, revision: str | None = None) -> Response:
    """Send the image of a page; its address names the file's version, so that it may be kept for good.

    Raises:
        NotFound: no such document, none for this door, none with an original that is a PDF, or no such page.
        CannotShow: the page cannot be drawn.

    """
    path, kept = await run_in_threadpool(_found, request.app, document_id, revision)
    page = page_number(number)
    if page is None or path.suffix != ".pdf":
        raise _nothing()
    etag = f'"{kept.stamp}-{page}"'
    same = request.query_params.get("v") == kept.stamp
    headers = {"ETag": etag, "Cache-Control": "private, max-age=31536000, immutable" if same else "private, no-cache"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    try:
        image = await request.app.state.sheets.image(kept, page)
        data = await run_in_threadpool(image.read_bytes) if image else None
    except (Unavailable, FileNotFoundError) as error:
        raise CannotShow("This page of the original cannot be shown: download the original instead.") from error
    if data is None:
        raise _nothing()
    return Response(data, headers=headers, media_type="image/webp")


def _found(app: FastAPI, document_id: str, revision: str | None) -> tuple[Path, Original]:
    try:
        document = stored_text(app, document_id, revision).document
    except NotFound as error:
        raise _nothing() from error
    path = original.find(app.state.settings, document.id, document.revision)
    if path is None:
        raise _nothing()
    try:
        return path, Original.of(path)
    except OSError as error:
        raise _nothing() from error


def _nothing() -> NotFound:
    """One answer for all that is not there, so that it tells nothing about what staff have."""
    return NotFound("There is no such original, or no such page of it, here.")
