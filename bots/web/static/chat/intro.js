// What stands before the first input: that a machine answers, what it knows, where a person is, how long things are kept.

import { around, button, el, icon, link } from "./dom.js";

/** The introduction; nothing switches it off. `context.contact` and what comes with it may still be unknown. */
export function introElement(context, { askPerson, forget }) {
  const { say, contact } = context;
  return el(
    "section",
    { id: "intro" },
    el("p", { class: "automated" }, icon("robot"), el("strong", {}, say("automated"))),
    el("p", {}, say("knows")),
    el(
      "div",
      { class: "way" },
      el("p", {}, around(say("rather_person"), link(contact.url, {}, context, contact.name))),
      context.opening && el("p", { class: "opening" }, icon("clock"), el("span", {}, context.opening)),
      button("ask-person", "person", say("ask_person"), askPerson),
    ),
    el("p", { class: "kept" }, say("kept", { count: context.days }), " ", el("button", { type: "button", class: "delete textual", click: forget }, say("delete"))),
  );
}

/** Questions to begin with, or to go on with. */
export function suggestionList(name, title, questions, context) {
  const ask = (question) => el("li", {}, el("button", { type: "button", class: "suggestion", click: () => context.ask(question) }, question));
  return el("section", { class: "suggestions", id: name }, el(context.heading(1), {}, title), el("ul", { role: "list" }, questions.map(ask)));
}
