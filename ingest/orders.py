"""Sentences that speak to a language model instead of a reader: prompt injection, as OWASP's LLM01 describes it.

A document is quoted and never obeyed; such a sentence is kept away from whatever reasons over passages all the same.
"""

from __future__ import annotations

import re

from assistant.index.sparse import fold

_MODEL = (
    r"(?:(?:the|de|het|every|elke|any|an?|een) )?"
    r"(?:ai|llm|gpt|chatgpt|claude|gemini|copilot|chatbot|taalmodel\w*|language models?"
    r"|ai[- ]?(?:assistants?|assistent\w*|models?|modellen)"
    r"|(?:digital|virtual|automated|digitale|virtuele) assist[ea]nts?)\b"
)
_ORDERS = (
    # Told to leave its instructions.
    r"(?<!not )(?<!never )\b(?:ignore|disregard|forget|override|bypass|negeer|vergeet|omzeil)\b(?! (?:not|niet)\b)"
    r".{0,40}"
    r"\b(?:instructions?|prompts?|instructies?"
    r"|(?:your|je|jouw|uw) (?:sources?|rules|guidelines|bronnen|regels|richtlijnen)"
    r"|(?:everything|anything|alles)(?: \w+){0,2} (?:above|before|hierboven|hiervoor|voorgaande|bovenstaande))\b",
    # Given a role.
    r"\b(?:you are now|from now on,? you|pretend (?:to be|you are)|act as if you|developer mode"
    r"|(?:je|jij|u) (?:bent|ben) nu|vanaf nu (?:ben|bent|antwoord|zeg)\w*|doe alsof (?:je|jij|u)|gedraag (?:je|u) als"
    r"|new instructions?|nieuwe instructies?|system ?prompt|systeemprompt)\b",
    # Marked as the turns of a conversation with a model are.
    r"^\W*(?:system|systeem)\s*:|<\|?/?(?:system|assistant|user|im_start|im_end)\|?>|\[/?inst\]|<<sys>>",
    # Spoken to.
    rf"(?:^|[.:;!]\s*)(?:(?:dear|beste|note to|aan|instructions? (?:for|to)|instructies? voor) )?{_MODEL}\s*[,:;!]",
    rf"\b(?:if|when|als|indien|wanneer) (?:you are|you're|je|u|jij) {_MODEL}",
    rf"\b(?:when|if|als|wanneer|indien)\b.{{0,40}}\b(?:summari[sz]\w+|asked|samenvat\w*|gevraagd)\b.{{0,60}}"
    rf"(?:{_MODEL}|assist[ae]nt).{{0,20}}\b(?:must|should|moet|say|zegt?)\b",
)
_ORDER = re.compile("|".join(f"(?:{order})" for order in _ORDERS))


def is_order(sentence: str) -> bool:
    """Whether a sentence reads as an instruction to a language model, in Dutch or English.

    Orders to people are none: "applicants must answer all questions", "disregard the rules of the earlier period".
    """
    return bool(_ORDER.search(fold(sentence)))
