"""The low-rank adapter: what the fitting added to the base weights.

The folder is one that `peft` reads and writes: `adapter_model.safetensors` (fp16) and `adapter_config.json`. The
safetensors header also names the weights file that the adapter was fitted on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from assistant.errors import ModelMissing
from ingest.model.weights import digest

FOLDER = Path(__file__).parent / "adapter"
WEIGHTS, CONFIG, CARD = "adapter_model.safetensors", "adapter_config.json", "README.md"
BASE = "base_sha256"
NAME = "intfloat/multilingual-e5-small"


@dataclass(frozen=True)
class Adapter:
    """Low-rank matrices by the name of the matrix that they change, with their scale (alpha / rank)."""

    sha256: str
    scale: float
    _pairs: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]

    def change(self, name: str, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return `matrix` (outputs, inputs) with the adapter's change added: W + scale · B · A.

        `name` is the matrix's place in a BERT of transformers, such as `encoder.layer.0.attention.self.query`.

        Raises:
            ModelMissing: the adapter's matrices are of other sizes.

        """
        if name not in self._pairs:
            return matrix
        a, b = self._pairs[name]
        if (b.shape[0], a.shape[1]) != matrix.shape:
            raise ModelMissing(
                f"The adapter's {name} is made for a matrix of another size: fit it anew with 'make fit'."
            )
        return matrix + np.float32(self.scale) * (b @ a)


def write(fitted: Path, folder: Path, share: float, base_sha256: str) -> None:
    """Write the adapter that `peft` saved in `fitted` to `folder`: in fp16, its change weighted by `share`.

    Averaging the fitted weights with the base's is the same as weighting the change: (1 - share) · W + share · (W + Δ).
    """
    tensors = load_file(fitted / WEIGHTS)
    weighted = {
        name: (values * share if name.endswith(".lora_B.weight") else values).astype(np.float16)
        for name, values in tensors.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weighted, folder / WEIGHTS, metadata={BASE: base_sha256})
    config = json.loads((fitted / CONFIG).read_text(encoding="utf-8")) | {"base_model_name_or_path": NAME}
    (folder / CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read(folder: Path, base_sha256: str) -> Adapter:
    """Read the adapter in `folder`.

    Raises:
        ModelMissing: its files are missing or damaged, or it was fitted on other base weights.

    """
    path = folder / WEIGHTS
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        scale = float(config["lora_alpha"]) / int(config["r"])
        with safe_open(path, framework="np") as file:
            fitted_on = (file.metadata() or {}).get(BASE)
            tensors = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118
        halves = {name.removesuffix(".lora_A.weight") for name in tensors if name.endswith(".lora_A.weight")}
        pairs = {
            name.removeprefix("base_model.model."): (tensors[f"{name}.lora_A.weight"], tensors[f"{name}.lora_B.weight"])
            for name in halves
        }
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelMissing(
            f"The adapter in {folder} cannot be read ({error}): restore it from the repository, or run 'make fit'."
        ) from error
    if fitted_on != base_sha256:
        raise ModelMissing(
            f"The adapter in {folder} was fitted on other base weights (sha256 {fitted_on or 'unknown'}) than those "
            f"installed ({base_sha256}): restore the adapter from the repository, or run 'make fit'."
        )
    return Adapter(digest(path), scale, pairs)
