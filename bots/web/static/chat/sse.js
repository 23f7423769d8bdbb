// Reads server-sent events from a fetch response: EventSource can only GET.

/** Yields {event, data, id} for every event of a response's body; `alive` is called for whatever arrives, heartbeats too. */
export async function* serverSentEvents(response, alive) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    // A CR at the end may be half of a CRLF, so line ends are only settled over what has come together.
    waiting = (waiting + value).replaceAll("\r\n", "\n");
    let end;
    while ((end = waiting.indexOf("\n\n")) >= 0) {
      const event = parse(waiting.slice(0, end));
      waiting = waiting.slice(end + 2);
      if (event.data) yield event;
    }
  }
}

function parse(block) {
  const event = { event: "message", data: "", id: "" };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") event.data += (event.data ? "\n" : "") + value;
    else if (name in event) event[name] = value;
  }
  return event;
}
