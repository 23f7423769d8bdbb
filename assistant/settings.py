"""Settings, from the environment or `.env`, with the prefix `ASSISTANT_`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.errors import ConfigurationError

ROOT = Path(__file__).resolve().parent.parent
BUNDLED_MODEL = "bundled"


def _from_root(path: Path) -> Path:
    return path if path.is_absolute() else ROOT / path


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _origins(sites: tuple[str, ...]) -> tuple[str, ...]:
    for site in sites:
        if not re.fullmatch(r"https?://[^/\s*]+", site):
            raise ValueError(f"{site!r} is no origin such as https://www.example.org, without a path")
    return sites


def _hours(hours: str) -> str:
    from opening_hours import validate

    if hours and not validate(hours):
        raise ValueError("write it as OpenStreetMap does: 'Mo-Fr 09:00-12:30,13:30-17:00; PH off'")
    return hours


def _moment(weekly: str) -> str:
    if weekly and not re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):[0-5]\d", weekly):
        raise ValueError("write a day and a time, such as 'Mon 09:00'")
    return weekly


def _country(code: str) -> str:
    from opening_hours import OpeningHours, UnknownCountryError  # type: ignore[attr-defined]

    try:
        OpeningHours("24/7", country=code.upper() or None)
    except UnknownCountryError:
        raise ValueError("it is no country code such as BE or NL") from None
    return code.upper()


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("it is no time zone such as Europe/Brussels") from None
    return name


RootedPath = Annotated[Path, AfterValidator(_from_root)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """Every setting of the assistant; relative paths start at the project's root."""

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_",
        env_file=ROOT / ".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    corpus_dir: RootedPath = Field(ROOT / "corpus", description="Folder with the programme texts.")
    var_dir: RootedPath = Field(
        ROOT / "var", description="Folder for everything generated: index, vectors, model, database."
    )
    model_dir: RootedPath = Field(
        default_factory=lambda values: values["var_dir"] / "models", description="Folder of the bundled model's file."
    )
    database_url: str = Field("", description="SQLAlchemy URL of the database; empty: a SQLite file in the var folder.")
    chroma_url: str = Field(
        "", description="URL of a Chroma server; empty: Chroma inside the process, in the var folder."
    )
    embedding_model: str = Field(
        BUNDLED_MODEL,
        description="`bundled`, or the name or folder of a sentence-transformers model; needs a new ingest.",
    )
    threshold: float = Field(
        0.42, ge=0.0, le=1.0, description="Probability that the passages answer, below which a question is refused."
    )
    reranker_model: str = Field(
        "", description="Name or folder of a sentence-transformers CrossEncoder that orders the passages; empty: none."
    )
    llm_model: str = Field("", description="Language model that judges answers in evaluations, by its provider's name.")
    threads: int = Field(2, ge=1, le=64, description="Processor threads for the embedding model.")
    public_url: str = Field("", description="Address at which visitors reach the web door; empty: links stay relative.")
    debug: bool = Field(False, description="Show tracebacks of errors on the command line.")
    contact_name: str = Field(
        "VLAIO, National Contact Point Interreg", description="Who answers what the assistant cannot."
    )
    contact_url: str = Field("https://www.interregeurope.eu/", description="Where that contact is found.")
    allowed_sites: Annotated[Listed, AfterValidator(_origins)] = Field(
        (), description="Origins of the web sites that may embed the widget, comma-separated."
    )
    api_keys: Listed = Field(
        (), description="Keys of which a program must send one to /v1, comma-separated; empty: nobody needs one."
    )
    answering: bool = Field(True, description="Whether questions are answered automatically, until staff decide.")
    retention_days: int = Field(30, ge=1, le=3650, description="Days that a conversation is kept after its last word.")
    opening_hours: Annotated[str, AfterValidator(_hours)] = Field(
        "", description="When the contact answers, as OpenStreetMap writes opening hours; empty: it is not said."
    )
    holidays: Annotated[str, AfterValidator(_country)] = Field(
        "BE", description="Country whose public holidays `PH` stands for in them."
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        "Europe/Brussels", description="Time zone of the opening hours, and of times on the staff pages."
    )
    slack_bot_token: str = Field("", validation_alias="SLACK_BOT_TOKEN", description="Slack's `xoxb-…` token.")
    slack_signing_secret: str = Field(
        "", validation_alias="SLACK_SIGNING_SECRET", description="Slack's secret, by which events over HTTP are known."
    )
    slack_app_token: str = Field(
        "", validation_alias="SLACK_APP_TOKEN", description="Slack's `xapp-…` token, for `assistant slack`."
    )
    slack_staff_channel: str = Field("", description="Id of the Slack channel that questions for a person appear in.")
    slack_api_url: str = Field("https://slack.com/api/", description="Where Slack's Web API is.")
    slack_reminder_hours: float = Field(
        24.0, gt=0, le=1000, description="Hours after which a question that waits is brought up again in Slack."
    )
    slack_digest: Annotated[str, AfterValidator(_moment)] = Field(
        "", description="When the weekly digest is posted in Slack, such as `Mon 09:00`; empty: never."
    )

    @property
    def database(self) -> str:
        """SQLAlchemy URL in use."""
        return self.database_url or f"sqlite:///{self.var_dir / 'assistant.db'}"


@lru_cache(maxsize=1)
def load() -> Settings:
    """Read the settings once a process.

    Raises:
        ConfigurationError: a value cannot be used; the message names the variable.

    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "*"
        name = field if field.startswith("SLACK_") else f"ASSISTANT_{field.upper()}"
        raise ConfigurationError(f"The setting {name}={first['input']!r} cannot be used: {first['msg']}.") from error
