"""The pretended Slack itself: what it would let through, tests over it would never see."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fake_slack import PretendedSlack
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.client import WebClient
from validation import check_blocks

from evals.pretended_slack.validation import message_problems, view_problems

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}


@pytest.fixture
def client(slack: PretendedSlack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_unknown_token_is_refused(slack: PretendedSlack) -> None:
    assert refusal(WebClient("xoxb-other", base_url=slack.url).auth_test) == "invalid_auth"
    assert refusal(WebClient(slack.bot_token, base_url=slack.url).apps_connections_open, app_token="xapp-no") == (
        "invalid_auth"
    )


def test_post_stands_in_its_thread(slack: PretendedSlack, client: WebClient) -> None:
    asked = slack.put("C0GENERAL", "U0ANNA", "hello")
    ts = client.chat_postMessage(channel="C0GENERAL", text="hi", thread_ts=asked.ts, blocks=[SECTION])["ts"]
    assert [reply.ts for reply in slack.replies("C0GENERAL", asked.ts)] == [ts]
    client.chat_update(channel="C0GENERAL", ts=ts, text="changed")
    assert slack.message("C0GENERAL", ts).text == "changed"
    assert slack.message("C0GENERAL", ts).blocks == []
    client.chat_delete(channel="C0GENERAL", ts=ts)
    assert slack.messages("C0GENERAL", ours=True) == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "hi"}, "channel_not_found"),
        ({"channel": "C0GENERAL", "text": ""}, "no_text"),
        ({"channel": "C0GENERAL", "text": "hi", "thread_ts": "1.2"}, "thread_not_found"),
        ({"channel": "C0GENERAL", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0GENERAL", "text": "hi", "blocks": [SECTION] * 51}, "invalid_blocks"),
        ({"channel": "C0GENERAL", "text": "hi", "blocks": [{"type": "nothing"}]}, "invalid_blocks"),
    ],
)
def test_wrong_post_is_refused(client: WebClient, arguments: dict[str, Any], error: str) -> None:
    assert refusal(client.api_call, api_method="chat.postMessage", json=arguments) == error


def test_message_of_a_person_cannot_be_changed(slack: PretendedSlack, client: WebClient) -> None:
    theirs = slack.put("C0GENERAL", "U0ANNA", "hello")
    assert refusal(client.chat_update, channel="C0GENERAL", ts=theirs.ts, text="x") == "cant_update_message"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
        {"type": "section"},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "actions", "elements": []},
        {"type": "actions", "elements": [BUTTON, BUTTON]},
        {"type": "actions", "elements": [{k: v for k, v in BUTTON.items() if k != "action_id"}]},
        {"type": "actions", "elements": [{**BUTTON, "value": "x" * 2001}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11},
        {"type": "context_actions", "elements": [BUTTON]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "colour": "red"},
        {"type": "markdown", "text": "x" * 12_001},
        {"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]},
    ],
)
def test_block_beyond_slack_is_refused(block: dict[str, Any]) -> None:
    assert message_problems([block])


def test_valid_blocks_pass() -> None:
    feedback = {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "up"},
        "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "down"},
    }
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    rich = {"type": "rich_text", "elements": [
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted", "style": {"italic": True}}]}
    ]}  # fmt: skip
    check_blocks(
        [
            SECTION,
            {"type": "divider"},
            {"type": "actions", "elements": [BUTTON]},
            {"type": "context_actions", "elements": [feedback]},
            {"type": "header", "text": {"type": "plain_text", "text": "Title", "emoji": False}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "x", "verbatim": True}]},
            {"type": "markdown", "text": "**b**"},
            {"type": "section", "text": {"type": "plain_text", "text": "x", "emoji": False}, "expand": True},
            table,
            rich,
        ]
    )


def test_modal_needs_what_slack_needs() -> None:
    field = {"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "L"},
             "element": {"type": "plain_text_input", "action_id": "a"}}  # fmt: skip
    title = {"type": "plain_text", "text": "Title"}
    good = {"type": "modal", "title": title, "submit": {"type": "plain_text", "text": "Send"}, "blocks": [field]}
    assert view_problems(good, "modal") == []
    assert view_problems({**good, "title": {"type": "plain_text", "text": "x" * 25}}, "modal")
    assert view_problems({key: value for key, value in good.items() if key != "submit"}, "modal")
    assert view_problems({**good, "blocks": [{"type": "markdown", "text": "x"}]}, "modal")


def test_troubles_come_as_told(slack: PretendedSlack, client: WebClient) -> None:
    slack.limit("chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="C0GENERAL", text="hi")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    slack.fail("chat.postMessage", "internal_error")
    assert refusal(client.chat_postMessage, channel="C0GENERAL", text="hi") == "internal_error"
    assert slack.messages("C0GENERAL") == []
    slack.down()
    with pytest.raises(OSError, match=r".*"):
        client.chat_postMessage(channel="C0GENERAL", text="hi")
    slack.up()
    client.chat_postMessage(channel="C0GENERAL", text="hi")
    slack.drop("chat.postMessage", done=True)
    with pytest.raises(OSError, match=r".*"):
        client.chat_postMessage(channel="C0GENERAL", text="done all the same")
    assert [m.text for m in slack.messages("C0GENERAL")] == ["hi", "done all the same"]


def test_missing_scope_and_revoked_token_are_told(slack: PretendedSlack, client: WebClient) -> None:
    slack.scopes.discard("users:read")
    assert refusal(client.users_info, user="U0ANNA") == "missing_scope"
    slack.revoke()
    assert refusal(client.auth_test) == "token_revoked"


def test_signature_is_slacks_own(slack: PretendedSlack) -> None:
    from evals.pretended_slack.delivery import signed

    assert SignatureVerifier(slack.signing_secret).is_valid_request("body", signed(slack.signing_secret, "body"))


def test_event_is_delivered_again_until_taken(slack: PretendedSlack) -> None:
    taken: list[str | None] = []

    async def serve() -> Any:
        from aiohttp import web

        async def take(request: web.Request) -> web.Response:
            taken.append(request.headers.get("X-Slack-Retry-Num"))
            return web.Response(status=500 if len(taken) < 3 else 200)

        app = web.Application()
        app.router.add_post("/slack/events", take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = slack.server.run(serve()).result(5)
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    slack.postman.retry_pauses = (0.0, 0.0, 0.0)
    delivery = slack.event({"type": "app_mention", "channel": "C0GENERAL", "user": "U0ANNA", "text": "x", "ts": "1.1"})
    assert delivery.statuses == [500, 500, 200]
    assert taken == [None, "1", "2"]
    asyncio.run_coroutine_threadsafe(runner.cleanup(), slack.server._loop).result(5)
