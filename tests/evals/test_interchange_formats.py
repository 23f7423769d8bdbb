"""SQuAD, promptfoo, ragas and BEIR: what is taken over, what is said to be left, and what comes back out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from assistant.errors import InvalidDataset, InvalidInput
from evals.interchange import export, guess, load, read_items, rows_of, save
from evals.interchange.corpus import markdown
from evals.interchange.model import SourceText
from ingest.blocks import slugify
from ingest.loaders.markdown import load as read_markdown

NASTY = "# 1 & <b>2</b> *are* [not](markup) `here`_ \\ | 3 > 2.\n- A list? No.\n\n7. Nor this one: €5, 80 %."
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Village_fund",
            "paragraphs": [
                {
                    "context": "The village fund pays 80 percent of the costs of a new well.",
                    "qas": [
                        {
                            "id": "s1",
                            "question": "How much does it pay?",
                            "answers": [
                                {"text": "80 percent", "answer_start": 22},
                                {"text": "80 percent of the costs", "answer_start": 22},
                                {"text": "80 percent", "answer_start": 22},
                            ],
                        },
                        {"id": "s2", "question": "Who digs it?", "answers": [], "is_impossible": True},
                    ],
                },
                {"context": "A well is dug by hand in the month of May.", "qas": []},
            ],
        }
    ],
}
PROMPTFOO = """
prompts: ['{{question}}']
defaultTest: {vars: {language: en}, assert: [{type: latency, threshold: 500}]}
tests:
  - description: the rate
    vars: {question: 'What is the rate?'}
    assert: [{type: icontains-any, value: [80%, 80 percent]}, {type: contains, value: of the costs}]
    metadata: {id: pf-1, tags: [budget]}
  - vars: {question: ['Who wins the cup?', 'Who won?']}
    assert: [{type: is-refusal}]
  - vars: {query: Explain it}
    assert: [{type: llm-rubric, value: Explains the fund}, {type: contains-all, value: 'well, village'}]
