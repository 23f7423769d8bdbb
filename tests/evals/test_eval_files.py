"""`python -m evals.files`: what of a folder can be read, and why the rest cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import InvalidInput
from evals.files import main


def test_files_are_counted_and_the_unreadable_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "read.md").write_text("# Rules\n\nPartners come from three countries.\n")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    (tmp_path / "broken too.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    main([str(tmp_path), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["files"], found["read"], found["named"]) == (3, 1, 2)
    assert list(found["reasons"].values()) == [["broken too.pdf", "broken.pdf"]]
    assert found["slowest"] in {"below/read.md", "broken.pdf", "broken too.pdf"}
    main([str(tmp_path)])
    assert capsys.readouterr().out.startswith("3 files: 1 read, 2 named with a reason\n")


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_folder_without_files_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="There are no files in "):
        main([str(tmp_path / name)])
