// The assistant as a person sees it: header, introduction, conversation, input, put together in one language.

import { Composer } from "./composer.js";
import { Conversation, poll } from "./conversation.js";
import { around, button, drawn, el, icon, link, scrolling } from "./dom.js";
import { handoverForm, hours } from "./handover.js";
import { Log } from "./log.js";
import { Api } from "./server.js";

const AGAIN = 5_000; // ms until a greeting that did not come is asked again

export class Panel {
  #built = new AbortController();
  #again;

  /** `place` is {root, server, variant, heading, suggestions, close, unread, announce}. */
  constructor(place) {
    this.place = place;
    this.api = new Api(place.server);
    this.conversation = new Conversation(this.api);
    this.unpoll = poll(this.conversation);
    this.element = el("section", {
      id: "panel",
      class: place.variant,
      role: place.variant === "button" ? "dialog" : "region",
      "aria-labelledby": "title",
      "aria-describedby": "intro",
    });
  }

  speak(language, say) {
    const typed = this.composer?.input.value;
    this.#built.abort();
    this.#built = new AbortController();
    this.conversation.language = language;
    this.context = this.#context(language, say);
    this.#build();
    this.composer.input.value = typed ?? "";
    this.composer.fit();
    this.#greet(this.context);
  }

  end() {
    clearTimeout(this.#again);
    this.#built.abort();
    this.conversation.end();
    this.unpoll();
  }

  opened() {
    this.context.root.querySelector("#title").focus();
    if (this.conversation.items.length) this.context.reveal(this.log.element.lastChild, true);
  }

  #context(language, say) {
    const { root, variant, unread, announce } = this.place;
    const { api, conversation } = this;
    const page = variant === "page";
    return {
      root,
      api,
      conversation,
      language,
      say,
      page,
      unread,
      announce,
      heading: (depth) => `h${depth + (page ? 1 : 2)}`,
      contact: { name: say("contact_unknown") },
      days: 30,
      limit: 2000,
      ask: (question) => {
        this.#tell();
        conversation.ask(question);
      },
      suggested: (id, title, questions) => this.#suggested(id, title, questions),
      ...scrolling(this.element),
    };
  }

