// A conversation, one answer at a time. An item is {handover}, or {key, question, state, answer, feedback, error}; its
// state waiting, asking, answered, failed or stopped. Events: `add` and `change` with the item, `progress` with {item, …},
// `reset`, and `gone` or `unread` where what the server kept is deleted, or cannot be had.

import { answerTo, newKey } from "./server.js";

const FIRST = 5_000; // ms
const LONGEST = 30_000; // ms

const words = (text) => text?.split(/\s+/).filter(Boolean).join(" ");

export class Conversation extends EventTarget {
  id = null;
  items = [];
  #running = null;

  constructor(api) {
    super();
    this.api = api;
    this.storage = `interreg-assistant ${api.server}`;
  }

  get busy() {
    return this.#running?.item.state === "asking";
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #save() {
    const unanswered = this.items.filter(({ state }) => ["waiting", "asking", "failed"].includes(state));
    const pending = unanswered.map(({ key, question, body }) => ({ key, question, body }));
    try {
      if (this.id || pending.length) sessionStorage.setItem(this.storage, JSON.stringify({ id: this.id, pending }));
      else sessionStorage.removeItem(this.storage);
    } catch {
      // Refused or full: a reload forgets.
    }
  }

  #saved() {
    const saved = { id: null, pending: [] };
    try {
      return Object.assign(saved, JSON.parse(sessionStorage.getItem(this.storage)));
    } catch {
      return saved;
    }
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

  ask(question) {
    this.#add({ key: newKey(), question, state: "waiting" });
    this.#next();
  }

  /** Asks again under the same key: an answer given meanwhile is that one. */
  retry(item) {
    const coming = this.#running?.item === item ? "asking" : "waiting";
    this.#set(item, { state: item.answer ? "answered" : coming });
    this.#next();
  }

  async #next() {
    const item = this.items.find(({ state }) => state === "waiting");
    if (this.#running || !item) return;
    const running = { item, control: new AbortController() };
    this.#running = running;
    // What is sent again under a key is the same word for word.
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
      this.#set(item, { answer, state: item.state === "stopped" ? "stopped" : "answered" });
      if (answer.reason === "answering_off") this.refresh();
    } catch (error) {
      if (this.items.includes(item) && item.state !== "stopped") this.#set(item, { state: "failed", error });
    }
  }

  /** Stops showing what comes. The first answer is still waited for: it brings the id. */
  stop() {
    if (!this.busy) return;
    const { item, control } = this.#running;
    this.#set(item, { state: "stopped" });
    if (this.id) control.abort();
  }

  /** The storage keeps what was asked. */
  end() {
    this.#running?.control.abort();
    this.items = [];
  }

  clear() {
    this.end();
    this.#running = null;
    this.id = null;
    this.#save();
    this.#tell("reset");
  }

  async delete() {
    if (this.id) await this.api.json(`conversations/${this.id}`, "DELETE").catch(unlessGone);
    this.clear();
  }

  async restore() {
    const { id, pending } = this.#saved();
    this.id = id;
    if (id) await this.read();
    const answered = this.items.slice(-pending.length).map(({ question }) => words(question));
    for (const { key, question, body } of pending) {
      const item = { key, question, body, state: "waiting" };
      if (!answered.includes(words(question))) this.items.push(item);
    }
    this.#save();
    this.#tell("reset");
    this.#next();
  }

  async read() {
    const { id } = this;
    try {
      const { messages } = await this.api.json(`conversations/${id}`);
      if (id !== this.id) return;
      this.items.unshift(...messages.map(itemOf));
      this.#tell("reset");
    } catch (error) {
      if (error.status === 404) this.id = null;
      this.#tell(error.status === 404 ? "gone" : "unread");
    }
  }

  merge(id, { messages }) {
    if (id !== this.id) return;
    for (const { handover } of messages) if (handover) this.take(handover);
  }

  take(handover) {
    this.id ??= handover.conversation_id;
    const known = this.items.find((item) => item.handover?.id === handover.id);
    if (!known) this.#add({ handover });
    else if (known.handover.changed_at < handover.changed_at) this.#set(known, { handover });
  }

  async refresh() {
    const { id } = this;
    await this.api.json(`conversations/${id}`).then(
      (kept) => this.merge(id, kept),
      () => {},
    );
  }
}

function unlessGone(error) {
  if (error.status !== 404) throw error;
}

function itemOf({ answer, feedback, handover }) {
  return handover ? { handover } : { question: answer.question, state: "answered", answer, feedback };
}

const waits = ({ handover }) => ["waiting", "claimed"].includes(handover?.state);

export function poll(conversation) {
  let timer, etag, ended;
  let pause = FIRST;

  function schedule() {
    clearTimeout(timer);
    if (!ended && conversation.items.some(waits)) timer = setTimeout(look, pause);
  }

  async function look() {
    const { id, api } = conversation;
    if (document.hidden || !id || !conversation.items.some(waits)) return;
    pause = Math.min(pause * 1.3, LONGEST);
    try {
      const response = await api.send(`conversations/${id}`, { headers: etag && { "If-None-Match": etag } });
      if (response.status !== 304) conversation.merge(id, await response.json());
      etag = response.headers.get("ETag");
    } catch (error) {
      if (error.status === 404) return; // it was deleted, here or elsewhere
    }
    schedule();
  }

  function changed({ detail }) {
    if (!detail.handover) return;
    pause = FIRST;
    schedule();
  }

  conversation.addEventListener("add", changed);
  conversation.addEventListener("change", changed);
  conversation.addEventListener("reset", schedule);
  document.addEventListener("visibilitychange", look);
  return () => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
