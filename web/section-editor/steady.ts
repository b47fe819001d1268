/** A change by somebody else never moves the line one is at. */
import type { EditorView } from "@tiptap/pm/view";

/** Whether the browser itself keeps what is on the screen in place when something above it grows. */
const anchors = CSS.supports("overflow-anchor", "auto");

/** Do `update`; afterwards the caret, if one is seen, or else what stands at the top of the screen, is where it was. */
export function steadily(view: EditorView, update: () => void): void {
  const place = reference(view);
  const before = place?.();
  update();
  if (before === undefined) return;
  const after = place?.();
  if (after === undefined || Math.abs(after - before) < 1) return;
  window.scrollBy({ top: after - before, behavior: "instant" });
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
