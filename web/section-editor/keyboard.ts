/**
 * How much of the screen a phone's keyboard covers, for the style sheet: `--keyboard` on the page, and `data-keyboard`
 * while it is open. The caret is kept in what is left.
 */
import { setRootLength } from "../page/root-length.ts";

/** Pixels: less than this is a browser's own bar that comes and goes. */
const LEAST = 120;
/** Between the caret and whatever stands over the keyboard: our toolbar. */
const ROOM = 64;

let watching = false;

export function watchKeyboard(): void {
  const view = window.visualViewport;
  if (watching || !view) return;
  watching = true;
  const measure = (): void => {
    // A zoomed page also has a smaller view; that is no keyboard.
    const covered = view.scale > 1.01 ? 0 : Math.max(window.innerHeight - view.height - view.offsetTop, 0);
    setRootLength("--keyboard", Math.round(covered));
    const open = covered >= LEAST;
    const was = document.documentElement.hasAttribute("data-keyboard");
    document.documentElement.toggleAttribute("data-keyboard", open);
    if (open && !was) keepCaret(view);
  };
  view.addEventListener("resize", measure);
  view.addEventListener("scroll", measure);
  measure();
}

/** The keyboard came up over the line one types on: the page moves as far as needed, not further. */
function keepCaret(view: VisualViewport): void {
  const place = caret();
  if (!place) return;
  const hidden = place.bottom + ROOM - (view.offsetTop + view.height);
  if (hidden > 0) window.scrollBy({ top: hidden, behavior: "instant" });
}

function caret(): DOMRect | null {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement)) return null;
  if (focused.matches("input, textarea")) return focused.getBoundingClientRect();
  const selection = document.getSelection();
  if (!focused.isContentEditable || !selection?.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const line = range.getClientRects()[0];
  const { endContainer } = range;
  const block = endContainer instanceof Element ? endContainer : endContainer.parentElement;
  return line ?? block?.getBoundingClientRect() ?? null;
}
