// An answer as elements. The same markup as templates/_answer.html makes; a change to one is a change to both.
// Every text goes in as a text node: quotes and questions may hold anything.

/** Makes an element; children are elements or texts, and what is empty is left out. */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

function safeUrl(url) {
  try {
    return ["http:", "https:"].includes(new URL(url, location.href).protocol) ? url : null;
  } catch {
    return null;
  }
}

function link(url, attributes, ...children) {
  const href = url && safeUrl(url);
  return href ? el("a", { ...attributes, href }, ...children) : el("span", {}, ...children);
}

function showDate(date, web) {
  const [, year, month, day] = /^(\d{4})(?:-(0[1-9]|1[0-2]))?(?:-(\d\d))?$/.exec(date ?? "") ?? [];
  if (!date) return web.unknown_date;
  if (!month) return date;
  return `${day ? `${Number(day)} ` : ""}${web.months[Number(month) - 1]} ${year}`;
}

function showLocator(locator) {
  const words = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(locator) ? locator.replaceAll("-", " ") : locator;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function marked(text, answer, web) {
  return text.split(/(\[\d+\])/).map((piece, index) => {
    if (index % 2 === 0) return piece;
    const number = piece.slice(1, -1);
    const attributes = {
      class: "mark",
      href: `#source-${answer.id}-${number}`,
      "aria-label": fill(web.source_number, { number }),
    };
    return el("a", attributes, piece);
  });
}

function card(citation, answer, web, cited) {
  const meta = [citation.publisher, showDate(citation.date, web), showLocator(citation.locator), citation.period];
  const id = cited ? `source-${answer.id}-${citation.number}` : null;
  return el(
    "li",
    { class: "card", id, tabindex: "-1" },
    cited && el("span", { class: "number", "aria-hidden": "true" }, String(citation.number)) || null,
    el(
      "div",
      { class: "card-body" },
      el("blockquote", { lang: citation.language }, citation.quote),
      el("p", { class: "card-title" }, citation.title),
      el("p", { class: "meta" }, meta.filter(Boolean).join(" · ")),
      citation.superseded ? el("p", { class: "superseded" }, web.superseded) : null,
      link(
        citation.url,
        { class: "open" },
        web.open_source,
        el("span", { class: "hidden" }, ` ${citation.number}: ${citation.title}`),
      ),
    ),
  );
}

function contactLine(contact, web) {
  const [before, after] = web.ask_contact.split("{contact}");
  return el("p", { class: "contact" }, before, link(contact.url, {}, contact.name), after);
}

function body(answer, web) {
  const paragraph = (text) => el("p", { class: "text", lang: answer.language }, ...marked(text, answer, web));
  if (!answer.parts.length) return [paragraph(answer.text)];
  return answer.parts.map((part) => el("section", { class: "part" }, el("h3", {}, part.question), paragraph(part.text)));
}

/** A finished answer; `page` holds the texts of the page's language. */
export function answerElement(answer, page) {
  const web = page.web;
  return el(
    "article",
    { class: `answer ${answer.status}` },
    el("header", {}, el("h2", {}, web.assistant), el("span", { class: "status" }, page.status[answer.status] ?? answer.status)),
    ...body(answer, web),
    answer.contact ? contactLine(answer.contact, web) : null,
    answer.citations.length ? el("h3", { class: "sources-title" }, web.sources) : null,
    answer.citations.length
      ? el("ol", { class: "cards" }, ...answer.citations.map((citation) => card(citation, answer, web, true)))
      : null,
    answer.near_misses.length
      ? el(
          "section",
          { class: "near" },
          el("h3", {}, page.near_misses),
          el("ul", { class: "cards" }, ...answer.near_misses.map((citation) => card(citation, answer, web, false))),
        )
      : null,
    answer.notes.length
      ? el("ul", { class: "notes" }, ...answer.notes.map((note) => el("li", { class: note.code }, note.text)))
      : null,
  );
}

export function questionElement(question, page) {
  return el("article", { class: "question" }, el("h2", { class: "hidden" }, page.web.you), el("p", {}, question));
}

/** What stands in place of an answer that did not come, with a button that asks again. */
export function failureElement(message, page, retry) {
  const button = el("button", { type: "button", class: "retry" }, page.web.retry);
  button.addEventListener("click", retry);
  return el("article", { class: "problem" }, el("p", {}, message), button);
}

/** The answer while it comes; assistive technology waits for the finished one. */
export function draftElement(page) {
  const text = el("p", { class: "text" });
  const draft = el("article", { class: "answer draft", "aria-hidden": "true" }, el("p", { class: "thinking" }, page.web.thinking), text);
  return { draft, add: (piece) => (draft.classList.add("coming"), text.append(piece)) };
}
