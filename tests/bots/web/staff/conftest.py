"""A desk: the real application over a small real index, with questions that wait for staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import delete

from assistant import encoder
from assistant.answer import Answer
from assistant.handover import Handover
from assistant.index import schema
from assistant.service import Assistant
from bots.web import create_app
from bots.web.staff.sessions import Sessions

FEE = "The locker fee in Lille is 3 euro a week."
SECRET = "The password of the safe is kwartelei."
TABLES = ("kept_answers", "handover_events", "handovers", "feedback", "requests", "answers", "conversations",
          "switches", "sign_in_links", "staff_sessions")  # fmt: skip


@dataclass
class Desk:
    app: FastAPI
    assistant: Assistant

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.assistant.index.engine)

    def link(self) -> str:
        return f"/staff/sign-in?token={self.sessions.new_link()}"

    def visitor(self, **how: Any) -> TestClient:
        return TestClient(self.app, **how)

    def colleague(self, name: str = "An Peeters", role: str = "Contact point") -> Colleague:
        client = self.visitor()
        form = {"token": self.sessions.new_link(), "name": name, "role": role}
        assert client.post("/staff/sign-in", data=form).status_code == 200
        return Colleague(client)

    def ask(self, question: str, **how: Any) -> Answer:
        return self.assistant.ask(question, **how)

    def hand_over(self, question: str, email: str | None = None) -> Handover:
        """Ask a question and hand it to a person."""
        answer = self.ask(question)
        return self.assistant.handovers.open(
            question, conversation_id=str(answer.conversation_id), language=answer.language, door="web",
            answer_id=answer.id, email=email,
        )  # fmt: skip

    def get(self, handover: Handover) -> Handover:
        return self.assistant.handovers.get(handover.id)

    def empty(self) -> None:
        with self.assistant.index.engine.begin() as connection:
            for name in TABLES:
                connection.execute(delete(schema.metadata.tables[name]))
        self.assistant.switch._read = None


@dataclass
class Colleague:
    """Somebody who is signed in, in a browser without JavaScript."""

    client: TestClient

    def get(self, address: str, **how: Any) -> Response:
        return self.client.get(address, **how)

    def form_token(self) -> str:
        found = re.search(r'name="form_token" value="(\w+)"', self.get("/staff").text)
        assert found
        return found[1]

    def post(self, address: str, headers: dict[str, str] | None = None, **form: str) -> Response:
        return self.client.post(address, data={"form_token": self.form_token()} | form, headers=headers)

    def act(self, handover: Handover, action: str, **form: str) -> Response:
        return self.post(f"/staff/questions/{handover.id}", action=action, **form)


@pytest.fixture(scope="module")
def opened(module_workshop: Any) -> Assistant:
    front = {"language": "en", "owner": "Lille desk", "review": "2020-01", "date": "2020"}
    module_workshop.write("fee.md", f"# Lockers\n\n## Fee\n\n{FEE}", id="fee", title="Lockers", **front)
    rule = "Every partner of Interreg Europe keeps its own accounts."
    module_workshop.write("rule.md", f"# Accounts\n\n## Rule\n\n{rule}", id="rule", title="Accounts", language="en")
    safe = {"language": "en", "audience": "staff"}
    module_workshop.write("safe.md", f"# Safe\n\n## Password\n\n{SECRET}", id="safe", title="The safe", **safe)
    assert not module_workshop.ingest().problems
    settings = module_workshop.settings.model_copy(update={"contact_name": "Point of contact"})
    return Assistant(settings, module_workshop.index(), encoder.load(settings))


@pytest.fixture
def desk(opened: Assistant) -> Desk:
    desk = Desk(create_app(opened.settings, lambda _: opened), opened)
    desk.empty()
    return desk


@pytest.fixture
def colleague(desk: Desk) -> Colleague:
    return desk.colleague()


@pytest.fixture
def house(desk: Desk, serving: Callable[[FastAPI], str]) -> str:
    """The address at which the desk is served."""
    return serving(desk.app)
