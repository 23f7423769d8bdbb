"""`python -m ingest.model`: make the encoder's file once; later runs find it and stop at once."""

from __future__ import annotations

import sys

from rich.console import Console

from assistant.errors import AssistantError
from assistant.settings import load
from ingest.model.install import install


def main() -> None:
    """Write the encoder into the model folder, or leave it as it is."""
    console, target = Console(stderr=True), load().model_dir
    with console.status("Preparing the embedding model (some seconds, once) …"):
        made = install(target)
    if made:
        console.print(f"Embedding model ready in {target}.")


if __name__ == "__main__":
    try:
        main()
    except AssistantError as error:
        sys.exit(str(error))
