"""The adapter's model card: data, licence, figures, what was forgotten, limits."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path

from evals.fit.figures import Figures, as_table
from evals.fit.measure import kind_of
from evals.fit.recipe import Recipe
from evals.fit.split import Divided
from ingest.model import adapter

_TEXT = """---
base_model: intfloat/multilingual-e5-small
language: [nl, en]
library_name: peft
license: apache-2.0
pipeline_tag: sentence-similarity
---

# An adapter of multilingual-e5-small, fitted to how people ask

A low-rank adapter (LoRA) for finding the passage of a rule text that answers a question in everyday words, in Dutch and
English and across the two. Written by `python -m evals.fit`; merged into the base weights by `make install`.

## Data

{data}

Questions and passages were written for this purpose and are nobody's log. The corpus's passages state facts of the
Interreg Europe programme with their sources; all others are invented or unchecked and say nothing about the world. No
question of a test or dev set is among them. Which subjects are only measured with stands in `evals/fit/split.toml`.
sha256 of the files, in order:
`{fingerprint}`.

## Recipe

{recipe}; in-batch negatives with passages of one subject beside each other, InfoNCE at a temperature of 0.02, AdamW
with a linear decay after a tenth of warm-up, no dropout. `share` is the adapter's weight, already in the file.

## Figures

Per cent, the model as it comes → fitted, both as the int8 file that answers. Subjects that were never fitted on; each
question over all passages of one language, of all subjects. In brackets 95 % intervals (bootstrap over passages).

{figures}

## What was forgotten

The rows `long` are encyclopaedic paragraphs and long government answers of subjects that were not fitted on:
{forgotten}.

## Limits

- Dutch and English only, in Latin script; other languages were neither fitted on nor measured.
- Texts of up to {max_tokens} tokens were fitted on; longer ones are read whole, up to 512 tokens.
- The questions are written ones, not taken from a log of real users.
- Passages that differ only in a number, a period, a place or a negation (many of the rows `other`) stay hard: more than
  half of their questions find another passage first.
- Questions begin with "query: " and passages with "passage: ", as for the base model.

## Licence

Apache-2.0, as the project. The base model, multilingual-e5-small (Wang et al., 2024, arXiv:2402.05672), has the MIT
licence.
"""


def write(folder: Path, recipe: Recipe, divided: Divided, fingerprint: str, found: Figures) -> None:
    """Write the card into the adapter's `folder`; `fingerprint` is that of the pairs files."""
    text = _TEXT.format(
        data=_data(divided),
        fingerprint=fingerprint,
        recipe=", ".join(f"{name} {value:g}" for name, value in asdict(recipe).items()),
        figures=as_table(found),
        forgotten=_forgotten(found),
        max_tokens=recipe.max_tokens,
    )
    (folder / adapter.CARD).write_text(text, encoding="utf-8")


def _data(divided: Divided) -> str:
    rows = ["| pairs | fitted on | measured with |", "|---|--:|--:|"]
    counts = Counter(map(kind_of, divided.train)), Counter(map(kind_of, divided.test))
    rows += [f"| {kind} | {counts[0][kind]} | {counts[1][kind]} |" for kind in sorted(counts[0] | counts[1])]
    return "\n".join(rows)


def _forgotten(found: Figures) -> str:
    rows = [
        f"{name.removeprefix('long: ')} {100 * (first.after - first.before):+.1f} points at first place"
        for name, (first, *_deeper) in found.items()
        if name.startswith("long")
    ]
    return ", ".join(rows) or "none were measured"
