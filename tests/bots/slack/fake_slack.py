"""The pretended Slack, under the name that tests know it by."""

from __future__ import annotations

from evals.pretended_slack import Call, Channel, Delivery, Message, Person, PretendedSlack

__all__ = ["Call", "Channel", "Delivery", "Message", "Person", "PretendedSlack"]
