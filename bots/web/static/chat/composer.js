// Where a question is typed: it grows with the text, says the limit and what is personal before anything is sent, and never
// takes the focus away.

import { el, icon } from "./dom.js";
import { personalNotice } from "./notice.js";

const NEAR = 200; // characters before the limit from which on they are counted down

export class Composer {
  /** `ask` gets a question that may be sent; `stop` stops the answer that comes. */
  constructor(context, { ask, stop }) {
    const { say } = context;
    this.context = context;
    this.send = ask;
    this.input = el("textarea", {
      id: "question",
      rows: "1",
      autocomplete: "off",
      enterkeyhint: "send",
      placeholder: say("placeholder"),
      "aria-describedby": "told hint",
      input: () => this.#typed(),
      keydown: (event) => this.#key(event),
    });
    this.stopButton = el("button", { type: "button", id: "stop", hidden: true, click: stop }, icon("stop"), el("span", {}, say("stop")));
    this.off = el("p", { class: "weighty off", id: "off", hidden: true }, icon("person"), el("span", {}, say("answering_off")));
    this.told = el("p", { id: "told", role: "status" });
    this.notice = el("div");
    this.element = el(
      "form",
      { id: "ask", novalidate: true, submit: (event) => this.#submit(event) },
      this.off,
      el("label", { for: "question" }, say("label")),
      el("div", { class: "field" }, this.input, this.stopButton, el("button", { type: "submit", id: "send", class: "primary" }, icon("send"), el("span", {}, say("send")))),
      this.told,
      this.notice,
      el("p", { id: "hint", class: "meta" }, say("hint")),
    );
  }

  #excess() {
    return [...this.input.value.trim()].length - this.context.limit;
  }

  #typed() {
    this.notice.replaceChildren();
    this.fit();
    this.#count();
  }

  /** Returns whether the text is short enough, and says how it stands near the limit. */
  #count() {
    const { say, limit } = this.context;
    const over = this.#excess();
    const near = over > -NEAR ? say("remaining", { count: -over }) : "";
    this.tell(over > 0 ? say("too_long", { count: over, limit }) : near, over > 0);
    return over <= 0;
  }

  /** Says something below the field. */
  tell(sentence, invalid = false) {
    this.told.textContent = sentence;
    this.told.classList.toggle("warning", invalid);
    if (invalid) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  /** As high as the text; the stylesheet sets the bounds. */
  fit() {
    this.input.style.setProperty("height", "auto");
    if (this.input.value) this.input.style.setProperty("height", `${this.input.scrollHeight + 2}px`);
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
    const notice = personalNotice(question, this.context, () => this.#away(question), () => {
      this.notice.replaceChildren();
      this.input.focus();
    });
    if (notice) this.notice.replaceChildren(notice);
    else this.#away(question);
  }

  #away(question) {
    this.input.value = "";
    this.#typed();
    this.input.focus({ preventScroll: true });
    this.send(question);
  }

  /** Shows the way to stop while an answer comes. */
  set busy(busy) {
    if (!busy && this.stopButton.matches(":focus")) this.input.focus({ preventScroll: true });
    this.stopButton.hidden = !busy;
  }
}
