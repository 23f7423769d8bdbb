// Scrolls the panel and nothing around it: `scrollIntoView` would move the host's page as well.

const NEAR = 48; // px from the end that still count as the end
const GAP = 8; // px above what is brought into view

export function scrolling(panel) {
  // Where there is little height the whole panel scrolls, else only the conversation in it.
  const scroller = () => {
    const inner = panel().querySelector("#scroll");
    return inner && getComputedStyle(inner).overflowY !== "visible" ? inner : panel();
  };

  function to(top) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scroller().scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  }

  return {
    atBottom() {
      const box = scroller();
      return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    },
    toEnd() {
      requestAnimationFrame(() => scroller().scrollTo({ top: scroller().scrollHeight, behavior: "auto" }));
    },
    /** Brings an element into view: its beginning to the top, or as little as is needed. */
    reveal(element, block = "nearest") {
      requestAnimationFrame(() => {
        const box = scroller();
        const [outer, inner] = [box.getBoundingClientRect(), element.getBoundingClientRect()];
        const above = inner.top - outer.top - GAP;
        const below = inner.bottom - outer.bottom + GAP;
        if (block === "start" || above < 0) to(box.scrollTop + above);
        else if (below > 0) to(box.scrollTop + Math.min(below, above));
      });
    },
  };
}
