"""The original beside its text: the right page, the right place on it, for those who may see it, whatever the file."""

from __future__ import annotations

import html
import io
import multiprocessing
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from assistant import original
from bots.web import create_app, marking, sheets

WIDTH, HEIGHT = A4
LEFT, BASELINE, SIZE = 100, 600, 14
QUOTE = "A private company cannot receive funding from Interreg Europe."
LONG = (
    "Every partner keeps its own accounts for the project, and a controller checks the costs before they are reported."
)
ROW = "Country: Norway; Rate: 50%"
PAGES = {"Accept": "text/html"}


def drawn(*pages: list[tuple[float, float, str]], size: tuple[float, float] = A4, rotation: int = 0) -> bytes:
    """A PDF with lines of text at known places, in points from the lower left corner."""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=size)
    for lines in pages:
        canvas.setPageRotation(rotation)
        canvas.setFont("Helvetica", SIZE)
        for x, y, text in lines:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


FILLER = [(72, 700, "Words that fill a page.")]
HYPHENATED = [
    (LEFT, 700, "Every partner keeps its own ac-"),
    (LEFT, 680, "counts for the project, and a con-"),
    (LEFT, 660, "troller checks the costs before"),
]
RATES = [(LEFT, 600, "Country"), (300, 600, "Rate"), (LEFT, 580, "Norway"), (300, 580, "50%")]
GUIDE = drawn(
    FILLER,
    FILLER,
    [(LEFT, BASELINE, QUOTE), (LEFT, 500, "Something else.")],
    HYPHENATED,
    [(LEFT, 780, "they are reported."), *RATES],
)
TEXT = f"# Guide\n\n## Companies\n\n{QUOTE} Something else.\n\n## Accounts\n\n{LONG}\n\n## Rates\n\n- {ROW}\n"


@pytest.fixture(scope="module")
def folder(module_workshop):
    """A guide and a poster with a PDF, a letter with a Word file, one without any, one damaged, two for staff."""
    workshop = module_workshop
    workshop.write("guide.md", TEXT, id="guide", language="en")
    workshop.write("turned.md", TEXT, id="turned", title="Turned", language="en")
    workshop.write("poster.md", TEXT, id="poster", title="Poster", language="en")
    workshop.write("letter.md", TEXT, id="letter", title="Letter", language="en")
    workshop.write("plain.md", TEXT, id="plain", title="Plain", language="en")
    workshop.write("broken.md", TEXT, id="broken", title="Broken", language="en")
    workshop.write("secret.md", TEXT, id="secret", title="Secret", language="en", audience="staff")
    workshop.write("once.md", TEXT, id="once", title="Once", language="en")
    assert not workshop.ingest().problems
    keep(workshop, "guide", ".pdf", GUIDE)
    keep(workshop, "turned", ".pdf", drawn([], [(LEFT, 400, QUOTE)], rotation=90))
    keep(workshop, "poster", ".pdf", drawn([(LEFT, BASELINE, QUOTE)], size=(14_000, 900)))
    keep(workshop, "letter", ".docx", b"PK\x03\x04 a letter")
    keep(workshop, "broken", ".pdf", b"%PDF-1.7\n" + b"nothing that can be read " * 100)
    keep(workshop, "secret", ".pdf", GUIDE)
    keep(workshop, "once", ".pdf", GUIDE)
    workshop.write("once.md", TEXT + "\nMore.\n", id="once", title="Once", language="en", audience="staff")
    assert not workshop.ingest().problems
    return workshop


def keep(workshop, document_id: str, suffix: str, data: bytes) -> None:
    revision = workshop.index("public", "staff").documents[document_id].revision
    original.keep(workshop.settings, document_id, revision, suffix, data)


@pytest.fixture(scope="module")
def public(folder, until) -> Iterator[TestClient]:
    with TestClient(create_app(folder.settings)) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        yield client


