"""The web door: the chat page, the source view and the HTTP interface."""

from bots.web.app import create_app

__all__ = ["create_app"]
