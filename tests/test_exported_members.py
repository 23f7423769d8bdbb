"""A package that says what it exports exports exactly that, and its modules can be imported alone."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

import assistant
import bots
import evals
import ingest

ROOMS = (assistant, ingest, bots, evals)
PACKAGES = [
    name
    for room in ROOMS
    for name in [room.__name__, *(m.name for m in pkgutil.walk_packages(room.__path__, f"{room.__name__}.") if m.ispkg)]
    if "migrations" not in name
]


@pytest.mark.parametrize("name", PACKAGES)
def test_exported_members(name: str) -> None:
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", [])
    assert sorted(exported) == sorted(set(exported))
    for member in exported:
        assert hasattr(module, member), f"{name}.__all__ names {member!r}, which is not there"
    defined = {
        member
        for member, value in vars(module).items()
        if not member.startswith("_") and not isinstance(value, ModuleType) and _of_the_house(value, name)
    }
    if exported:
        assert defined <= set(exported), f"{name} shows {sorted(defined - set(exported))} beside its __all__"


def _of_the_house(value: object, name: str) -> bool:
    home = getattr(value, "__module__", None)
    return isinstance(home, str) and home.split(".")[0] == name.split(".", maxsplit=1)[0]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_says_what_it_is(name: str) -> None:
    source = importlib.import_module(name)
    assert source.__doc__ or not _has_code(source)


def _has_code(module: ModuleType) -> bool:
    return bool(Path(str(module.__file__)).read_text(encoding="utf-8").strip())
