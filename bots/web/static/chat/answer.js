// An answer of the machine, which says so: status, text with numbered marks, and the sources that they open.

import { around, button, drawn, el, icon, link, showDate } from "./dom.js";
import { handoverForm } from "./handover.js";

const REASONS = ["wrong", "incomplete", "outdated", "not_found", "other"];
// Other notes change what the answer means.
const BY_THE_WAY = ["automated", "looked_for", "source_language", "spoken_languages"];

let made = 0;

export function showStatus({ status, reason, mode }, { say }) {
  return say(mode === "staff" ? "status_staff" : `status_${reason}`) || say(`status_${status}`);
}

export function head(name, picture, status, { heading }) {
  return el("header", {}, el(heading(1), {}, drawn(picture, name)), status && el("span", { class: "status" }, status));
}

function body(answer, open, context) {
  const paragraph = (text) => el("p", { class: "text", lang: answer.language }, marked(text, answer, open, context));
  if (!answer.parts.length) return paragraph(answer.text);
  return answer.parts.map((part) =>
    el(
      "section",
      { class: "part" },
      el(context.heading(2), { lang: answer.language }, part.question),
      part.status !== "answered" && el("p", { class: "meta" }, showStatus(part, context)),
      paragraph(part.text),
    ),
  );
}

function notes({ notes, language }, aside) {
  const shown = notes.filter(({ code }) => BY_THE_WAY.includes(code) === aside);
  const item = ({ code, text }) => el("li", { "data-code": code }, aside ? text : drawn("clock", text));
  return (
    shown.length > 0 &&
    el("ul", { class: aside ? "notes meta" : "notes", role: "list", lang: language }, shown.map(item))
  );
}

function sources(name, title, list, { heading, say }) {
  return list.hasChildNodes() && el("section", { class: name }, el(heading(2), {}, say(title)), list);
}

/** A finished answer; it is announced elsewhere, once. */
export function answerElement(answer, given, context) {
  const { say } = context;
  const { list, open } = sourceList(answer.citations, context);
  const staff = answer.mode === "staff";
  return el(
    "article",
    { class: staff ? "answer staff" : "answer", "data-status": answer.status, "aria-live": "off" },
    head(say(staff ? "person_answer" : "assistant"), staff ? "person" : "robot", showStatus(answer, context), context),
    body(answer, open, context),
    notes(answer, false),
    answer.contact &&
      el(
        "p",
        { class: "contact" },
        around(say("would_know"), link(answer.contact.url, {}, context, answer.contact.name)),
      ),
    sources("cited", "sources", list, context),
    sources("near", "near_misses", sourceList(answer.near_misses, context, false).list, context),
    notes(answer, true),
    actions(answer, given, context),
  );
}

function actions(answer, given, context) {
  const place = el("div", {});
  const close = () => {
    place.replaceChildren();
    context.focus(person);
  };
  const person = button("ask-person", "person", context.say("ask_person"), () => {
    place.replaceChildren(handoverForm({ question: answer.question, answer_id: answer.id }, context, close));
    context.focus(place.querySelector("textarea"), place);
  });
  if (["unsupported", "off_topic"].includes(answer.status)) person.classList.add("primary");
  return [
    el("div", { class: "actions" }, copyButton(answer, context), feedback(answer, given, place, context), person),
    place,
  ];
}

function showWhere({ title, publisher, date, locator, period }, { language }) {
  const words = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(locator) ? locator.replaceAll("-", " ") : locator;
  const place = words.charAt(0).toUpperCase() + words.slice(1);
  return [title, publisher, showDate(date, language), place, period].filter(Boolean).join(" · ");
}

