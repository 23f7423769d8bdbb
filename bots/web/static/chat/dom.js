// Elements made from values. Whatever comes in becomes a text node or an attribute, and an address only where it is safe.

const SVG = "http://www.w3.org/2000/svg";

// Drawn on a square of 24, by lines of 2.
const ICONS = {
  chat: "M4 5h16v11H9l-5 4z M8 9h8 M8 12h5",
  close: "M6 6l12 12 M18 6L6 18",
  menu: "M4 7h16 M4 12h16 M4 17h16",
  send: "M12 19V5 M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  copy: "M9 9h11v11H9z M5 15H4V4h11v1",
  up: "M7 11v9H4v-9z M7 11l4-7c2 0 2.5 1.5 2 5h6l-1.5 9.5a2 2 0 0 1-2 1.5H7",
  down: "M7 13V4H4v9z M7 13l4 7c2 0 2.5-1.5 2-5h6L17.5 5.5a2 2 0 0 0-2-1.5H7",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4 21c0-4 3.5-6 8-6s8 2 8 6",
  robot: "M5 9h14v10H5z M12 9V5 M9 13v2 M15 13v2",
  fresh: "M12 5v14 M5 12h14",
  download: "M12 4v11 M7 10l5 5 5-5 M5 20h14",
  trash: "M5 7h14 M9 7V4h6v3 M7 7l1 13h8l1-13",
  fold: "M6 9l6 6 6-6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 7v5l3 2",
};

/**
 * Makes an element. A function among the attributes listens to the event of that name; `true` is an attribute without a
 * value; what is null, undefined or false is left out, among attributes and children alike.
 */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value || value === 0 || value === "") element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: "icon" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function button(name, drawn, text, click, attributes) {
  return el("button", { type: "button", class: name, click, ...attributes }, drawn && icon(drawn), el("span", {}, text));
}

/** A sentence with an element in the place of its only {placeholder}. */
export function around(sentence, element) {
  const [before, after = ""] = sentence.split(/\{\w+\}/);
  return [before, element, after];
}

/** Returns the address where a link may lead to it, else null: http and https only, a path counts from the server. */
export function safeUrl(url, server) {
  try {
    const whole = new URL(url, server);
    return ["http:", "https:"].includes(whole.protocol) ? whole.href : null;
  } catch {
    return null;
  }
}

/** A link, or its mere text where the address is none that a link may have. */
export function link(url, attributes, context, ...children) {
  const href = url ? safeUrl(url, context.api.server) : null;
  if (!href) return el("span", { class: attributes?.class }, ...children);
  // An embedded assistant never takes its host's page away.
  const away = context.page ? {} : { target: "_blank", rel: "noopener" };
  const told = context.page ? null : el("span", { class: "hidden" }, ` ${context.say("new_tab")}`);
  return el("a", { ...attributes, ...away, href }, ...children, told);
}
