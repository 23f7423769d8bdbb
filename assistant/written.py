"""A conversation written out as CommonMark (spec.commonmark.org), to keep: readable as it is, and harmless rendered."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.answer import Answer, Citation
from assistant.clock import utc
from assistant.dates import said
from assistant.handover import Handover
from assistant.settings import Settings
from assistant.texts import text

# What begins a link, an image, a tag, an entity or an emphasis anywhere, or a block at the beginning of a line.
_ACTIVE = re.compile(r"([\\`*_\[\]<>&~|])|^(\s*)([#+=-])|^(\s*\d{1,9})([.)])", re.MULTILINE)
_LINK = re.compile(r"(?:https?:/)?/[^\s<>\"\\]+")


class Writer:
    """One transcript, being written in one language."""

    def __init__(self, settings: Settings, language: str) -> None:
        self._settings, self._language = settings, language
        self._zone = ZoneInfo(settings.timezone)
        self._blocks: list[str] = []

    def begin(self, created_at: datetime, expires_at: datetime) -> None:
        """Write what this is, and that the answers are automated."""
        begun, kept = self._moment(created_at), self._day(expires_at)
        self._blocks += [
            f"# {self._say('title')}",
            self._say("automated"),
            self._say("kept", begun=begun, until=kept),
        ]

    def answer(self, answer: Answer, at: datetime) -> None:
        """Write a question with its answer, and the sources of it."""
        by = "by_person" if answer.mode == "staff" else "by_machine"
        status = text(self._language, f"status.{answer.status}")
        self._question(answer.question, at)
        self._blocks += [f"**{self._say(by, status=status)}**", quoted(answer.text)]
        self._blocks += [f"*{escaped(note.text)}*" for note in answer.notes if note.code != "automated"]
        if answer.citations:
            self._blocks += [self._say("sources"), "\n".join(map(self._source, answer.citations))]
        if answer.near_misses:
            near = text(self._language, "refusals.near_misses")
            self._blocks += [near, "\n".join(map(self._source, answer.near_misses))]
        if answer.contact:
            contact = f"{escaped(answer.contact.name)}{_link(answer.contact.url)}"
            self._blocks.append(self._say("contact", contact=contact))

    def handover(self, handover: Handover) -> None:
        """Write a question for a person, and what became of it; the role of whoever answered, never a name."""
        self._question(handover.question, handover.created_at, "to_person")
        if handover.reply is None:
            self._blocks.append(f"**{self._say(f'state_{handover.state}')}**")
            if handover.state == "declined" and handover.reason:
                self._blocks.append(quoted(handover.reason))
            return
        role, at = escaped(handover.reply.role), self._moment(handover.reply.at)
        self._blocks += [f"**{self._say('replied', role=role, at=at)}**", quoted(handover.reply.text)]
        if handover.reply.source:
            self._blocks.append(self._say("reply_source", source=escaped(handover.reply.source)))

    def text(self) -> str:
        """Return what was written."""
        return "\n\n".join(self._blocks) + "\n"

    def _question(self, question: str, at: datetime, key: str = "question") -> None:
        self._blocks += ["---", f"**{self._say(key, at=self._moment(at))}**", quoted(question)]

    def _source(self, citation: Citation) -> str:
        where = ", ".join(filter(None, (citation.publisher, citation.date, citation.locator)))
        replaced = f" ({text(self._language, 'web.superseded')})" if citation.superseded else ""
        url = citation.url
        if url.startswith("/") and self._settings.public_url:
            url = self._settings.public_url.rstrip("/") + url
        quote = " ".join(citation.quote.split())
        line = f"- [{citation.number}] {citation.title}, {where}{replaced}: \u201c{quote}\u201d"
        return f"- {escaped(line[2:])}{_link(url)}"

    def _say(self, key: str, **values: object) -> str:
        return text(self._language, f"transcript.{key}", **values)

    def _day(self, moment: datetime) -> str:
        return said(utc(moment).astimezone(self._zone).date(), self._language)

    def _moment(self, moment: datetime) -> str:
        local = utc(moment).astimezone(self._zone)
        return f"{self._day(moment)}, {local.hour}:{local.minute:02}"


def escaped(raw: str) -> str:
    r"""Return a text in which CommonMark finds nothing to act on.

    >>> escaped("![x](y) <b>")
    '!\\[x\\](y) \\<b\\>'
    """
    return _ACTIVE.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}" if m[3] else f"{m[4]}\\{m[5]}", raw)


def quoted(raw: str) -> str:
    """Return a text as a block quotation, line by line."""
    return "\n".join(f"> {line.strip()}".rstrip() for line in escaped(raw).split("\n"))


def _link(url: str) -> str:
    return f" <{url}>" if _LINK.fullmatch(url) and not url.startswith("//") else ""
