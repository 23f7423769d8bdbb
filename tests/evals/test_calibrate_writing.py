"""What a calibration writes is what the assistant reads."""

from __future__ import annotations

import tomllib

from assistant.weights import FILE, Weights, load_weights
from evals.calibrate.writing import as_toml


def test_written_weights_are_read_as_they_were() -> None:
    weights = load_weights()
    assert Weights.model_validate(tomllib.loads(as_toml(weights))) == weights


def test_writing_twice_is_writing_once() -> None:
    written = as_toml(load_weights())
    assert as_toml(Weights.model_validate(tomllib.loads(written))) == written


def test_weights_that_ship_were_written_by_the_command_that_they_name() -> None:
    shipped = FILE.read_text(encoding="utf-8")
    assert "python -m evals.calibrate" in shipped
    assert tomllib.loads(as_toml(load_weights())) == tomllib.loads(shipped)
