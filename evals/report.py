"""The report: one HTML file that a person reads, on a screen or on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.answer import Answer
from evals.dataset import Item
from evals.matching import contains
from evals.metrics import LONGEST, LONGEST_OF_PARTS, answered, cites, is_short, said
from evals.summary import lines, percent

Row = Mapping[str, Any]

_LANGUAGES = {"nl": "Dutch", "en": "English"}
_STATUS = {
    "answered": "answered",
    "partial": "answered in part",
    "unsupported": "refused: not in the documents",
    "off_topic": "refused: not about the programme",
    "small_talk": "a friendly reply",
}


def render(summary: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """Return the report as one self-contained HTML page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cards = [card(row) for row in rows]
    passes = sum(shown["passed"] for shown in cards)
    parts = {"all": summary, **summary["by_language"]}
    return environment.get_template("report.html").render(
        summary=summary,
        verdicts=[("nl", verdict_nl(summary, passes)), ("en", verdict_en(summary, passes))],
        columns=[_LANGUAGES.get(name, name) for name in parts],
        figures=[(label, [percent(find(part)) for part in parts.values()]) for label, find in lines(summary)],
        tags=[
            (tag, part["questions"], [percent(part["metrics"].get(name)) for name in ("facts", "refusal_correct")])
            for tag, part in summary["by_tag"].items()
        ],
        cards=cards,
        counts={"all": len(cards)} | {k: sum(k in c["kinds"] for c in cards) for k in ("failure", "refusal", "pass")},
    )


def verdict_en(summary: Mapping[str, Any], passes: int) -> str:
    """Say in a few plain English sentences how it went."""
    said = [f"{passes} of {summary['counts']['questions']} questions went as they should."]
    facts, cells = summary["metrics"].get("facts"), summary.get("refusal", {})
    if facts:
        said.append(f"Of what the answers should say, {facts['value']:.0%} was found in them ({facts['n']} questions).")
    if "recall" in cells:
        said.append(
            f"Of {cells['recall']['n']} questions that the documents do not answer, {cells['right_refusals']} were "
            f"refused, as they should be; {cells['wrong_refusals']} others were refused wrongly."
        )
    verbatim = summary["metrics"].get("verbatim")
    if verbatim:
        whole = verbatim["value"] == 1
        said.append(
            "Every quote stands word for word in its document."
            if whole
            else f"Not every quote stands word for word in its document: in {1 - verbatim['value']:.1%} of answers not."
        )
    if summary["counts"]["errors"]:
        said.append(f"{summary['counts']['errors']} questions got an error instead of an answer.")
    return " ".join(said)


def verdict_nl(summary: Mapping[str, Any], passes: int) -> str:
    """Say the same in Dutch."""
    said = [f"{passes} van de {summary['counts']['questions']} vragen liepen zoals het moet."]
    facts, cells = summary["metrics"].get("facts"), summary.get("refusal", {})
    if facts:
        share = f"{100 * facts['value']:.0f} %"
        said.append(f"Van wat de antwoorden moesten zeggen, stond er {share} in ({facts['n']} vragen).")
    if "recall" in cells:
        said.append(
            f"Van {cells['recall']['n']} vragen waarop de documenten geen antwoord geven, zijn er "
            f"{cells['right_refusals']} terecht geweigerd; {cells['wrong_refusals']} andere ten onrechte."
        )
    verbatim = summary["metrics"].get("verbatim")
    if verbatim:
        share = f"{100 * verbatim['value']:.1f}".replace(".", ",")
        said.append(
            "Elk citaat staat woord voor woord in zijn document."
            if verbatim["value"] == 1
            else f"Niet elk citaat staat woord voor woord in zijn document: slechts in {share} % van de antwoorden."
        )
    if summary["counts"]["errors"]:
        said.append(f"{summary['counts']['errors']} vragen kregen een fout in plaats van een antwoord.")
    return " ".join(said)


def card(row: Row) -> dict[str, Any]:
    """Return one question as the page shows it: expected, given, and right or wrong in words."""
    item = Item.model_validate({k: v for k, v in row.items() if k not in {"answer", "metrics", "error"}})
    answer = Answer.model_validate(row["answer"]) if row["answer"] else None
    why = _why(item, answer, row)
    passed = not any(wrong for wrong, _ in why)
    refusal = answer is not None and not answered(answer)
    return {
        "item": item,
        "answer": answer,
        "status": _STATUS[answer.status] if answer else "error",
        "passed": passed,
        "kinds": ["pass" if passed else "failure", *(["refusal"] if refusal else [])],
        "why": why,
    }


def _why(item: Item, answer: Answer | None, row: Row) -> list[tuple[bool, str]]:
    """Say why the answer is right or wrong, sentence by sentence, each with whether it is a fault."""
    if answer is None:
        return [(True, f"There was an error instead of an answer: {row.get('error', '')}")]
    reasons: list[tuple[bool, str]] = []
    if item.answerable is False:
        reasons.append(_why_refused(item, answer))
    elif item.answerable and not answered(answer):
        reasons.append((True, "The documents answer this question, but it was refused."))
    elif item.facts:
        reasons.extend(_why_facts(item, answer))
    if row["metrics"].get("verbatim") is False:
        reasons.append((True, "A quote does not stand word for word in the document that it names."))
    if row["metrics"].get("language") is False:
        reasons.append((True, f"The question is in {item.language!r}, the answer in {answer.language!r}."))
    return reasons or [(False, "Nothing is expected of this answer.")]


def _why_refused(item: Item, answer: Answer) -> tuple[bool, str]:
    if answered(answer):
        return True, "The documents do not answer this question, but something was answered."
    if item.reason and item.reason not in {answer.status, answer.reason}:
        given = answer.reason or answer.status
        return False, f"Refused, as it should be, though for another reason ({given}) than expected ({item.reason})."
    return False, "Refused, as it should be."


def _why_facts(item: Item, answer: Answer) -> list[tuple[bool, str]]:
    text, facts = said(answer), item.facts or ()
    if not is_short(item, answer):
        limit = LONGEST_OF_PARTS if answer.parts or "parts" in item.tags else LONGEST
        return [(True, f"The answer has {len(answer.text)} characters, over {limit}: what is in it does not count.")]
    missing = [fact for fact in facts if not any(contains(text, spelling) for spelling in fact)]
    reasons = [(True, f"Not in the answer: {' / '.join(fact[:4])}.") for fact in missing]
    if not missing:
        reasons.append((False, "Everything that was expected is in the answer."))
    if item.sources and answer.citations and not any(cites(c, s) for c in answer.citations for s in item.sources):
        reasons.append((False, "It was taken from another place than expected."))
    return reasons
