// Copies an answer with its sources.

import { button } from "./dom.js";
import { asText } from "./showing.js";

async function toClipboard(text, root) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return oldWay(text, root);
  }
}

/** For pages without https, and frames that may not use the clipboard. */
function oldWay(text, root) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "hidden";
  const focused = root.activeElement;
  root.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}

export function copyButton(answer, context) {
  const made = button("copy", "copy", context.say("copy"), async () => {
    const done = context.say((await toClipboard(asText(answer, context), context.root)) ? "copied" : "copy_failed");
    context.announce(done);
    made.lastChild.textContent = done;
    setTimeout(() => (made.lastChild.textContent = context.say("copy")), 2500);
  });
  return made;
}
