// An answer of the machine: its status in words, the text with its marks, what is to be known about it, its sources, and
// what can be done with it. It says of itself that it is automated.

import { around, button, el, icon, link } from "./dom.js";
import { marked, sourceList } from "./citations.js";
import { copyButton } from "./copying.js";
import { feedbackControls } from "./feedback.js";
import { handoverForm } from "./handover.js";
import { showStatus } from "./showing.js";

const REFUSED = ["unsupported", "off_topic"];
// What an answer says about its time or its premise changes what the answer means; the rest is by the way.
const WEIGHTY = ["superseded", "expired", "upcoming", "provisional", "earlier_period", "premise", "passed", "partial"];

function header(name, drawn, status, context) {
  const heading = el(context.heading(1), {}, icon(drawn), el("span", {}, name));
  return el("header", {}, heading, status && el("span", { class: "status" }, status));
}

function noteList(answer, weighty) {
  const notes = answer.notes.filter((note) => WEIGHTY.includes(note.code) === weighty);
  if (!notes.length) return null;
  const item = (note) => el("li", { class: note.code }, weighty && icon("clock"), el("span", {}, note.text));
  return el("ul", { class: weighty ? "notes weighty" : "notes", role: "list", lang: answer.language }, notes.map(item));
}

function body(answer, open, context) {
  const paragraph = (text) => el("p", { class: "text", lang: answer.language }, marked(text, answer, open, context));
  if (!answer.parts.length) return [paragraph(answer.text)];
  return answer.parts.map((part) =>
    el(
      "section",
      { class: "part" },
      el(context.heading(2), { lang: answer.language }, part.question),
      part.status !== "answered" && el("p", { class: "meta" }, showStatus(part, context.say)),
      paragraph(part.text),
    ),
  );
}

function nearMisses(answer, context) {
  if (!answer.near_misses.length) return null;
  const { list } = sourceList(answer.near_misses, context, false);
  return el("section", { class: "near" }, el(context.heading(2), {}, context.say("near_misses")), list);
}

function contactLine(contact, context) {
  return el("p", { class: "contact" }, around(context.say("would_know"), link(contact.url, {}, context, contact.name)));
}

function actions(answer, feedback, context) {
  const place = el("div", { class: "below" });
  const feedbackButtons = feedbackControls(answer, feedback, place, context);
  const person = button("ask-person", "person", context.say("ask_person"), () => {
    place.replaceChildren(handoverForm({ question: answer.question, answerId: answer.id }, context, () => {
      place.replaceChildren();
      person.focus({ preventScroll: true });
    }));
    context.enter(place);
  });
  if (REFUSED.includes(answer.status)) person.classList.add("strong");
  const row = el("div", { class: "actions" }, copyButton(answer, context), feedbackButtons, person);
  return [row, place];
}

/** A finished answer. It is announced elsewhere, once, so that no live region reads it a second time. */
export function answerElement(answer, feedback, context) {
  const { list, open } = sourceList(answer.citations, context);
  const staff = answer.mode === "staff";
  const name = context.say(staff ? "person_answer" : "assistant");
  return el(
    "article",
    { class: staff ? "answer staff" : "answer", "data-status": answer.status, "aria-live": "off" },
    header(name, staff ? "person" : "robot", showStatus(answer, context.say), context),
    body(answer, open, context),
    noteList(answer, true),
    answer.contact && contactLine(answer.contact, context),
    answer.citations.length > 0 && el("section", {}, el(context.heading(2), { class: "sources-title" }, context.say("sources")), list),
    nearMisses(answer, context),
    noteList(answer, false),
    actions(answer, feedback, context),
  );
}

export function questionElement(question, context) {
  const heading = el(context.heading(1), { class: "hidden" }, context.say("you"));
  const queued = el("p", { class: "queued meta", hidden: true }, icon("clock"), context.say("queued"));
  return el("article", { class: "question", "aria-live": "off", tabindex: "-1" }, heading, el("p", { class: "asked" }, question), queued);
}

/** The answer while it comes. */
export function draftElement(context) {
  const text = el("p", { class: "text" });
  const waits = el("p", { class: "thinking" }, el("span", { class: "dot" }), el("span", {}, context.say("thinking")));
  const draft = el(
    "article",
    { class: "answer draft", "aria-live": "off", "aria-busy": "true" },
    header(context.say("assistant"), "robot", null, context),
    text,
    waits,
  );
  return {
    draft,
    progress({ delta, restart, lost }) {
      if (restart) text.replaceChildren();
      if (delta) text.append(delta);
      if (restart || lost) waits.lastChild.textContent = context.say(lost ? "connection_lost" : "thinking");
      draft.classList.toggle("coming", Boolean(text.textContent) && !lost);
    },
  };
}

/** What stands in the place of an answer that did not come, or was stopped. */
export function missingElement(item, context, retry) {
  const stopped = item.state === "stopped";
  const again = button("retry", null, context.say("retry"), retry);
  const sentence = stopped ? context.say("stopped") : context.sentence(item.error);
  return el("article", { class: stopped ? "stopped" : "problem", "aria-live": "off" }, el("p", {}, sentence), again);
}
