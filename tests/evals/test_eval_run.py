"""A whole run: in this process and over HTTP, its files, and what goes wrong."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import create_engine, text

from assistant.errors import AssistantError, InvalidDataset, InvalidInput
from evals.asking import InProcess
from evals.gates import Gate
from evals.risk import Costs
from evals.run import as_text, run_eval

ROWS = (
    {
        "id": "en-1", "language": "en", "question": "Can a private company receive funding from Interreg Europe?",
        "answerable": True, "facts": [["cannot receive funding"]], "sources": ["companies#can-my-company-get-money"],
        "period": "2021-2027",
    },
    {
        "id": "nl-1", "language": "nl", "question": "Kan een privébedrijf subsidie krijgen van Interreg Europe?",
        "answerable": True, "facts": [["geen subsidie"]], "sources": ["bedrijven"], "own": {"kept": 1},
    },
    {
        "id": "nl-2", "language": "nl", "question": "Hoe bak ik een appeltaart?",
        "answerable": False, "reason": "off_topic",
    },
    {
        "id": "nl-3", "language": "nl", "question": "En in de programmaperiode 2021-2027?", "answerable": True,
        "history": ["Kan een privébedrijf subsidie krijgen van Interreg Europe?"], "facts": [["geen subsidie"]],
        "standalone": "Kan een privébedrijf in 2021-2027 subsidie krijgen van Interreg Europe?",
    },
    {"id": "bad", "question": " \u200b ", "answerable": True, "facts": [["x"]]},
)  # fmt: skip


@pytest.fixture(scope="module")
def ran(tiny_settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("eval-out")
    path = folder / "set.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    seen: list[tuple[int, int]] = []
    summary = run_eval(tiny_settings, [path], folder / "a" / "b", progress=lambda *done: seen.append(done))
    results = [json.loads(line) for line in (folder / "a" / "b" / "results.jsonl").read_text("utf-8").splitlines()]
    return folder, summary, results, seen


def test_every_question_has_its_fields_answer_and_metrics(ran):
    _, _, results, seen = ran
    assert [r["id"] for r in results] == [row["id"] for row in ROWS]
    assert all(row.items() <= r.items() for row, r in zip(ROWS, results, strict=True))
    assert results[0]["answer"]["status"] in {"answered", "partial", "unsupported", "off_topic"}
    assert all(r["metrics"]["language"] for r in results[:4])
    assert seen == [(done, 5) for done in range(1, 6)]


def test_every_quote_was_checked_and_is_verbatim(ran):
    _, summary, results, _ = ran
    quoting = [r for r in results if r["answer"] and (r["answer"]["citations"] or r["answer"]["near_misses"])]
    assert summary["metrics"]["verbatim"] | {"value": 1.0, "n": len(quoting)} == summary["metrics"]["verbatim"]


def test_what_was_found_on_the_way_is_kept_and_judged(ran):
    _, summary, results, _ = ran
    found = results[0]
    assert found["retrieved"][0] == "companies#can-my-company-get-money"
    assert 0 <= found["probability"] <= 1
    assert (found["metrics"]["hit_5"], found["metrics"]["mrr"], found["metrics"]["document_mrr"]) == (True, 1.0, 1.0)
    assert found["metrics"]["period"] is True
    assert summary["metrics"]["mrr"]["n"] == 2
    assert summary["risk_coverage"]["threshold"] == summary["provenance"]["threshold"]
    assert summary["calibration"]["n"] >= 3


def test_follow_up_is_also_asked_written_out(ran):
    *_, results, _ = ran
    alone, leaning = results[3]["standalone_metrics"], results[3]["metrics"]
    assert alone["correct"] is True
    assert leaning["follow_up"] is leaning["correct"]
    assert "standalone_metrics" not in results[0]


def test_question_that_fails_is_recorded_and_the_others_go_on(ran):
    _, summary, results, _ = ran
    assert results[4]["answer"] is None
    assert results[4]["metrics"]["error"] is True
    assert results[4]["error"]
    assert summary["counts"] == {"questions": 5, "answerable": 4, "unanswerable": 1, "errors": 1}


def test_only_whole_files_are_left(ran):
    folder, summary, *_ = ran
    assert {p.name for p in (folder / "a" / "b").iterdir()} == {"results.jsonl", "summary.json", "report.html"}
    assert json.loads((folder / "a" / "b" / "summary.json").read_text("utf-8")) == summary
    assert "5 questions" in as_text(summary)


def test_provenance_says_what_was_measured(ran, digest, tiny_corpus):
    folder, summary, *_ = ran
    said = summary["provenance"]
    assert said["datasets"] == {(folder / "set.jsonl").as_posix(): digest(folder / "set.jsonl")}
    assert said["corpus"] == str(tiny_corpus)
    assert said["documents"] == 2
    assert {"model", "weights_sha256", "corpus_sha256", "settings_sha256", "command", "date", "version"} <= set(said)


def test_phrasings_have_a_hash_of_their_own(ran, tiny_settings):
    noted = ran[1]["provenance"]["phrasings_sha256"]
    engine = create_engine(tiny_settings.database)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO phrasings (passage_id, text, vector) SELECT min(id), 'x', '' FROM passages")
        )
    with closing(InProcess(tiny_settings)) as door:
        changed = door.provenance()["phrasings_sha256"]
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM phrasings WHERE text = 'x'"))
    assert changed != noted


def test_settings_that_change_no_answer_do_not_change_the_hash(tiny_settings):
    def provenance(**changes):
        with closing(InProcess(tiny_settings.model_copy(update=changes))) as door:
            return door.provenance()["settings_sha256"]

    assert provenance() == provenance(public_url="https://example.org", threads=1)
    assert provenance() != provenance(contact_name="Somebody else")


def test_nothing_asked_is_kept_in_the_record(ran, tiny_settings):
    engine = create_engine(tiny_settings.database)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM answers")).scalar() == 0
    engine.dispose()


def test_table_of_questions_and_answers_is_enough(tiny_settings, tmp_path):
    path = tmp_path / "vragen.csv"
    path.write_text("question,expected\nCan a private company receive funding?,cannot receive\n", encoding="utf-8")
    summary = run_eval(tiny_settings, [path], tmp_path / "out")
    assert summary["metrics"]["facts"]["n"] == 1


def test_same_id_in_two_sets_is_refused(tiny_settings, dataset, tmp_path):
    one, other = (dataset({"id": "same", "question": "Q?"}, name=name) for name in ("a.jsonl", "b.jsonl"))
    with pytest.raises(InvalidDataset, match=r"b\.jsonl: the id 'same'"):
        run_eval(tiny_settings, [one, other], tmp_path / "out")


def test_another_folder_is_indexed_apart(tiny_settings, dataset, tmp_path):
    corpus = tmp_path / "other"
    corpus.mkdir()
    (corpus / "bees.md").write_text(
        "# Bees\n\n## Honey\n\nA hive gives about eleven kilos of honey.\n", encoding="utf-8"
    )
    path = dataset({"id": "b", "question": "How many kilos of honey does a hive give?", "facts": [["eleven"]]})
    summary = run_eval(tiny_settings, [path], tmp_path / "out", corpus=corpus)
    assert summary["provenance"]["documents"] == 1
    assert summary["provenance"]["corpus"] == str(corpus)


def test_gates_and_costs_stand_in_the_summary(tiny_settings, dataset, tmp_path):
    path = dataset({"id": "b", "question": "How do I bake an apple pie?", "answerable": False})
    costs, wanted = Costs(wrong_answer=7), [Gate("refusal_correct", 0.5), Gate("facts", 0.5)]
    summary = run_eval(tiny_settings, [path], tmp_path / "out", costs=costs, wanted=wanted)
    assert [gate["passed"] for gate in summary["gates"]] == [True, False]
    assert summary["refusal"]["cost"]["costs"] == {"wrong_answer": 7, "wrong_refusal": 1.0}


@pytest.fixture
def server(answer, stored):
    """A server that answers, fails where the question says so, and knows one document."""
    asked: list[dict] = []
    good = answer().model_dump_json()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def _reply(self, status: int, body: str):
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append({"path": self.path, **body})
            if "fail" in body["question"]:
                return self._reply(500, json.dumps({"detail": "Something broke."}))
            return self._reply(200, "[]" if "odd" in body["question"] else good)

        def do_GET(self):
            where = urlsplit(self.path)
            if where.path == "/readyz":
                return self._reply(200, json.dumps({"status": "ready", "documents": 1}))
            known = where.path == "/api/v1/sources/companies" and parse_qs(where.query) == {"revision": ["r1"]}
            return self._reply(200 if known else 404, json.dumps({"text": stored("companies", "r1") if known else ""}))

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()
    thread.join()


def test_over_http_the_language_is_never_told(server, tiny_settings, dataset, tmp_path):
    url, asked = server
    path = dataset(
        {"id": "1", "question": "Can I?", "language": "en", "history": ["Who?"], "facts": [["cannot"]]},
        {"id": "2", "question": "fail", "answerable": False},
        {"id": "3", "question": "odd"},
    )
    summary = run_eval(tiny_settings, [path], tmp_path / "out", url=url + "/")
    assert asked[0] == {"path": "/api/v1/ask", "question": "Can I?", "history": ["Who?"], "language": None}
    results = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text("utf-8").splitlines()]
    assert results[0]["metrics"]["verbatim"] is True
    assert results[0]["metrics"]["correct"] is True
    assert results[0]["metrics"]["follow_up"] is True
    assert not {"retrieved", "probability"} & set(results[0])
    assert "mrr" not in results[0]["metrics"]
    assert not {"risk_coverage", "calibration"} & set(summary)
    assert results[1]["error"] == "HTTP 500: Something broke."
    assert "no answer object" in results[2]["error"]
    assert summary["counts"]["errors"] == 2
    assert summary["provenance"]["url"] == url


def test_nobody_at_the_address_is_one_clear_error(tiny_settings, dataset, tmp_path):
    path = dataset({"id": "1", "question": "Q?"})
    with pytest.raises(AssistantError, match=r"Nobody answers at http://127\.0\.0\.1:9"):
        run_eval(tiny_settings, [path], tmp_path / "out", url="http://127.0.0.1:9")
    with pytest.raises(InvalidInput, match="write it as http"):
        run_eval(tiny_settings, [path], tmp_path / "out", url="localhost:8000")
    assert not (tmp_path / "out" / "summary.json").exists()


def test_what_cannot_be_meant_is_refused_before_anything_is_asked(tiny_settings, dataset, tmp_path):
    path = dataset({"id": "1", "question": "Q?"})
    with pytest.raises(InvalidInput, match="exclude"):
        run_eval(tiny_settings, [path], tmp_path / "out", corpus=tmp_path, url="http://127.0.0.1:9")
    with pytest.raises(InvalidDataset, match="--dataset"):
        run_eval(tiny_settings, [], tmp_path / "out")
    with pytest.raises(InvalidInput, match="cannot be made"):
        run_eval(tiny_settings, [path], path / "out")
    with pytest.raises(InvalidInput, match="does not exist"):
        run_eval(tiny_settings, [path], tmp_path / "out", corpus=tmp_path / "nowhere")
