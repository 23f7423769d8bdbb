// The panel's menu: a button that unfolds a list, and what deleting asks first.

import { button, el, icon } from "./dom.js";

/** Entries are [class, icon, text, what a click does or an address, attributes]. */
export function menu(entries, say) {
  const list = el("ul", { id: "menu-list", role: "list", hidden: true });
  const toggle = el(
    "button",
    { type: "button", id: "menu", class: "quiet", "aria-expanded": "false", "aria-controls": list.id, "aria-label": say("menu"), title: say("menu") },
    icon("menu"),
  );
  const fold = (open) => {
    list.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  };
  toggle.addEventListener("click", () => fold(list.hidden));
  for (const [name, drawn, text, way, attributes] of entries) {
    const act = () => {
      fold(false);
      toggle.focus({ preventScroll: true });
      if (typeof way === "function") way();
    };
    const entry = typeof way === "function" ? button(name, drawn, text, act, attributes) : el("a", { class: name, click: () => fold(false), ...attributes }, icon(drawn), el("span", {}, text));
    list.append(el("li", {}, entry));
  }
  const holder = el("div", { class: "menu" }, toggle, list);
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    fold(false);
    toggle.focus({ preventScroll: true });
  });
  holder.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !holder.contains(event.relatedTarget)) fold(false);
  });
  return holder;
}

/** Asks in place whether something is to be done; `done` is called with the answer. */
export function confirmation(question, yes, no, done) {
  const refuse = button("", null, no, () => done(false));
  const box = el("div", { class: "confirm", role: "group", "aria-label": question }, el("p", {}, question), el("div", { class: "actions" }, button("yes danger", null, yes, () => done(true)), refuse));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    done(false);
  });
  return { box, focus: () => refuse.focus() };
}
