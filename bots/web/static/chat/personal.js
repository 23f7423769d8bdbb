// Sees personal data in a question before it is sent: e-mail addresses, telephone, national register, citizen service and
// account numbers. What the programme's own questions are full of is none: amounts, years, dates and periods.

const EMAIL = /[^\s@<>()[\],;:"]+@[^\s@<>()[\],;:"]+\.\p{L}{2,}/gu;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b/gi;
const REGISTER = /(?<![\d.])\d{2}[. ]?\d{2}[. ]?\d{2}[- ./]?\d{3}[. -]?\d{2}(?![\d])/g;
const ABROAD = /(?:\+|(?<!\d)00)[1-9](?:[\s./()-]{0,3}\d){7,13}(?!\d)/g;
const HOME = /(?<![\d.,])\(?0[1-9](?:[\s./()-]{0,2}\d){7,8}(?!\d)/g;
const BSN = /(?<![\d.,])(?:\d{8,9}|\d{4}[. ]\d{2}[. ]\d{3})(?![\d.,]*\d)/g;
const HARMLESS = [
  /\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b/g, // dates
  /\b(?:19|20)\d{2}\s?[-–/]\s?(?:(?:19|20)\d{2}|\d{2})\b/g, // periods
  /(?:€|\bEUR|\beuro)\s?\d[\d., ]*|\d[\d., ]*\s?(?:€|EUR\b|euro\b|miljoen|million|%)/gi, // amounts
];

const digits = (text) => text.replace(/\D/g, "");

/** The check of ISO 13616: letters count from 10, the first four signs last, and 97 leaves 1. */
function isIban(text) {
  const tight = text.replaceAll(" ", "").toUpperCase();
  const turned = [...tight.slice(4), ...tight.slice(0, 4)].map((sign) => Number.parseInt(sign, 36)).join("");
  let rest = 0;
  for (const digit of turned) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

/** The last two of eleven digits are 97 less the rest of the first nine; those born since 2000 have a 2 before them. */
function isRegister(text) {
  const number = digits(text);
  const [base, check, month] = [Number(number.slice(0, 9)), Number(number.slice(9)), Number(number.slice(2, 4)) % 20];
  return month <= 12 && [base, base + 2e9].some((whole) => 97 - (whole % 97) === check);
}

/** The eleven test: digits times 9, 8, … 2 and -1 add up to a multiple of 11. */
function isBsn(text) {
  const number = digits(text).padStart(9, "0");
  const sum = [...number].reduce((total, digit, at) => total + Number(digit) * (at === 8 ? -1 : 9 - at), 0);
  return sum % 11 === 0 && !/^0*$|000$/.test(number);
}

/** An enterprise number looks like a telephone number, but belongs to an organisation: mod 97 tells them apart. */
function isTelephone(text) {
  const number = digits(text);
  const enterprise = number.length === 10 && 97 - (Number(number.slice(0, 8)) % 97) === Number(number.slice(8));
  return !(enterprise && /^0\d{3}\.?\d{3}\.?\d{3}$/.test(text));
}

const KINDS = [
  ["email", EMAIL, () => true],
  ["iban", IBAN, isIban],
  ["register", REGISTER, isRegister],
  ["telephone", ABROAD, () => true],
  [null, ...HARMLESS],
  ["telephone", HOME, isTelephone],
  ["bsn", BSN, isBsn],
];

/** Returns [{kind, text}] of what looks like personal data, in the order of the kinds. */
export function personalData(question) {
  const found = [];
  let left = question;
  for (const [kind, ...how] of KINDS) {
    if (kind === null) {
      for (const pattern of how) left = left.replace(pattern, " \u0000 ");
      continue;
    }
    const [pattern, holds] = how;
    left = left.replace(pattern, (text) => {
      if (!holds(text)) return text;
      found.push({ kind, text: text.trim() });
      return " \u0000 ";
    });
  }
  return found;
}
