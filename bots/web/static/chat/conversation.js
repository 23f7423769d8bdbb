// A conversation: what was asked, in order, one answer at a time, and what people were asked. It knows no elements; the
// panel listens to its events: `add` and `change` (detail: the item), `progress` (detail: {item, …}), `reset` (all items
// may be others now), `gone` and `unread` (what was kept on the server is deleted, or could not be fetched).
//
// An item is {type: "exchange", key, question, state, answer, feedback, error} with a state of waiting, asking, answered,
// failed or stopped, or {type: "handover", handover}.

import { Refused } from "./api.js";
import { answerTo, newKey } from "./asking.js";

const words = (text) => text.split(/\s+/).filter(Boolean).join(" ");

export class Conversation extends EventTarget {
  id = null;
  items = [];
  language = "nl";
  #running = null;

  constructor(api, session) {
    super();
    this.api = api;
    this.session = session;
  }

  get busy() {
    return this.#running?.item.state === "asking";
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #save() {
    const unanswered = this.items.filter((item) => ["waiting", "asking", "failed"].includes(item.state));
    this.session.save(this.id, unanswered.map(({ key, question, body }) => ({ key, question, body })));
  }

  #add(item) {
    this.items.push(item);
    this.#save();
    this.#tell("add", item);
  }

  #set(item, changes) {
    Object.assign(item, changes);
    this.#save();
    this.#tell("change", item);
  }

  /** Asks a question as soon as those before it are answered. */
  ask(question) {
    this.#add({ type: "exchange", key: newKey(), question, state: "waiting" });
    this.#next();
  }

  /** Asks again what failed or was stopped, under its own key: an answer that was given in the meantime is that one. */
  retry(item) {
    if (item.answer) {
      this.#set(item, { state: "answered" });
    } else if (item.state === "failed" || item.state === "stopped") {
      this.#set(item, { state: "waiting", error: null });
      this.#next();
    }
  }

  async #next() {
    const item = this.items.find((one) => one.state === "waiting");
    if (this.#running || !item) return;
    const running = { item, control: new AbortController() };
    this.#running = running;
    // What was sent once is sent again word for word, else the key would stand for two questions.
    item.body ??= { question: item.question, conversation_id: this.id, language: this.language };
    this.#set(item, { state: "asking" });
    await this.#answer(item, running.control.signal);
    if (this.#running !== running) return;
    this.#running = null;
    this.#next();
  }

  async #answer(item, signal) {
    const progress = (news) => item.state === "asking" && this.#tell("progress", { item, ...news });
    try {
      const answer = await answerTo(this.api, item, signal, progress);
      if (!this.items.includes(item)) return;
      this.id = answer.conversation_id ?? this.id;
      item.answer = answer;
      this.#set(item, { state: item.state === "stopped" ? "stopped" : "answered" });
      if (answer.reason === "answering_off") this.refresh();
    } catch (error) {
      if (this.items.includes(item) && item.state !== "stopped") this.#set(item, { state: "failed", error });
    }
  }

  /** Stops showing the answer that comes. The first one is still waited for: it brings the conversation's id. */
  stop() {
    if (!this.busy) return;
    const { item, control } = this.#running;
    this.#set(item, { state: "stopped" });
    if (this.id) control.abort();
  }

  /** Begins anew; what is kept on the server stays there. */
  clear() {
    this.#running?.control.abort();
    this.#running = null;
    this.id = null;
    this.items = [];
    this.#save();
    this.#tell("reset");
  }

  /** Deletes everything of the conversation, here and on the server. */
  async delete() {
    try {
      if (this.id) await this.api.forget(this.id);
    } catch (error) {
      if (!gone(error)) throw error;
    }
    this.clear();
  }

  /** Shows again what a reload took away, and asks again what has no answer yet. */
  async restore() {
    const { id, pending } = this.session.load();
    this.id = id;
    if (id) await this.read();
    const answered = this.items.slice(-pending.length).map((item) => words(item.question ?? ""));
    for (const { key, question, body } of pending) {
      const settled = answered.includes(words(question));
      if (!settled) this.items.push({ type: "exchange", key, question, body, state: "waiting" });
    }
    this.#save();
    if (this.items.length) this.#tell("reset");
    this.#next();
  }

  /** Reads what the server keeps, before what is here. */
  async read() {
    const id = this.id;
    try {
      const { messages } = await this.api.conversation(id);
      if (id !== this.id) return;
      this.items.unshift(...messages.map(itemOf));
      this.#tell("reset");
    } catch (error) {
      if (gone(error)) this.id = null;
      this.#tell(gone(error) ? "gone" : "unread");
    }
  }

  /** Takes over what people did meanwhile: hand-overs that are new, or have moved on. */
  merge(messages) {
    for (const { type, handover } of messages) {
      if (type === "handover") this.take(handover);
    }
  }

  /** Adds a hand-over, or what has become of it. */
  take(handover) {
    this.id ??= handover.conversation_id;
    const known = this.items.find((item) => item.handover?.id === handover.id);
    if (!known) this.#add({ type: "handover", handover });
    else if (known.handover.changed_at !== handover.changed_at) this.#set(known, { handover });
  }

  async refresh() {
    if (this.id) this.merge((await this.api.conversation(this.id).catch(() => ({ messages: [] }))).messages);
  }
}

function gone(error) {
  return error instanceof Refused && error.status === 404;
}

function itemOf({ type, answer, feedback, handover }) {
  if (type === "handover") return { type, handover };
  return { type: "exchange", question: answer.question, state: "answered", answer, feedback };
}
