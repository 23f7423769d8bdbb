"""Traffic in the pretended Slack: many questions at once, and events that come twice, late or out of order."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from evals.pretended_slack import payloads
from evals.pretended_slack.slack import PretendedSlack
from evals.pretended_slack.workspace import BOT_USER, Message

_BETWEEN = 1.3  # seconds from one round to the next: the app posts one message a second in a channel
_QUIET = 3.0  # seconds without a new message after which nothing more is awaited
_DISTURBED = 0.3
_SENDERS = 16  # deliveries under way at once
_PATIENCE = 60.0  # seconds without any new answer, after which those that lack never come


@dataclass(frozen=True)
class Storm:
    """What came of many events: how many questions were asked, and how often each was answered."""

    asked: int
    deliveries: int
    unanswered: int
    answered_twice: int
    seconds: float


def channels(slack: PretendedSlack, n: int) -> list[str]:
    """Return the ids of that many channels, made where they are not there."""
    return [slack.add_channel(f"C1{number:05d}", f"many-{number}").id for number in range(n)]


def answer_seconds(
    slack: PretendedSlack, questions: Sequence[str], *, at_once: int = 20, rounds: int = 5
) -> list[float]:
    """Ask `at_once` questions in as many channels at the same moment, several times over.

    Returns the seconds from each event's delivery to the answer that was posted in its thread.

    Raises:
        TimeoutError: an answer does not come.

    """
    where, asked = channels(slack, at_once), cycle(questions)
    found: list[float] = []
    with ThreadPoolExecutor(at_once) as pool:
        for _ in range(rounds):
            texts = list(islice(asked, at_once))
            began = list(pool.map(lambda place, text: _asked(slack, place, text), where, texts))
            found += _seconds(slack, began)
            time.sleep(_BETWEEN)
    return found


def _seconds(slack: PretendedSlack, began: Sequence[tuple[float, Message]]) -> list[float]:
    slack.wait(lambda: all(slack.replies(asked.channel, asked.ts) for _, asked in began), _PATIENCE)
    return [slack.replies(asked.channel, asked.ts)[0].at - at for at, asked in began]


def _asked(slack: PretendedSlack, channel: str, question: str) -> tuple[float, Message]:
    at = time.time()
    return at, slack.message(channel, slack.mention(channel, "U0ANNA", question))


def storm(slack: PretendedSlack, questions: Sequence[str], *, n: int, places: int = 50, seed: int = 0) -> Storm:
    """Deliver `n` mentions, each as the two events that Slack makes of it; 30 % of them twice or out of order."""
    began, chance = time.monotonic(), random.Random(seed)  # noqa: S311 -- a seed, no secret
    texts = cycle(questions)
    asked = [
        slack.put(place, "U0ANNA", f"<@{BOT_USER}> {next(texts)}")
        for place in islice(cycle(channels(slack, places)), n)
    ]
    deliveries = _disturbed([event for message in asked for event in _events(slack, message)], chance)
    with ThreadPoolExecutor(_SENDERS) as pool:
        list(pool.map(lambda one: slack.postman.event(one[0], retry=one[1]), deliveries))
    counts = _settled(slack, asked)
    missing, doubled = sum(c == 0 for c in counts.values()), sum(c > 1 for c in counts.values())
    return Storm(n, len(deliveries), missing, doubled, round(time.monotonic() - began, 1))


def _events(slack: PretendedSlack, message: Message) -> list[dict[str, Any]]:
    where, who = slack.workspace.channels[message.channel], slack.workspace.people[message.user]
    made = payloads.mentioned(message, where, who), payloads.said(message, where, who)
    return [payloads.envelope(slack.workspace, event) for event in made]


def _disturbed(events: Sequence[dict[str, Any]], chance: random.Random) -> list[tuple[dict[str, Any], int]]:
    """Return the deliveries, with the number of the retry (0: the first), in the order in which they go out."""
    order: list[tuple[float, dict[str, Any], int]] = []
    for number, event in enumerate(events):
        upset = chance.random() < _DISTURBED
        moved = chance.uniform(0, len(events)) if upset and chance.random() < 0.5 else float(number)
        order.append((moved, event, 0))
        if upset:  # at once, soon, or much later; a retry may overtake the first delivery
            order.append((chance.choice([number + 0.1, moved - 0.1, chance.uniform(0, len(events))]), event, 1))
    return [(event, retry) for _, event, retry in sorted(order, key=lambda one: one[0])]


def _settled(slack: PretendedSlack, asked: Sequence[Message]) -> dict[str, int]:
    """Return how often each question was answered, once nothing more comes."""
    counts, changed = _counts(slack, asked), time.monotonic()
    while True:
        time.sleep(0.2)
        now = _counts(slack, asked)
        if now != counts:
            counts, changed = now, time.monotonic()
        if time.monotonic() - changed > (_QUIET if all(counts.values()) else _PATIENCE):
            return counts


def _counts(slack: PretendedSlack, asked: Sequence[Message]) -> dict[str, int]:
    with slack.workspace.lock:
        replies = Counter(m.thread_ts for m in slack.workspace.messages if m.ours and m.seen_by is None)
    return {message.ts: replies[message.ts] for message in asked}
