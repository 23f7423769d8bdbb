"""Answers as the interface really gives them, for the OpenAPI document; what they quote stands in the corpus."""

from __future__ import annotations

from assistant.answer import Answer, Citation, Contact, Note

CONVERSATION_ID = "4f1d0f45-5c95-4711-9c38-eb3e62e9825a"
HANDOVER_ID = "0d8e4f43-1df7-4f0e-8d5c-5b0f0b8f7d10"

_QUOTE_NL = (
    "Een privaat bedrijf of onderneming kan in 2021-2027 geen subsidie krijgen van Interreg Europe: private bedrijven "
    "komen niet in aanmerking voor steun."
)
_QUOTE_EN = (
    "A private company cannot receive funding from Interreg Europe in 2021-2027: private companies do not qualify for "
    "support."
)

ANSWERED_NL = Answer(
    id="e147d279-a200-4072-bde4-92d23854dbc9",
    question="Kan mijn bedrijf subsidie krijgen?",
    language="nl",
    status="answered",
    mode="quote",
    text=f"{_QUOTE_NL} [1]",
    citations=(
        Citation(
            number=1,
            document_id="private-bedrijven",
            revision="09b66e45e255e622",
            title="Private bedrijven in Interreg Europe 2021-2027",
            publisher="Interreg Europe-assistent, samenvatting van programmabronnen",
            date="2023",
            period="2021-2027",
            locator="kan-mijn-bedrijf-subsidie-krijgen",
            start=84,
            end=233,
            quote=_QUOTE_NL,
            language="nl",
            url="/sources/private-bedrijven?revision=09b66e45e255e622&start=84&end=233#quote",
        ),
    ),
    confidence=0.9917,
    notes=(
        Note(
            code="automated",
            text="Dit antwoord komt van een geautomatiseerd systeem dat citeert uit de documentatie van Interreg "
            "Europe.",
        ),
    ),
    conversation_id=CONVERSATION_ID,
    latency_ms={"embed": 5.1, "retrieve": 9.3, "support": 0.4, "compose": 0.1, "verify": 0.9, "total": 17.2},
)

ANSWERED_EN = Answer(
    id="4befb1e9-372a-49e5-a8e2-7b7fe7f7f39e",
    question="Can my company get money?",
    language="en",
    status="answered",
    mode="quote",
    text=f"{_QUOTE_EN} [1]",
    citations=(
        Citation(
            number=1,
            document_id="private-companies",
            revision="b1d47804be1cbc90",
            title="Private companies in Interreg Europe 2021-2027",
            publisher="Interreg Europe assistant, summary of programme sources",
            date="2023",
            period="2021-2027",
            locator="can-my-company-get-money",
            start=75,
            end=196,
            quote=_QUOTE_EN,
            language="en",
            url="/sources/private-companies?revision=b1d47804be1cbc90&start=75&end=196#quote",
        ),
    ),
    confidence=0.986,
    notes=(
        Note(
            code="automated",
            text="This answer comes from an automated system that quotes the documentation of Interreg Europe.",
        ),
    ),
    conversation_id="1b4b22f8-3eec-48fd-9792-216d21230d22",
    latency_ms={"embed": 5.2, "retrieve": 9.1, "support": 0.4, "compose": 0.1, "verify": 1.1, "total": 17.4},
)

REFUSED_NL = Answer(
    id="23bf8565-2140-4966-9850-d1b312b14d08",
    question="Hoeveel cofinanciering betaalt Vlaanderen?",
    language="nl",
    status="unsupported",
    reason="not_in_documentation",
    text="Dat vind ik niet terug in de documentatie van Interreg Europe. Het nationale contactpunt kan u hierbij "
    "helpen.",
    notes=ANSWERED_NL.notes,
    contact=Contact(
        role="het nationale contactpunt",
        name="VLAIO, National Contact Point Interreg",
        url="https://www.interregeurope.eu/",
    ),
    conversation_id=CONVERSATION_ID,
    latency_ms={"embed": 5.0, "retrieve": 9.0, "support": 0.4, "total": 15.8},
)
