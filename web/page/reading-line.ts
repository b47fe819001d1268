/** Changing a page without moving what somebody is reading. */

// To ask where the page stands has it laid out anew: a dozen times while it loads, if it were asked each time.
let scrolled = window.scrollY > 0;
document.addEventListener("scroll", () => (scrolled = true), { passive: true, once: true });

/** Do `change`; the block of text at the top of what is in view then stands where it stood. */
export function keepReadingLine(change: () => void): void {
  const held = scrolled && window.scrollY > 0 ? topBlock() : null;
  const before = held?.block.getBoundingClientRect().top ?? 0;
  change();
  if (!held) return;
  // The change may have replaced the block by another rendering of the same text: then its place in line counts.
  const block = held.block.isConnected ? held.block : blocks(held.container)[held.index];
  if (!block) return;
  const moved = block.getBoundingClientRect().top - before;
  if (Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: "instant" });
}

interface Held {
  block: Element;
  container: Element;
  index: number;
}

/** The first block that is at least partly below the page's head. */
function topBlock(): Held | null {
  const line = document.querySelector(".work-header")?.getBoundingClientRect().bottom ?? 0;
  for (const container of document.querySelectorAll(".section > *")) {
    if (container.getBoundingClientRect().bottom <= line) continue;
    const inside = container.localName === "section-editor" ? blocks(container) : [];
    const index = inside.findIndex((block) => block.getBoundingClientRect().bottom > line);
    const block = inside[index];
    return block ? { block, container, index } : { block: container, container, index: 0 };
  }
  return null;
}

/** A section's top-level blocks, whoever rendered them. */
function blocks(container: Element): Element[] {
  return [...(container.querySelector("[contenteditable], .document") ?? container).children];
}
