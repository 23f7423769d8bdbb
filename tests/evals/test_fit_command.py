"""`python -m evals.fit` from end to end, on a handful of pairs: it can be stopped, run again, and replaces whole."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from safetensors.numpy import load_file

from assistant.settings import Settings
from evals.fit import __main__ as command
from evals.fit import train
from evals.fit.pairs import read
from evals.fit.recipe import Recipe
from evals.fit.split import Split
from ingest.model import adapter, install
from ingest.model.weights import SHA256

pytestmark = pytest.mark.filterwarnings("ignore")


@dataclass(frozen=True)
class Small(Recipe):
    epochs: float = 2
    batch: int = 4
    max_tokens: int = 32


@pytest.fixture(scope="module")
def pairs_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty pairs over ten subjects, of which the split measures with some."""
    rows = [
        {
            "question": f"Hoeveel krijg ik voor zaak {subject} in jaar {year}?",
            "question_language": "nl",
            "passage": f"De tegemoetkoming voor onderwerp {subject} bedraagt {subject * 7 + year} euro.",
            "passage_language": "nl",
            "subject": f"subject-{subject}",
            "group": f"subject-{subject}-{year}",
        }
        for subject in range(10)
        for year in range(4)
    ]
    path = tmp_path_factory.mktemp("pairs") / "mine.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A var folder that holds the base weights already."""
    settings = Settings(_env_file=None, var_dir=tmp_path_factory.mktemp("var"))
    command._base(settings, Console(quiet=True))
    return settings


@pytest.fixture
def trained(base: Any, pairs_file: Path) -> Any:
    pairs = Split.load().divide(read([pairs_file])).train
    folder = next((base.var_dir / "fit").glob("base-*"))
    return lambda work, progress=lambda *_: None: train.train(folder, pairs, Small(), work, progress)


def numbers(folder: Path) -> np.ndarray:
    tensors = load_file(folder / adapter.WEIGHTS)
    return np.concatenate([tensors[name].astype(np.float32).ravel() for name in sorted(tensors)])


def test_stopped_run_goes_on_and_gives_the_same_numbers(
    trained: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "_SAVED_EVERY", 4)
    monkeypatch.setattr(train, "_LOGGED_EVERY", 1)
    steps: list[int] = []

    def stop(step: int, _total: int, _loss: float) -> None:
        steps.append(step)
        if step == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "stopped", stop)
    assert not (tmp_path / "stopped" / "fitted").exists()
    (tmp_path / "stopped" / "checkpoint-6").mkdir()  # one that was being written when the run was killed
    trained(tmp_path / "stopped", lambda step, *_: steps.append(step))
    assert steps[:8] == [1, 2, 3, 4, 5, 6, 5, 6]
    trained(tmp_path / "whole")
    assert np.abs(numbers(tmp_path / "whole" / "fitted") - numbers(tmp_path / "stopped" / "fitted")).max() < 1e-4


def test_command_writes_an_adapter_with_its_card_and_replaces_the_old_one(
    base: Any, pairs_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Path(shutil.copytree(adapter.FOLDER, tmp_path / "adapter"))
    before = (out / adapter.WEIGHTS).read_bytes()
    monkeypatch.setattr(command, "load", lambda: base)
    monkeypatch.setattr(command, "Recipe", Small)
    command.main([str(pairs_file), "--alone", "--epochs", "1", "--share", "0.5", "--out", str(out)])
    assert (out / adapter.WEIGHTS).read_bytes() != before
    assert (out / adapter.WEIGHTS).stat().st_size < 3e6
    assert "| mine: nl → nl |" in (out / adapter.CARD).read_text(encoding="utf-8")
    assert "first place" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["adapter"]
    assert install.install(tmp_path / "model", out)


def test_share_weighs_the_change(trained: Any, tmp_path: Path) -> None:
    trained(tmp_path)
    sizes = []
    for share in (0.5, 1.0):
        adapter.write(tmp_path / "fitted", tmp_path / str(share), share, SHA256)
        read_back = adapter.read(tmp_path / str(share), SHA256)
        assert read_back is not None
        matrix = np.zeros((384, 384), np.float32)
        sizes.append(np.linalg.norm(read_back.change("encoder.layer.0.attention.self.query", matrix)))
    assert sizes[0] / sizes[1] == pytest.approx(0.5, abs=0.01)


def test_killed_replacement_leaves_a_whole_adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = Path(shutil.copytree(adapter.FOLDER, tmp_path / "adapter"))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command.shutil, "copytree", killed)
    with pytest.raises(KeyboardInterrupt):
        command._replace(tmp_path, out)
    assert install.install(tmp_path / "model", out)
