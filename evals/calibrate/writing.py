"""Writing `weights.toml`, so that a person can read it and a diff shows what moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.weights import Linear, Weights

_HEAD = """\
# Fitted by `python -m evals.calibrate` on the train parts of evals/sets; `compose` was chosen on the dev parts.
# `asked_before` was chosen with `python -m evals.kept`.
# A way is the language of the question, that of the text, and `plain` where the text has no phrasings."""


def as_toml(weights: Weights) -> str:
    """Return the weights as TOML."""
    lines = [_HEAD, "", f"floor = {weights.floor}", f"topic_threshold = {weights.topic_threshold}"]
    for table in ("compose", "asked_before"):
        lines += ["", f"[{table}]", *(f"{name} = {value}" for name, value in getattr(weights, table))]
    lines += _linear("conversation", weights.conversation)
    for table in ("retrieval", "sentences", "support"):
        found: Mapping[str, Linear] = getattr(weights, table)
        for way, linear in found.items():
            lines += _linear(f"{table}.{way}", linear)
    return "\n".join([*lines, *_linear("topic", weights.topic), ""])


def _linear(name: str, linear: Linear) -> Iterator[str]:
    yield from ("", f"[{name}]", f"intercept = {linear.intercept}", "", f"[{name}.coefficients]")
    yield from (f"{feature} = {value}" for feature, value in linear.coefficients.items())
