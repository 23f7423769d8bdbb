// Sees personal data in a question before it is sent; amounts, years, dates and periods are none.

import { button, el } from "./dom.js";

const digits = (text) => text.replace(/\D/g, "");

/** ISO 13616: letters count from 10, the first four signs last, and 97 leaves 1. */
function isIban(text) {
  const tight = text.replaceAll(" ", "");
  const number = [...tight.slice(4), ...tight.slice(0, 4)].map((sign) => Number.parseInt(sign, 36)).join("");
  return BigInt(number) % 97n === 1n;
}

/** The last two of eleven digits are 97 less the rest of the first nine, with a 2 before for those born since 2000. */
function isRegister(text) {
  const number = digits(text);
  const base = Number(number.slice(0, 9));
  return (
    number.slice(2, 4) % 20 <= 12 && [base, base + 2e9].some((whole) => 97 - (whole % 97) === Number(number.slice(9)))
  );
}

/** The eleven test: digits times 9, 8, … 2 and -1 add up to a multiple of 11. */
function isBsn(text) {
  const number = digits(text).padStart(9, "0");
  const sum = [...number].reduce((total, digit, at) => total + digit * (at === 8 ? -1 : 9 - at), 0);
  return sum % 11 === 0 && !number.endsWith("000");
}

/** An enterprise number looks like it; its last two digits are a check of the first eight. */
function isTelephone(text) {
  const number = digits(text);
  return !/^0\d{3}\.?\d{3}\.?\d{3}$/.test(text) || 97 - (number.slice(0, 8) % 97) !== Number(number.slice(8));
}

// What an earlier kind takes, a later one does not see. One without a name is harmless.
const KINDS = [
  ["email", /[^\s@<>()[\],;:"]+@[^\s@<>()[\],;:"]+\.\p{L}{2,}/gu],
  ["iban", /\b[A-Z]{2}\d{2}(?: ?(?:[A-Z\d]{3}\d|[A-Z]{4}(?= ?\d))){2,7}(?: ?\d{1,3})?\b/gi, isIban],
  ["register", /(?<![\d.])\d{2}[. ]?\d{2}[. ]?\d{2}[- ./]?\d{3}[. -]?\d{2}(?!\d)/g, isRegister],
  ["telephone", /(?:\+|(?<!\d)00 ?)[1-9](?:[\s./()-]{0,3}\d){7,13}(?!\d)/g],
  ["", /\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b/g], // dates
  ["", /\b(?:19|20)\d{2}\s?[-–/]\s?(?:19|20)?\d{2}\b/g], // periods
  ["", /\d\d?[.:]\d\d ?[-–] ?\d\d?[.:]\d\d/g], // hours
  ["telephone", /(?<!\d[., ]?)\(?0\)?[1-9](?:[\s./()-]{0,2}\d){7,8}(?!\d)/g, isTelephone],
  ["", /(?:€|\beuro?)\s?\d[\d., ]*|\d[\d., ]*\s?(?:€|euro?\b|miljoen|million|%)/gi], // amounts
  ["bsn", /(?<![\d.,])(?:\d{8,9}|\d{4}[. ]\d{2}[. ]\d{3})(?![\d.,]*\d)/g, isBsn],
];

export function personalData(question) {
  const found = [];
  let left = question;
  for (const [kind, pattern, holds] of KINDS) {
    left = left.replace(pattern, (text) => {
      if (holds && !holds(text)) return text;
      if (kind) found.push({ kind, text: text.trim() });
      return " \u0000 ";
    });
  }
  return found;
}

export function personalNotice(question, { say, days }, anyway, change) {
  const found = personalData(question);
  if (!found.length) return null;
  return el(
    "div",
    { class: "personal", role: "alert" },
    el("strong", {}, say("personal_title")),
    el(
      "ul",
      {},
      found.map(({ kind, text }) => el("li", {}, say(`personal_${kind}`, { text }))),
    ),
    el("p", {}, say("personal_why", { count: days })),
    el(
      "div",
      { class: "actions" },
      button("change primary", null, say("change_it"), change),
      button("send-anyway", null, say("send_anyway"), anyway),
    ),
  );
}
