"""Forms of the chat page as a browser without JavaScript sends them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import RedirectResponse

from assistant.texts import LANGUAGES
from bots.web.body import parse_form, read_body
from bots.web.language import page_language
from bots.web.own_site import refuse_other_sites


@dataclass(frozen=True)
class Form:
    """What was sent, in the page's language; a field that was not sent is empty."""

    fields: dict[str, str]
    language: str

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def conversation_id(self) -> str | None:
        """The conversation that the page showed."""
        return self["conversation_id"] or None

    def key(self, question: str) -> str:
        """Return the same key when the same question is sent twice from one page, 32 hexadecimal digits."""
        sent = "\n".join((self["key"], self["conversation_id"], question))
        return hashlib.sha256(sent.encode()).hexdigest()[:32]

    def back(self, conversation_id: str | None, anchor: str) -> RedirectResponse:
        """Lead to the conversation, so that a reload sends nothing again."""
        return RedirectResponse(f"/?conversation={conversation_id}&lang={self.language}#{anchor}", 303)


async def read_form(request: Request) -> Form:
    """Read a form that one of our own pages sent.

    Raises:
        OtherSite: another site's page sent it.
        BodyTooLarge, InvalidBody: it could not be read.

    """
    refuse_other_sites(request)
    fields = parse_form(await read_body(request))
    language = fields["lang"] if fields.get("lang") in LANGUAGES else page_language(request)
    return Form(fields, language)