"""


def written(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_squad_gives_questions_with_sources_and_its_articles(tmp_path):
    found = load(written(tmp_path / "dev.json", SQUAD))
    first, second = found.items
    assert first.facts == (("80 percent", "80 percent of the costs"),)
    assert first.sources == ("village-fund#village-fund-1",)
    assert (first.language, first.answerable, second.answerable, second.facts) == ("en", True, False, None)
    (document,) = found.documents
    assert [text for _, text in document.sections] == [p["context"] for p in SQUAD["data"][0]["paragraphs"]]


def test_squad_comes_back_with_its_answers_in_place(tmp_path):
    questions, texts = save(load(written(tmp_path / "dev.json", SQUAD)), tmp_path / "out" / "set.jsonl")
    assert texts.name == "set-corpus"
    assert export(rows_of(questions), "squad", tmp_path / "back.json", {}) == ()
    again = json.loads((tmp_path / "back.json").read_text("utf-8"))["data"][0]["paragraphs"][0]
    assert again["context"] == SQUAD["data"][0]["paragraphs"][0]["context"]
    for qa in again["qas"]:
        for answer in qa["answers"]:
            start = answer["answer_start"]
            assert again["context"][start : start + len(answer["text"])] == answer["text"]
    assert [qa["is_impossible"] for qa in again["qas"]] == [False, True]


def test_imported_set_is_read_as_ours_again(tmp_path):
    questions, _ = save(load(written(tmp_path / "dev.json", SQUAD)), tmp_path / "set.jsonl")
    assert guess(questions) == "jsonl"
    assert [item.id for item in read_items(questions)] == ["s1", "s2"]


def test_documents_are_ingested_word_for_word():
    document = SourceText("d", "A *title*: 1 & 2", (("Heading #1 [x]", NASTY), ("", "Source: the mayor.")), "en")
    parsed = read_markdown(markdown(document).encode())
    texts = [block.text for block in parsed.blocks]
    wanted = [" ".join(part.split()) for part in NASTY.split("\n\n")]
    assert texts == ["A *title*: 1 & 2", "Heading #1 [x]", *wanted, "Source: the mayor."]
    assert parsed.metadata["id"] == "d"
    assert slugify(texts[1]) == "heading-1-x"


def test_folder_that_holds_something_is_not_written_over(tmp_path):
    found = load(written(tmp_path / "dev.json", SQUAD))
    save(found, tmp_path / "out")
    with pytest.raises(InvalidInput, match="not empty"):
        save(found, tmp_path / "out")


def test_promptfoo_assertions_become_facts_and_refusals(tmp_path):
    found = load(written(tmp_path / "promptfooconfig.yaml", PROMPTFOO))
    rate, cup, again, explained = found.items
    assert (rate.id, rate.language, rate.tags) == ("pf-1", "en", ("budget",))
    assert rate.facts == (("80%", "80 percent"), ("of the costs",))
    assert [(item.question, item.answerable) for item in (cup, again)] == [
        ("Who wins the cup?", False),
        ("Who won?", False),
    ]
    assert explained.facts == (("well",), ("village",))
    assert explained.model_extra["reference"] == "Explains the fund"
    assert found.remarks == ("Assertions that are not judged here: latency (4), llm-rubric (1).",)


def test_promptfoo_csv_and_tests_in_other_files_are_read(tmp_path):
    lines = (
        "question,__expected,__expected2,__metadata:id\n"
        '"A, b?","icontains-any: x, y",equals:  z ,m1\n'
        "B?,is-refusal,,\n"
        "C?,plain: text,,\n"
    )
    written(tmp_path / "tests.csv", lines)
    found = load(written(tmp_path / "config.yaml", "tests: file://tests.csv\n"))
    assert [item.facts for item in found.items] == [(("x", "y"), ("z",)), None, (("plain: text",),)]
    assert [item.id for item in found.items] == ["m1", "config-002", "config-003"]
    assert load(tmp_path / "tests.csv").items[1].answerable is False


@pytest.mark.parametrize("name", ["out.yaml", "out.csv"])
def test_promptfoo_comes_back(tmp_path, name):
    rows = [
        {"id": "a", "question": "Q?", "facts": [["x, y", "z"], ["w"]], "answerable": True, "language": "nl",
         "history": ["Eerst?"], "tags": ["t"], "sources": ["d#s"]},
        {"id": "b", "question": "R?", "answerable": False, "reason": "off_topic"},
    ]  # fmt: skip
    export(rows, "promptfoo", tmp_path / name, {})
    first, second = load(tmp_path / name, "promptfoo").items
    # A comma separates spellings in promptfoo's CSV: a spelling that has one is left out where there are others.
    assert first.facts == ((("x, y", "z"), ("w",)) if name == "out.yaml" else (("z",), ("w",)))
    assert (first.id, first.language, first.history, first.sources) == ("a", "nl", ("Eerst?",), ("d#s",))
    assert (second.answerable, second.reason) == (False, "off_topic")
    if name.endswith("yaml"):
        config = yaml.safe_load((tmp_path / name).read_text("utf-8"))
        assert config["providers"][0]["config"]["body"] == {"question": "{{prompt}}"}


SAMPLES = [
    {"user_input": "How much does the fund pay?", "reference": "80 percent", "response": "80 percent.",
     "reference_contexts": ["The village fund pays 80 percent of the costs."],
     "retrieved_contexts": ["Wells are dug in May."]},
    {"user_input": [{"type": "human", "content": "Who pays?"}, {"type": "ai", "content": "The fund."},
                    {"type": "human", "content": "And how much of it?"}],
     "reference": "The village fund pays eighty percent of the costs of a new well in the village."},
]  # fmt: skip


def test_ragas_contexts_become_documents_and_sources(tmp_path):
    path = written(tmp_path / "set.jsonl", "\n".join(json.dumps(sample) for sample in SAMPLES))
    found = load(path)
    first, second = found.items
    assert (first.facts, first.answerable) == ((("80 percent",),), True)
    assert first.sources == (found.documents[0].id,)
    assert len(found.documents) == 2
    assert (second.question, second.history) == ("And how much of it?", ("Who pays?",))
    assert (second.facts, second.answerable) == (None, None)
    assert "1 reference answers are whole sentences" in found.remarks[0]


def test_ragas_of_before_and_as_csv(tmp_path):
    lines = 'question,answer,ground_truth,contexts\nHow much?,80,80 percent,"[\'The fund pays.\', ""It\'s 80.""]"\n'
    found = load(written(tmp_path / "old.csv", lines))
    assert found.items[0].facts == (("80 percent",),)
    assert [document.sections[0][1] for document in found.documents] == ["The fund pays.", "It's 80."]


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
def test_run_becomes_samples_of_ragas(tmp_path, name, answer):
    given = answer().model_dump(mode="json")
    row = {"id": "a", "question": "Q?", "facts": [["f", "g"]], "sources": ["d#s"], "answer": given,
           "metrics": {"answered": True}, "retrieved": ["d#s", "unknown#x"]}  # fmt: skip
    export([row], "ragas", tmp_path / name, {"d#s": ("Title", "The text.")})
    sample = load(tmp_path / name, "ragas")
    assert sample.items[0].question == "Q?"
    assert [document.sections[0][1] for document in sample.documents] == ["The text."]
    written_row = (tmp_path / name).read_text("utf-8-sig")
    assert given["text"].split(" [")[0] in written_row


def beir(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    corpus = [
        {"_id": "Doc/1", "title": "Wells", "text": "A well is dug."},
        {"_id": "Doc-1", "title": "", "text": "May is warm."},
    ]
    queries = [{"_id": "q1", "text": "Who digs?"}, {"_id": "q2", "text": "Unjudged?"}]
    written(folder / "corpus.jsonl", "\n".join(map(json.dumps, corpus)))
    written(folder / "queries.jsonl", "\n".join(map(json.dumps, queries)))
    written(folder / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore\nq1\tDoc/1\t1\nq1\tDoc-1\t2\nq2\tDoc-1\t0\n")
    return folder


def test_beir_judges_retrieval_only(tmp_path):
    found = load(beir(tmp_path / "nfcorpus"))
    (item,) = found.items
    assert item.sources == ("doc-1-2", "doc-1")
    assert (item.answerable, item.facts) == (None, None)
    assert [document.id for document in found.documents] == ["doc-1", "doc-1-2"]
    assert found.remarks == ("1 queries have no relevant document in this split and were left out.",)


def test_beir_comes_back_over_passages(tmp_path):
    rows = [
        {"id": "a", "question": "Q?", "sources": ["d#s"]},
        {"id": "b", "question": "R?", "sources": ["e"]},
        {"id": "c", "question": "S?"},
    ]
    passages = {"d#s": ("D", "text one"), "e#x": ("E", "text two"), "e#y": ("E", "text three")}
    assert export(rows, "beir", tmp_path / "out", passages) == (
        "1 questions have no source among the documents and were left out.",
    )
    again = load(tmp_path / "out")
    assert [item.sources for item in again.items] == [("d-s",), ("e-x", "e-y")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", "{", "as JSON"),
        ("a.json", '{"data": [{"title": "x"}]}', "is missing"),
        ("a.json", "3", "no list of ragas samples"),
        ("a.yaml", "tests: [1]", "test 1"),
        ("a.yaml", "tests: [{vars: {a: 1, b: 2}}]", "name it 'question'"),
        ("a.yaml", "{", "as YAML"),
        ("a.yaml", "prompts: [x]", "no questions"),
    ],
)
def test_file_of_another_shape_is_refused_by_name(tmp_path, name, content, said):
    with pytest.raises(InvalidDataset, match=f"a[.].*{said}"):
        load(written(tmp_path / name, content))


def test_format_or_file_that_is_not_there_is_named(tmp_path):
    path = written(tmp_path / "a.csv", "question\nQ?\n")
    with pytest.raises(InvalidInput, match="'xml'"):
        load(path, "xml")
    with pytest.raises(InvalidInput, match="'xml'"):
        export([], "xml", tmp_path / "x", {})
    with pytest.raises(InvalidInput, match="There is no file"):
        load(tmp_path / "nothing.csv")
    with pytest.raises(InvalidDataset, match=r"corpus\.jsonl"):
        load(tmp_path)
