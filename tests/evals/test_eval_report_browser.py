"""The report in a real browser: the two languages, the filters, and verdicts of one's own that survive into a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from evals.dataset import Item
from evals.interchange import export, rows_of, tables
from evals.metrics import judge
from evals.rating import attach, read_ratings
from evals.report import render, run_id
from evals.summary import summarise

expect.set_options(timeout=15_000)  # ms; a shared machine stalls now and then
QUESTIONS = (
    ("good", "answered", {"answerable": True, "facts": [["cannot receive"]], "language": "en"}),
    ("bad", "answered", {"answerable": True, "facts": [["80%"]], "language": "nl"}),
    ("=1+1", "unsupported", {"answerable": False, "history": ["Eerder?"], "language": "nl"}),
    ("open", "answered", {}),
)


@pytest.fixture
def rows(answer, stored):
    made = []
    for number, (name, status, fields) in enumerate(QUESTIONS):
        given, item = answer(status), Item(id=name, question=f'Vraag {number}; "wat"?\n<b>Echt</b>', **fields)
        metrics = judge(item, given, stored, 20.0 + number)
        made.append(
            {
                **item.model_dump(mode="json", exclude_unset=True),
                "answer": given.model_dump(mode="json"),
                "metrics": metrics,
            }
        )
    return made


@pytest.fixture
def report(rows, tmp_path) -> Path:
    provenance = {"date": "2026-01-02T03:04:05+00:00", "command": "assistant eval run", "datasets": {"a.jsonl": "abc"}}
    path = tmp_path / "report.html"
    path.write_text(render({**summarise(rows), "provenance": provenance}, rows), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser, report) -> Iterator[Page]:
    """The report, in a browser that speaks Dutch and complains about nothing."""
    complaints: list[str] = []
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-BE") as context:
        page = context.new_page()
        page.on("console", lambda message: message.type in {"error", "warning"} and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: asked.url.startswith(("file:", "blob:")) or complaints.append(asked.url))
        page.goto(report.as_uri())
        yield page
        assert complaints == []


def shown(page: Page) -> list[str]:
    return [card.get_attribute("data-id") for card in page.locator("article:visible").all()]


def card(page: Page, name: str):
    return page.locator(f'article[data-id="{name}"]')


def saved(page: Page, button: str) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return Path(waiting.value.path()).read_bytes().decode("utf-8")


def test_language_changes_without_reload_and_is_remembered(opened):
    expect(opened.locator("h1")).to_have_text("Hoe goed antwoordt de assistent?", use_inner_text=True)
    opened.evaluate("window.same = true")
    opened.locator("#languages label[lang=en]").click()
    expect(opened.locator("h1")).to_have_text("How well does the assistant answer?", use_inner_text=True)
    assert opened.evaluate("window.same && document.documentElement.lang") == "en"
    opened.reload()
    expect(opened.locator("h1")).to_have_text("How well does the assistant answer?", use_inner_text=True)


def test_language_is_the_browser_s_at_first(browser, report):
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(report.as_uri())
        expect(page.locator("h1")).to_have_text("How well does the assistant answer?", use_inner_text=True)


def test_filters_show_what_they_say(opened):
    for label, wanted in (
        ("Fout (1)", ["bad"]),
        ("Goed (2)", ["good", "=1+1"]),
        ("Weigeringen (1)", ["=1+1"]),
        ("Mijn oordeel verschilt (0)", []),
        ("Alle (4)", ["good", "bad", "=1+1", "open"]),
    ):
        name, _, number = label.partition(" (")
        choice = opened.locator("#filter label", has_text=name)
        expect(choice).to_contain_text(f"({number}")
        choice.click()
        assert shown(opened) == wanted
        expect(opened.locator("#shown")).to_have_text(f"vragen getoond: {len(wanted)} / 4", use_inner_text=True)


def test_keyboard_alone_is_enough(opened):
    opened.locator("#filter input").first.focus()
    opened.keyboard.press("ArrowRight")
    assert shown(opened) == ["bad"]
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.closest('article')?.dataset.id") == "bad"
    opened.keyboard.press("ArrowLeft")
    opened.keyboard.press("Tab")
    opened.keyboard.type("geen oordeel")
    expect(card(opened, "bad").locator("textarea")).to_have_value("geen oordeel")


def test_own_verdict_that_differs_is_found_and_survives_a_reload(opened):
    card(opened, "bad").locator("label:has([value=right])").click()
    card(opened, "good").locator("label:has([value=unsure])").click()
    card(opened, "open").locator("label:has([value=wrong])").click()
    opened.locator("#filter label", has_text="Mijn oordeel verschilt").click()
    assert shown(opened) == ["bad"]
    opened.reload()
    expect(card(opened, "bad").locator("input[value=right]")).to_be_checked()
    expect(opened.locator('[data-count="different"]')).to_have_text("1")
    card(opened, "bad").locator('label:has([value=""])').click()
    expect(opened.locator('[data-count="different"]')).to_have_text("0")


def test_verdicts_and_comments_come_into_both_files(opened, rows, tmp_path):
    opened.get_by_label("Uw naam").fill("Mia")
    card(opened, "bad").locator("label:has([value=right])").click()
    card(opened, "bad").locator("textarea").fill('=2+2; "ja"\nmaar')
    table = saved(opened, "CSV")
    assert table.startswith("\ufeff")
    found = {row["id"]: row for row in csv.DictReader(io.StringIO(table[1:], newline=""), delimiter=";")}
    assert found["bad"] | {"machine_verdict": "wrong", "own_verdict": "right", "rater": "Mia"} == found["bad"]
    assert found["bad"]["comment"] == '\'=2+2; "ja"\nmaar'
    assert "'=1+1" in found
    lines = [json.loads(line) for line in saved(opened, "JSONL").splitlines()]
    assert [line["id"] for line in lines] == ["good", "bad", "=1+1", "open"]
    assert lines[0]["question"] == rows[0]["question"]
    assert {line["run"] for line in lines} == {run_id(rows)}
    for name, content in (("r.csv", table), ("r.jsonl", "\n".join(map(json.dumps, lines)))):
        (tmp_path / name).write_text(content, encoding="utf-8", newline="")
        (rating,) = read_ratings(tmp_path / name)
        assert (rating.key, rating.verdict, rating.comment) == ("bad", "right", '=2+2; "ja"\nmaar')
    export(attach(rows, [tmp_path / "r.csv"]), "csv", tmp_path / "out.csv", {})
    written = {row["id"]: row for row in tables.read(tmp_path / "out.csv")}
    assert (written["bad"]["own_verdict"], written["bad"]["rater"]) == ("right", "Mia")
    assert rows_of(tmp_path / "out.csv")[1]["id"] == "bad"


def test_english_file_is_separated_by_commas(opened):
    opened.locator("#languages label[lang=en]").click()
    assert saved(opened, "CSV").startswith('\ufeff"run","id"')


def test_browser_that_keeps_nothing_says_so(browser, report):
    with browser.new_context(locale="nl-BE") as context:
        context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
        page = context.new_page()
        page.goto(report.as_uri())
        expect(page.locator("#unsaved")).to_be_visible()
        card(page, "bad").locator("label:has([value=right])").click()
        expect(page.locator('[data-count="different"]')).to_have_text("1")


@pytest.mark.parametrize("width", [320, 390])
def test_phone_has_nothing_to_scroll_sideways(browser, report, width):
    with browser.new_context(viewport={"width": width, "height": 700}, is_mobile=True) as context:
        page = context.new_page()
        page.goto(report.as_uri())
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0


def test_paper_shows_one_language_the_comment_and_no_buttons(opened):
    card(opened, "bad").locator("textarea").fill("zie ook p. 4")
    opened.emulate_media(media="print")
    expect(opened.locator("#languages")).to_be_hidden()
    expect(opened.locator("#save-csv")).to_be_hidden()
    expect(card(opened, "bad").locator(".own-print")).to_contain_text("zie ook p. 4")
    expect(opened.get_by_text("The verdict")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browser, report, scheme):
    """WCAG AA over every text outside pictures, computed from what the browser painted."""
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(report.as_uri())
        assert page.evaluate(WORST_CONTRAST) >= 4.5


WORST_CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (color) => {
        const [r, g, b] = rgba(color).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const color = getComputedStyle(at).backgroundColor;
            if (rgba(color)[3] !== 0) return color;
        }
        return "rgb(255, 255, 255)";
    };
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const texts = [...document.querySelectorAll("body *:not(svg *)")].filter((element) =>
        element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    return Math.min(...texts.map((element) => ratio(light(getComputedStyle(element).color), light(ground(element)))));
}"""  # noqa: E501
