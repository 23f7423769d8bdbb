"""Gates: figures that a version must reach, for continuous integration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import InvalidInput
from evals.catalogue import METRICS, REFUSAL

_KNOWN = METRICS | REFUSAL


@dataclass(frozen=True)
class Gate:
    """A metric that must not fall below `wanted`, a share of 0 to 1."""

    metric: str
    wanted: float

    def __post_init__(self) -> None:
        """Refuse what no run could tell.

        Raises:
            InvalidInput: there is no such metric, it is better the lower it is, or `wanted` is no share.

        """
        if self.metric not in _KNOWN:
            names = ", ".join(name for name, metric in _KNOWN.items() if metric.higher)
            raise InvalidInput(f"There is no metric {self.metric!r} to set a gate on: use one of {names}.")
        if not _KNOWN[self.metric].higher:
            raise InvalidInput(f"{self.metric!r} is better the lower it is: set the gate on 'correct' or 'right'.")
        if not 0 <= self.wanted <= 1:
            raise InvalidInput(f"The gate {self.metric}={self.wanted:g} is no share: give a number from 0 to 1.")


def check(summary: Mapping[str, Any], gates: Sequence[Gate]) -> list[dict[str, Any]]:
    """Return each gate with the value that the run reached; one that judged no question is not passed."""
    found = []
    for gate in gates:
        figure = {**summary["metrics"], **summary.get("refusal", {})}.get(gate.metric)
        value = figure["value"] if figure else None
        passed = value is not None and value >= gate.wanted
        found.append({"metric": gate.metric, "wanted": gate.wanted, "value": value, "passed": passed})
    return found


def complaint(checked: Sequence[Mapping[str, Any]]) -> str | None:
    """Return one sentence that names every gate that was not passed, None where all were."""
    failed = [
        f"{gate['metric']} is {gate['value']:.4f}, below {gate['wanted']:g}"
        if gate["value"] is not None
        else f"no question judges {gate['metric']}, wanted {gate['wanted']:g}"
        for gate in checked
        if not gate["passed"]
    ]
    return f"The gate is not passed: {'; '.join(failed)}." if failed else None
