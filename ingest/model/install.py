"""The install step: base weights and adapter become the one file that answers questions."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from assistant.encoder import RECIPE, ModelCard
from ingest.model import adapter, graph, tokenizer
from ingest.model.vocabulary import kept
from ingest.model.weights import digest, read, weights_path

NAME = "multilingual-e5-small"


def wanted() -> str:
    """Return the identity of the encoder that `install` would make now.

    Raises:
        ModelMissing: the weights or the adapter cannot be used.

    """
    base = digest(weights_path())
    return _identity(base, adapter.read(adapter.FOLDER, base))


def _identity(base: str, fitted: adapter.Adapter | None) -> str:
    return f"{NAME}/{base[:16]}/{fitted.sha256[:16] if fitted else 'as-it-comes'}/r{RECIPE}"


def install(target: Path, adapter_folder: Path | None = adapter.FOLDER) -> bool:
    """Write `encoder.onnx`, `encoder.spm` and `encoder.json` into `target`, and return whether there was need to.

    Without an `adapter_folder` the model is made as it comes.

    The files are made beside `target` and moved there whole: an interrupted run leaves what was there.

    Raises:
        ModelMissing: the weights or the adapter cannot be used.

    """
    path = weights_path()
    base = digest(path)
    fitted = adapter.read(adapter_folder, base) if adapter_folder is not None else None
    identity = _identity(base, fitted)
    card = ModelCard.read(target)
    if card is not None and card.identity == identity:
        return False
    work = target.with_name(target.name + ".new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    weights = read(path)
    pieces = kept(weights.pieces)
    graph.write(weights, fitted, pieces, work / "encoder.onnx")
    tokenizer.write(weights, pieces, work / "encoder.spm")
    made = ModelCard(
        identity=identity,
        dimensions=weights.shape.hidden,
        max_tokens=weights.shape.positions,
        weights=base,
        adapter=fitted.sha256 if fitted else None,
        file=digest(work / "encoder.onnx"),
    )
    (work / "encoder.json").write_text(json.dumps(asdict(made), indent=1), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    work.rename(target)
    return True
