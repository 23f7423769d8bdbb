"""Holds blocks and views to what Slack takes."""

from __future__ import annotations

from typing import Any

from evals.pretended_slack.validation import message_problems, view_problems


def check_blocks(blocks: list[dict[str, Any]]) -> None:
    """Fail where Slack would refuse these blocks in a message."""
    assert message_problems(blocks) == []


def check_view(view: dict[str, Any]) -> None:
    """Fail where Slack would refuse this modal or Home tab."""
    assert view_problems(view, view["type"]) == []
