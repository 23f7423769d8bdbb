"""Whatever a file does to its loader, the others are read and the reason is a sentence."""

from __future__ import annotations

import ctypes
import importlib
import mmap
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import sandbox
from ingest.blocks import Block, Parsed, Unreadable
from ingest.sandbox import Sandbox

HELD: list[mmap.mmap] = []


class TagSoupError(Exception):
    """What a library might raise."""


class Dragging(str):
    """A string of a library that drags a tree along."""

    def __reduce__(self) -> Any:
        raise TypeError("cannot be pickled")


def hang(path: Path, data: bytes) -> Parsed:
    while True:
        pass


def hang_in_c(path: Path, data: bytes) -> Parsed:
    re.match(r"(a+)+b", "a" * 60)
    raise AssertionError


def allocate(path: Path, data: bytes) -> Parsed:
    bytearray(3_000_000_000)
    raise AssertionError


def collect(path: Path, data: bytes) -> Parsed:
    return Parsed({"all": [str(i) * 100 for i in range(30_000_000)]})


def map_much(path: Path, data: bytes) -> Parsed:
    mmap.mmap(-1, 3_000_000_000)
    raise AssertionError


def recurse(path: Path, data: bytes) -> Parsed:
    return recurse(path, data)


def nest(path: Path, data: bytes) -> Parsed:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    return Parsed({"nested": nested})


def abort(path: Path, data: bytes) -> Parsed:
    os.abort()


def fault(path: Path, data: bytes) -> Parsed:
    ctypes.string_at(0)
    raise AssertionError


def leave(path: Path, data: bytes) -> Parsed:
    os._exit(0)


def quit_(path: Path, data: bytes) -> Parsed:
    sys.exit(3)


def stumble(path: Path, data: bytes) -> Parsed:
    raise TagSoupError("<secret> of the file")


def inflate(path: Path, data: bytes) -> Parsed:
    zlib.decompress(data)
    raise AssertionError


def refuse(path: Path, data: bytes) -> Parsed:
    raise Unreadable("the PDF is protected\nby a password")


def miss(path: Path, data: bytes) -> Parsed:
    raise ModuleNotFoundError("No module named 'pypdfium2'", name="pypdfium2")


def write_much(path: Path, data: bytes) -> Parsed:
    path.write_bytes(bytes(5_000_000))
    raise AssertionError


def answer_long(path: Path, data: bytes) -> Parsed:
    return Parsed({}, [Block("paragraph", "word " * 12_000_000)])


def answer_many(path: Path, data: bytes) -> Parsed:
    return Parsed({}, [Block("paragraph", "a")] * 300_000)


def by_name(path: Path, data: bytes) -> Parsed:
    """Do what the file is called, in a child; else say who read it."""
    act = globals().get(path.stem)
    return act(path, data) if act else who(path, data)


def who(path: Path, data: bytes) -> Parsed:
    return Parsed({}, [Block("paragraph", f"{path.name} {len(data)} {os.getpid()}", locator="p. 1")])


def noisy(path: Path, data: bytes) -> Parsed:
    os.write(1, b"noise of a library\n")
    os.write(2, b"noise of a library\n")
    return who(path, data)


def strange(path: Path, data: bytes) -> Parsed:
    block = Block("heading", Dragging("Een\ud83dkop"), 2, "§ 1", ("a#b",), "not_in_documentation")
    return Parsed({"title": Dragging("T")}, [block], {"date": Path("2024")}, (Dragging("p. 1: hidden"),))


def hold(path: Path, data: bytes) -> Parsed:
    HELD.append(mmap.mmap(-1, 1_000_000_000))
    return who(path, data)


def meet(path: Path, data: bytes) -> Parsed:
    """Wait until two of these run at once."""
    path.touch()
    while len(list(path.parent.glob("meet*"))) < 2:
        time.sleep(0.01)
    return who(path, data)


def dawdle(path: Path, data: bytes) -> Parsed:
    if path.stem == "0":
        time.sleep(0.3)
    return who(path, data)


def pdfs(*names: str) -> list[tuple[str, Path, bytes]]:
    return [(name, Path(f"{name}.pdf"), b"%PDF-1.7 ") for name in names]


def read(load: sandbox.Load, *names: str) -> dict[str, Any]:
    with Sandbox(load) as box:
        return dict(box.read(pdfs(*names)))


