// The assistant as a person sees it: header, introduction, conversation, input, put together in one language.

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { button, el, icon } from "./dom.js";
import { handoverForm } from "./handover.js";
import { introElement, suggestionList } from "./intro.js";
import { Log } from "./log.js";
import { confirmation, menu } from "./menu.js";
import { Polling } from "./polling.js";
import { Session } from "./session.js";
import { scrolling } from "./scrolling.js";
import { LANGUAGES, speaker } from "./texts.js";

const AGAIN = 5_000; // ms until a greeting that did not come is asked again

export class Panel {
  #built = new AbortController();
  #greeting = null;
  #retry = null;

  /** `place` is {root, texts, server, variant, suggestions, heading, close, unread, announce}. */
  constructor(place) {
    this.place = place;
    this.api = new Api(place.server);
    this.conversation = new Conversation(this.api, new Session(place.server));
    this.polling = new Polling(this.conversation);
    this.element = el("section", { id: "panel", class: place.variant });
  }

  /** Builds everything in a language; what was typed and said stays. */
  async speak(language) {
    const typed = this.composer?.input.value ?? "";
    this.#built.abort();
    this.#built = new AbortController();
    this.conversation.language = language;
    this.context = this.#context(language);
    this.#build();
    this.composer.input.value = typed;
    await this.#greet(language);
  }

  end() {
    clearTimeout(this.#retry);
    this.#built.abort();
    this.polling.end();
  }

  #context(language) {
    const { root, texts, variant, unread, announce } = this.place;
    const say = speaker(texts, language);
    const base = variant === "page" ? 1 : 2;
    return {
      api: this.api, conversation: this.conversation, root, say, language, unread, announce,
      page: variant === "page",
      heading: (depth) => `h${base + depth}`,
      contact: { name: say("contact_unknown"), url: "https://www.interregeurope.eu/" },
      opening: null, days: 30, limit: 2000,
      sentence: (error) => sentenceOf(error, say),
      ask: (question) => this.#ask(question),
      enter: (place) => this.#enter(place),
      shown: (handoverId) => this.log.show(handoverId),
      ...scrolling(() => this.element),
    }; // prettier-ignore
  }

