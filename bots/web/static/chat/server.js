// The server's HTTP interface, and one question until its answer is there: under one key, so never asked twice.

const PAUSES = [0.5, 1, 2, 4, 8, 15]; // seconds before each new attempt
const SILENCE = 45_000; // ms; the server's heartbeat comes every 15 s

/** The server said no: `status` is the HTTP status, `wait` the seconds after which it may be asked again, or NaN. */
export class Refused extends Error {
  constructor(status, detail, wait) {
    super(detail);
    Object.assign(this, { status, wait });
  }
}

export class Api {
  constructor(server) {
    this.server = server;
  }

  url(path) {
    return new URL(`api/v1/${path}`, this.server).href;
  }

  /** 304 is no refusal. */
  async send(path, { body, headers, ...options } = {}) {
    const typed = body && { "Content-Type": "application/json" };
    const sent = {
      credentials: "omit",
      headers: { ...typed, ...headers },
      body: body && JSON.stringify(body),
      ...options,
    };
    const response = await fetch(this.url(path), sent);
    if (response.ok || response.status === 304) return response;
    const { detail } = await response.json().catch(() => ({}));
    throw new Refused(response.status, detail, Number.parseInt(response.headers.get("Retry-After")));
  }

  async json(path, method, body, signal) {
    const response = await this.send(path, { method, body, signal });
    return response.status === 204 ? null : response.json();
  }
}

/** A key for one question; `randomUUID` is missing where a page came over plain http. */
export function newKey() {
  return (
    crypto.randomUUID?.() ??
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  );
}

/**
 * Resolves to the answer of {key, body}. `progress` is told {delta} for a piece of text, {restart} where it begins anew,
 * {lost} where the connection fell away. Throws `Refused`, or what the last attempt threw.
 */
export async function answerTo(api, request, signal, progress) {
  const known = { id: "" };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return known.id
        ? await api.json(`answers/${known.id}`, "GET", undefined, signal)
        : await streamed(api, request, signal, progress, known);
    } catch (error) {
      const forgotten = known.id && error.status === 404;
      if (forgotten) known.id = "";
      const hopeless = error instanceof Refused && !forgotten && ![429, 502, 503, 504].includes(error.status);
      if (signal.aborted || hopeless || attempt === PAUSES.length) throw error;
      progress({ lost: true });
      await pause(error.wait || PAUSES[attempt], signal);
    }
  }
}

async function streamed(api, { key, body }, outer, progress, known) {
  const own = new AbortController();
  const abort = () => own.abort();
  let timer;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(abort, SILENCE);
  };
  alive();
  outer.addEventListener("abort", abort);
  try {
    const headers = { Accept: "text/event-stream", "Idempotency-Key": key };
    const response = await api.send("ask", { method: "POST", body, headers, signal: own.signal });
    progress({ restart: true });
    for await (const { event, data, id } of serverSentEvents(response, alive)) {
      known.id = id || known.id;
      const value = JSON.parse(data);
      if (event === "delta") progress({ delta: value.text });
      if (event === "answer") return value;
      if (event === "error") throw new Refused(value.status, value.detail);
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error("The stream ended before the answer.");
}

/** Waits some seconds, less where the connection comes back, and as long as there is none. */
function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(() => navigator.onLine && resolve(), seconds * 1000);
    addEventListener("online", resolve, { once: true });
    signal.addEventListener("abort", reject);
  });
}

/** Yields {event, data, id}; EventSource can only GET. `alive` hears heartbeats too. */
async function* serverSentEvents(response, alive) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    // A CR at the end may be half of a CRLF, so line ends are only settled over what has come together.
    const blocks = (waiting + value).replaceAll("\r\n", "\n").split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const event = parse(block);
      if (event.data) yield event;
    }
  }
}

function parse(block) {
  const event = { event: "message", data: "", id: "" };
  for (const line of block.split("\n")) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === "data") event.data += (event.data && "\n") + value;
    else if (name in event) event[name] = value;
  }
  return event;
}
