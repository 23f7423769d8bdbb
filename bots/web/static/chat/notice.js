// Says what personal data was seen in a question and why that matters, before anything is sent.

import { button, el } from "./dom.js";
import { personalData } from "./personal.js";

/** The notice with its two ways on, or null where nothing was seen. */
export function personalNotice(question, { say, days }, anyway, change) {
  const found = personalData(question);
  if (!found.length) return null;
  return el(
    "div",
    { class: "personal", role: "alert" },
    el("p", {}, el("strong", {}, say("personal_title"))),
    el("ul", {}, found.map(({ kind, text }) => el("li", {}, say(`personal_${kind}`, { text })))),
    el("p", {}, say("personal_why", { count: days })),
    el("div", { class: "actions" }, button("change primary", null, say("change_it"), change), button("send-anyway", null, say("send_anyway"), anyway)),
  );
}
