/** A change by somebody else never moves the line one is at. */
import type { EditorView } from "@tiptap/pm/view";

/** Whether the browser itself keeps what is on the screen in place when something above it grows. */
const anchors = CSS.supports("overflow-anchor", "auto");

/** Of each editor, the part of a pixel that scrolling could not give: many small steps must not add up. */
const owed = new WeakMap<EditorView, number>();

/** Do `update`; afterwards the caret, if one is seen, or else what stands at the top of the screen, is where it was. */
export function steadily(view: EditorView, update: () => void): void {
  const place = reference(view);
  const before = place?.();
  update();
  const after = place?.();
  if (before === undefined || after === undefined) return;
  const wanted = after - before + (owed.get(view) ?? 0);
  const from = window.scrollY;
  if (Math.abs(wanted) >= 1) window.scrollBy({ top: wanted, behavior: "instant" });
  const left = wanted - (window.scrollY - from);
  owed.set(view, Math.abs(left) < 1 ? left : 0); // more than that the page can't scroll
}

/** Measures the line that has to stay, in pixels from the top of the screen. */
function reference(view: EditorView): (() => number | undefined) | undefined {
  if (view.hasFocus()) {
    const caret = (): number | undefined => {
      try {
        return view.coordsAtPos(view.state.selection.head).top;
      } catch {
        return undefined; // not drawn
      }
    };
    const top = caret();
    if (top !== undefined && top >= 0 && top <= window.innerHeight) return caret;
  }
  if (anchors) return undefined;
  const topmost = [...view.dom.children].find((child) => child.getBoundingClientRect().bottom > 0);
  if (!topmost || topmost.getBoundingClientRect().top > window.innerHeight) return undefined;
  return () => (topmost.isConnected ? topmost.getBoundingClientRect().top : undefined);
}
