"""Two ingests over one index: the second one is told so, and readers are not kept waiting."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from assistant.errors import IngestBusy
from ingest.sync import Watcher, ingest

TEXT = "# Fee\n\n## Amount\n\nThe fee is {} euro."


class Holding(Watcher):
    """Stops an ingest while it embeds, until it is let go."""

    def __init__(self) -> None:
        self.reached, self.released = threading.Event(), threading.Event()

    def embedding(self, total: int) -> None:
        self.reached.set()
        assert self.released.wait(30)


def test_second_ingest_at_once_is_refused(workshop: Any) -> None:
    workshop.write("fee.md", TEXT.format(12), id="fee", language="en")
    workshop.ingest()
    workshop.write("fee.md", TEXT.format(15), id="fee", language="en")
    holding = Holding()
    first = threading.Thread(target=ingest, args=(workshop.settings,), kwargs={"watcher": holding})
    first.start()
    try:
        assert holding.reached.wait(30)
        with pytest.raises(IngestBusy, match="run this again") as caught:
            workshop.ingest()
        assert (caught.value.status, caught.value.exit_code) == (409, 5)
        assert "12 euro" in workshop.index().text("fee").text
        assert workshop.state().dirty
    finally:
        holding.released.set()
        first.join(30)
    assert "15 euro" in workshop.index().text("fee").text
    assert workshop.ingest().unchanged == 1
