// What every assistant on a page shares: the texts in both languages and the stylesheet. Both start to load with this module.

async function read(name) {
  const response = await fetch(new URL(name, import.meta.url), { credentials: "omit" });
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

async function sheet() {
  const made = new CSSStyleSheet();
  return made.replace(await (await read("chat.css")).text());
}

/** Resolves to [the texts, the stylesheet]. A constructed stylesheet is what a strict style-src lets through. */
export const shared = Promise.all([read("texts.json").then((response) => response.json()), sheet()]);

export const LANGUAGES = ["nl", "en"];

/** Returns what says a text by its key; a count of one takes the singular where there is one. */
export function speaker(texts, language) {
  return (key, values = {}) => {
    const entry = (values.count === 1 && texts[`${key}_one`]) || texts[key];
    if (!entry) return "";
    return entry[language].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
}
