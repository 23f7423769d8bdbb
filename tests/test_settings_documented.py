"""The README lists every setting, and the template of the environment names no other."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from assistant.errors import ConfigurationError
from assistant.settings import ROOT, Settings, load

NAMES = {str(field.validation_alias or f"ASSISTANT_{name.upper()}") for name, field in Settings.model_fields.items()}


def test_every_setting_is_in_the_readme() -> None:
    rows = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    listed = {name for row in rows for name in re.findall(r"`((?:ASSISTANT|SLACK)_[A-Z_]+)`", row.split("|")[1])}
    assert listed == NAMES


def test_template_of_the_environment_names_no_other_setting() -> None:
    template = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?\s*((?:ASSISTANT|SLACK)_[A-Z_]+)=", template, re.MULTILINE))
    assert named
    assert named <= NAMES


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_relative_paths_start_at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_VAR_DIR", "elsewhere")
    found = Settings(_env_file=None)
    assert found.var_dir == ROOT / "elsewhere"
    assert found.model_dir == ROOT / "elsewhere" / "models"
    assert found.database == f"sqlite:///{ROOT / 'elsewhere' / 'assistant.db'}"


def test_value_that_cannot_be_used_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_THREADS", "many")
    load.cache_clear()
    try:
        with pytest.raises(ConfigurationError, match="ASSISTANT_THREADS='many'"):
            load()
    finally:
        load.cache_clear()


def test_settings_cannot_be_changed_on_the_way() -> None:
    with pytest.raises(ValidationError):
        setattr(Settings(_env_file=None), "threads", 4)  # noqa: B010


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALLOWED_SITES", "https://a.example/path", "no origin such as https://www.example.org"),
        ("OPENING_HOURS", "nine to five", "write it as OpenStreetMap does"),
        ("HOLIDAYS", "ZZ", "no country code such as BE or NL"),
        ("TIMEZONE", "Brussels", "no time zone such as Europe/Brussels"),
    ],
)
def test_value_in_the_wrong_form_says_which_form(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"ASSISTANT_{name}", value)
    with pytest.raises(ValidationError, match=said):
        Settings(_env_file=None)
