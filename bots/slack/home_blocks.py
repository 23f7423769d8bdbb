"""What the App Home says: what waits, what was asked, which documents age; and to others than staff, how to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from assistant.answering import Switch
from assistant.asked import Asked, Refused, asked
from assistant.clock import now, utc
from assistant.handed import OPEN, Handover
from assistant.handover import Handovers
from assistant.index import validity
from assistant.review import OFTEN, OLD, Finding, Reviewed, findings, reviewed
from assistant.settings import Settings
from assistant.texts import catalogue, text
from bots.slack.blocks import button
from bots.slack.card import Block, plain, plain_context, plain_section
from bots.slack.escape import plain as harmless
from bots.slack.escape import shortened

Blocks = list[Block]

_WAITING, _TOPICS, _REFUSED, _TITLES = 8, 5, 3, 5  # how many of each are named; the others are counted
_LINE = 200  # characters of what people wrote
_PAGES = {"questions": "", "answers": "/answers", "topics": "/topics", "documents": "/documents",
          "reports": "/reports", "answering": "/answering"}  # fmt: skip


@dataclass(frozen=True)
class Overview:
    """What staff see at a glance; `waiting` has the oldest first."""

    waiting: tuple[Handover, ...]
    week: Asked
    findings: tuple[Finding, ...]
    answering: bool
    at: datetime


def overview(engine: Engine, settings: Settings) -> Overview:
    """Return how things stand at this moment, over all doors and audiences."""
    return Overview(
        tuple(Handovers(engine).list(*OPEN)),
        asked(engine, 7, ZoneInfo(settings.timezone), most=_TOPICS),
        tuple(findings(reviewed(engine), validity.today())),
        Switch(engine, settings.answering).on(),
        now(),
    )


def guest_home(language: str) -> Block:
    """Return the view for whoever is not staff: how to ask, and nothing of anybody's questions."""
    said = [plain_section(text(language, f"slack_home.{key}")) for key in ("ask", "ask_again")]
    return _view([header(text(language, "slack_home.title")), *said])


def staff_home(seen: Overview, settings: Settings, language: str) -> Block:
    """Return the view for staff: at most 100 blocks, whatever the database holds; what people wrote is plain text."""
    blocks = [
        *_top(seen, settings, language),
        *_waiting(seen, language),
        *_week(seen.week, language),
        *_refused(seen.week, language),
        *_documents(seen.findings, language),
        *_links(settings, language),
        header(text(language, "slack_home.ask_title")),
        plain_section(text(language, "slack_home.ask")),
    ]
    return _view(blocks)


def _top(seen: Overview, settings: Settings, language: str) -> Blocks:
    time = utc(seen.at).astimezone(ZoneInfo(settings.timezone)).strftime("%H:%M")
    state = "answering_on" if seen.answering else "answering_off"
    label = text(language, "slack_home.refresh")
    refresh = button("home_refresh", label, "refresh", label)
    return [
        header(text(language, "slack_home.title")),
        plain_section(text(language, f"slack_home.{state}")) | {"accessory": refresh},
        plain_context(text(language, "slack_home.as_of", time=time)),
    ]


def _waiting(seen: Overview, language: str) -> Blocks:
    blocks = [header(text(language, "slack_home.waiting_title"))]
    for handover in seen.waiting[:_WAITING]:
        blocks += _question(handover, seen.at, language)
    more = len(seen.waiting) - _WAITING
    if more > 0:
        said = text(language, "slack_home.waiting_more", counted=counted("questions", more, language))
        blocks.append(plain_context(said))
    return blocks if seen.waiting else [*blocks, plain_section(text(language, "slack_home.waiting_none"))]


def _question(handover: Handover, at: datetime, language: str) -> Blocks:
    spoken = catalogue(language)["staff"]["languages"].get(handover.language, handover.language)
    door = catalogue(language)["slack_handover"]["doors"].get(handover.door, handover.door)
    age = _age(at - handover.created_at, language)
    facts = text(language, "slack_home.wait", age=age, spoken=spoken, door=door)
    if handover.claimed_by:
        facts += f" · {text(language, 'slack_home.claimed_by', name=clipped(handover.claimed_by))}"
    names = ("claim", "answer") if handover.state == "waiting" else ("answer",)
    buttons = [_act(name, handover, language) for name in names]
    return [plain_section(clipped(handover.question)), plain_context(facts), {"type": "actions", "elements": buttons}]


