// The numbered marks in an answer and the cards that they open: quote, document, date, place, and the way to the source.

import { el, icon, link } from "./dom.js";
import { showDate, showWhere } from "./showing.js";

let made = 0;

/**
 * The sources of an answer as a list; each unfolds its card. `numbered` is false for what only came near. Returns the
 * list and `open(number)`, which unfolds a card and moves the focus there.
 */
export function sourceList(citations, context, numbered = true) {
  const rows = new Map();
  const list = el(numbered ? "ol" : "ul", { class: "sources", role: "list" });
  for (const citation of citations) {
    const row = sourceRow(citation, context, numbered);
    rows.set(citation.number, row);
    list.append(row.item);
  }
  return { list, open: (number, mark) => rows.get(number)?.show(mark) };
}

function sourceRow(citation, context, numbered) {
  const id = `card-${(made += 1)}`;
  const card = cardOf(citation, context, id);
  const toggle = el(
    "button",
    { type: "button", class: "source", "aria-expanded": "false", "aria-controls": id, click: () => fold(card.hidden) },
    numbered && el("span", { class: "number" }, el("span", { class: "hidden" }, context.say("source_number", { number: "" })), String(citation.number)),
    el(
      "span",
      { class: "source-name" },
      el("span", { class: "source-title" }, citation.title),
      el("span", { class: "meta" }, showDate(citation.date, context)),
      citation.superseded && el("span", { class: "superseded" }, icon("clock"), context.say("superseded")),
    ),
    icon("fold"),
  );
  let cameFrom = toggle;
  function fold(open) {
    card.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  }
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    fold(false);
    cameFrom.focus({ preventScroll: true });
    context.reveal(cameFrom);
  });
  return {
    item: el("li", {}, toggle, card),
    show(mark) {
      cameFrom = mark;
      fold(true);
      card.focus({ preventScroll: true });
      context.reveal(card);
    },
  };
}

function cardOf(citation, context, id) {
  return el(
    "div",
    { class: "card", id, hidden: true, tabindex: "-1", role: "group", "aria-label": `${context.say("source_number", { number: citation.number })}: ${citation.title}` },
    el("blockquote", { lang: citation.language }, citation.quote),
    el("p", { class: "meta" }, [citation.title, citation.publisher, showWhere(citation, context)].filter(Boolean).join(" · ")),
    link(citation.url, { class: "open-source" }, context, context.say("open_source"), el("span", { class: "hidden" }, `: ${citation.title}`)),
  );
}

/** A text with its marks as buttons; what is quoted in another language than the answer says so. */
export function marked(text, answer, open, context) {
  const cited = new Map(answer.citations.map((citation) => [citation.number, citation]));
  const pieces = text.split(/(\[\d+\])/);
  return pieces.map((piece, at) => {
    const number = Number(piece.slice(1, -1));
    if (at % 2 === 1) return cited.has(number) ? mark(number, open, context) : piece;
    const source = cited.get(Number(pieces[at + 1]?.slice(1, -1)));
    const foreign = source && source.language !== answer.language && piece.includes(source.quote);
    return foreign ? el("span", { lang: source.language }, piece) : piece;
  });
}

function mark(number, open, context) {
  const name = context.say("source_number", { number });
  const button = el("button", { type: "button", class: "mark", "aria-label": name, click: () => open(number, button) }, `[${number}]`);
  return button;
}
