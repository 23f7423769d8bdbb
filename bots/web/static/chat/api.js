// The server's HTTP interface, as far as the widget uses it.

/** The server said no; `status` is the HTTP status, 0 where an answer failed after its stream had begun. */
export class Refused extends Error {
  constructor(status, detail, wait) {
    super(detail ?? "");
    this.status = status;
    this.wait = wait; // seconds that the server asks for, or NaN
  }

  /** Whether the same request may succeed in a moment. */
  get passing() {
    return [429, 502, 503, 504].includes(this.status);
  }
}

export async function refusal(response) {
  const problem = response.headers.get("Content-Type")?.includes("json") ? await response.json().catch(() => ({})) : {};
  const wait = Number.parseInt(response.headers.get("Retry-After"), 10);
  return new Refused(response.status, problem.detail, wait);
}

export class Api {
  /** `server` is the address under which `api/v1/` lies. */
  constructor(server) {
    this.server = server;
  }

  url(path) {
    return new URL(`api/v1/${path}`, this.server).href;
  }

  /** Sends a request without cookies; a refusal is thrown, but 304 is none. */
  async send(path, { method = "GET", body, headers, signal } = {}) {
    const response = await fetch(this.url(path), {
      method,
      credentials: "omit",
      headers: { ...(body && { "Content-Type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
      signal,
    });
    if (!response.ok && response.status !== 304) throw await refusal(response);
    return response;
  }

  async #json(path, options) {
    const response = await this.send(path, options);
    return response.status === 204 ? null : response.json();
  }

  greeting = (language) => this.#json(`greeting?language=${language}`);
  answer = (id, signal) => this.#json(`answers/${encodeURIComponent(id)}`, { signal });
  suggestions = (id) => this.#json(`answers/${encodeURIComponent(id)}/suggestions`);
  rate = (id, feedback) => this.#json(`answers/${encodeURIComponent(id)}/feedback`, { method: "PUT", body: feedback });
  unrate = (id) => this.#json(`answers/${encodeURIComponent(id)}/feedback`, { method: "DELETE" });
  conversation = (id) => this.#json(`conversations/${encodeURIComponent(id)}`);
  forget = (id) => this.#json(`conversations/${encodeURIComponent(id)}`, { method: "DELETE" });
  handOver = (body) => this.#json("handovers", { method: "POST", body });
  withdraw = (id) => this.#json(`handovers/${encodeURIComponent(id)}/withdraw`, { method: "POST" });
  transcript = (id, language) => this.url(`conversations/${encodeURIComponent(id)}/transcript?language=${language}`);
}
