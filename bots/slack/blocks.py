"""An answer as Block Kit, with its whole text as fallback, within Slack's limits.

Limits after Slack's Block Kit reference: 50 blocks, 3,000 characters of a text object, 75 of a button; all texts of a
message together stay under the 13,000 at which Slack was seen to refuse one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.answer import Answer
from assistant.settings import Settings
from assistant.texts import text
from bots.slack.citations import Block, cited, rich, run, section, source
from bots.slack.escape import absolute, escaped, plain, shortened

Message = dict[str, Any]

REFUSED = ("unsupported", "off_topic")
UNPARSED: dict[str, Any] = {"parse": "none"}  # Slack makes no link or mention of what only looks like one
HAND_OVER, FEEDBACK = "hand_over", "answer_feedback"
_FALLBACK = 3900  # characters; above 4,000 chat.update refuses a text
_TEXT, _PART, _ASKED, _NOTE, _NOTES = 3000, 800, 200, 300, 6


def message(shown: str, *blocks: Block) -> Message:
    """Return what every way to show something takes: a text, and blocks that show it.

    The text is plain and is shown where blocks cannot be; without blocks it is shown in full.
    """
    fallback = shortened(escaped(shown), _FALLBACK) or "…"
    return {"text": fallback, "blocks": list(blocks) or [mrkdwn(shortened(fallback, _TEXT))]}


def posted(made: Message, thread: str | None = None) -> Message:
    """Return the arguments of `chat.postMessage`: nothing unfurls."""
    place = {"thread_ts": thread} if thread else {}
    return made | UNPARSED | {"unfurl_links": False, "unfurl_media": False} | place


def answer_message(answer: Answer, settings: Settings, *, first: bool = False, direct: bool = False) -> Message:
    """Return an answer as a message, that can be judged, and its question be handed to a person.

    `first` says that it is automated although its notes do not; `direct` that it stands in no thread, so that a person
    would answer in a direct message.
    """
    if answer.reason == "answering_off":
        off = text(answer.language, "slack.direct_off" if direct else "slack.thread_off")
        answer = answer.model_copy(update={"text": off})
    blocks = [*_head(answer), *_said(answer, settings), *_proof(answer, settings), *_more(answer, settings, first)]
    return message(_fallback(answer, first), *blocks, *_actions(answer))


def mrkdwn(shown: str) -> Block:
    """Return a section of a text that is `mrkdwn` already, of 1 to 3,000 characters, without links of its own."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": shown, "verbatim": True}}


