// One question until its answer is there: over a stream, over lost connections, under one key, so that it is never
// answered twice.

import { Refused } from "./api.js";
import { serverSentEvents } from "./sse.js";

const PAUSES = [0.5, 1, 2, 4, 8, 15]; // seconds before each new attempt
const SILENCE = 45_000; // ms; the server's heartbeat comes every 15 s

/** A key for one question; `randomUUID` is missing where a page came over plain http. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Resolves to the whole answer of {key, body}.
 *
 * `progress` is told {delta} for a piece of text, {restart: true} where the text begins anew, {lost: true} where the
 * connection fell away. Throws `Refused`, or what the last attempt threw.
 */
export async function answerTo(api, request, signal, progress) {
  const known = { id: "" };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return known.id ? await api.answer(known.id, signal) : await streamed(api, request, signal, progress, known);
    } catch (error) {
      const gone = known.id && error instanceof Refused && error.status === 404;
      if (gone) known.id = "";
      const hopeless = error instanceof Refused && !error.passing && !gone;
      if (signal.aborted || hopeless || attempt === PAUSES.length) throw error;
      progress({ lost: true });
      await pause(error.wait || PAUSES[attempt], signal);
    }
  }
}

async function streamed(api, { key, body }, signal, progress, known) {
  const silence = watchdog(signal);
  try {
    const response = await api.send("ask", {
      method: "POST",
      body,
      headers: { Accept: "text/event-stream", "Idempotency-Key": key },
      signal: silence.signal,
    });
    progress({ restart: true });
    for await (const { event, data, id } of serverSentEvents(response, silence.alive)) {
      known.id = id || known.id;
      const value = JSON.parse(data);
      if (event === "delta") progress({ delta: value.text });
      else if (event === "answer") return value;
      else if (event === "error") throw new Refused(value.status, value.detail);
    }
  } finally {
    silence.end();
  }
  throw new Error("The stream ended before the answer.");
}

/** Aborts where nothing arrives for long, as well as where the outer signal says so. */
function watchdog(outer) {
  const own = new AbortController();
  const abort = () => own.abort();
  let timer = setTimeout(abort, SILENCE);
  outer.addEventListener("abort", abort);
  return {
    signal: own.signal,
    alive() {
      clearTimeout(timer);
      timer = setTimeout(abort, SILENCE);
    },
    end() {
      clearTimeout(timer);
      outer.removeEventListener("abort", abort);
    },
  };
}

/** Waits some seconds, less where the connection comes back, and as long as there is none. */
function pause(seconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(() => navigator.onLine && done(), seconds * 1000);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
