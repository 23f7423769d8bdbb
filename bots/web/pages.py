"""The pages that people read: the source view, and what they see when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from assistant.changes import Changes, compare
from assistant.errors import NotFound
from assistant.index.documents import Document
from assistant.index.store import Index, StoredText
from assistant.texts import LANGUAGES, catalogue
from bots.web.api import readiness, stored_text
from bots.web.language import asked_language, page_language, preferred
from bots.web.layout import lay_out, valid_span
from bots.web.original import beside
from bots.web.problems import headers_of, problem_of
from bots.web.rendering import render
from bots.web.translation import section_at, translation

router = APIRouter(include_in_schema=False)

_SENTENCES = {403: "other_site", 404: "page_not_found", 413: "too_large", 503: "not_ready"}


def wants_page(request: Request) -> bool:
    """Whether an error at this address is read by a person: pages say so in HTML, the interface in JSON."""
    path = request.url.path
    if path.startswith("/api/") or path in {"/healthz", "/readyz"}:
        return False
    accept = request.headers.get("accept", "")
    if path == "/" or path.startswith("/sources/"):
        return "text/html" in accept or "json" not in accept
    return "text/html" in accept


def error_page(request: Request, error: Exception) -> Response:
    """Return the page that says what went wrong."""
    problem = problem_of(error, request.url.path)
    language = page_language(request)
    sentence = catalogue(language)["web"][_SENTENCES.get(problem.status, "unexpected")]
    headers = headers_of(error, problem.status)
    return render(request, "error.html", language, problem.status, headers, sentence=sentence)


@dataclass(frozen=True)
class _Link:
    """Where a replaced text goes on."""

    title: str
    url: str


@dataclass(frozen=True)
class _Since:
    """What happened to an older text: the document was removed, or these are the changes, with where to read on."""

    removed: bool
    changes: Changes | None = None
    standing: str = ""
    nearest: str = ""


@router.get("/sources/{document_id}")
async def source(request: Request, document_id: str, revision: str | None = None) -> Response:
    """Show a document's stored text, with the passage that a citation points at, and its original beside it."""
    try:
        stored, context = await run_in_threadpool(_source, request, document_id, revision)
    except NotFound as error:
        return await run_in_threadpool(_no_source, request, document_id, error)
    shown = await beside(request, stored.document, context["quoted"], context["locator"])
    language = _source_language(request, stored.document)
    return await run_in_threadpool(render, request, "source.html", language, original=shown, **context)


def _source(request: Request, document_id: str, revision: str | None) -> tuple[StoredText, dict[str, Any]]:
    stored = stored_text(request.app, document_id, revision)
    index = readiness(request.app).assistant().index
    document = stored.document
    start, end = request.query_params.get("start"), request.query_params.get("end")
    span = valid_span(start, end, len(stored.text))
    context = {
        "document": document,
        "current": stored.current,
        **_blocks(index, stored, span),
        "since": None if stored.current else _since(index, stored, span),
        "quoted": stored.text[slice(*span)] if span else "",
        "moved": bool(start and end and start.isdecimal() and end.isdecimal()) and span is None,
        "successors": [_Link(newer.title, f"/sources/{newer.id}") for newer in _successors(index, document)],
        "standing": index.standing(document),
        "translation": translation(index, stored),
        "section": section_at(stored.outline, span[0]) if span else None,
    }
    return stored, context


def _source_language(request: Request, document: Document) -> str:
    accepted = preferred(request.headers.get("accept-language", ""))
    return asked_language(request) or (document.language if document.language in LANGUAGES else accepted or "en")


def _no_source(request: Request, document_id: str, error: NotFound) -> Response:
    document = readiness(request.app).assistant().index.documents.get(document_id)
    language = asked_language(request) or (document.language if document else page_language(request))
    sentence = catalogue(language)["web"]["revision_not_found" if document else "not_found"]
    return render(request, "error.html", language, error.status, sentence=sentence, document=document)


def _blocks(index: Index, stored: StoredText, span: tuple[int, int] | None) -> dict[str, Any]:
    # Passages are kept of the current revision only; an older text stands there without its sources.
    passages = index.passages_in(stored.document.id) if stored.current else []
    blocks = lay_out(stored.text, stored.outline, passages, span)
    whole = {newer.id for newer in _successors(index, stored.document)}
    targets = {target for block in blocks for target in block.superseded_by if target not in whole}
    quoted = [block.start for block in blocks if span and block.start < span[1]]
    has_title = bool(stored.outline) and stored.outline[0].start == 0 and stored.outline[0].level == 1
    return {
        "blocks": blocks[1:] if has_title else blocks,
        "title_block": blocks[0] if has_title else None,
        "contents": [heading for heading in stored.outline[has_title:] if heading.level <= 3],
        "replacements": {target: link for target in sorted(targets) if (link := _replacement(index, target))},
        "section_targets": targets,
        "quoted_at": quoted[-1] if quoted else None,
        "locator": next((p.locator for p in passages if span and p.start <= span[0] < p.end), ""),
    }


def _since(index: Index, stored: StoredText, span: tuple[int, int] | None) -> _Since:
    """Compare an older text with that of now, where this door may see one."""
    try:
        now = index.text(stored.document.id)
    except NotFound:
        return _Since(removed=True)
    sentences = [(s.start, s.end) for passage in index.passages_in(now.document.id) for s in passage.sentences]
    changes = compare(stored.text, now.text, span, sentences)
    near = changes.nearest.span if changes.nearest else None
    return _Since(False, changes, _at(now.document, changes.standing), _at(now.document, near))


def _at(document: Document, span: tuple[int, int] | None) -> str:
    if span is None:
        return ""
    return f"/sources/{document.id}?revision={document.revision}&start={span[0]}&end={span[1]}#quote"


def _successors(index: Index, document: Document) -> list[Document]:
    found = (newer for newer in index.documents.values() if document.id in newer.supersedes)
    return [newer for newer in found if index.standing(newer) != "upcoming"]


def _replacement(index: Index, target: str) -> _Link | None:
    passage = index.passage_at(target)
    if passage is None:
        return None
    heading = passage.headings[-1]
    title = passage.document.title
    name = title if heading == title else f"{title}: {heading}"
    return _Link(name, f"/sources/{passage.document.id}" + (f"#{passage.slug}" if passage.slug else ""))
