// A question for a person: the form that asks it, and what becomes of it, told apart from what the machine says.

import { around, button, el, icon, link, safeUrl } from "./dom.js";
import { personalNotice } from "./notice.js";
import { showMoment } from "./showing.js";

let made = 0;

function field(tag, name, label, attributes, describedBy) {
  const id = `${name}-${(made += 1)}`;
  const input = el(tag, { id, name, "aria-describedby": describedBy, ...attributes });
  return { input, parts: [el("label", { for: id }, label), input] };
}

/** Returns the text that says what is wrong with the form, and the field to mend; null where nothing is. */
function wrong({ question, email, consent }, { say, limit }) {
  const length = [...question.value.trim()].length;
  if (!length) return [question, say("question_needed")];
  if (length > limit) return [question, say("too_long", { count: length - limit, limit })];
  if (email.value.trim() && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.value.trim())) return [email, say("email_invalid")];
  if (email.value.trim() && !consent.checked) return [consent, say("consent_needed")];
  return null;
}

/** The form; `close` is called where it is not needed any more. */
export function handoverForm({ question, answerId }, context, close) {
  const { say, contact } = context;
  const asked = field("textarea", "question", say("label"), { rows: "3", required: true });
  asked.input.value = question ?? "";
  const why = el("p", { class: "meta", id: `why-${(made += 1)}` }, say("handover_email_why"));
  const email = field("input", "email", say("handover_email"), { type: "email", autocomplete: "email" }, why.id);
  const consent = el("input", { type: "checkbox", name: "consent" });
  const told = el("p", { class: "warning", role: "alert" });
  const place = el("div");
  const fields = { question: asked.input, email: email.input, consent };

  const send = async () => {
    place.replaceChildren();
    const address = email.input.value.trim();
    try {
      const handover = await context.api.handOver({
        question: asked.input.value.trim(),
        conversation_id: context.conversation.id,
        answer_id: answerId ?? null,
        language: context.language,
        ...(address && { email: address, consent: true }),
      });
      close();
      context.conversation.take(handover);
      context.shown(handover.id);
    } catch (error) {
      told.textContent = error.status === 422 && error.message ? error.message : say("handover_failed");
    }
  };
  const submit = (event) => {
    event.preventDefault();
    const problem = wrong(fields, context);
    for (const input of Object.values(fields)) input.removeAttribute("aria-invalid");
    told.textContent = problem?.[1] ?? "";
    problem?.[0].setAttribute("aria-invalid", "true");
    problem?.[0].focus();
    if (problem) return;
    const notice = personalNotice(asked.input.value, context, send, () => {
      place.replaceChildren();
      asked.input.focus();
    });
    if (notice) place.replaceChildren(notice);
    else send();
  };
  const cancel = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };

  return el(
    "form",
    { class: "handover sheet", submit, keydown: cancel, novalidate: true },
    el(context.heading(2), {}, icon("person"), el("span", {}, say("handover_title"))),
    el("p", {}, around(say("handover_how"), link(contact.url, {}, context, contact.name))),
    context.opening && el("p", { class: "opening" }, icon("clock"), el("span", {}, context.opening)),
    asked.parts,
    email.parts,
    why,
    el("label", { class: "choice" }, consent, el("span", {}, say("consent", { count: context.days }))),
    told,
    place,
    el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, say("handover_send")), button("cancel", null, say("cancel"), close)),
  );
}

function replyOf({ text, role, source, at }, context) {
  const { say } = context;
  const from = source && (safeUrl(source, context.api.server) && /^https?:/.test(source) ? link(source, {}, context, source) : source);
  return [
    el("p", { class: "text" }, text),
    el("p", { class: "by" }, say("by_role", { role }), el("span", { class: "meta" }, ` · ${showMoment(at, context)}`)),
    from && el("p", { class: "meta" }, around(say("reply_source"), from)),
  ];
}

/** A question for a person as it stands now. */
export function personElement(handover, context) {
  const { say } = context;
  const { state, reply, reason } = handover;
  const open = ["waiting", "claimed"].includes(state);
  const heading = el(context.heading(1), {}, icon("person"), el("span", {}, say(reply ? "person_answer" : "person_asked")));
  const told = el("p", { class: "warning", role: "alert" });
  const withdraw = async () => {
    try {
      context.conversation.take(await context.api.withdraw(handover.id));
    } catch {
      told.textContent = say("not_saved");
      context.conversation.refresh();
    }
  };
  return el(
    "article",
    { class: "person", "data-state": state, "data-id": handover.id, "aria-live": "off", tabindex: "-1" },
    el("header", {}, heading, el("span", { class: "status" }, say(`state_${state}`))),
    el("blockquote", { class: "asked", lang: handover.language }, handover.question),
    reply && replyOf(reply, context),
    state === "declined" && reason && el("p", { class: "text" }, say("declined_why", { reason })),
    open && el("p", { class: "meta" }, say("waiting_how"), handover.email_given && ` ${say("email_given")}`),
    open && context.opening && el("p", { class: "opening" }, icon("clock"), el("span", {}, context.opening)),
    open && el("div", { class: "actions" }, button("withdraw", null, say("withdraw"), withdraw)),
    told,
  );
}
