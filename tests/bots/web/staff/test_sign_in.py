"""Signing in: by a link that works once, against forged forms, and with nothing to see for anybody else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from assistant import encoder
from assistant.clock import now
from assistant.errors import IndexMissing
from assistant.index import AUDIENCES, Index
from assistant.index.schema import sign_in_links, staff_sessions
from assistant.service import Assistant
from bots.web import create_app

NAME = {"name": "An", "role": "Contact point"}
ADDRESSES = (
    "/staff", "/staff/", "/staff/questions/none", "/staff/kept", "/staff/kept/none", "/staff/answers",
    "/staff/feedback", "/staff/topics",
    "/staff/documents", "/staff/reports", "/staff/reports/run", "/staff/answering", "/staff/colleague",
    "/staff/sign-in", "/staff/no/such/page", "/staff/%2e%2e/api",
)  # fmt: skip


def token_of(link):
    return link.partition("token=")[2]


def test_looking_at_a_link_does_not_use_it_up(desk):
    link = desk.link()
    for _ in range(3):
        shown = desk.visitor().get(link)
        assert shown.status_code == 200
        assert "Point of contact" in shown.text
        assert "set-cookie" not in shown.headers
    assert desk.visitor().post("/staff/sign-in", data=NAME | {"token": token_of(link)}).status_code == 200


def test_link_signs_in_once(desk):
    token = token_of(desk.link())
    first, second = desk.visitor(), desk.visitor()
    assert first.post("/staff/sign-in", data=NAME | {"token": token}).url.path == "/staff"
    assert second.post("/staff/sign-in", data=NAME | {"token": token}).status_code == 401
    assert second.get(f"/staff/sign-in?token={token}").status_code == 401
    assert second.get("/staff").status_code == 401
    assert first.get("/staff").status_code == 200


def test_two_send_one_link_at_once_and_one_gets_in(desk):
    for _ in range(10):
        token, start = desk.sessions.new_link(), threading.Barrier(8)

        def sign_in(number, token=token, start=start):
            start.wait()
            return desk.sessions.sign_in(token, f"Colleague {number}", "Role")

        with ThreadPoolExecutor(8) as pool:
            got_in = [session for session in pool.map(sign_in, range(8)) if session]
        assert len(got_in) == 1


def test_link_is_too_old_after_an_hour(desk):
    link = desk.link()
    with desk.assistant.index.engine.begin() as connection:
        left = connection.execute(select(sign_in_links.c.expires_at)).scalar_one()
        assert timedelta(minutes=59) < left.replace(tzinfo=now().tzinfo) - now() <= timedelta(hours=1)
        connection.execute(update(sign_in_links).values(expires_at=now() - timedelta(seconds=1)))
    assert desk.visitor().get(link).status_code == 401
    assert desk.visitor().post("/staff/sign-in", data=NAME | {"token": token_of(link)}).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "é" * 10, "x" * 10_000, "\0", "' OR 1=1 --"])
def test_token_that_is_none_signs_nobody_in(desk, token):
    assert desk.visitor().get("/staff/sign-in", params={"token": token}).status_code == 401
    assert desk.visitor().post("/staff/sign-in", data=NAME | {"token": token}).status_code == 401


def test_database_signs_nobody_in(desk, colleague):
    session, link = colleague.client.cookies["staff"], desk.sessions.new_link()
    with desk.assistant.index.engine.connect() as connection:
        kept = [str(row) for table in (sign_in_links, staff_sessions) for row in connection.execute(select(table))]
        hashes = [row.hash for table in (sign_in_links, staff_sessions) for row in connection.execute(select(table))]
    assert len(hashes) == 3
    assert not any(session in row or link in row for row in kept)
    for kept_hash in hashes:
        assert desk.visitor(cookies={"staff": kept_hash}).get("/staff").status_code == 401
        assert desk.visitor().get(f"/staff/sign-in?token={kept_hash}").status_code == 401


def cookie_of(response):
    return SimpleCookie(response.headers["set-cookie"])["staff"]


def sign_in(client, token):
    return client.post("/staff/sign-in", data=NAME | {"token": token}, follow_redirects=False)


def test_cookie_is_for_staff_pages_of_this_site_only(desk):
    cookie = cookie_of(sign_in(desk.visitor(), desk.sessions.new_link()))
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/staff", "strict", True)
    assert cookie["max-age"] == str(12 * 3600)
    assert not cookie["secure"]
    assert len(cookie.value) >= 43  # 256 bits


def test_cookie_insists_on_https_where_the_pages_are_reached_by_it(desk):
    assert cookie_of(sign_in(desk.visitor(base_url="https://testserver"), desk.sessions.new_link()))["secure"]
    behind_proxy = desk.assistant.settings.model_copy(update={"public_url": "https://ask.example.org"})
    with TestClient(create_app(behind_proxy, lambda _: desk.assistant)) as client:
        assert cookie_of(sign_in(client, desk.sessions.new_link()))["secure"]


def test_session_ends_after_twelve_hours_and_what_was_typed_comes_back(desk, colleague):
    waiting = desk.hand_over("Who pays the lockers?")
    token = colleague.form_token()
    with desk.assistant.index.engine.begin() as connection:
        left = connection.execute(select(staff_sessions.c.expires_at)).scalar_one()
        assert timedelta(hours=11, minutes=59) < left.replace(tzinfo=now().tzinfo) - now() <= timedelta(hours=12)
        connection.execute(update(staff_sessions).values(expires_at=now() - timedelta(seconds=1)))
    form = {"form_token": token, "action": "answer", "text": "A long <b>answer</b>", "seen": "waiting"}
    late = colleague.client.post(f"/staff/questions/{waiting.id}", data=form)
    assert late.status_code == 401
    assert "A long &lt;b&gt;answer&lt;/b&gt;" in late.text
    assert desk.get(waiting).state == "waiting"


def test_signing_out_ends_the_session_and_not_only_the_cookie(desk, colleague):
    session = colleague.client.cookies["staff"]
    assert colleague.post("/staff/sign-out").status_code == 401
    assert desk.visitor(cookies={"staff": session}).get("/staff").status_code == 401
    with desk.assistant.index.engine.connect() as connection:
        assert connection.execute(select(staff_sessions)).first() is None


def test_signing_in_anew_ends_the_session_before_it(desk, colleague):
    before = colleague.client.cookies["staff"]
    assert sign_in(colleague.client, desk.sessions.new_link()).status_code == 303
    assert desk.visitor(cookies={"staff": before}).get("/staff").status_code == 401
    assert colleague.get("/staff").status_code == 200


def test_every_address_looks_the_same_to_who_is_not_signed_in(desk):
    waiting = desk.hand_over("Who pays the lockers?")
    (desk.assistant.settings.var_dir / "evals" / "run").mkdir(parents=True, exist_ok=True)
    (desk.assistant.settings.var_dir / "evals" / "run" / "report.html").write_text("secret figures")
    bodies = set()
    for address in (*ADDRESSES, f"/staff/questions/{waiting.id}"):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            if (address, method) == ("/staff/sign-in", "POST"):
                continue
            seen = desk.visitor().request(method, address, headers={"Accept-Language": "en"})
            assert seen.status_code == 401, (method, address)
            assert seen.headers["cache-control"] == "no-store"
            assert "www-authenticate" in seen.headers
            bodies.add(seen.text)
    assert len(bodies) == 1
    assert "secret" not in bodies.pop()


def test_cookie_of_staff_opens_nothing_of_the_public_interface(desk):
    settings = desk.assistant.settings
    inside = Assistant(settings, Index(settings, AUDIENCES), encoder.load(settings))
    answer, colleague = inside.ask("What is the password of the safe?"), desk.colleague()
    for address in (f"/api/v1/answers/{answer.id}", f"/api/v1/conversations/{answer.conversation_id}"):
        assert colleague.get(address).status_code == 404


CROSS_SITE = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://other.testserver"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://testserver.evil.example"},
]


@pytest.mark.parametrize("headers", CROSS_SITE, ids=str)
def test_form_of_another_site_does_nothing(desk, colleague, headers):
    waiting = desk.hand_over("Who pays the lockers?")
    sent = {
        f"/staff/questions/{waiting.id}": {"action": "answer", "text": "Forged", "seen": "waiting"},
        "/staff/answering": {"turn": "off", "reason": "Forged"},
        "/staff/colleague": {},
        "/staff/sign-out": {},
    }
    for address, form in sent.items():
        refused = colleague.post(address, headers, **form)
        assert refused.status_code == 403, address
        assert "Forged" not in refused.text
    assert desk.get(waiting).state == "waiting"
    assert desk.assistant.switch.log() == []
    assert colleague.get("/staff").status_code == 200
    link = desk.sessions.new_link()
    assert desk.visitor().post("/staff/sign-in", data=NAME | {"token": link}, headers=headers).status_code == 403
    assert desk.visitor().get(f"/staff/sign-in?token={link}").status_code == 200


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_form_without_the_token_of_its_session_does_nothing(desk, colleague, token):
    waiting = desk.hand_over("Who pays the lockers?")
    form = {"form_token": token or desk.colleague("Lode").form_token(), "action": "claim"}
    assert colleague.client.post(f"/staff/questions/{waiting.id}", data=form).status_code == 403
    assert desk.get(waiting).state == "waiting"


def test_own_form_is_taken_behind_a_proxy_too(desk):
    settings = desk.assistant.settings.model_copy(update={"public_url": "https://ask.example.org"})
    with TestClient(create_app(settings, lambda _: desk.assistant)) as client:
        origin = {"Origin": "https://ask.example.org"}
        form = NAME | {"token": desk.sessions.new_link()}
        assert client.post("/staff/sign-in", data=form, headers=origin, follow_redirects=False).status_code == 303


def test_colleague_is_let_in_by_a_link_that_is_shown_once(desk, colleague):
    assert "token=" not in colleague.get("/staff/colleague").text
    made = colleague.post("/staff/colleague").text
    link = made[made.index("/staff/sign-in?token=") :].split("<")[0]
    assert "token=" not in colleague.get("/staff/colleague").text
    assert desk.visitor().get(link).status_code == 200


def test_name_is_needed_and_its_lack_does_not_use_the_link_up(desk):
    token = desk.sessions.new_link()
    for form in ({"name": " ", "role": "Desk of Lille"}, {"name": "x" * 81, "role": "Desk of Lille"}, {}):
        again = desk.visitor().post("/staff/sign-in", data=form | {"token": token})
        assert again.status_code == 422
        assert "Desk of Lille" in again.text or not form
    assert sign_in(desk.visitor(), token).status_code == 303


def test_what_has_expired_is_forgotten(desk, colleague):
    with desk.assistant.index.engine.begin() as connection:
        for table in (sign_in_links, staff_sessions):
            connection.execute(update(table).values(expires_at=now() - timedelta(days=1)))
    desk.sessions.new_link()
    with desk.assistant.index.engine.connect() as connection:
        assert len(connection.execute(select(sign_in_links)).all()) == 1
        assert connection.execute(select(staff_sessions)).first() is None


def test_pages_say_so_where_the_assistant_is_not_open(desk):
    def no_index(_settings):
        raise IndexMissing("There is no index yet.")

    with TestClient(create_app(desk.assistant.settings, no_index)) as client:
        closed = client.get("/staff", headers={"Cookie": "staff=x", "Accept-Language": "en"})
        assert closed.status_code == 503
        assert "assistant doctor" in closed.text
        assert closed.headers["cache-control"] == "no-store"
