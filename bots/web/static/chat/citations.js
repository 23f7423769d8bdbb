// The sources of an answer: numbered marks in its text, and the cards that they open, with quote, document, date, place and
// the way to the source.

import { el, drawn, icon, link } from "./dom.js";

let made = 0;

/** A moment, or a date of a document (a year, month or day in ISO 8601), as people write it: "1 november 2021". */
export function showDate(date, language, how = { day: date?.length === 10 ? "numeric" : undefined, timeZone: "UTC" }) {
  const when = new Date(date);
  if (!/^\d{4}-\d\d/.test(date) || Number.isNaN(+when)) return date;
  return when.toLocaleString(language === "nl" ? "nl-BE" : "en-GB", { month: "long", year: "numeric", ...how });
}

/** Document, publisher, date, place and period; a heading's slug loses its hyphens. */
export function showWhere({ title, publisher, date, locator, period }, { language }) {
  const words = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(locator) ? locator.replaceAll("-", " ") : locator;
  const place = words.charAt(0).toUpperCase() + words.slice(1);
  return [title, publisher, showDate(date, language), place, period].filter(Boolean).join(" · ");
}

/** The sources as a list, and `open(number, mark)`, which unfolds a card and moves the focus there. */
export function sourceList(citations, context, numbered = true) {
  const rows = citations.map((citation) => sourceRow(citation, context, numbered));
  return {
    list: el(numbered ? "ol" : "ul", { class: "sources", role: "list" }, rows.map(({ item }) => item)),
    open: (number, mark) => rows[citations.findIndex((citation) => citation.number === number)].open(mark),
  };
}

function sourceRow(citation, context, numbered) {
  const { say, language } = context;
  const id = `card-${(made += 1)}`;
  const name = say("source_number", { number: citation.number });
  const card = el(
    "div",
    { class: "card", id, hidden: true, tabindex: -1, role: "group", "aria-label": numbered ? name : citation.title },
    el("blockquote", { lang: citation.language }, citation.quote),
    el("p", { class: "meta" }, showWhere(citation, context)),
    link(citation.url, { class: "open-source" }, context, say("open_source"), el("span", { class: "hidden" }, `: ${citation.title}`)),
  );
  const toggle = el(
    "button",
    { type: "button", class: "source", "aria-expanded": false, "aria-controls": id, click: () => fold(card.hidden) },
    numbered && el("span", { class: "number" }, el("span", { class: "hidden" }, `${name}: `), el("span", { "aria-hidden": true }, citation.number)),
    el(
      "span",
      {},
      el("span", { class: "source-title", lang: citation.language }, citation.title),
      el("span", { class: "meta" }, showDate(citation.date, language) || say("unknown_date")),
      citation.superseded && el("span", { class: "superseded" }, drawn("clock", say("superseded"))),
    ),
    icon("fold"),
  );
  let cameFrom = toggle;
  function fold(open) {
    card.hidden = !open;
    toggle.setAttribute("aria-expanded", open);
  }
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    fold(false);
    context.focus(cameFrom);
  });
  function open(mark) {
    cameFrom = mark;
    fold(true);
    context.focus(card);
  }
  return { item: el("li", {}, toggle, card), open };
}

/** A text with its marks as buttons; what is quoted in another language than the answer's says so. */
export function marked(text, { citations, language }, open, { say }) {
  const cited = (mark) => mark && citations.find(({ number }) => mark === `[${number}]`);
  const pieces = text.split(/(\[\d+\])/);
  return pieces.map((piece, at) => {
    const source = cited(pieces[at | 1]);
    if (!source) return piece;
    if (at % 2 === 0) return source.language !== language && piece.includes(source.quote) ? el("span", { lang: source.language }, piece) : piece;
    const { number } = source;
    return el("button", { type: "button", class: "mark", "aria-label": say("source_number", { number }), click: ({ currentTarget }) => open(number, currentTarget) }, piece);
  });
}
