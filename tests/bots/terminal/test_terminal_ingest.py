"""`assistant ingest`: its summary, its exit codes, and what an unchanged run loads."""

from __future__ import annotations

import json

import pytest
from filelock import FileLock

BODY = "# Fees\n\nA partner of Interreg Europe pays no entry fee in 2021-2027."


@pytest.fixture
def run_workshop(workshop, run_over):
    workshop.write("en/fees.md", BODY, id="fees", title="Fees", publisher="Test", language="en", date="2024")
    return run_over(workshop.settings)


def test_summary_names_what_was_done(run_workshop, workshop):
    result = run_workshop("ingest")
    assert result.exit_code == 0
    assert "added en/fees.md" in result.stdout
    assert "Documents: 1 added, 0 changed, 0 removed, 0 unchanged." in result.stdout
    assert "1 passages, 1 sentences, 0 phrasings" in result.stdout
    workshop.write("en/fees.md", BODY + " Ask again.", id="fees", title="Fees", language="en")
    assert "1 changed" in run_workshop("ingest").stdout
    workshop.remove("en/fees.md")
    assert "removed en/fees.md" in run_workshop("ingest").stdout


def test_dry_run_changes_nothing(run_workshop, workshop):
    result = run_workshop("ingest", "--dry-run")
    assert result.exit_code == 0
    assert "nothing was written" in result.stdout
    assert workshop.state().generation == 0
    assert json.loads(run_workshop("ingest", "--dry-run", "--json").stdout)["dry_run"] is True


def test_problems_are_named_and_exit_one(run_workshop, workshop):
    workshop.write("en/broken.md", b"\xff\xfe\x00broken")
    result = run_workshop("ingest")
    assert result.exit_code == 1
    assert "1 added" in result.stdout
    assert "  en/broken.md: " in result.stdout
    again = run_workshop("ingest", "--json")
    assert again.exit_code == 1
    assert list(json.loads(again.stdout)["problems"]) == ["en/broken.md"]


def test_given_files_are_kept_until_prune(run_workshop, workshop):
    given = workshop.write(workshop.folder / "more" / "extra.md", BODY, id="extra", title="Extra", language="en")
    assert "2 added" in run_workshop("ingest", str(given)).stdout
    given.unlink()
    assert "kept until --prune" in run_workshop("ingest").stdout
    assert "1 removed" in run_workshop("ingest", "--prune").stdout


def test_path_that_does_not_exist_exits_two(run_workshop):
    result = run_workshop("ingest", "/no/such/file.md")
    assert result.exit_code == 2
    assert result.stderr == "There is no file or folder '/no/such/file.md': check the path.\n"


def test_busy_index_exits_five(run_workshop, workshop):
    workshop.settings.var_dir.mkdir()
    with FileLock(workshop.settings.var_dir / "ingest.lock"):
        result = run_workshop("ingest", "--json")
    assert result.exit_code == 5
    assert json.loads(result.stdout)["type"] == "/problems/ingest-busy"


def test_unchanged_run_loads_no_model(start):
    process = start("ingest", "--json", before="import atexit, sys; atexit.register(lambda: print(*sys.modules))")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    report, _, modules = out.rpartition("}")
    assert json.loads(report + "}")["unchanged"] > 0
    assert not {"torch", "sentence_transformers", "langchain", "onnxruntime"} & set(modules.split())
