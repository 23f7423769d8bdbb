"""The source view in a browser: at the quote, at the same section in the other language, and where a link has aged."""

from __future__ import annotations

import pytest
from house import PHONE
from playwright.sync_api import expect
from scripted import QUOTE
from test_axe import LOOKS, violations
from visiting import Visit

FILLER = "Elke partner houdt een eigen boekhouding bij, en een controleur kijkt die twee keer per jaar na."
ENGLISH_FILLER = "Every partner keeps its own accounts, and a controller checks them twice a year."
RULE = "De vergoeding voor reizen is veertig procent."


def _long(title: str, part: str, sentence: str) -> str:
    return f"# {title}\n\n" + "\n\n".join(f"## {part} {number}\n\n{sentence}\n\n{sentence}" for number in range(14))


@pytest.fixture(scope="module")
def library(module_workshop, house) -> dict[str, str]:
    """Documents of every standing, and addresses at which somebody comes to read them."""
    write = module_workshop.write
    write("gids.md", _long("Gids", "Deel", FILLER), id="gids", language="nl", date="2024-05", period="2021-2027")
    write("guide.md", _long("Guide", "Part", ENGLISH_FILLER), id="guide", language="en", translation_of="gids")
    write("oud.md", f"# Oud\n\n{FILLER}\n", id="oud", language="nl", date="2015", period="2014-2020")
    write("nieuw.md", f"# Nieuw\n\n{FILLER}\n", id="nieuw", language="nl", supersedes="[oud]", status="provisional")
    write("reizen.md", f"# Reizen\n\n## Tarief\n\n{RULE}\n\n## Rest\n\n{FILLER}\n", id="reizen", language="nl")
    write("weg.md", f"# Weg\n\n{RULE}\n", id="weg", language="nl")
    assert not module_workshop.ingest().problems
    index = house.assistant.index
    index.refresh()
    cited = {name: house.script.cite(1, name, RULE).url for name in ("reizen", "weg")}
    write("reizen.md", f"# Reizen\n\n## Prijs\n\n{RULE.replace('veertig', 'vijftig')}\n", id="reizen", language="nl")
    module_workshop.remove("weg.md")
    module_workshop.ingest(prune=True)
    index.refresh()
    return {
        "quoted": house.script.cite().url,
        "long": "/sources/gids",
        "replaced": "/sources/oud",
        "provisional": "/sources/nieuw",
        "changed": cited["reizen"],
        "removed": cited["weg"],
        "section-gone": "/sources/reizen#tarief",
        "revision-gone": "/sources/reizen?revision=abc&start=1&end=4#quote",
        "nothing-there": "/sources/geen",
    }


PAGES = [
    "quoted",
    "long",
    "replaced",
    "provisional",
    "changed",
    "removed",
    "section-gone",
    "revision-gone",
    "nothing-there",
]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(enter, house, library, page, language):
    path, _, anchor = library[page].partition("#")
    joined = "&" if "?" in path else "?"
    visit = enter(f"{house.address}{path}{joined}lang={language}#{anchor}", reduced_motion="reduce")
    for label, (scheme, size) in LOOKS.items():
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.set_viewport_size(size)
        visit.shot(f"source-{page}-{language}-{label}")
        assert violations(visit) == [], label
        assert visit.overflow() == 0, label
    visit.forgive("404")


@pytest.mark.parametrize("script", [True, False])
def test_quote_is_marked_and_in_view(enter, house, library, script):
    visit = enter(house.address + library["quoted"], viewport=PHONE, java_script_enabled=script)
    expect(visit.page.locator("mark#quote")).to_have_text(QUOTE)
    expect(visit.page.locator("mark#quote")).to_be_in_viewport()


def test_contents_stand_beside_the_text_where_there_is_room(enter, house, library):
    visit = enter(house.address + library["long"])
    contents = visit.page.get_by_role("navigation", name="Inhoud")
    contents.get_by_role("link", name="Deel 9").click()
    expect(visit.page.get_by_role("heading", name="Deel 9")).to_be_in_viewport()
    expect(contents.get_by_role("link", name="Deel 9")).to_be_in_viewport()


def test_contents_are_folded_on_a_phone(enter, house, library):
    visit = enter(house.address + library["long"], viewport=PHONE)
    contents = visit.page.get_by_role("navigation", name="Inhoud")
    expect(contents.get_by_role("link", name="Deel 9")).to_be_hidden()
    contents.get_by_text("Inhoud").click()
    contents.get_by_role("link", name="Deel 9").click()
    expect(visit.page.get_by_role("heading", name="Deel 9")).to_be_in_viewport()


def switched(visit: Visit) -> str:
    visit.page.locator("a.twin").click()
    visit.page.wait_for_url("**/sources/guide*")
    return visit.page.url.partition("/sources/")[2]


def test_language_switch_stays_where_the_reader_is(enter, house, library):
    visit = enter(house.address + library["long"])
    visit.page.get_by_role("heading", name="Deel 7").evaluate("heading => scrollTo(0, heading.offsetTop - 100)")
    assert switched(visit) == "guide#part-7"
    expect(visit.page.get_by_role("heading", name="Part 7")).to_be_in_viewport()


def test_language_switch_follows_a_link_to_a_section_near_the_end(enter, house, library):
    """The last sections never reach the top of the window; the one that was asked for counts."""
    visit = enter(f"{house.address}{library['long']}#deel-13")
    assert switched(visit) == "guide#part-13"


def test_language_switch_at_the_top_stays_at_the_top(enter, house, library):
    visit = enter(house.address + library["long"])
    assert switched(visit) in {"guide", "guide#guide"}
    assert visit.page.evaluate("scrollY") < 200


def test_link_to_a_section_that_is_gone_says_so(enter, house, library):
    visit = enter(house.address + library["section-gone"])
    told = visit.page.get_by_text("staat niet meer in dit document")
    expect(told).to_be_visible()
    visit.page.goto(f"{house.address}/sources/reizen#prijs")
    expect(told).to_be_hidden()


def test_quote_that_has_changed_is_shown_as_it_was_and_is(enter, house, library):
    visit = enter(house.address + library["changed"])
    expect(visit.page.locator("mark#quote")).to_have_text(RULE)
    visit.page.get_by_role("link", name="Lees dit in de tekst van nu").click()
    expect(visit.page.locator("mark#quote")).to_contain_text("vijftig")
    expect(visit.page.locator("mark#quote")).to_be_in_viewport()


def test_mark_is_told_to_a_screen_reader_and_seen_without_colours(enter, house, library):
    visit = enter(house.address + library["quoted"], forced_colors="active")
    said = visit.page.locator("mark#quote").evaluate("mark => getComputedStyle(mark, '::before').content")
    assert "Geciteerde passage" in said
    ground = visit.page.locator("mark#quote").evaluate("mark => getComputedStyle(mark).backgroundColor")
    assert ground != visit.page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    visit.shot("source-forced-colours")


def test_reader_is_not_scrolled_away_by_going_to_the_bar(enter, house, library):
    visit = enter(house.address + library["long"])
    visit.page.evaluate("scrollTo(0, 900)")
    visit.page.get_by_role("link", name="This document in English").focus()
    visit.page.keyboard.press("Shift+Tab")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("scrollY") == 900
