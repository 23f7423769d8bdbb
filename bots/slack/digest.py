"""The weekly digest in the staff channel: what was asked several times, and is not in the documentation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck
from sqlalchemy import Engine, func, select

from assistant.clock import now, utc
from assistant.gaps_asked import Gap, gaps_asked
from assistant.index.schema import answers, outbox, slack_messages
from assistant.question import Question
from assistant.settings import Settings
from assistant.texts import LANGUAGES, text
from bots.slack import new_answer
from bots.slack.blocks import button, message, posted
from bots.slack.card import plain_section, when
from bots.slack.escape import plain
from bots.slack.home_blocks import Blocks, clipped, counted, header
from bots.slack.staff import Staff

if TYPE_CHECKING:
    from bots.slack.door import SlackDoor

KEEP = "digest_keep"
LEAST = 5  # times that a question was asked in the week
LATE = timedelta(days=2)  # after its moment, a digest that was missed is no longer posted
_PAUSE = 60.0  # seconds between two looks at the clock
_SHOWN = 10  # questions of each language that are named
_QUESTION = 300  # characters of each that are shown
_VALUE = 2000  # characters that a button may carry
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Week:
    """What a digest tells of: the week that ended at a moment, and how many questions were asked in it."""

    until: datetime
    asked: int
    gaps: tuple[Gap, ...]


def register(door: SlackDoor) -> None:
    """Post the digest at its moment, and open the modal for an answer where its button is pressed."""
    staff = Staff(door)
    if door.settings.slack_digest and door.settings.slack_staff_channel:
        door.every(_PAUSE, lambda: post_due(door, now()))

    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        # Others than staff in the channel see the button too.
        if await staff.name(body["user"]["id"], "") is not None:
            language, _, question = action["value"].partition(":")
            await new_answer.open_new(door, body["trigger_id"], question, language)

    door.app.action(KEEP)(pressed)
    new_answer.register(door)


async def post_due(door: SlackDoor, at: datetime) -> None:
    """Put the digest that was due at or before a moment into the outbox, unless it is known or too late."""
    zone = ZoneInfo(door.settings.timezone)
    until = due(door.settings.slack_digest, zone, at)
    key = key_of(until, zone)
    if at - until > LATE or await door.run(_is_known, door.engine, key):
        return
    assistant = await door.assistant("public")

    def answered(question: str, language: str) -> bool:
        return assistant.chain.invoke(Question(question, (), language, first=False)).status == "answered"

    week = await door.run(week_until, door.engine, until, zone, answered)
    channel, payload = door.settings.slack_staff_channel, digest(week, door.settings)
    await door.run(
        door.outbox.put, None, method="chat.postMessage", channel=channel, payload=payload, key=key, refers=key
    )


def _is_known(engine: Engine, key: str) -> bool:
    """Whether a digest waits to be sent or was sent, by whichever process; the outbox forgets what was sent."""
    waits = select(outbox.c.id).where(outbox.c.key == key)
    posted = select(slack_messages.c.ts).where(slack_messages.c.refers == key)
    with engine.connect() as connection:
        return any(connection.execute(query).first() for query in (waits, posted))


def due(weekly: str, zone: ZoneInfo, at: datetime) -> datetime:
    """Return the last moment, in UTC, at which it was a day and time such as `Mon 09:00` on the clocks of a zone.

    >>> due("Mon 09:00", ZoneInfo("Europe/Brussels"), datetime.fromisoformat("2026-07-15T12:00+00:00")).isoformat()
    '2026-07-13T07:00:00+00:00'
    """
    day, clock = weekly.split()
    today = at.astimezone(zone).date()
    last = today - timedelta(days=(today.weekday() - _DAYS.index(day)) % 7)
    moment = datetime.combine(last, time.fromisoformat(clock), zone)
    return utc(moment if utc(moment) <= utc(at) else _week_before(moment))


def key_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return the name of the digest that is due at a moment, by its week as ISO 8601 counts them: `digest:2026-W29`."""
    return f"digest:{moment.astimezone(zone).strftime('%G-W%V')}"


def week_until(engine: Engine, until: datetime, zone: ZoneInfo, answered: Callable[[str, str], bool]) -> Week:
    """Return what a digest tells at a moment; what is `answered` by now, by question and language, is left out."""
    since = utc(_week_before(until.astimezone(zone)))
    within = (answers.c.created_at >= since) & (answers.c.created_at < until)
    with engine.connect() as connection:
        total = connection.execute(select(func.count()).select_from(answers).where(within)).scalar_one()
    gaps = gaps_asked(engine, since, until, LEAST)
    return Week(until, total, tuple(gap for gap in gaps if not answered(gap.question, gap.language)))


def digest(week: Week, settings: Settings) -> dict[str, Any]:
    """Return the digest as `chat.postMessage` takes it, in both languages: at most 50 blocks, and all of it as text."""
    blocks: Blocks = []
    for language in LANGUAGES:
        blocks += [header(_say(language, "title")), plain_section(_intro(week, settings, language))]
    for language in LANGUAGES:
        blocks += _questions([gap for gap in week.gaps if gap.language == language], language)
    said = "\n".join(block["text"]["text"] for block in blocks)
    return posted(message(said, *blocks))


def _intro(week: Week, settings: Settings, language: str) -> str:
    until = when(week.until, settings, language)
    found = _say(language, "some" if week.gaps else "none", until=until, least=LEAST)
    return f"{found}\n{_say(language, 'asked', counted=counted('questions', week.asked, language))}"


def _questions(gaps: Sequence[Gap], language: str) -> Blocks:
    if not gaps:
        return []
    named = {"nl": "in_dutch", "en": "in_english"}[language]
    titles = " / ".join(_say(spoken, named) for spoken in LANGUAGES)
    blocks = [header(titles), *(_gap(gap) for gap in gaps[:_SHOWN])]
    more = len(gaps) - _SHOWN
    if more > 0:
        blocks.append(plain_section(" / ".join(_say(spoken, "more", number=more) for spoken in LANGUAGES)))
    return blocks


def _gap(gap: Gap) -> dict[str, Any]:
    label = plain(_say(gap.language, "keep_this", question=" ".join(gap.question.split())))
    value = f"{gap.language}:{gap.question}"[:_VALUE]
    keep = button(KEEP, _say(gap.language, "keep"), value, label)
    return plain_section(f"{gap.count}× {clipped(gap.question, _QUESTION)}") | {"accessory": keep}


def _say(language: str, key: str, **values: object) -> str:
    return text(language, f"slack_home.digest.{key}", **values)


def _week_before(moment: datetime) -> datetime:
    """Return the same time on the clocks a week earlier, whether or not the clocks have changed since."""
    return datetime.combine(moment.date() - timedelta(days=7), moment.time(), moment.tzinfo)
