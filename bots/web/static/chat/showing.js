// How dates, places in a document and answers are written out for people, and for the clipboard.

/** A year, month or day in ISO 8601 as people write it: "1 november 2021". */
export function showDate(date, { language, say }) {
  if (!date) return say("unknown_date");
  if (!/^\d{4}-(0[1-9]|1[0-2])(-\d\d)?$/.test(date)) return date;
  const day = date.length === 10 ? { day: "numeric" } : {};
  return written(date, language, { ...day, month: "long", year: "numeric", timeZone: "UTC" }) ?? date;
}

export function showMoment(moment, { language }) {
  return written(moment, language, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" }) ?? "";
}

function written(date, language, how) {
  const when = new Date(date);
  return Number.isNaN(when.getTime()) ? null : new Intl.DateTimeFormat(language === "nl" ? "nl-BE" : "en-GB", how).format(when);
}

/** A heading's slug loses its hyphens; another locator stays as it is. */
export function showLocator(locator) {
  const words = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(locator) ? locator.replaceAll("-", " ") : locator;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function showWhere(citation, context) {
  const parts = [showDate(citation.date, context), showLocator(citation.locator), citation.period];
  return parts.filter(Boolean).join(" · ");
}

/** The status of an answer in words; a refusal that has a name of its own takes that. */
export function showStatus({ status, reason, mode }, say) {
  return say(mode === "staff" ? "status_staff" : `status_${reason}`) || say(`status_${status}`) || status;
}

/** Without the marks of its sources, for a voice. */
export function spoken(text) {
  return text.replace(/\s*\[\d+\]/g, "");
}

/** An answer with its sources as plain text; addresses are whole, so that they work wherever they are pasted. */
export function asText(answer, context) {
  const { say } = context;
  const bodies = answer.parts.length ? answer.parts.map((part) => `${part.question}\n${part.text}`) : [answer.text];
  const sources = answer.citations.map((citation) =>
    [
      `[${citation.number}] "${citation.quote}"`,
      [citation.title, citation.publisher, showWhere(citation, context)].filter(Boolean).join(", "),
      new URL(citation.url, context.api.server).href,
    ].join("\n"),
  );
  const notes = answer.notes.map((note) => note.text);
  return [
    `${answer.question}`,
    `${say("assistant")} (${showStatus(answer, say)}):`,
    ...bodies,
    ...notes,
    sources.length ? `${say("sources")}:` : "",
    ...sources,
  ].filter(Boolean).join("\n\n");
}
