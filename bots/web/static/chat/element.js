// `<interreg-assistant>`: the button that opens the assistant, or the assistant in the page. What a visitor who never opens
// it does not need is loaded when somebody comes near.

import { button, el } from "./dom.js";
import { Session } from "./session.js";
import { LANGUAGES, shared, speaker } from "./texts.js";

const SERVER = new URL("../../", import.meta.url).href;
const VARIANTS = ["button", "inline", "page"];

class InterregAssistant extends HTMLElement {
  static observedAttributes = ["language", "heading", "suggestions", "accent", "variant", "server"];

  #panel = null;
  #watched = null;
  #ready = false;
  #pending = false;

  connectedCallback() {
    this.#watched = new MutationObserver(() => this.#later());
    this.#watched.observe(document.documentElement, { attributeFilter: ["lang"] });
    this.#start();
  }

  disconnectedCallback() {
    this.#watched.disconnect();
    this.#panel?.end();
    this.#panel = null;
    this.#ready = false;
  }

  attributeChangedCallback() {
    this.#later();
  }

  /** Several attributes that change at once are one change. */
  #later() {
    if (!this.#ready || this.#pending) return;
    this.#pending = true;
    queueMicrotask(() => {
      this.#pending = false;
      if (this.#ready) this.#render();
    });
  }

  get #variant() {
    const wanted = this.getAttribute("variant");
    return VARIANTS.includes(wanted) ? wanted : "button";
  }

  get #language() {
    const wanted = [this.getAttribute("language"), document.documentElement.lang, ...navigator.languages];
    const primary = wanted.map((tag) => (tag ?? "").split("-")[0].toLowerCase());
    return primary.find((tag) => LANGUAGES.includes(tag)) ?? "nl";
  }

  get #server() {
    return new URL(this.getAttribute("server") || SERVER, document.baseURI).href;
  }

  async #start() {
    let texts, sheet;
    try {
      [texts, sheet] = await shared;
      if (this.#variant !== "button") await import("./panel.js");
    } catch {
      return; // what stands inside the element for browsers without script stays
    }
    if (!this.isConnected || this.#ready) return;
    this.texts = texts;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#frame(root);
    this.#ready = true;
    this.#render();
    if (this.#variant !== "button" || new Session(this.#server).load().id) this.#load();
  }

  #frame(root) {
    const near = () => import("./panel.js").catch(() => {});
    this.opener = el("button", { type: "button", id: "open", "aria-haspopup": "dialog", "aria-expanded": "false", click: () => this.open(), pointerenter: near, focus: near });
    this.announcer = el("p", { id: "announce", role: "status", class: "hidden" });
    root.replaceChildren(this.announcer);
    // Shortcuts of the host's page are not for what is typed here.
    for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, (event) => event.stopPropagation());
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    if (this.#variant === "button") root.prepend(this.opener);
  }

  #render() {
    this.say = speaker(this.texts, this.#language);
    this.#accent();
    this.#label(false);
    if (this.#panel && this.#panel.context?.language !== this.#language) this.#panel.speak(this.#language);
  }

  #label(unread) {
    const { opener } = this;
    opener.replaceChildren(...button("", "chat", this.say("open")).childNodes);
    opener.lang = this.#language;
    opener.classList.toggle("unread", unread);
    if (unread) opener.setAttribute("aria-label", this.say("open_unread"));
    else opener.removeAttribute("aria-label");
  }

  /** The host's colour, with black or white on it, whichever is read better. */
  #accent() {
    const accent = this.getAttribute("accent");
    if (!accent || !CSS.supports("color", accent)) return;
    this.style.setProperty("--assistant-accent", accent);
    this.style.setProperty("--assistant-accent-text", readable(accent));
  }

  async #load() {
    const { Panel } = await import("./panel.js");
    if (this.#panel || !this.isConnected) return this.#panel;
    const panel = new Panel({
      root: this.shadowRoot, texts: this.texts, server: this.#server, variant: this.#variant,
      heading: this.getAttribute("heading"),
      suggestions: (this.getAttribute("suggestions") ?? "").split("|").map((text) => text.trim()).filter(Boolean),
      close: () => this.close(),
      unread: () => this.#panel?.element.hidden && this.#label(true),
      announce: (text, language) => this.#announce(text, language),
    }); // prettier-ignore
    this.#panel = panel;
    panel.element.hidden = this.#variant === "button";
    this.shadowRoot.append(panel.element);
    panel.speak(this.#language);
    panel.conversation.restore();
    return panel;
  }

  /** A live region that is always there, also while the panel is closed. */
  #announce(text, language) {
    this.announcer.replaceChildren(el("span", { lang: language ?? this.#language }, text));
  }

  async open() {
    if (this.#variant !== "button") return;
    this.opener.setAttribute("aria-busy", "true");
    const panel = await this.#load().finally(() => this.opener.removeAttribute("aria-busy"));
    if (!panel) return;
    panel.element.hidden = false;
    this.opener.hidden = true;
    this.opener.setAttribute("aria-expanded", "true");
    this.#label(false);
    this.shadowRoot.querySelector("#title").focus();
  }

  close() {
    if (this.#variant !== "button" || !this.#panel || this.#panel.element.hidden) return;
    this.#panel.element.hidden = true;
    this.opener.hidden = false;
    this.opener.setAttribute("aria-expanded", "false");
    this.opener.focus();
  }
}

/** Black or white, whichever has the higher contrast (WCAG 2.2) on a colour. */
function readable(color) {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const linear = (channel) => (channel <= 10.31475 ? channel / 3294.6 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

if (!customElements.get("interreg-assistant")) customElements.define("interreg-assistant", InterregAssistant);
