// What a site embeds: puts an assistant on the page as data-* say. Without any it only makes the element known where the
// page holds one.
{
  const script = document.currentScript;
  const { target, ...attributes } = script.dataset;

  const place = () => {
    if (!Object.keys(script.dataset).length && document.querySelector("interreg-assistant")) return;
    const element = document.createElement("interreg-assistant");
    for (const name of ["variant", "language", "position", "heading", "suggestions", "accent"])
      if (name in attributes) element.setAttribute(name, attributes[name]);
    const found = target && document.querySelector(target);
    if (found) found.append(element);
    else if (["inline", "page"].includes(attributes.variant) && script.closest("body")) script.after(element);
    else document.body.append(element);
  };

  import(new URL("static/chat/element.js", script.src).href).then(
    () => {
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place, { once: true });
      else place();
    },
    () => {}, // the page stays as it is
  );
}
