// The one line that a site embeds: reads its own data-* attributes and puts an assistant on the page. A script without
// any of them only makes `<interreg-assistant>` known where the page holds one.
{
  const script = document.currentScript;
  const given = ["variant", "language", "position", "heading", "suggestions", "accent"].filter((name) => name in script.dataset);

  const place = () => {
    if (!given.length && !script.dataset.target && document.querySelector("interreg-assistant")) return;
    const element = document.createElement("interreg-assistant");
    for (const name of given) element.setAttribute(name, script.dataset[name]);
    const target = script.dataset.target && document.querySelector(script.dataset.target);
    if (target) target.append(element);
    else if (["inline", "page"].includes(script.dataset.variant) && script.isConnected) script.after(element);
    else document.body.append(element);
  };

  import(new URL("static/chat/element.js", script.src).href).then(() => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place, { once: true });
    else place();
  });
}
