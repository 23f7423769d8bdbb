"""`assistant doctor`: what is configured, reachable and stale, each with its fix."""

from __future__ import annotations

from dataclasses import asdict

import typer

from bots.terminal.failures import Json
from bots.terminal.output import plain, screen, write_json


def doctor(as_json: Json = False) -> None:
    """Check model, database, vectors, index, corpus and contact; exit code 1 where something has to be done.

    \b
    Example:
      assistant doctor
    """
    from assistant.settings import load
    from bots.terminal.checks import examine

    checks = examine(load())
    healthy = all(check.ok for check in checks)
    if as_json:
        write_json({"ok": healthy, "checks": [asdict(check) for check in checks]})
    else:
        console = screen()
        for check in checks:
            console.print(plain(f"{'ok     ' if check.ok else 'problem'}  {check.name}: {check.detail}"))
            if check.fix:
                console.print(plain(f"         fix: {check.fix}"))
    if not healthy:
        raise typer.Exit(1)
