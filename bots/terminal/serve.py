"""`assistant serve`: the web door, on an address that was free."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import AssistantError, InvalidInput

if TYPE_CHECKING:
    from assistant.encoder import Encoder
    from assistant.settings import Settings


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; 0.0.0.0 for everyone in the network.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes any free one.")
    ] = 8000,
) -> None:
    """Serve the chat page, the source pages, the web API, the staff pages and Slack over HTTP, until Ctrl-C.

    It starts without an index too: the page then says what to do, and notices when it has been done. Staff sign in by
    the link that is printed: it works once, within an hour.

    \b
    Example:
      assistant serve --port 8080
    """
    listening = listen(host, port)
    import uvicorn

    from assistant.settings import load
    from bots.web.app import create_app

    class Server(uvicorn.Server):
        """Says its address once it answers there."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                typer.echo(f"Serving on {address(listening)} (Ctrl-C stops)")
                typer.echo(f"Staff: {staff_link(settings, address(listening))}")

    settings = load()
    app = create_app(settings, publish=publisher(settings))
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
    )
    # Uvicorn raises the signal once more when it has closed everything.
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run(sockets=[listening])


def publisher(settings: Settings) -> Callable[[], None]:
    """Return what brings kept answers into the index that is being served."""

    @cache
    def loaded() -> Encoder:
        from assistant import encoder

        return encoder.load(settings)

    def publish() -> None:
        # Imported when an answer is first kept: reading documents takes more than serving them.
        from ingest.kept import publish

        publish(settings, loaded())

    return publish


def staff_link(settings: Settings, served_at: str) -> str:
    """Return the address at which one member of staff signs in, or why there is none."""
    from assistant.index.database import connect
    from bots.web.staff.sessions import Sessions
    from bots.web.staff.sign_in import sign_in_address

    try:
        engine = connect(settings.database)
    except AssistantError as error:
        return f"no sign-in link. {error}"
    token = Sessions(engine).new_link()
    engine.dispose()
    return sign_in_address(settings.public_url or served_at, token)


def listen(host: str, port: int) -> socket.socket:
    """Take an address, before anything is loaded that would be in vain.

    Raises:
        InvalidInput: this machine has no such address.
        AssistantError: the port is taken, or not for everybody.

    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        taken = socket.socket(family, kind, protocol)
        try:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(where)
            taken.listen()
        except OSError:
            taken.close()
            raise
    except (socket.gaierror, UnicodeError) as error:
        raise InvalidInput(f"The address --host {host!r} is unknown here: try 127.0.0.1.") from error
    except OSError as error:
        raise AssistantError(_refusal(error, host, port)) from error
    return taken


def _refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken: stop what listens there, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} may not be used by this user: choose one above 1023 with --port."
    return (
        f"It is not possible to listen on {host}, port {port} ({error.strerror}): choose others with --host and --port."
    )


def address(listening: socket.socket) -> str:
    """Return the address of a listening socket as a browser takes it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
