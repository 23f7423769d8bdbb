// Turns the pages of an original in place, so that the text beside it stays where the reader was; without this script
// the same links load the page anew.

let wanted; // of several that were asked for at once, the last

async function turn(link) {
  wanted = link;
  const response = await fetch(link.href);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (link !== wanted) return;
  const rel = link.rel;
  for (const part of ["#the_original", ".turn"]) {
    const now = document.querySelector(part);
    const next = page.querySelector(part);
    if (now && next) now.replaceWith(document.importNode(next, true));
  }
  history.replaceState(null, "", link.href);
  const original = document.querySelector("#the_original");
  (original.querySelector(`nav a[rel="${rel}"]`) ?? original.querySelector("nav a"))?.focus({ preventScroll: true });
  document.querySelector("#page_turned").textContent = original.querySelector("figcaption, .problem").textContent.trim();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#the_original nav a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  turn(link).catch(() => link === wanted && location.assign(link.href));
});
