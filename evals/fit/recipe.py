"""How the adapter is fitted: everything that decides its numbers, besides the pairs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Recipe:
    """`rank` of the adapter, learning `rate`, `epochs` over the pairs, pairs in a `batch`, longest text in
    `max_tokens`, `seed`; `share` is the adapter's weight when merged: 0 is the model as it comes, 1 the fitted one.
    """

    rank: int = 16
    rate: float = 1e-3
    epochs: float = 1
    batch: int = 32
    max_tokens: int = 256
    seed: int = 0
    share: float = 0.75

    def fitted(self) -> dict[str, Any]:
        """Return what the fitting depends on; the share is applied to what came out of it."""
        return {name: value for name, value in asdict(self).items() if name != "share"}