def process(outcome: Any) -> int:
    return int(outcome.blocks[0].text.split()[-1])


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 2.0)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("allocate", "reading it needs more memory than a file may use (1.5 GB): split it or save it again"),
        ("collect", "needs more memory than a file may use"),
        ("map_much", "needs more memory than a file may use"),
        ("recurse", "nested too deeply"),
        ("nest", "nested too deeply"),
        ("abort", "the program that reads it crashed: the file is damaged; open it and save it again"),
        ("fault", "the program that reads it crashed"),
        ("leave", "the program that reads it crashed"),
        ("quit_", "damaged or not what its name says (system exit)"),
        (
            "stumble",
            "the file is damaged or not what its name says (tag soup error): open it in its program and save it again",
        ),
        ("inflate", "damaged or not what its name says (zlib error)"),
        ("refuse", "the PDF is protected by a password"),
        ("miss", "the library that reads it is not installed (pypdfium2): install the assistant again"),
        ("answer_long", "more than a file may (250,000 paragraphs and table rows, or 50 MB of text)"),
        ("answer_many", "more than a file may (250,000 paragraphs and table rows, or 50 MB of text)"),
    ],
)
def test_bad_file_gives_a_sentence_and_the_others_are_read(name: str, reason: str) -> None:
    found = read(by_name, "first", name, "second", "third")
    assert list(found) == ["first", name, "second", "third"]
    assert isinstance(found[name], Unreadable)
    assert reason in str(found[name])
    assert "\n" not in str(found[name])
    assert all(isinstance(found[other], Parsed) for other in ("first", "second", "third"))


@pytest.mark.parametrize("name", ["hang", "hang_in_c"])
def test_file_that_takes_for_ever_is_stopped(name: str, short: None) -> None:
    found = read(by_name, "first", name, "second")
    reason = "reading it took longer than 2 seconds, so it was stopped: split it or save it again"
    assert str(found[name]) == reason
    assert isinstance(found["second"], Parsed)


def test_start_of_a_child_takes_nothing_of_a_files_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short: None
) -> None:
    (tmp_path / "slow_to_start.py").write_text(
        "import os, time\nfrom ingest.blocks import Block, Parsed\n"
        f"time.sleep(0 if os.getpid() == {os.getpid()} else 3)\n"
        "def load(path, data):\n    return Parsed({}, [Block('paragraph', path.name)])\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    found = read(importlib.import_module("slow_to_start").load, "a", "b", "c")
    assert [found[name].blocks[0].text for name in found] == ["a.pdf", "b.pdf", "c.pdf"]


def test_what_a_loader_gives_comes_through_as_plain_values() -> None:
    parsed = read(strange, "a")["a"]
    block = Block("heading", "Een?kop", 2, "§ 1", ("a#b",), "not_in_documentation")
    assert parsed == Parsed({"title": "T"}, [block], {"date": "2024"}, ("p. 1: hidden",))
    assert type(parsed.blocks[0].text) is str


def test_files_come_in_order_though_the_first_is_slow() -> None:
    names = [str(i) for i in range(20)]
    found = read(dawdle, *names)
    assert list(found) == names
    assert [found[name].blocks[0].text.split()[0] for name in names] == [f"{name}.pdf" for name in names]


def test_two_files_are_read_at_once(tmp_path: Path) -> None:
    files = [(i, tmp_path / f"meet{i}.pdf", b"%PDF-1.7") for i in range(2)]
    with Sandbox(meet) as box:
        assert len({process(outcome) for _, outcome in box.read(files)}) == 2


def test_children_are_used_again_and_then_replaced() -> None:
    with Sandbox(who) as box:
        few = [process(outcome) for _, outcome in box.read(pdfs(*map(str, range(30))))]
        many = [process(outcome) for _, outcome in box.read(pdfs(*map(str, range(130))))]
    assert len(set(few)) <= 2
    assert max(many.count(one) for one in many) <= 50
    assert os.getpid() not in {*few, *many}


def test_markdown_and_text_start_no_process() -> None:
    files = [(i, Path(f"{i}.{'md' if i % 2 else 'txt'}"), b"Text.") for i in range(500)]
    with Sandbox(who) as box:
        assert {process(outcome) for _, outcome in box.read(files)} == {os.getpid()}
        assert not multiprocessing.active_children()


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"PK\3\4", b"<!doctype html><p>Text", b"Text. " * 100_000])
def test_what_is_long_or_only_called_text_is_read_in_a_child(data: bytes) -> None:
    with Sandbox(who) as box:
        ((_, outcome),) = box.read([(0, Path("a.md"), data)])
    assert process(outcome) != os.getpid()


