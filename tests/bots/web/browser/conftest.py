"""A browser, a served assistant with scripted answers, and somebody else's site to embed it in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from foreign import ForeignSite
from house import DESKTOP, House
from scripted import DOCUMENTS, scripted
from visiting import Visit

from bots.web import create_app


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[FastAPI], str]]:
    """Serve an application on a free port until the module's tests are over, and return its address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: FastAPI) -> str:
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        deadline = time.monotonic() + 60
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def site() -> Iterator[ForeignSite]:
    site = ForeignSite()
    yield site
    site.close()


@pytest.fixture(scope="module")
def house(module_workshop, loaded, serve, site) -> House:
    for document_id, (text, front) in DOCUMENTS.items():
        module_workshop.write(f"{document_id}.md", text, id=document_id, **front)
    assert not module_workshop.ingest().problems
    asked = {"allowed_sites": (site.origin,), "contact_name": "VLAIO", "contact_url": "https://www.vlaio.be/"}
    settings = module_workshop.settings.model_copy(update=asked | {"opening_hours": "Mo-Fr 09:00-17:00; PH off"})
    assistant, script = scripted(settings, loaded)
    address = serve(create_app(settings, lambda _: assistant))
    return House(address, site, settings, assistant, script)


@pytest.fixture
def enter(browser, house) -> Iterator[Callable[..., Visit]]:
    """Go to an address as a new visitor; no visit may end with a complaint."""
    visits: list[Visit] = []
    with ExitStack() as contexts:

        def go(address: str = "", **how: Any) -> Visit:
            context = contexts.enter_context(browser.new_context(**{"viewport": DESKTOP, "locale": "nl-BE"} | how))
            context.set_default_timeout(30_000)
            visit = Visit(context.new_page(), (house.address, house.site.origin))
            visits.append(visit)
            visit.page.goto(address or f"{house.address}/?lang=nl")
            return visit

        yield go
    assert [complaint for visit in visits for complaint in visit.complaints] == []
