"""`assistant doctor`: what is well, what is not, and what to do about it."""

from __future__ import annotations

import json
import shutil

import pytest

from assistant.encoder import ModelCard
from assistant.index.database import IndexState, connect, write_state


def checks(result):
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def test_healthy_installation(run, settings):
    result = run("doctor")
    assert result.exit_code == 0
    assert "problem" not in result.stdout
    assert "generation 1" in result.stdout
    found = run("doctor", "--json")
    assert json.loads(found.stdout)["ok"] is True
    assert str(settings.model_dir) in checks(found)["model"]["detail"]


def test_nothing_installed_and_nothing_ingested(run_over, settings, tmp_path):
    paths = {"var_dir": tmp_path / "var", "corpus_dir": tmp_path / "no", "model_dir": tmp_path / "models"}
    result = run_over(settings.model_copy(update=paths))("doctor", "--json")
    assert result.exit_code == 1
    found = checks(result)
    assert found["model"]["fix"] == "run 'make install'"
    assert found["database"]["fix"] == "run 'assistant ingest'"
    assert not found["corpus"]["ok"]
    assert not (tmp_path / "var").exists()


def test_stale_corpus_failures_and_vectors_are_found(workshop, run_over):
    run = run_over(workshop.settings)
    workshop.write("en/a.md", "# A\n\nA fee is due.", id="a", title="A", language="en")
    workshop.write("en/bad.md", b"\xff\xfe\x00")
    run("ingest")
    workshop.write("en/b.md", "# B\n\nNo fee is due.", id="b", title="B", language="en")
    found = checks(run("doctor", "--json"))
    assert "1 new or changed" in found["corpus"]["detail"]
    assert "en/bad.md" in found["files"]["detail"]
    assert found["vectors"]["ok"]


@pytest.fixture
def own_model(settings, tmp_path):
    """Settings over a model folder that may be spoilt."""
    return settings.model_copy(update={"model_dir": shutil.copytree(settings.model_dir, tmp_path / "models")})


def test_model_adapter_and_file_are_named(run, settings):
    card = ModelCard.read(settings.model_dir)
    detail = checks(run("doctor", "--json"))["model"]["detail"]
    for said in (card.identity, card.weights[:16], card.adapter[:16], card.file[:16]):
        assert said in detail


def test_model_file_that_was_changed_is_found(run_over, own_model):
    with (own_model.model_dir / "encoder.onnx").open("ab") as file:
        file.write(b"x")
    found = checks(run_over(own_model)("doctor", "--json"))["model"]
    assert not found["ok"]
    assert "not the file that was made" in found["detail"]
    assert found["fix"].endswith("run 'make install'")


def test_model_of_another_adapter_than_the_sources_is_found(run_over, own_model):
    path = own_model.model_dir / "encoder.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"identity": "multilingual-e5-small/1/2/r2"}))
    found = checks(run_over(own_model)("doctor", "--json"))["model"]
    assert not found["ok"]
    assert "is in the sources" in found["detail"]


def test_index_of_another_model_is_found(workshop, run_over):
    run = run_over(workshop.settings)
    workshop.write("en/a.md", "# A\n\nA fee is due.", id="a", title="A", language="en")
    run("ingest")
    with connect(workshop.settings.database).begin() as connection:
        write_state(connection, IndexState(1, "other/model", "1"))
    result = run("doctor")
    assert result.exit_code == 1
    assert "made by other/model, but" in result.stdout
    assert "ASSISTANT_EMBEDDING_MODEL" in result.stdout
    asked = run("ask", "Is a fee due?", "--json")
    assert asked.exit_code == 3
    assert json.loads(asked.stdout)["type"] == "/problems/index-mismatch"


def test_wrong_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("ASSISTANT_THREADS", "many")
    result = run("doctor")
    assert result.exit_code == 3
    assert "ASSISTANT_THREADS='many'" in result.stderr