  #build() {
    const { context, conversation } = this;
    this.log = new Log(context, this.#built.signal);
    this.composer = new Composer(context);
    this.top = el("div", {});
    this.form = el("div", {});
    this.told = el("div", { id: "aside" });
    this.element.lang = context.language;
    this.element.replaceChildren(
      this.#header(),
      this.told,
      el("div", { id: "scroll" }, this.top, this.log.element, this.form),
      this.composer.element,
    );
    this.#introduce([]);
    const on = (type, listener) => conversation.addEventListener(type, listener, { signal: this.#built.signal });
    for (const type of ["add", "change", "reset"]) on(type, () => this.#state());
    on("gone", () => this.#tell(context.say("history_gone")));
    on("unread", () =>
      this.#tell(
        context.say("history_failed"),
        button("retry", null, context.say("retry"), () => {
          this.#tell();
          conversation.read();
        }),
      ),
    );
  }

  #header() {
    const { say, language, heading, page } = this.context;
    const other = language === "nl" ? "en" : "nl";
    const { variant, close } = this.place;
    return el(
      "div",
      { id: "head" },
      el(heading(0), { id: "title", tabindex: -1 }, drawn("chat", this.place.heading || say("title"))),
      page && el("a", { class: "quiet", href: `?lang=${other}`, lang: other, hreflang: other }, say("switch_language")),
      this.#menu(),
      variant === "button" &&
        el(
          "button",
          { type: "button", id: "close", class: "quiet", "aria-label": say("close"), click: close },
          icon("close"),
        ),
    );
  }

  #menu() {
    const { say } = this.context;
    const statement = (name) => link(`${name}?lang=${this.context.language}`, {}, this.context, say(name));
    this.download = el("a", { id: "download" }, say("download"));
    return menu(say("menu"), [
      button("ask-person", null, say("ask_person"), () => this.#askPerson()),
      button("", null, say("new_conversation"), () => this.#anew(), { id: "new" }),
      this.download,
      button("delete", null, say("delete"), () => this.#delete(), { id: "delete" }),
      statement("accessibility"),
      statement("privacy"),
    ]);
  }

  async #greet(context) {
    clearTimeout(this.#again);
    const greeting = await this.api.json(`greeting?language=${context.language}`).catch(() => null);
    if (context !== this.context) return;
    if (!greeting) {
      this.#again = setTimeout(() => this.#greet(context), AGAIN);
      return;
    }
    const { contact, opening, retention_days: days, limit, answering, suggestions } = greeting;
    Object.assign(context, { contact, days, limit, opening: opening?.text });
    this.composer.off.hidden = answering;
    this.#introduce(this.place.suggestions ?? suggestions);
  }

  /** What stands before the first input; nothing switches it off. */
  #introduce(suggestions) {
    const { context } = this;
    const { say, contact } = context;
    this.top.replaceChildren(
      el(
        "section",
        { id: "intro" },
        el("strong", { class: "automated" }, drawn("robot", say("automated"))),
        el("p", {}, say("knows")),
        el("p", {}, around(say("rather_person"), link(contact.url, {}, context, contact.name))),
        hours(context),
        button("ask-person", "person", say("ask_person"), () => this.#askPerson()),
        el(
          "p",
          { class: "meta" },
          say("kept", { count: context.days }),
          " ",
          button("delete textual", null, say("delete"), () => this.#delete()),
        ),
      ),
      this.#suggested("suggestions", say("suggestions"), suggestions),
    );
    this.#state();
  }

  #suggested(id, title, questions) {
    const { heading, ask } = this.context;
    const item = (question) =>
      el(
        "li",
        {},
        button("suggestion", null, question, () => ask(question)),
      );
    return el(
      "section",
      { id, class: "suggestions" },
      el(heading(1), {}, title),
      el("ul", { role: "list" }, questions.map(item)),
    );
  }

  #state() {
    const { items, id, busy } = this.conversation;
    const first = this.top.lastChild;
    first.hidden = items.length > 0 || !first.querySelector("li");
    this.download.parentElement.hidden = !id;
    if (id) this.download.href = this.api.url(`conversations/${id}/transcript?language=${this.context.language}`);
    this.composer.busy = busy;
  }

  #askPerson() {
    const { context, composer, form } = this;
    const typed = composer.input.value.trim();
    const last = this.conversation.items.findLast((item) => item.question);
    const about = typed || !last ? { question: typed } : { question: last.question, answer_id: last.answer?.id };
    form.replaceChildren(
      handoverForm(about, context, () => {
        form.replaceChildren();
        composer.input.focus({ preventScroll: true });
      }),
    );
    context.focus(form.querySelector("textarea"), form);
  }

  #anew() {
    this.#tell();
    this.form.replaceChildren();
    this.conversation.clear();
    this.composer.input.focus();
  }

  #tell(...said) {
    this.told.replaceChildren(...(said.length ? [el("div", { role: "status" }, said)] : []));
  }

  #delete() {
    const { say } = this.context;
    if (!this.conversation.items.length) return this.#tell(say("nothing_kept"));
    const done = (key) => {
      this.#tell(...(key ? [say(key)] : []));
      this.composer.input.focus();
    };
    const yes = () =>
      this.conversation.delete().then(
        () => done("deleted"),
        () => done("not_done"),
      );
    const no = button("cancel", null, say("cancel"), () => done());
    const ways = el("div", { class: "actions" }, button("yes danger", null, say("delete_yes"), yes), no);
    this.#tell(el("div", { class: "confirm" }, el("p", {}, say("delete_sure")), ways));
    return no.focus();
  }
}

function menu(name, entries) {
  const list = el(
    "ul",
    { id: "menu-list", role: "list", hidden: true },
    entries.map((entry) => el("li", {}, entry)),
  );
  const toggle = el(
    "button",
    {
      type: "button",
      id: "menu",
      class: "quiet",
      "aria-controls": "menu-list",
      "aria-label": name,
      click: () => fold(list.hidden),
    },
    icon("menu"),
  );
  function fold(open) {
    list.hidden = !open;
    toggle.setAttribute("aria-expanded", open);
  }
  // Before an entry takes the focus elsewhere.
  list.addEventListener(
    "click",
    () => {
      fold(false);
      toggle.focus();
    },
    { capture: true },
  );
  const holder = el("div", { class: "menu" }, toggle, list);
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    fold(false);
    toggle.focus();
  });
  holder.addEventListener(
    "focusout",
    ({ relatedTarget }) => relatedTarget && !holder.contains(relatedTarget) && fold(false),
  );
  fold(false);
  return holder;
}
