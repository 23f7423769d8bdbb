// Elements made from values. Whatever comes in becomes a text node or an attribute, and an address if it is safe.

const GAP = 8; // px above what is brought into view
const NEAR = 48; // px from the end that still count as the end
const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  chat: "M4 5h16v11H9l-5 4z M8 9h8 M8 12h5",
  close: "M6 6l12 12 M18 6L6 18",
  menu: "M4 7h16 M4 12h16 M4 17h16",
  send: "M12 19V5 M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  copy: "M9 9h11v11H9z M5 15H4V4h11v1",
  up: "M7 11v9H4v-9z M7 11l4-7c2 0 2.5 1.5 2 5h6l-1.5 11H7",
  down: "M7 13V4H4v9z M7 13l4 7c2 0 2.5-1.5 2-5h6L17.5 4H7",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4 21c0-4 3.5-6 8-6s8 2 8 6",
  robot: "M5 9h14v10H5z M12 9V5 M9 13v2 M15 13v2",
  fold: "M6 9l6 6 6-6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 7v5l3 2",
};

/** A function listens to that event; null and false are left out, but for aria-*="false". */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name.startsWith("aria-") ? value != null : value || value === 0) element.setAttribute(name, value);
  }
  element.append(...children.flat(2).filter(Boolean));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of [
    ["viewBox", "0 0 24 24"],
    ["aria-hidden", true],
    ["class", "icon"],
  ])
    svg.setAttribute(key, value);
  svg.append(document.createElementNS(SVG, "path"));
  svg.firstChild.setAttribute("d", ICONS[name]);
  return svg;
}

export const drawn = (name, text) => [icon(name), el("span", {}, text)];

export function button(name, picture, text, click, attributes) {
  return el("button", { type: "button", class: name, click, ...attributes }, picture ? drawn(picture, text) : text);
}

export function around(sentence, element) {
  const [before, after] = sentence.split(/\{\w+\}/);
  return [before, element, after];
}

/** A link, or mere text where the address is not http(s); a path counts from the server. */
export function link(url, attributes, context, ...children) {
  const whole = parse(url, context.api.server);
  if (!url || !/^https?:$/.test(whole?.protocol)) return el("span", {}, children);
  // An embedded assistant never takes its host's page away.
  const away = !context.page && { target: "_blank", rel: "noopener" };
  return el(
    "a",
    { ...attributes, ...away, href: whole.href },
    children,
    away && el("span", { class: "hidden" }, ` ${context.say("new_tab")}`),
  );
}

function parse(url, base) {
  try {
    return new URL(url, base);
  } catch {
    return null;
  }
}

/** A moment, or a document's date in ISO 8601, as people write it: "1 november 2021". */
export function showDate(date, language, how = { day: date?.length === 10 ? "numeric" : undefined, timeZone: "UTC" }) {
  const when = new Date(date);
  if (!/^\d{4}-\d\d/.test(date) || Number.isNaN(+when)) return date;
  return when.toLocaleString(language === "nl" ? "nl-BE" : "en-GB", { month: "long", year: "numeric", ...how });
}

/** Scrolls a panel and nothing around it: `scrollIntoView` would move the host's page as well. */
export function scrolling(panel) {
  let away = false; // the reader scrolled since the last question

  // Where there is little height the whole panel scrolls.
  function scroller() {
    const inner = panel.querySelector("#scroll");
    return getComputedStyle(inner).overflowY === "visible" ? panel : inner;
  }

  for (const type of ["wheel", "touchmove", "pointerdown", "keydown"])
    panel.addEventListener(type, ({ target }) => (away ||= target.closest("#scroll") !== null), { passive: true });

  function reveal(element, top = false) {
    if (top) away = false;
    requestAnimationFrame(() => {
      const box = scroller();
      const [outer, inner] = [box.getBoundingClientRect(), element.getBoundingClientRect()];
      const above = inner.top - outer.top - GAP;
      const below = inner.bottom - outer.bottom + GAP;
      const by = top || above < 0 ? above : Math.min(Math.max(below, 0), above);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      box.scrollBy({ top: by, behavior: calm ? "auto" : "smooth" });
    });
  }

  return {
    reveal,
    follows() {
      const box = scroller();
      return !away || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    },
    focus(element, whole = element) {
      element.focus({ preventScroll: true });
      reveal(whole);
    },
  };
}
