// What a reload needs: the conversation's id and the questions that have no answer yet. It stays in this tab, and nothing
// is kept where the browser refuses storage.

export class Session {
  constructor(server) {
    this.key = `interreg-assistant ${server}`;
  }

  /** @returns {{id: string | null, pending: {key: string, question: string, body?: object}[]}} */
  load() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key));
      if (Array.isArray(kept?.pending)) return kept;
    } catch {
      // Refused, or not ours: begin anew.
    }
    return { id: null, pending: [] };
  }

  save(id, pending) {
    try {
      if (id || pending.length) sessionStorage.setItem(this.key, JSON.stringify({ id, pending }));
      else sessionStorage.removeItem(this.key);
    } catch {
      // Refused or full: the assistant works on, a reload forgets.
    }
  }
}
