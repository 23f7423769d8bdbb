// Warns before a page is left on which something typed was not sent. The pages work without it.

let unsent = false;

for (const form of document.querySelectorAll("form[data-unsent]")) {
  unsent ||= form.dataset.unsent === "typed";
  form.addEventListener("input", () => { unsent = true; });
}
document.addEventListener("submit", () => { unsent = false; });
window.addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });
