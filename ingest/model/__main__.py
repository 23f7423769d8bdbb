"""`python -m ingest.model`: make the encoder's file once; later runs find it and stop at once."""

from __future__ import annotations

import json
import shutil
import sys

from rich.console import Console

from assistant.encoder import RECIPE, ModelCard
from assistant.errors import AssistantError
from assistant.settings import load
from ingest.model.weights import digest, read, weights_path


def main() -> None:
    """Write `encoder.onnx`, `encoder.spm` and `encoder.json` into the model folder, or leave them as they are."""
    console = Console(stderr=True)
    target = load().model_dir
    path = weights_path()
    identity = f"multilingual-e5-small/{digest(path)[:16]}/r{RECIPE}"
    card = ModelCard.read(target)
    if card is not None and card.identity == identity:
        return
    from ingest.model.export import export_onnx, export_sentencepiece
    from ingest.model.materialise import materialise

    work = target.with_name("models.new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    with console.status("Preparing the embedding model (about half a minute, once) …"):
        weights = read(path)
        materialise(weights, work / "multilingual-e5-small")
        export_onnx(work / "multilingual-e5-small", work / "encoder.onnx")
        export_sentencepiece(weights, work / "encoder.spm")
    made = ModelCard(identity, weights.shape.hidden, weights.shape.positions)
    (work / "encoder.json").write_text(json.dumps(made.__dict__, indent=1), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    work.rename(target)
    console.print(f"Embedding model ready in {target}.")


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