def view(client: TestClient, document_id: str, quote: str = "", **more: object) -> str:
    """The source view as a citation's link opens it."""
    source = client.get(f"/api/v1/sources/{document_id}").json()
    parameters = {"revision": source["revision"], **more}
    if quote:
        start = source["text"].index(quote)
        parameters |= {"start": start, "end": start + len(quote)}
    response = client.get(f"/sources/{document_id}", params=parameters, headers=PAGES)
    assert response.status_code == 200
    return response.text


def links(page: str) -> dict[str, str]:
    return {text: html.unescape(url) for url, text in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', page)}


def boxes(page: str) -> list[tuple[float, ...]]:
    """The marks as left, top, right, bottom in percent of the page."""
    found = re.findall(r'<rect x="([\d.-]+)%" y="([\d.-]+)%" width="([\d.]+)%" height="([\d.]+)%"', page)
    sides = [tuple(map(float, box)) for box in found]
    return [(x, y, x + width, y + height) for x, y, width, height in sides]


def image_of(client: TestClient, page: str) -> Image.Image:
    response = client.get(html.unescape(re.search(r'<img src="(/sources/[^"]+)"', page)[1]))
    assert (response.status_code, response.headers["content-type"]) == (200, "image/webp")
    return Image.open(io.BytesIO(response.content)).convert("L")


def ink(image: Image.Image) -> tuple[float, ...]:
    """Where something dark is, as left, top, right, bottom in percent."""
    left, top, right, bottom = image.point(lambda grey: 255 * (grey < 128)).getbbox()
    across, down = 100 / image.width, 100 / image.height
    return left * across, top * down, right * across, bottom * down


def test_view_opens_at_the_page_of_the_quote(public):
    page = view(public, "guide", QUOTE)
    assert "Page 3 of 5." in page
    assert "The quoted passage is marked." in page
    assert re.search(r'<img [^>]*alt="Page 3 of 5 of the original document &#34;Guide&#34;', page)


def test_mark_lies_where_the_quote_was_printed(public):
    (box,) = boxes(view(public, "guide", QUOTE))
    assert box[0] == pytest.approx(100 * LEFT / WIDTH, abs=1)
    assert box[1] < 100 * (HEIGHT - BASELINE - SIZE / 2) / HEIGHT < box[3]
    assert box[3] - box[1] < 100 * 2 * SIZE / HEIGHT


def test_mark_lies_on_what_the_image_shows(public):
    page = view(public, "turned", QUOTE)
    (box,) = boxes(page)
    seen = ink(image_of(public, page))
    assert box == pytest.approx(seen, abs=1.5)
    assert seen[3] - seen[1] > seen[2] - seen[0], "the page is turned, so its line runs down"


def test_quote_over_hyphens_and_a_page_break_is_marked_on_both_pages(public):
    here = view(public, "guide", LONG)
    assert "Page 4 of 5." in here
    assert len(boxes(here)) == 3
    (box,) = boxes(view(public, "guide", LONG, page=5))
    assert box[1] < 100 * (HEIGHT - 780 - SIZE / 2) / HEIGHT < box[3]


def test_row_of_a_table_is_marked_by_its_values(public):
    page = view(public, "guide", ROW)
    assert "Page 5 of 5." in page
    assert {round(box[0]) for box in boxes(page)} == {round(100 * x / WIDTH) for x in (LEFT, 300)}


def test_ingested_pdf_opens_at_the_page_of_its_locator(workshop, until):
    again = [(LEFT, 300, "The same words stand on two pages.")]
    workshop.write("manual.pdf", drawn([(LEFT, 700, "A manual"), *again], FILLER, again, FILLER))
    assert not workshop.ingest().problems
    with TestClient(create_app(workshop.settings)) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        passages = [p for p in workshop.passages("manual") if "The same words" in p.text]
        for passage, number in zip(passages, (1, 3), strict=True):
            page = client.get(f"/sources/manual?lang=en&start={passage.start}&end={passage.end}").text
            assert f"Page {number} of 4." in page
            assert len(boxes(page)) >= 1


def test_pages_are_turned_by_plain_links(public):
    page = view(public, "guide", QUOTE, lang="en")
    assert "Page 4 of 5." in public.get(links(page)["Next page"]).text
    before = public.get(links(page)["Previous page"]).text
    assert "Page 2 of 5." in before
    assert "<mark" in before
    assert boxes(before) == []
    assert boxes(public.get(links(before)["To the quoted passage on page 3"]).text) == boxes(page)


def test_first_page_has_none_before_it_and_last_none_after(public):
    assert "Previous page" not in links(view(public, "guide"))
    assert "Next page" not in links(view(public, "guide", page=5))


@pytest.mark.parametrize("number", ["0", "6", "-1", "99999", "abc", "1e3", "%C2%B2", "3" * 400])
def test_page_that_is_not_there(public, number):
    response = public.get(f"/sources/guide/pages/{number}", headers=PAGES)
    assert response.status_code == 404
    assert "Page 1 of 5." in public.get(f"/sources/guide?lang=en&page={number}").text


def test_image_is_kept_for_good_under_an_address_that_names_its_version(public):
    url = html.unescape(re.search(r'<img src="(/sources/[^"]+)"', view(public, "guide"))[1])
    first = public.get(url)
    assert first.headers["cache-control"] == "private, max-age=31536000, immutable"
    again = public.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert public.get("/sources/guide/pages/1").headers["cache-control"] == "private, no-cache"


def test_another_file_for_the_same_revision_has_another_address(folder, public):
    before = view(public, "poster")
    keep(folder, "poster", ".pdf", drawn([(LEFT, BASELINE, "Other.")], size=(14_001, 900)))
    after = view(public, "poster")
    address = re.compile(r'<img src="(/sources/[^"]+)"')
    assert address.search(before)[1] != address.search(after)[1]


def test_huge_page_is_drawn_small(public):
    image = image_of(public, view(public, "poster"))
    assert max(image.size) <= 4_000


def test_original_is_saved_and_never_opened_by_the_browser(public):
    response = public.get(links(view(public, "guide"))["Download the original (PDF, 3 kB)"])
    assert response.content == GUIDE
    assert response.headers["content-disposition"] == 'attachment; filename="guide.pdf"'
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_other_formats_are_offered_without_a_page(public):
    page = view(public, "letter", QUOTE)
    assert '<img src="/sources' not in page
    response = public.get(links(page)["Download the original (DOCX, 1 kB)"])
    assert (response.content, response.headers["content-type"]) == (b"PK\x03\x04 a letter", "application/octet-stream")
    assert public.get("/sources/letter/pages/1").status_code == 404


@pytest.mark.parametrize("what", ["original", "pages/1"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_staff_document_and_missing_one_and_one_without_original_are_all_alike(folder, public, what, accept):
    staff = folder.index("public", "staff").documents
    once = public.app.state.readiness.assistant().index.engine
    with once.connect() as connection:
        (older,) = connection.exec_driver_sql(
            "SELECT revision FROM revisions WHERE document_id = 'once' AND audience = 'public'"
        ).scalars()
    addresses = [
        f"/sources/secret/{what}",
        f"/sources/secret/{what}?revision={staff['secret'].revision}",
        f"/sources/once/{what}?revision={older}",
        f"/sources/nothing/{what}",
        f"/sources/plain/{what}",
        f"/sources/guide/{what}?revision=0123456789abcdef",
        f"/sources/..%2Fsecret/{what}",
    ]
    responses = [public.get(address, headers={"Accept": accept}) for address in addresses]
    assert {response.status_code for response in responses} == {404}
    assert len({re.sub(r'"instance":"[^"]*"', "", response.text) for response in responses[:-1]}) == 1
    assert "secret" not in re.sub(r'"instance":"[^"]*"', "", responses[0].text)


def test_file_that_cannot_be_drawn_leaves_the_text_and_says_so(public):
    page = view(public, "broken", QUOTE)
    assert "This page cannot be shown now." in page
    assert "<mark" in page
    assert any(text.startswith("Download the original (PDF") for text in links(page))
    image = public.get("/sources/broken/pages/1", headers={"Accept": "application/json"})
    assert (image.status_code, image.json()["type"]) == (503, "/problems/page-unavailable")
    assert "Page 3 of 5." in view(public, "guide", QUOTE)


def nested(depth: int) -> bytes:
    """A PDF of some kilobytes that draws a line ten to the power of `depth` times."""
    made = io.BytesIO()
    canvas = Canvas(made)
    canvas.beginForm("0")
    canvas.line(0, 0, 500, 700)
    canvas.endForm()
    for level in range(1, depth + 1):
        canvas.beginForm(str(level))
        for _ in range(10):
            canvas.doForm(str(level - 1))
        canvas.endForm()
    canvas.doForm(str(depth))
    canvas.showPage()
    canvas.save()
    return made.getvalue()


def test_file_that_takes_too_long_is_given_up(folder, public, monkeypatch):
    monkeypatch.setattr(sheets, "_TIMEOUT", 0.5)
    keep(folder, "plain", ".pdf", nested(6))
    page = view(public, "plain", QUOTE)
    original.find(folder.settings, "plain", re.search(r"revision=(\w+)", page)[1]).unlink()
    assert "This page cannot be shown now." in page
    assert "<mark" in page
    assert "Page 3 of 5." in view(public, "guide", QUOTE)


def test_where_too_many_wait_the_next_is_told_so(folder, monkeypatch, until):
    monkeypatch.setattr(sheets, "_WAITING", 0)
    with TestClient(create_app(folder.settings)) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        assert "This page cannot be shown now." in view(client, "guide", QUOTE)


def test_pages_on_disk_are_bounded(folder, public, monkeypatch):
    monkeypatch.setattr(sheets, "_KEPT_FILES", 2)
    keep(folder, "guide", ".pdf", GUIDE + b"\n")
    for number in (1, 2, 3, 4):
        assert public.get(f"/sources/guide/pages/{number}").status_code == 200
    assert len(list(original.page_folder(folder.settings).iterdir())) == 2
    keep(folder, "guide", ".pdf", GUIDE)


def test_child_ends_with_the_server(folder, until):
    with TestClient(create_app(folder.settings)) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        before = set(multiprocessing.active_children())
        keep(folder, "guide", ".pdf", GUIDE + b"\n\n")
        view(client, "guide", QUOTE)
        child = set(multiprocessing.active_children()) - before
        assert len(child) == 1
    assert not any(process.is_alive() for process in child)
    keep(folder, "guide", ".pdf", GUIDE)


WORDS = st.lists(st.text("abcdefgé", min_size=2, max_size=9), min_size=3, max_size=12)


@given(WORDS, WORDS, WORDS, st.randoms(use_true_random=False))
def test_quote_is_found_however_its_lines_break(before, quoted, after, random):
    """Spaces become line ends, words are hyphenated at them, "fi" could be a ligature."""
    gaps = [" ", "\n", "\r\n", "-\n", "\u00ad\n", "  "]

    def set_anew(words: list[str]) -> str:
        return "".join(letter + (random.choice(gaps) if random.random() < 0.2 else "") for letter in " ".join(words))

    parts = [set_anew(words) for words in (before, quoted, after)]
    (found,) = marking.find(" ".join(quoted), " ".join(parts))
    assert marking.plain(" ".join(parts)[slice(*found)]) == marking.plain("".join(quoted))


def test_ligature_and_footnote_do_not_hide_a_quote():
    page = "Intro. Eﬃcient ﬁnancial3 management of the project is required. Outro."
    ranges = marking.find("Efficient financial management of the project is required.", page)
    assert "".join(page[start:end] for start, end in ranges).replace(" ", "").startswith("Eﬃcientﬁnancial")
    assert all("3" not in page[start:end] for start, end in ranges)


def test_words_that_happen_to_be_there_are_not_marked():
    assert marking.find("The lead partner pays back.", "Nobody knows the lead time of a partner.") == []
    assert marking.find("", "Nobody") == []
    assert marking.find("…", "Nobody…") == []