def context(*shown: str) -> Block:
    """Return small print of up to ten `mrkdwn` texts."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": each, "verbatim": True} for each in shown]}


def button(action: str, label: str, value: str, spoken: str, style: str | None = None) -> Block:
    """Return a button; `spoken` is what a screen reader says of it, both at most 75 characters."""
    made: Block = {"type": "button", "action_id": action, "text": words(label), "value": value}
    made["accessibility_label"] = shortened(spoken, 75)
    return made | {"style": style} if style else made


def words(shown: str) -> Block:
    """Return a plain text object of at most 75 characters."""
    return {"type": "plain_text", "text": shortened(shown, 75), "emoji": False}


def status(answer: Answer) -> str:
    """Return in words how a question was dealt with; empty for small talk."""
    if answer.status == "small_talk":
        return ""
    if answer.reason == "answering_off":
        return text(answer.language, "slack.passed_on_status")
    if answer.reason in {"unclear", "not_a_question"}:
        return text(answer.language, "slack.unclear_status")
    if answer.mode == "staff":
        return text(answer.language, "slack.staff_status")
    return text(answer.language, f"status.{answer.status}")


def _head(answer: Answer) -> Iterator[Block]:
    said = status(answer)
    if said:
        yield context(f"*{escaped(said)}*")


def _said(answer: Answer, settings: Settings) -> Iterator[Block]:
    """Yield the text with its marks, by parts where the question had several; where it is cut, the way to the rest."""
    pieces = [(part.question, part.text, _PART) for part in answer.parts[:4]] or [("", answer.text, _TEXT)]
    cut = False
    for asked, raw, limit in pieces:
        if question := shortened(plain(asked), _ASKED):
            yield rich(section(run(question, bold=True)))
        whole = plain(raw)
        cut = cut or len(whole) > limit
        if whole:
            yield rich(section(run(shortened(whole, limit))))
    url = absolute(answer.citations[0].url, settings) if cut and answer.citations else None
    if url:
        yield rich(section({"type": "link", "url": url, "text": text(answer.language, "slack.more")}))


def _proof(answer: Answer, settings: Settings) -> Iterator[Block]:
    """Yield what the answer quotes, or else what came closest, as such."""
    spoken = answer.language
    if answer.citations:
        yield rich(section(run(text(spoken, "slack.sources"), bold=True)))
        yield from cited(answer.citations, spoken, settings)
    elif answer.near_misses:
        yield rich(section(run(text(spoken, "refusals.near_misses"), italic=True)))
        yield from cited(answer.near_misses, spoken, settings)


def _more(answer: Answer, settings: Settings, first: bool) -> Iterator[Block]:
    if answer.contact is not None and plain(answer.contact.name):
        url, name = absolute(answer.contact.url, settings), shortened(plain(answer.contact.name), _ASKED)
        said = plain(text(answer.language, "web.ask_contact", contact=""))
        shown = {"type": "link", "url": url, "text": name} if url else run(name)
        yield rich(section(run(f"{said} "), shown))
    notes = [shortened(escaped(note), _NOTE) for note in _notes(answer, first)[:_NOTES]]
    if notes:
        yield context(*notes)


def _notes(answer: Answer, first: bool) -> list[str]:
    """Return the notes; that the answer is automated comes first, where it is the first of a thread."""
    noted = [note.text for note in answer.notes if note.code != "automated" and plain(note.text)]
    automated = first or any(note.code == "automated" for note in answer.notes)
    return [text(answer.language, "notes.automated"), *noted] if automated else noted


def _actions(answer: Answer) -> Iterator[Block]:
    """Yield the buttons under an answer: what the reader thinks of it, and the way to a person."""
    if answer.status == "small_talk" or answer.reason == "answering_off":
        return
    yield {"type": "context_actions", "elements": [_opinion(answer)]}
    label, spoken = (text(answer.language, f"slack.{key}") for key in ("ask_person", "ask_person_label"))
    if answer.status in REFUSED or answer.status == "partial":
        way = button(HAND_OVER, label, answer.id, spoken)
    else:
        way = {"type": "overflow", "action_id": HAND_OVER, "options": [{"text": words(label), "value": answer.id}]}
    yield {"type": "actions", "elements": [way]}


def _opinion(answer: Answer) -> Block:
    def side(key: str) -> Block:
        spoken = shortened(text(answer.language, f"slack.{key}_label"), 75)
        label = words(text(answer.language, f"slack.{key}"))
        return {"text": label, "value": f"{key}:{answer.id}", "accessibility_label": spoken}

    return {
        "type": "feedback_buttons",
        "action_id": FEEDBACK,
        "positive_button": side("up"),
        "negative_button": side("down"),
    }


def _fallback(answer: Answer, first: bool) -> str:
    """Return everything that the blocks say as one text: screen readers and notifications have only that."""
    spoken = answer.language
    said = [f"{part.question}\n{part.text}" for part in answer.parts] or [answer.text]
    lines = [status(answer), *said, *(source(citation, spoken) for citation in answer.citations)]
    if answer.near_misses and not answer.citations:
        lines += [text(spoken, "refusals.near_misses"), *(source(near, spoken) for near in answer.near_misses)]
    if answer.contact is not None:
        lines.append(text(spoken, "web.ask_contact", contact=answer.contact.name))
    return "\n".join(filter(None, (*lines, *_notes(answer, first))))
