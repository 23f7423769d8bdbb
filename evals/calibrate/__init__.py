"""Fitting the weights in `assistant/weights.toml` on the train parts of the sets: `python -m evals.calibrate`."""
