"""Weights and adapter become one file: the same one each time, with nothing lost when something goes wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from assistant.encoder import ModelCard, OnnxEncoder
from assistant.errors import ModelMissing
from ingest.model import adapter, install, weights
from ingest.model.adapter import BASE, CONFIG, WEIGHTS
from ingest.model.vocabulary import kept
from ingest.model.weights import SHA256, digest, weights_path


@pytest.fixture
def own_adapter(tmp_path: Path) -> Path:
    return Path(shutil.copytree(adapter.FOLDER, tmp_path / "adapter"))


@pytest.fixture(scope="module")
def as_it_comes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("plain") / "model"
    assert install.install(target, None)
    return target


def resave(folder: Path, **metadata: str) -> None:
    save_file(load_file(folder / WEIGHTS), folder / WEIGHTS, metadata=metadata or None)


def test_installed_file_is_the_one_that_the_sources_make(model_dir: Path, tmp_path: Path) -> None:
    assert install.install(tmp_path / "model")
    made, installed = ModelCard.read(tmp_path / "model"), ModelCard.read(model_dir)
    assert made == installed
    assert made is not None
    assert made.file == digest(tmp_path / "model" / "encoder.onnx")
    assert (made.weights, made.adapter) == (SHA256, digest(adapter.FOLDER / WEIGHTS))
    assert made.identity == install.wanted()


def test_files_are_as_small_as_promised(model_dir: Path) -> None:
    assert (model_dir / "encoder.onnx").stat().st_size < 70e6
    assert (model_dir / "encoder.spm").stat().st_size < 3e6
    assert (adapter.FOLDER / WEIGHTS).stat().st_size < 3e6


def test_second_run_leaves_the_file_alone(as_it_comes: Path) -> None:
    before = (as_it_comes / "encoder.onnx").stat().st_mtime_ns
    assert not install.install(as_it_comes, None)
    assert (as_it_comes / "encoder.onnx").stat().st_mtime_ns == before


def test_adapter_is_part_of_the_identity(as_it_comes: Path) -> None:
    plain = ModelCard.read(as_it_comes)
    assert plain is not None
    assert plain.adapter is None
    assert plain.identity != install.wanted()


RULES = {
    "Krijg ik geld terug voor de trein naar een vergadering?": (
        "Reis- en verblijfkosten worden als forfait van de personeelskosten berekend."
    ),
    "Mag mijn zaak meedoen en centen krijgen?": "Private bedrijven komen niet in aanmerking voor steun.",
    "Wie kijkt onze rekeningen na?": "De kosten worden gecontroleerd door een geaccrediteerde controleur.",
    "How big a slice do we have to find ourselves?": "The co-financing rate for public bodies is 80 percent.",
    "Who signs for the money?": "The subsidy contract binds the lead partner and the managing authority.",
    "Can we try something out in our town first?": "A pilot action tests a new approach in one region.",
}


def test_adapter_moves_questions_towards_their_rules(model_dir: Path, as_it_comes: Path) -> None:
    # Eight-bit arithmetic differs between processors, so a single pair may go either way; six together do not.
    ahead = []
    for folder in (as_it_comes, model_dir):
        encoder = OnnxEncoder(folder)
        asked = np.array([encoder.embed_query(question) for question in RULES])
        near = asked @ np.array(encoder.embed_documents(list(RULES.values()))).T
        ahead.append(float(np.mean(np.diag(near) - near.mean(axis=1))))
    assert ahead[1] > ahead[0]


def test_adapter_of_other_weights_is_refused(own_adapter: Path, tmp_path: Path) -> None:
    for metadata in ({BASE: "0" * 64}, {}):
        resave(own_adapter, **metadata)
        with pytest.raises(ModelMissing, match="fitted on other base weights"):
            install.install(tmp_path / "model", own_adapter)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG])
def test_damaged_adapter_is_refused_and_the_old_model_stays(own_adapter: Path, as_it_comes: Path, name: str) -> None:
    before = digest(as_it_comes / "encoder.onnx")
    (own_adapter / name).write_bytes((own_adapter / name).read_bytes()[:60])
    with pytest.raises(ModelMissing, match="cannot be read"):
        install.install(as_it_comes, own_adapter)
    assert digest(as_it_comes / "encoder.onnx") == before


def test_adapter_of_other_sizes_is_refused(own_adapter: Path, tmp_path: Path) -> None:
    tensors = {
        name: values[:, :100] if "lora_A" in name else values
        for name, values in load_file(own_adapter / WEIGHTS).items()
    }
    save_file(
        {name: np.ascontiguousarray(v) for name, v in tensors.items()}, own_adapter / WEIGHTS, metadata={BASE: SHA256}
    )
    with pytest.raises(ModelMissing, match="another size"):
        install.install(tmp_path / "model", own_adapter)


def test_interrupted_install_leaves_the_old_model(as_it_comes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    before = digest(as_it_comes / "encoder.onnx")
    monkeypatch.setattr(install.tokenizer, "write", stopped)
    with pytest.raises(KeyboardInterrupt):
        install.install(as_it_comes)
    assert digest(as_it_comes / "encoder.onnx") == before
    monkeypatch.undo()
    assert install.install(as_it_comes)
    assert install.install(as_it_comes, None)


def test_other_weights_than_the_pinned_are_refused(tmp_path: Path) -> None:
    for data in (b"something else", weights_path().read_bytes()[:-1] + b"\x00"):
        (tmp_path / "weights.bin").write_bytes(data)
        with pytest.raises(ModelMissing, match="does not hold the weights"):
            weights.read(tmp_path / "weights.bin")


def test_pieces_of_other_scripts_are_dropped_and_latin_ones_kept() -> None:
    pieces = [
        (text, 0.0) for text in ("<s>", "▁de", "é", "ß", "80", "€", "▁(", "частна", "ελ", "中", "ﬁ", "μ", "́", "▁ő")
    ]
    assert [pieces[index][0] for index in kept(pieces)] == [
        text for text, _ in pieces if text not in {"частна", "ελ", "中"}
    ]


def test_adapter_s_card_says_what_it_is() -> None:
    said = (adapter.FOLDER / adapter.CARD).read_text(encoding="utf-8")
    for heading in ("## Data", "## Figures", "## What was forgotten", "## Limits", "## Licence"):
        assert heading in said
    config = json.loads((adapter.FOLDER / CONFIG).read_text(encoding="utf-8"))
    assert config["base_model_name_or_path"] == adapter.NAME
