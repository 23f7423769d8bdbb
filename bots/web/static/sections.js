// Keeps the language switch at the section that is being read, opens the contents where they stand beside the text, and
// says so where a link leads to a section that is gone.

const twin = document.querySelector(".twin");
const headings = [...document.querySelectorAll("[data-twin]")];
const contents = document.querySelector(".with-contents .contents details");

function reached() {
  const target = document.querySelector(":target")?.getBoundingClientRect();
  const seen = target && target.bottom > 0 && target.top < innerHeight;
  if (!seen && scrollY < 50) return null; // at the top, whatever is seen below
  const line = seen ? target.top : innerHeight / 3;
  return headings.findLast((heading) => heading.getBoundingClientRect().top <= line);
}

function aim() {
  const section = reached()?.dataset.twin;
  twin.hash = section ?? "";
}

function follow() {
  const section = /^#([a-z0-9-]+)$/.exec(location.hash)?.[1];
  const gone = section && section !== "quote" && !document.getElementById(section);
  document.querySelector("#section_gone").hidden = !gone;
}

for (const about of twin ? ["pointerdown", "focus", "click"] : []) twin.addEventListener(about, aim);
if (contents && matchMedia("(min-width: 68rem)").matches) contents.open = true;
addEventListener("hashchange", follow);
follow();
