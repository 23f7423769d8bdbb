"""A small real index that is made once, and workshops: corpora of a test's own, indexed with the same model."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import select

from assistant import encoder
from assistant.encoder import Encoder
from assistant.index import Index, Passage
from assistant.index import schema as tables
from assistant.index.database import IndexState, connect, read_state
from assistant.index.vectors import KINDS, VectorStore, collection_name, forget_clients, open_client
from assistant.service import Assistant
from assistant.settings import ROOT, Settings
from ingest.sync import Report, ingest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MODEL_DIR = Settings().model_dir
SMALL = [
    "en/private-companies",
    "en/co-financing-rates",
    "en/who-can-be-lead-partner",
    "en/project-duration-and-phases",
    "en/programme-budget",
    "en/info-session-2021-slides",
    "en/co-financing-rates-2014-2020",
    "nl/private-bedrijven",
    "nl/cofinancieringspercentages",
    "nl/wie-kan-leadpartner-zijn",
    "nl/projectduur-en-fasen",
    "nl/programmabudget",
    "nl/infosessie-2021-slides",
    "nl/cofinancieringspercentages-2014-2020",
]

# A shared machine stalls now and then; what is too slow is measured elsewhere.
hypothesis_settings.register_profile("house", deadline=None, print_blob=True)
hypothesis_settings.load_profile("house")

# What a shell starts in the background ignores Ctrl-C, and so would every process that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

for variable in [name for name in os.environ if name.startswith("ASSISTANT_")]:
    del os.environ[variable]


def settings_over(folder: Path, **values: Any) -> Settings:
    """Settings that read no environment and write nowhere but in `folder`."""
    base = {"corpus_dir": folder / "corpus", "var_dir": folder / "var", "model_dir": MODEL_DIR}
    return Settings(_env_file=None, **(base | values))


@dataclass
class Workshop:
    """A corpus in a folder of its own with its index; whatever the index holds can be read off it."""

    folder: Path
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = settings_over(self.folder)
        self.settings.corpus_dir.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, body: str | bytes, **front: Any) -> Path:
        """Write a file of the corpus, or anywhere else where `name` is absolute; `front` becomes its front matter."""
        path = self.settings.corpus_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(body, str):
            matter = "".join(f"{key}: {value}\n" for key, value in front.items())
            body = (f"---\n{matter}---\n\n{body}" if front else body).encode()
        path.write_bytes(body)
        return path

    def remove(self, name: str) -> None:
        (self.settings.corpus_dir / name).unlink()

    def ingest(self, *paths: Path, **how: Any) -> Report:
        return ingest(self.settings, paths, **how)

    def index(self, *audiences: str) -> Index:
        forget_clients()
        return Index(self.settings, audiences or ("public",))

    def ask(self, question: str, *audiences: str, **how: Any) -> Any:
        index = self.index(*audiences)
        return Assistant(self.settings, index, encoder.load(self.settings)).ask(question, **how)

    def state(self) -> IndexState:
        with connect(self.settings.database).connect() as connection:
            return read_state(connection)

    def passages(self, document_id: str, *audiences: str) -> list[Passage]:
        return self.index(*audiences).passages_in(document_id)

    def named(self, audience: str, kind: str) -> set[str]:
        """The vectors that the database names, for one audience and kind."""
        table = {"sentence": tables.sentences, "passage": tables.passages, "phrasing": tables.phrasings}[kind]
        link = tables.passages.c.id if kind == "passage" else table.c.passage_id
        query = (
            select(table.c.vector)
            .select_from(tables.passages)
            .join(tables.documents, tables.documents.c.id == tables.passages.c.document_id)
            .join(
                tables.revisions,
                (tables.revisions.c.document_id == tables.documents.c.id)
                & (tables.revisions.c.revision == tables.documents.c.revision),
            )
            .where(tables.revisions.c.audience == audience)
        )
        if kind != "passage":
            query = query.join(table, link == tables.passages.c.id)
        with connect(self.settings.database).connect() as connection:
            return set(connection.execute(query).scalars())

    def stored(self, audience: str, kind: Any) -> set[str]:
        """The vectors that lie in Chroma, for one audience and kind."""
        forget_clients()
        client = open_client(self.settings)
        name = collection_name(audience, kind, encoder.identity(self.settings))
        if name not in {collection.name for collection in client.list_collections()}:
            return set()
        return VectorStore(client, name).ids()

    def check_vectors(self, *, exact: bool) -> None:
        """Hold Chroma to the database: nothing is missing, and where `exact`, nothing is left over."""
        for audience in ("public", "staff"):
            for kind in KINDS:
                named, stored = self.named(audience, kind), self.stored(audience, kind)
                assert named <= stored, f"{len(named - stored)} {audience} {kind} vectors are missing"
                assert not exact or named == stored, f"{len(stored - named)} {audience} {kind} vectors are left over"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("The browser tests need chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def model_dir() -> Path:
    return MODEL_DIR


@pytest.fixture(scope="session")
def loaded(model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return encoder.load(settings_over(tmp_path_factory.mktemp("loaded")))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over an index of a few documents of the real corpus."""
    made = settings_over(tmp_path_factory.mktemp("small"))
    for name in SMALL:
        for suffix in (".md", ".asked.yaml"):
            target = made.corpus_dir / (name + suffix)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "corpus" / (name + suffix), target)
    report = ingest(made)
    assert not report.problems
    return made


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Assistant:
    return Assistant.open(settings)


@pytest.fixture
def one_model(loaded: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every load of the encoder give the one that is loaded: it takes a second."""
    monkeypatch.setattr(encoder, "load", lambda _settings, **_how: loaded)


@pytest.fixture
def workshop(tmp_path: Path, one_model: None) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture(scope="session")
def open_workshop() -> Callable[[Path], Workshop]:
    """Make a workshop in a folder that outlives one test."""
    return Workshop


@pytest.fixture(scope="module")
def module_workshop(tmp_path_factory: pytest.TempPathFactory, loaded: Encoder) -> Iterator[Workshop]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "load", lambda _settings, **_how: loaded)
        yield Workshop(tmp_path_factory.mktemp("module"))