def _act(name: str, handover: Handover, language: str) -> Block:
    label = text(language, f"slack_home.{name}_this", question=" ".join(handover.question.split()))
    return button(f"handover_{name}", text(language, f"slack_home.{name}"), handover.id, harmless(label))


def _week(week: Asked, language: str) -> Blocks:
    title = header(text(language, "slack_home.week_title"))
    if not week.total:
        return [title, plain_section(text(language, "slack_home.week_none"))]
    statuses: dict[str, int] = {}
    for day in week.days:
        for status, count in day.counts.items():
            statuses[status] = statuses.get(status, 0) + count
    named = catalogue(language)["status"]
    split = ", ".join(f"{named.get(status, status).lower()}: {count}" for status, count in statuses.items())
    topics = [
        text(
            language,
            "slack_home.topic",
            counted=counted("times", topic.count, language),
            title=clipped(topic.title, 100),
            example=clipped(topic.example, 100),
        )
        for topic in week.topics
    ]
    blocks = [title, plain_section(f"{counted('questions', week.total, language)} ({split})")]
    return [*blocks, _bulleted(text(language, "slack_home.most_title"), topics)] if topics else blocks


def _refused(week: Asked, language: str) -> Blocks:
    title = header(text(language, "slack_home.refused_title"))
    if not week.refused:
        return [title, plain_section(text(language, "slack_home.refused_none"))]
    return [title, *(_reason(group, language) for group in week.refused[:10])]


def _reason(group: Refused, language: str) -> Block:
    named = catalogue(language)["staff"]["reasons"].get(group.reason, group.reason)
    questions = [
        text(
            language,
            "slack_home.refused_question",
            counted=counted("times", wording.count, language),
            question=clipped(wording.question),
        )
        for wording in group.questions[:_REFUSED]
    ]
    return _bulleted(f"{named} ({group.count})", questions)


def _documents(found: Iterable[Finding], language: str) -> Blocks:
    title = header(text(language, "slack_home.documents_title"))
    listed = [_finding(finding, language) for finding in found]
    return [title, *(listed or [plain_section(text(language, "slack_home.documents_none"))])]


def _finding(finding: Finding, language: str) -> Block:
    named = text(language, f"staff.findings.{finding.code}", old=OLD, often=OFTEN)
    titles = [_dated(document, language) for document in finding.documents[:_TITLES]]
    more = len(finding.documents) - _TITLES
    if more > 0:
        titles.append(text(language, "slack_home.more", number=more))
    return _bulleted(f"{named} ({len(finding.documents)})", titles)


def _dated(document: Reviewed, language: str) -> str:
    date = document.date or text(language, "slack_home.undated")
    return text(language, "slack_home.document", title=clipped(document.title), date=date)


def _links(settings: Settings, language: str) -> Blocks:
    if not settings.public_url:
        return []
    at, named = settings.public_url.rstrip("/"), catalogue(language)["staff"]["nav"]
    buttons = [
        button(f"home_link_{name}", named[name], name, named[name]) | {"url": f"{at}/staff{path}"}
        for name, path in _PAGES.items()
    ]
    return [header(text(language, "slack_home.links_title")), {"type": "actions", "elements": buttons}]


def counted(what: str, number: int, language: str) -> str:
    """Return a number of things in words of a language.

    >>> counted("questions", 1, "en"), counted("questions", 3, "nl")
    ('1 question', '3 vragen')
    """
    one, many = catalogue(language)["staff"]["counted"][what]
    return str(one if number == 1 else many).format(number=number)


def clipped(said: str, limit: int = _LINE) -> str:
    """Return a harmless text of one to `limit` characters; where it is cut stands an ellipsis."""
    return shortened(harmless(said), limit) or "–"


def _age(waited: timedelta, language: str) -> str:
    seconds = waited.total_seconds()
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= length:
            return counted(unit, int(seconds // length), language)
    return text(language, "slack_home.just_now")


def _view(blocks: Blocks) -> Block:
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def header(said: str) -> Block:
    """Return a heading of at most 150 characters."""
    return {"type": "header", "text": plain(said, 150)}


def _bulleted(title: str, lines: Iterable[str]) -> Block:
    return plain_section("\n".join((title, *(f"• {line}" for line in lines))))