  #build() {
    const { context, conversation } = this;
    const { say } = context;
    this.log = new Log(context, this.#built.signal);
    this.composer = new Composer(context, { ask: (question) => this.#ask(question), stop: () => conversation.stop() });
    this.top = el("div", { id: "top" });
    this.asking = el("div", { id: "asking" });
    this.aside = el("div", { id: "aside" });
    this.element.lang = context.language;
    this.element.replaceChildren(this.#header(), this.aside, el("div", { id: "scroll" }, this.top, this.log.element, this.asking), this.composer.element);
    this.#name();
    this.#introduce([]);
    for (const type of ["add", "change", "reset"]) conversation.addEventListener(type, () => this.#state(), { signal: this.#built.signal });
    conversation.addEventListener("unread", () => this.#unread(), { signal: this.#built.signal });
    conversation.addEventListener("gone", () => this.#told(say("history_gone")), { signal: this.#built.signal });
    this.#state();
  }

  #name() {
    const role = this.place.variant === "button" ? "dialog" : "region";
    for (const [name, value] of Object.entries({ role, "aria-labelledby": "title", "aria-describedby": "intro" })) this.element.setAttribute(name, value);
  }

  #header() {
    const { say, language, heading, page } = this.context;
    const other = LANGUAGES.find((one) => one !== language);
    return el(
      "header",
      { id: "head" },
      el(heading(0), { id: "title", tabindex: "-1" }, icon("chat"), el("span", {}, this.place.heading || say("title"))),
      page && el("a", { class: "quiet language", href: `?lang=${other}`, lang: other, hreflang: other }, say("switch_language")),
      this.#menu(),
      this.place.variant === "button" && el("button", { type: "button", id: "close", class: "quiet", "aria-label": say("close"), title: say("close"), click: this.place.close }, icon("close")),
    );
  }

  #menu() {
    const { say } = this.context;
    return menu(
      [
        ["ask-person", "person", say("ask_person"), () => this.#askPerson()],
        ["", "fresh", say("new_conversation"), () => this.#anew(), { id: "new" }],
        ["", "download", say("download"), null, { id: "download", download: true }],
        ["", "trash", say("delete"), () => this.#delete(), { id: "delete" }],
      ],
      say,
    );
  }

  /** Fetches what only the server knows: who answers, opening hours, how long things are kept, first questions. */
  async #greet(language) {
    clearTimeout(this.#retry);
    const { context } = this;
    try {
      this.#greeting = await this.api.greeting(language);
    } catch {
      this.#retry = setTimeout(() => this.#greet(language), AGAIN);
      return;
    }
    if (context !== this.context) return;
    const { contact, opening, retention_days: days, limit, answering, suggestions } = this.#greeting;
    Object.assign(context, { contact, days, limit, opening: opening?.text ?? null });
    this.composer.off.hidden = answering;
    this.#introduce(this.place.suggestions.length ? this.place.suggestions : suggestions);
  }

  #introduce(suggestions) {
    const { context } = this;
    const first = suggestions.length > 0 && suggestionList("suggestions", context.say("suggestions"), suggestions, context);
    const intro = introElement(context, { askPerson: () => this.#askPerson(), forget: () => this.#delete() });
    this.top.replaceChildren(intro, ...(first ? [first] : []));
    this.#state();
  }

  #state() {
    const { conversation, element, composer } = this;
    const first = element.querySelector("#suggestions");
    if (first) first.hidden = conversation.items.length > 0;
    const download = element.querySelector("#download");
    download.parentElement.hidden = !conversation.id;
    if (conversation.id) download.href = this.api.transcript(conversation.id, this.context.language);
    composer.busy = conversation.busy;
  }

  #ask(question) {
    this.aside.replaceChildren();
    this.conversation.ask(question);
  }

  #enter(place) {
    place.querySelector("textarea, input, button")?.focus({ preventScroll: true });
    this.context.reveal(place);
  }

  #askPerson() {
    const typed = this.composer.input.value.trim();
    const last = this.conversation.items.findLast((item) => item.type === "exchange");
    const close = () => {
      this.asking.replaceChildren();
      this.composer.input.focus({ preventScroll: true });
    };
    this.asking.replaceChildren(handoverForm({ question: typed || last?.question, answerId: typed ? null : last?.answer?.id }, this.context, close));
    this.#enter(this.asking);
  }

  #anew() {
    this.aside.replaceChildren();
    this.asking.replaceChildren();
    this.conversation.clear();
    this.composer.tell("");
    this.composer.input.focus();
  }

  #told(sentence, ...more) {
    this.aside.replaceChildren(el("p", { role: "status" }, sentence, ...more));
  }

  #delete() {
    const { say } = this.context;
    if (!this.conversation.items.length) return this.#told(say("nothing_kept"));
    const { box, focus } = confirmation(say("delete_sure"), say("delete_yes"), say("cancel"), async (yes) => {
      this.aside.replaceChildren();
      this.composer.input.focus();
      if (!yes) return;
      try {
        await this.conversation.delete();
        this.#told(say("deleted"));
      } catch {
        this.#told(say("delete_failed"));
      }
    });
    this.aside.replaceChildren(box);
    return focus();
  }

  #unread() {
    const { say } = this.context;
    const again = button("retry", null, say("retry"), () => {
      this.aside.replaceChildren();
      this.conversation.read();
    });
    this.#told(say("history_failed"), " ", again);
  }
}

function sentenceOf(error, say) {
  const known = { 413: "too_large", 429: "busy", 503: "not_ready" }[error?.status];
  if (known) return say(known);
  if (error?.status === 422 && error.message) return error.message;
  return say(error?.status === undefined ? "failed" : "unexpected");
}
