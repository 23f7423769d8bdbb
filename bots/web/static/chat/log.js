// The conversation as elements: one for each question, its answer, and each question for a person.

import { answerElement, draftElement, missingElement, questionElement } from "./answer.js";
import { el } from "./dom.js";
import { personElement } from "./handover.js";
import { suggestionList } from "./intro.js";
import { showStatus, spoken } from "./showing.js";

export class Log {
  #shown = new Map(); // item → {question, reply, progress, state}

  constructor(context, signal) {
    this.context = context;
    this.element = el("div", { id: "log", role: "log", "aria-label": context.say("conversation") });
    const { conversation } = context;
    const on = (type, listener) => conversation.addEventListener(type, ({ detail }) => listener(detail), { signal });
    on("add", (item) => this.#add(item, true));
    on("change", (item) => this.#change(item));
    on("progress", (news) => this.#shown.get(news.item)?.progress?.(news));
    on("reset", () => this.reset());
    this.reset();
  }

  reset() {
    this.#shown.clear();
    this.element.replaceChildren();
    for (const item of this.context.conversation.items) this.#add(item, false);
    if (this.element.lastChild) this.context.toEnd();
  }

  #add(item, live) {
    this.#dropFollowUps();
    if (item.type === "handover") {
      const reply = personElement(item.handover, this.context);
      this.#shown.set(item, { reply });
      this.element.append(reply);
      if (live) this.context.announce(this.#personSaid(item.handover));
      return;
    }
    const question = questionElement(item.question, this.context);
    this.#shown.set(item, { question, reply: null });
    this.element.append(question);
    this.#reply(item);
    if (live) this.context.reveal(question, "start");
  }

  #change(item) {
    const shown = this.#shown.get(item);
    if (!shown) return;
    const follows = this.context.atBottom() && item === this.context.conversation.items.at(-1);
    if (item.type === "handover") {
      this.#person(item, shown);
    } else if (shown.state !== item.state) {
      this.#reply(item);
      this.#say(item);
    }
    if (follows) this.context.reveal(shown.question ?? shown.reply, "start");
  }

  #person(item, shown) {
    const fresh = personElement(item.handover, this.context);
    const focused = shown.reply.contains(this.context.root.activeElement);
    shown.reply.replaceWith(fresh);
    shown.reply = fresh;
    if (focused) fresh.focus({ preventScroll: true });
    this.context.announce(this.#personSaid(item.handover), item.handover.language);
    if (item.handover.reply) this.context.unread();
  }

  #personSaid({ state, reply }) {
    const { say } = this.context;
    if (!reply || state !== "answered") return say(`state_${state}`);
    return `${say("person_answer")}. ${say("by_role", { role: reply.role })}. ${reply.text}`;
  }

  /** Puts what stands below a question in accordance with its state. */
  #reply(item) {
    const shown = this.#shown.get(item);
    const { element, progress } = this.#replyElement(item);
    const focused = shown.reply?.contains(this.context.root.activeElement);
    shown.reply?.remove();
    if (element) shown.question.after(element);
    shown.question.querySelector(".queued").hidden = item.state !== "waiting" || !this.context.conversation.busy;
    if (focused) shown.question.focus({ preventScroll: true });
    Object.assign(shown, { reply: element, progress, state: item.state });
  }

  #replyElement(item) {
    const { context } = this;
    if (item.state === "answered") return { element: answerElement(item.answer, item.feedback, context) };
    if (item.state === "asking") {
      const { draft, progress } = draftElement(context);
      return { element: draft, progress };
    }
    if (item.state === "waiting") return { element: null };
    return { element: missingElement(item, context, () => context.conversation.retry(item)) };
  }

  #say(item) {
    const { say, announce, sentence, unread } = this.context;
    if (item.state === "failed") announce(sentence(item.error));
    if (item.state === "stopped") announce(say("stopped"));
    if (item.state !== "answered") return;
    announce(`${showStatus(item.answer, say)}. ${spoken(item.answer.text)}`, item.answer.language);
    unread();
    this.#followUp(item);
  }

  /** Questions to go on with come below all that is there, so that nothing moves. */
  async #followUp(item) {
    const { api, conversation, say } = this.context;
    const { suggestions } = await api.suggestions(item.answer.id).catch(() => ({ suggestions: [] }));
    if (!suggestions.length || item !== conversation.items.at(-1) || !this.#shown.has(item)) return;
    this.#dropFollowUps();
    this.element.append(suggestionList("follow-ups", say("follow_ups"), suggestions, this.context));
  }

  #dropFollowUps() {
    this.element.querySelector("#follow-ups")?.remove();
  }

  /** Brings a question for a person into view, and the focus with it. */
  show(handoverId) {
    const shown = [...this.#shown].find(([item]) => item.handover?.id === handoverId)?.[1].reply;
    shown?.focus({ preventScroll: true });
    if (shown) this.context.reveal(shown, "start");
  }
}
