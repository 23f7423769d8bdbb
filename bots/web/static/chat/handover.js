// A question for a person: the form that asks it, and what becomes of it, told apart from what the machine says.

import { around, button, drawn, el, link, showDate } from "./dom.js";
import { personalNotice } from "./personal.js";

let made = 0;

export function hours({ opening }) {
  return opening && el("p", { class: "opening" }, drawn("clock", opening));
}

export function handoverForm(about, context, close) {
  const { say, conversation, language } = context;
  const id = (made += 1);
  const question = el("textarea", { id: `asked-${id}`, rows: 3 });
  const email = el("input", {
    id: `email-${id}`,
    type: "email",
    autocomplete: "email",
    "aria-describedby": `why-${id}`,
  });
  const consent = el("input", { type: "checkbox" });
  const told = el("p", { class: "warning", role: "alert" });
  const place = el("div", {});
  question.value = about.question ?? "";

  function complain() {
    const address = email.value.trim();
    const over = [...question.value.trim()].length - context.limit;
    const wrongs = [
      [question, "question_needed", !question.value.trim()],
      [question, "too_long", over > 0],
      [email, "email_invalid", address && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)],
      [consent, "consent_needed", address && !consent.checked],
    ];
    const [field, key] = wrongs.find(([, , wrong]) => wrong) ?? [];
    told.textContent = key ? say(key, { count: over, limit: context.limit }) : "";
    for (const input of [question, email, consent]) input.setAttribute("aria-invalid", input === field);
    field?.focus();
    return key;
  }

  async function send() {
    place.replaceChildren();
    const given = email.value.trim() ? { email: email.value.trim(), consent: true } : {};
    const body = { ...about, question: question.value.trim(), conversation_id: conversation.id, language, ...given };
    try {
      const handover = await context.api.json("handovers", "POST", body);
      close();
      conversation.take(handover);
      context.focus(context.root.querySelector(`[data-id="${handover.id}"]`));
    } catch (error) {
      told.textContent = (error.status === 422 && error.message) || say("not_done");
    }
  }

  function submit(event) {
    event.preventDefault();
    if (complain()) return;
    const notice = personalNotice(question.value, context, send, () => {
      place.replaceChildren();
      question.focus();
    });
    if (notice) place.replaceChildren(notice);
    else send();
  }

  return el(
    "form",
    { class: "handover sheet", submit, novalidate: true },
    el(context.heading(2), {}, drawn("person", say("ask_person"))),
    el("p", {}, around(say("handover_how"), link(context.contact.url, {}, context, context.contact.name))),
    hours(context),
    el("label", { for: question.id }, say("label")),
    question,
    el("label", { for: email.id }, say("handover_email")),
    email,
    el("p", { class: "meta", id: `why-${id}` }, say("handover_email_why")),
    el("label", { class: "choice" }, consent, el("span", {}, say("consent", { count: context.days }))),
    told,
    place,
    el(
      "div",
      { class: "actions" },
      el("button", { type: "submit", class: "primary" }, say("handover_send")),
      button("cancel", null, say("cancel"), close),
    ),
  );
}

function replyOf({ text, role, source, at }, context) {
  const { say, language } = context;
  const when = showDate(at, language, { day: "numeric", hour: "2-digit", minute: "2-digit" });
  const from = source && (/^https?:/.test(source) ? link(source, {}, context, source) : source);
  return [
    el("p", { class: "text" }, text),
    el("p", { class: "by" }, say("by_role", { role })),
    el("p", { class: "meta" }, when),
    from && el("p", { class: "meta" }, around(say("reply_source"), from)),
  ];
}

export function personElement(handover, context) {
  const { say, conversation } = context;
  const { id, state, reply, reason } = handover;
  const open = ["waiting", "claimed"].includes(state);
  const told = el("p", { class: "warning", role: "alert" });
  async function withdraw() {
    try {
      conversation.take(await context.api.json(`handovers/${id}/withdraw`, "POST"));
    } catch {
      told.textContent = say("not_done");
      conversation.refresh();
    }
  }
  return el(
    "article",
    { class: "person", "data-state": state, "data-id": id, "aria-live": "off", tabindex: -1 },
    el(
      "header",
      {},
      el(context.heading(1), {}, drawn("person", say(reply ? "person_answer" : "person_asked"))),
      el("span", { class: "status" }, say(`state_${state}`)),
    ),
    el("blockquote", { class: "asked", lang: handover.language }, handover.question),
    reply && replyOf(reply, context),
    state === "declined" && reason && el("p", { class: "text" }, say("declined_why", { reason })),
    open && [
      el("p", { class: "meta" }, say("waiting_how"), handover.email_given && ` ${say("email_given")}`),
      hours(context),
      el("div", { class: "actions" }, button("withdraw", null, say("withdraw"), withdraw)),
    ],
    told,
  );
}
