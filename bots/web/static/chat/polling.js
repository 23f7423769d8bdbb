// Looks whether people answered, as long as something waits for them and somebody looks at the page.

const FIRST = 5_000; // ms
const LONGEST = 30_000; // ms
const GROWTH = 1.3;

const waits = (item) => ["waiting", "claimed"].includes(item.handover?.state);

export class Polling {
  #timer = null;
  #pause = FIRST;
  #etag = null;
  #ended = new AbortController();

  constructor(conversation) {
    this.conversation = conversation;
    const { signal } = this.#ended;
    const changed = ({ detail }) => detail.type === "handover" && this.#soon();
    for (const type of ["add", "change"]) conversation.addEventListener(type, changed, { signal });
    conversation.addEventListener("clear", () => clearTimeout(this.#timer), { signal });
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
  }

  end() {
    clearTimeout(this.#timer);
    this.#ended.abort();
  }

  #soon() {
    this.#pause = FIRST;
    this.#etag = null;
    this.#schedule();
  }

  #schedule() {
    clearTimeout(this.#timer);
    if (!this.#ended.signal.aborted && this.conversation.items.some(waits)) {
      this.#timer = setTimeout(() => this.#look(), this.#pause);
    }
  }

  async #look() {
    clearTimeout(this.#timer);
    const { id, items, api } = this.conversation;
    if (document.hidden || !id || !items.some(waits)) return;
    this.#pause = Math.min(this.#pause * GROWTH, LONGEST);
    try {
      const response = await api.send(`conversations/${encodeURIComponent(id)}`, {
        headers: this.#etag ? { "If-None-Match": this.#etag } : {},
      });
      if (response.status !== 304 && id === this.conversation.id) {
        const { messages } = await response.json();
        this.conversation.merge(messages);
        this.#etag = response.headers.get("ETag");
      }
    } catch (error) {
      if (error.status === 404) return; // it was deleted, here or elsewhere
    }
    this.#schedule();
  }
}