@pytest.mark.parametrize(("name", "reason"), [("recurse", "nested"), ("stumble", "tag soup error")])
def test_markdown_that_its_loader_stumbles_over_gives_a_sentence(name: str, reason: str) -> None:
    with Sandbox(by_name) as box:
        ((_, outcome),) = box.read([(0, Path(f"{name}.md"), b"Text.")])
    assert isinstance(outcome, Unreadable)
    assert reason in str(outcome)


def test_libraries_are_silent(capfd: pytest.CaptureFixture[str]) -> None:
    assert isinstance(read(noisy, "a")["a"], Parsed)
    read(fault, "a")
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="has no resource limits")
def test_no_file_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Sandbox(by_name) as box:
        files = [(name, tmp_path / f"{name}.pdf", b"%PDF-1.7") for name in ("write_much", "abort", "good")]
        found = dict(box.read(files))
    assert isinstance(found["write_much"], Unreadable)
    assert isinstance(found["good"], Parsed)
    assert [path.stat().st_size <= 1_000_000 for path in tmp_path.iterdir()] == [True]


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory on Linux alone")
def test_no_file_pays_for_the_memory_of_those_before() -> None:
    with Sandbox(hold) as box:
        assert all(isinstance(outcome, Parsed) for _, outcome in box.read(pdfs("a", "b", "c", "d", "e")))


def test_child_that_was_killed_while_idle_is_replaced() -> None:
    with Sandbox(who) as box:
        before = {process(outcome) for _, outcome in box.read(pdfs("a", "b"))}
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        after = {process(outcome) for _, outcome in box.read(pdfs("a", "b"))}
    assert not before & after


def test_reader_that_stops_half_way_can_begin_again() -> None:
    with Sandbox(dawdle) as box:
        reading = box.read(pdfs(*"123", "0", *"456"))
        assert next(reading)[0] == "1"
        reading.close()
        assert [key for key, _ in box.read(pdfs("0", "1"))] == ["0", "1"]


def test_nothing_is_left_running() -> None:
    read(by_name, "abort", "good", "leave")
    assert not multiprocessing.active_children()
    with Sandbox(who) as box:
        next(box.read(pdfs("a", "b", "c")))
    assert not multiprocessing.active_children()


# A shell's background job is deaf to Ctrl-C, and so are its children.
SCRIPT = """
import multiprocessing, signal, sys, threading, time
from pathlib import Path
import test_sandbox
from ingest.sandbox import Sandbox

signal.signal(signal.SIGINT, signal.default_int_handler)

def tell():
    while len(multiprocessing.active_children()) < 2:
        time.sleep(0.01)
    time.sleep(1)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)

threading.Thread(target=tell, daemon=True).start()
with Sandbox(test_sandbox.hang_in_c) as box:
    list(box.read(test_sandbox.pdfs("a", "b", "c")))
"""


@pytest.fixture
def reading() -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """An ingest of files that take for ever, and its children."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    with parent:
        assert parent.stdout is not None
        children = [int(word) for word in parent.stdout.readline().split()]
        assert len(children) == 2
        assert all(map(runs, children))
        yield parent, children
        parent.kill()


def runs(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def gone(children: list[int]) -> bool:
    ends = time.monotonic() + 30
    while any(map(runs, children)) and time.monotonic() < ends:
        time.sleep(0.05)
    return not any(map(runs, children))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ctrl_c_ends_at_once_and_leaves_no_child(reading: tuple[subprocess.Popen[str], list[int]]) -> None:
    parent, children = reading
    os.killpg(parent.pid, signal.SIGINT)
    _, noise = parent.communicate(timeout=20)  # the loader would take for ever, and be stopped after 30 seconds
    assert gone(children)
    assert noise.count("Traceback") == 1
    assert noise.rstrip().endswith("KeyboardInterrupt")


@pytest.mark.skipif(sys.platform != "linux", reason="children die with their parent on Linux alone")
def test_killed_parent_leaves_no_child(reading: tuple[subprocess.Popen[str], list[int]]) -> None:
    parent, children = reading
    parent.kill()
    assert gone(children)


def test_script_without_a_guard_is_not_run_again(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\nfrom ingest.sandbox import Sandbox\nprint('begun')\n"
        "with Sandbox() as sandbox:\n"
        "    for _, read in sandbox.read([(1, Path('a.csv'), b'fee;days\\n12;3\\n13;4\\n')]):\n"
        "        print(read.blocks[0].text)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.splitlines(), done.returncode) == (["begun", "fee: 12; days: 3"], 0), done.stderr
