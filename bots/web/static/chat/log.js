// The conversation as elements: one for each question, its answer, and each question for a person.

import { answerElement, head, showStatus } from "./answer.js";
import { button, drawn, el } from "./dom.js";
import { personElement } from "./handover.js";

export class Log {
  #shown = new Map(); // item → {question, reply, progress, state}

  constructor(context, signal) {
    this.context = context;
    this.element = el("div", { id: "log", role: "log", "aria-label": context.say("conversation") });
    const on = (type, listener) =>
      context.conversation.addEventListener(type, ({ detail }) => listener(detail), { signal });
    on("add", (item) => this.#add(item, true));
    on("change", (item) => this.#change(item));
    on("progress", (news) => this.#shown.get(news.item)?.progress?.(news));
    on("reset", () => this.#reset());
    this.#reset();
  }

  #reset() {
    this.#shown.clear();
    this.element.replaceChildren();
    for (const item of this.context.conversation.items) this.#add(item, false);
    if (this.element.lastChild) this.context.reveal(this.element.lastChild, true);
  }

  #add(item, live) {
    this.#followUps?.remove();
    const question = item.question && questionElement(item.question, this.context);
    this.#shown.set(item, { question });
    if (question) this.element.append(question);
    this.#reply(item);
    if (!live) return;
    if (question) this.context.reveal(question, true);
    else this.#say(item);
  }

  #change(item) {
    const shown = this.#shown.get(item);
    if (!shown || (shown.question && shown.state === item.state)) return;
    const follows = this.context.follows() && item === this.context.conversation.items.at(-1);
    this.#reply(item);
    this.#say(item);
    if (follows) this.context.reveal(shown.question ?? shown.reply, true);
  }

  #reply(item) {
    const { root, conversation } = this.context;
    const shown = this.#shown.get(item);
    const [reply, progress] = this.#replyTo(item);
    const focused = shown.reply?.contains(root.activeElement);
    if (shown.reply && reply) shown.reply.replaceWith(reply);
    else if (shown.reply) shown.reply.remove();
    else if (reply && shown.question) shown.question.after(reply);
    else if (reply) this.element.append(reply);
    if (shown.question) shown.question.lastChild.hidden = item.state !== "waiting" || !conversation.busy;
    if (focused) (shown.question ?? reply).focus({ preventScroll: true });
    Object.assign(shown, { reply, progress, state: item.state });
  }

  #replyTo(item) {
    const { context } = this;
    if (item.handover) return [personElement(item.handover, context)];
    if (item.state === "answered") return [answerElement(item.answer, item.feedback, context)];
    if (item.state === "asking") return draftElement(context);
    return item.state === "waiting" ? [] : [missingElement(item, context)];
  }

  #say(item) {
    const { say, announce, unread } = this.context;
    const { state, answer, handover } = item;
    if (handover?.reply)
      announce(`${say("person_answer")}. ${say("by_role", handover.reply)}. ${handover.reply.text}`, handover.language);
    else if (handover) announce(say(`state_${handover.state}`));
    if (state === "failed") announce(sentence(item.error, this.context));
    if (state === "stopped") announce(say("stopped"));
    if (state === "answered") {
      announce(`${showStatus(answer, this.context)}. ${answer.text.replace(/\s*\[\d+\]/g, "")}`, answer.language);
      this.#followUp(item);
    }
    if (state === "answered" || handover?.reply) unread();
  }

  /** Questions to go on with come below all that is there, so that nothing moves. */
  async #followUp(item) {
    const { api, conversation, say, suggested } = this.context;
    const { suggestions } = await api.json(`answers/${item.answer.id}/suggestions`).catch(() => ({ suggestions: [] }));
    if (!suggestions.length || item !== conversation.items.at(-1)) return;
    this.#followUps?.remove();
    this.element.append(suggested("follow-ups", say("follow_ups"), suggestions));
  }

  get #followUps() {
    return this.element.querySelector("#follow-ups");
  }
}

function questionElement(question, { heading, say }) {
  const queued = el("p", { class: "queued meta", hidden: true }, drawn("clock", say("queued")));
  return el(
    "article",
    { class: "question", "aria-live": "off", tabindex: -1 },
    el(heading(1), { class: "hidden" }, say("you")),
    el("p", { class: "asked" }, question),
    queued,
  );
}

function draftElement(context) {
  const { say } = context;
  const text = el("p", { class: "text" });
  const waits = el("span", {}, say("thinking"));
  const draft = el(
    "article",
    { class: "answer draft", "aria-live": "off", "aria-busy": true },
    head(say("assistant"), "robot", null, context),
    text,
    el("p", { class: "thinking" }, el("span", { class: "dot" }), waits),
  );
  function progress({ delta, restart, lost }) {
    if (restart) text.textContent = "";
    if (delta) text.append(delta);
    else waits.textContent = say(lost ? "connection_lost" : "thinking");
    draft.classList.toggle("coming", !lost && text.textContent !== "");
  }
  return [draft, progress];
}

function missingElement(item, context) {
  const { say, conversation } = context;
  const stopped = item.state === "stopped";
  const retry = button("retry", null, say("retry"), () => conversation.retry(item));
  return el(
    "article",
    { class: stopped ? "stopped" : "problem", "aria-live": "off" },
    el("p", {}, stopped ? say("stopped") : sentence(item.error, context)),
    retry,
  );
}

function sentence(error, { say }) {
  const known = { 429: "busy", 503: "not_ready" }[error?.status];
  if (error?.status === 422 && error.message) return error.message;
  return say(known ?? (error?.status ? "unexpected" : "failed"));
}
