"""What a test in the browser is given: a served assistant, and a site that may embed it."""

from __future__ import annotations

from dataclasses import dataclass

from foreign import ForeignSite
from scripted import Script

from assistant.service import Assistant
from assistant.settings import Settings

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 640}


@dataclass
class House:
    """A served assistant; `address` has no slash at its end, and neither has `site`, the origin that may embed it."""

    address: str
    site: ForeignSite
    settings: Settings
    assistant: Assistant
    script: Script

    def embed(self, path: str = "/", *, policy: str = "", css: str = "calm", lang: str = "nl", **data: str) -> str:
        """Put the one line into a page elsewhere and return that page's address."""
        attributes = "".join(f' data-{name}="{value}"' for name, value in data.items())
        line = f'<script src="{self.address}/widget.js"{attributes}></script>'
        return self.site.page(path, line, css=css, policy=policy, lang=lang)
