// `<interreg-assistant>`: the button that opens the assistant, or the assistant itself. What a closed one does not need
// is loaded when somebody comes near.

const SERVER = new URL("../../", import.meta.url).href;
const LANGUAGES = ["nl", "en"];
let button, el;

async function read(name) {
  const response = await fetch(new URL(name, import.meta.url), { credentials: "omit" });
  if (!response.ok) throw new Error(name);
  return response.text();
}

// All at once. A constructed stylesheet passes a strict style-src.
const shared = Promise.all([
  import("./dom.js"),
  read("texts.json").then(JSON.parse),
  read("chat.css").then((css) => new CSSStyleSheet().replace(css)),
]);

/** Returns what says a text by its key; a count of one takes the singular where there is one. */
function speaker(texts, language) {
  return (key, values = {}) => {
    const entry = (values.count === 1 && texts[`${key}_one`]) || texts[key];
    return entry ? entry[language].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole) : "";
  };
}

class InterregAssistant extends HTMLElement {
  static observedAttributes = ["language"];

  #panel = null;
  #texts = null;
  #watched = new MutationObserver(() => this.#speak());

  connectedCallback() {
    this.#watched.observe(document.documentElement, { attributeFilter: ["lang"] });
    this.#start();
  }

  disconnectedCallback() {
    this.#watched.disconnect();
    this.#panel?.end();
    this.#panel = null;
  }

  attributeChangedCallback() {
    this.#speak();
  }

  get #variant() {
    const variant = this.getAttribute("variant");
    return variant === "inline" || variant === "page" ? variant : "button";
  }

  get #language() {
    const wanted = [this.getAttribute("language"), document.documentElement.lang, ...navigator.languages];
    return wanted.map((tag) => tag?.slice(0, 2).toLowerCase()).find((tag) => LANGUAGES.includes(tag)) ?? "nl";
  }

  get #server() {
    return new URL(this.getAttribute("server") || SERVER, document.baseURI).href;
  }

  async #start() {
    const closed = this.#variant === "button";
    try {
      const [[dom, texts, sheet]] = await Promise.all([shared, closed || import("./panel.js")]);
      // Who types in it goes on.
      if (!this.isConnected || this.contains(document.activeElement)) return;
      ({ button, el } = dom);
      this.#texts = texts;
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      this.replaceChildren();
      this.#frame(root);
    } catch {
      return; // what stands inside stays
    }
    const accent = this.getAttribute("accent");
    if (accent) this.style.setProperty("--assistant-accent", accent);
    this.#label();
    if (!closed || this.#remembers()) this.#load();
  }

  #remembers() {
    try {
      return sessionStorage.getItem(`interreg-assistant ${this.#server}`);
    } catch {
      return null; // storage is refused
    }
  }

  #frame(root) {
    const near = () => import("./panel.js").catch(() => {});
    this.opener = button("", "chat", "", () => this.open(), {
      id: "open",
      "aria-haspopup": "dialog",
      pointerenter: near,
      focus: near,
    });
    this.announcer = el("p", { id: "announce", role: "status", class: "hidden" });
    root.replaceChildren(this.announcer);
    if (this.#variant === "button") root.prepend(this.opener);
    // Typing here is no shortcut of the host.
    for (const type of ["keydown", "keypress", "keyup"])
      root.addEventListener(type, (event) => event.stopPropagation());
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  #speak() {
    if (!this.#texts) return;
    this.#label();
    if (this.#panel && this.#panel.context.language !== this.#language) this.#panel.speak(this.#language, this.#say);
  }

  get #say() {
    return speaker(this.#texts, this.#language);
  }

  #label(unread = false) {
    this.opener.lang = this.announcer.lang = this.#language;
    this.opener.lastChild.textContent = this.#say(unread ? "open_unread" : "open");
    this.opener.classList.toggle("unread", unread);
  }

  async #load() {
    const { Panel } = await import("./panel.js");
    if (this.#panel || !this.isConnected) return;
    const panel = new Panel({
      root: this.shadowRoot,
      server: this.#server,
      variant: this.#variant,
      heading: this.getAttribute("heading"),
      suggestions: this.getAttribute("suggestions")?.split("|"),
      close: () => this.close(),
      unread: () => panel.element.hidden && this.#label(true),
      // Heard while the panel is closed, too.
      announce: (text, lang) => this.announcer.replaceChildren(el("span", { lang }, text)),
    });
    this.#panel = panel;
    panel.element.hidden = this.#variant === "button";
    this.shadowRoot.append(panel.element);
    panel.speak(this.#language, this.#say);
    panel.conversation.restore();
  }

  async open() {
    await this.#load();
    this.#show(true);
    this.#panel?.opened();
  }

  close() {
    if (this.#variant !== "button" || this.#panel?.element.hidden) return;
    this.#show(false);
    this.opener.focus();
  }

  #show(open) {
    if (!this.#panel) return;
    this.#panel.element.hidden = !open;
    this.opener.hidden = open;
    this.#label();
  }
}

if (!customElements.get("interreg-assistant")) customElements.define("interreg-assistant", InterregAssistant);
