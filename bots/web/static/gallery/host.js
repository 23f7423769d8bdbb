// A host's own script: it changes what every page may change, and imports the assistant for its own element.
Array.prototype.extra = () => "the host's own";
window.el = window.shared = window.Panel = "the host's own";
document.addEventListener("keydown", (event) => {
  if (event.key === "/") document.querySelector("#question").focus();
});
import(new URL("../chat/element.js", import.meta.url));

// A second button, where there is room for two.
if (innerWidth > 600) {
  const left = document.createElement("interreg-assistant");
  for (const [name, value] of [["position", "left"], ["language", "en"], ["accent", "#7a1fa2"]]) left.setAttribute(name, value);
  document.body.append(left);
}
