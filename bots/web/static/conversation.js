// The conversation of this tab, so that a reload keeps it. Nothing is kept beyond the tab, and nothing at all where the
// browser refuses storage.

const KEY = "conversation";

/** @returns {{id: string | null, exchanges: {question: string, answer: object | null}[]}} */
export function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    if (Array.isArray(kept?.exchanges)) return kept;
  } catch {
    // Refused or not ours: begin anew.
  }
  return { id: null, exchanges: [] };
}

export function save(conversation) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(conversation));
  } catch {
    // Full or refused: the page works on, a reload forgets.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
