// The chat page: asks over a stream, shows what comes, keeps the conversation.

import { answerElement, draftElement, failureElement, fill, questionElement } from "./answer.js";
import { forget, load, save } from "./conversation.js";
import { serverSentEvents } from "./sse.js";

const LIMIT = 2000;
const PATIENCE = 60_000; // ms

const page = JSON.parse(document.getElementById("page-data").textContent);
const form = document.getElementById("ask");
const input = document.getElementById("question");
const send = document.getElementById("send");
const told = document.getElementById("told");
const log = document.getElementById("log");
const suggestions = document.getElementById("suggestions");
const fresh = document.getElementById("new");

let conversation = load();
let running = null;

class Refused extends Error {}

function excess() {
  return [...input.value].length - LIMIT;
}

function checkLength() {
  const over = excess();
  told.textContent = over > 0 ? fill(page.web.too_long, { count: over }) : "";
  if (over > 0) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  return over <= 0;
}

function fit() {
  input.style.height = "auto";
  if (input.value) input.style.height = `${input.scrollHeight + 2}px`;
}

function showState() {
  const empty = log.childElementCount === 0;
  suggestions.hidden = !empty;
  fresh.hidden = empty;
  send.setAttribute("aria-disabled", String(running !== null));
}

function bringIntoView(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

function request(exchange, signal) {
  return fetch("/api/v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({ question: exchange.question, conversation_id: conversation.id, language: page.language }),
    signal,
  });
}

function sentenceOf(problem) {
  if (problem.status === 503) return `${page.web.not_ready} ${page.web.try_later}`;
  if (problem.status === 413) return page.web.too_large;
  return problem.status === 422 ? problem.detail : page.web.unexpected;
}

async function refusal(response) {
  const problem = response.headers.get("Content-Type")?.includes("problem+json") ? await response.json() : {};
  return new Refused(sentenceOf({ status: response.status, ...problem }));
}

async function stream(exchange, add, signal) {
  const response = await request(exchange, signal);
  if (!response.ok) throw await refusal(response);
  let id = "";
  try {
    for await (const { event, data, id: at } of serverSentEvents(response)) {
      id = at || id;
      const value = JSON.parse(data);
      if (event === "delta") add(value.text);
      else if (event === "answer") return value;
      else if (event === "error") throw new Refused(sentenceOf(value));
    }
  } catch (error) {
    if (error instanceof Refused || !id || signal.aborted) throw error;
  }
  return readAgain(id, signal);
}

async function readAgain(id, signal) {
  if (!id) throw new Error("The stream ended before the answer.");
  const response = await fetch(`/api/v1/answers/${encodeURIComponent(id)}`, { signal });
  if (!response.ok) throw await refusal(response);
  return response.json();
}

async function answer(exchange, question) {
  const mine = new AbortController();
  running = mine;
  const { draft, add } = draftElement(page);
  log.append(draft);
  showState();
  bringIntoView(question);
  let shown;
  try {
    exchange.answer = await stream(exchange, add, AbortSignal.any([mine.signal, AbortSignal.timeout(PATIENCE)]));
    conversation.id = exchange.answer.conversation_id ?? conversation.id;
    shown = answerElement(exchange.answer, page);
  } catch (error) {
    if (mine.signal.aborted) return;
    shown = failure(error instanceof Refused ? error.message : page.web.failed, exchange, question);
  }
  draft.replaceWith(shown);
  running = null;
  save(conversation);
  showState();
  bringIntoView(question);
}

function failure(message, exchange, question) {
  const shown = failureElement(message, page, () => {
    if (running) return;
    shown.remove();
    log.append(question);
    input.focus();
    answer(exchange, question);
  });
  return shown;
}

function ask(text) {
  const exchange = { question: text, answer: null };
  conversation.exchanges.push(exchange);
  save(conversation);
  const question = questionElement(text, page);
  log.append(question);
  answer(exchange, question);
}

function restore() {
  if (!conversation.exchanges.length) return;
  // A reload shows what was already read out once: nobody wants to hear it again.
  log.setAttribute("aria-live", "off");
  log.replaceChildren();
  for (const exchange of conversation.exchanges) {
    const question = questionElement(exchange.question, page);
    log.append(question);
    log.append(exchange.answer ? answerElement(exchange.answer, page) : failure(page.web.failed, exchange, question));
  }
  setTimeout(() => log.removeAttribute("aria-live"), 500);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const suggested = event.submitter?.name === "question" ? event.submitter.value : null;
  const text = suggested ?? input.value.trim();
  if (running || !text || (suggested === null && !checkLength())) return;
  if (suggested === null) input.value = "";
  fit();
  input.focus({ preventScroll: true });
  ask(text);
});

input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit(send);
});

input.addEventListener("input", () => {
  checkLength();
  fit();
});

// A mark leads to its card without adding to the history, so that "back" leaves the page as one expects.
log.addEventListener("click", (event) => {
  const mark = event.target.closest?.("a.mark");
  const target = mark && document.getElementById(mark.getAttribute("href").slice(1));
  if (!target) return;
  event.preventDefault();
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
});

fresh.addEventListener("click", () => {
  running?.abort();
  running = null;
  conversation = { id: null, exchanges: [] };
  forget();
  log.replaceChildren();
  showState();
  told.textContent = "";
  input.focus();
});

try {
  restore();
} catch {
  // Kept by another version of this page: begin anew.
  conversation = { id: null, exchanges: [] };
  log.replaceChildren();
}
showState();
if (excess() > 0) checkLength();
