// Thumbs up and down, the reason for a thumb down, and taking either back.

import { button, el } from "./dom.js";

const REASONS = ["wrong", "incomplete", "outdated", "not_found", "other"];

/** The two buttons; the form for a reason goes into `place`. */
export function feedbackControls(answer, given, place, context) {
  const { api, say, announce } = context;
  const thumbs = {
    up: button("up", "up", say("up"), () => press("up")),
    down: button("down", "down", say("down"), () => press("down")),
  };
  let rating = given?.rating ?? null;
  const show = (now) => {
    rating = now;
    for (const [name, thumb] of Object.entries(thumbs)) thumb.setAttribute("aria-pressed", String(name === now));
  };
  const keep = async (feedback) => {
    const before = rating;
    show(feedback?.rating ?? null);
    try {
      await (feedback ? api.rate(answer.id, feedback) : api.unrate(answer.id));
      return true;
    } catch {
      show(before);
      announce(say("not_saved"));
      place.replaceChildren(el("p", { class: "warning" }, say("not_saved")));
      return false;
    }
  };
  const said = (key) => {
    announce(say(key));
    place.replaceChildren(el("p", { class: "meta" }, say(key)));
  };
  async function press(name) {
    const back = rating === name;
    if (!(await keep(back ? null : { rating: name, reason: null, comment: null }))) return;
    if (name === "up" || back) said(back ? "taken_back" : "thanks");
    else ask();
  }
  function ask() {
    const close = () => {
      place.replaceChildren();
      thumbs.down.focus({ preventScroll: true });
    };
    const send = async (reason, comment) => {
      if (!(await keep({ rating: "down", reason, comment }))) return;
      said("thanks");
      thumbs.down.focus({ preventScroll: true });
    };
    place.replaceChildren(reasonForm(send, close, say));
    context.enter(place);
  }
  show(rating);
  return [thumbs.up, thumbs.down];
}

let made = 0;

function reasonForm(send, close, say) {
  made += 1;
  const choice = (reason) =>
    el("label", { class: "choice" }, el("input", { type: "radio", name: "reason", value: reason }), el("span", {}, say(`reason_${reason}`)));
  const comment = el("textarea", { id: `comment-${made}`, name: "comment", rows: "2", maxlength: "1000" });
  return el(
    "form",
    {
      class: "reason sheet",
      submit(event) {
        event.preventDefault();
        const chosen = event.currentTarget.querySelector("input:checked")?.value ?? null;
        send(chosen, comment.value.trim() || null);
      },
    },
    el("fieldset", {}, el("legend", {}, say("reason_title")), REASONS.map(choice)),
    el("label", { for: comment.id }, say("comment")),
    comment,
    el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, say("reason_send")), button("", null, say("skip"), close)),
  );
}
