// Where a question is typed; the limit, and what is personal, is said before anything is sent.

import { drawn, el } from "./dom.js";
import { personalNotice } from "./personal.js";

const NEAR = 200; // characters before the limit from which on they are counted down

export class Composer {
  constructor(context) {
    const { say, conversation } = context;
    this.context = context;
    this.input = el("textarea", {
      id: "question",
      rows: 1,
      autocomplete: "off",
      enterkeyhint: "send",
      placeholder: say("placeholder"),
      "aria-describedby": "told hint",
      input: () => this.#typed(),
      keydown: (event) => this.#key(event),
    });
    this.stop = el(
      "button",
      { type: "button", id: "stop", hidden: true, click: () => conversation.stop() },
      drawn("stop", say("stop")),
    );
    this.off = el("p", { id: "off", hidden: true }, drawn("person", say("answering_off")));
    this.told = el("p", { id: "told", role: "status" });
    this.notice = el("div", {});
    this.element = el(
      "form",
      { id: "ask", submit: (event) => this.#submit(event) },
      this.off,
      el("label", { for: "question" }, say("label")),
      el(
        "div",
        { class: "field" },
        this.input,
        this.stop,
        el("button", { type: "submit", id: "send", class: "primary" }, drawn("send", say("send"))),
      ),
      this.told,
      this.notice,
      el("p", { id: "hint", class: "meta" }, say("hint")),
    );
  }

  #typed() {
    this.notice.replaceChildren();
    this.fit();
    this.#count();
  }

  #count() {
    const { say, limit } = this.context;
    const over = [...this.input.value.trim()].length - limit;
    const near = over > -NEAR ? say("remaining", { count: -over }) : "";
    this.told.textContent = over > 0 ? say("too_long", { count: over, limit }) : near;
    this.input.setAttribute("aria-invalid", over > 0);
    return over <= 0;
  }

  fit() {
    const { style } = this.input;
    style.height = "auto";
    if (this.input.value) style.height = `${this.input.scrollHeight + 2}px`;
  }

  #key(event) {
    // An input method uses Enter to choose a word; Safari says so by the key code only.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  #submit(event) {
    event.preventDefault();
    const question = this.input.value.trim();
    if (!question || !this.#count()) return;
    const notice = personalNotice(
      question,
      this.context,
      () => this.#send(question),
      () => {
        this.notice.replaceChildren();
        this.input.focus();
      },
    );
    if (notice) this.notice.replaceChildren(notice);
    else this.#send(question);
  }

  #send(question) {
    this.input.value = "";
    this.#typed();
    this.input.focus({ preventScroll: true });
    this.context.ask(question);
  }

  set busy(busy) {
    if (!busy && this.stop.matches(":focus")) this.input.focus({ preventScroll: true });
    this.stop.hidden = !busy;
  }
}