function sourceList(citations, context, numbered = true) {
  const rows = citations.map((citation) => sourceRow(citation, context, numbered));
  return {
    list: el(
      numbered ? "ol" : "ul",
      { class: "sources", role: "list" },
      rows.map(({ item }) => item),
    ),
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
    link(
      citation.url,
      { class: "open-source" },
      context,
      say("open_source"),
      el("span", { class: "hidden" }, `: ${citation.title}`),
    ),
  );
  const toggle = el(
    "button",
    { type: "button", class: "source", "aria-expanded": false, "aria-controls": id, click: () => fold(card.hidden) },
    numbered &&
      el(
        "span",
        { class: "number" },
        el("span", { class: "hidden" }, say("source_number", { number: "" })),
        citation.number,
      ),
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

function marked(text, { citations, language }, open, { say }) {
  const cited = (mark) => mark && citations.find(({ number }) => mark === `[${number}]`);
  const pieces = text.split(/(\[\d+\])/);
  return pieces.map((piece, at) => {
    const source = cited(pieces[at | 1]);
    if (!source) return piece;
    if (at % 2 === 0)
      return source.language !== language && piece.includes(source.quote)
        ? el("span", { lang: source.language }, piece)
        : piece;
    const { number } = source;
    return el(
      "button",
      {
        type: "button",
        class: "mark",
        "aria-label": say("source_number", { number }),
        click: ({ currentTarget }) => open(number, currentTarget),
      },
      piece,
    );
  });
}

function feedback(answer, given, place, context) {
  const { api, say, announce } = context;
  const [up, down] = ["up", "down"].map((name) => button(name, name, say(name), () => press(name)));
  let rating = given?.rating;
  let sent = Promise.resolve(); // one after the other

  function show(now) {
    rating = now;
    up.setAttribute("aria-pressed", now === "up");
    down.setAttribute("aria-pressed", now === "down");
  }

  // What is written to a person stays.
  const taken = () => place.querySelector(".handover");

  function tell(key) {
    announce(say(key));
    if (!taken()) place.replaceChildren(el("p", { class: "meta" }, say(key)));
  }

  async function keep(feedback, told) {
    const before = rating;
    show(feedback?.rating);
    try {
      const send = () => api.json(`answers/${answer.id}/feedback`, feedback ? "PUT" : "DELETE", feedback);
      await (sent = sent.then(send, send));
      if (told) tell(told);
    } catch {
      if (rating === feedback?.rating) show(before);
      tell("not_done");
    }
    return rating;
  }

  async function press(name) {
    if (rating === name) keep(null, "taken_back");
    else if (name === "up") keep({ rating: name }, "thanks");
    else if ((await keep({ rating: name })) === name && !taken()) ask();
  }

  function ask() {
    const form = reasonForm(say, (reason) => {
      place.replaceChildren();
      context.focus(down);
      if (reason) keep({ rating: "down", ...reason }, "thanks");
    });
    place.replaceChildren(form);
    context.focus(form.querySelector("input"), form);
  }

  show(rating);
  return [up, down];
}

function reasonForm(say, done) {
  const choice = (value) =>
    el(
      "label",
      { class: "choice" },
      el("input", { type: "radio", name: "reason", value }),
      el("span", {}, say(`reason_${value}`)),
    );
  const comment = el("textarea", { id: `comment-${(made += 1)}`, rows: 2, maxlength: 1000 });
  const form = el(
    "form",
    { class: "reason sheet" },
    el("fieldset", {}, el("legend", {}, say("reason_title")), REASONS.map(choice)),
    el("label", { for: comment.id }, say("comment")),
    comment,
    el(
      "div",
      { class: "actions" },
      el("button", { type: "submit", class: "primary" }, say("reason_send")),
      button("cancel", null, say("cancel"), () => done()),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    done({ reason: form.querySelector(":checked")?.value, comment: comment.value.trim() || null });
  });
  return form;
}

function asText(answer, context) {
  const { say, api } = context;
  const bodies = answer.parts.length ? answer.parts.map(({ question, text }) => `${question}\n${text}`) : [answer.text];
  const cited = answer.citations.map(
    (citation) =>
      `[${citation.number}] "${citation.quote}"\n${showWhere(citation, context)}\n${new URL(citation.url, api.server)}`,
  );
  const said = `${say("assistant")} (${showStatus(answer, context)}):`;
  return [
    answer.question,
    said,
    ...bodies,
    ...answer.notes.map(({ text }) => text),
    cited.length && `${say("sources")}:`,
    ...cited,
  ]
    .filter(Boolean)
    .join("\n\n");
}

function copyButton(answer, context) {
  const { say, announce, root } = context;
  const made = button("copy", "copy", say("copy"), async () => {
    const text = asText(answer, context);
    const copied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    const told = say(copied || copyByField(text, root) ? "copied" : "copy_failed");
    announce(told);
    made.lastChild.textContent = told;
    setTimeout(() => (made.lastChild.textContent = say("copy")), 2500);
  });
  return made;
}

/** For pages without https, and frames that may not use the clipboard. */
function copyByField(text, root) {
  const focused = root.activeElement;
  const field = el("textarea", { class: "hidden" });
  field.value = text;
  root.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}
