"""A local server that plays Slack: its Web API, its deliveries of events over HTTP, and Socket Mode's WebSocket."""

from evals.pretended_slack.delivery import Delivery
from evals.pretended_slack.slack import PretendedSlack
from evals.pretended_slack.workspace import Call, Channel, Message, Person

__all__ = ["Call", "Channel", "Delivery", "Message", "Person", "PretendedSlack"]
