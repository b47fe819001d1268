/** What costs something to put up is put up when it comes near the screen, or once the page has been still for long. */

/** Around the screen: so far one comes by a turn of the wheel. */
const MARGIN = "400px 0px";
/** Milliseconds until all of it is put up: who looks for a field in their screen reader's list finds each. */
const AT_LAST = 20_000;
/** Milliseconds between two of them then. */
const APART = 250;

// Nothing is put up while somebody presses: a press that begins on a button must end on it.
let pressed = false;
const held = new Map<Element, boolean>();
// Whoever lets go of a scroll bar is told of by the next move alone.
for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"] as const) {
  addEventListener(kind, press, { capture: true, passive: true });
}

function press({ buttons }: PointerEvent): void {
  const was = pressed;
  pressed = buttons !== 0;
  if (was && !pressed) setTimeout(release);
}

const waiting = new Map<Element, (near: boolean) => void>();
let watch: IntersectionObserver | null = null;
let last: ReturnType<typeof setTimeout> | null = null;

/** Tells whether `element` is near the screen: soon, and once more when it has come near. Returns what ends it. */
export function whenNear(element: Element, tell: (near: boolean) => void): () => void {
  watch ??= new IntersectionObserver(look, { rootMargin: MARGIN });
  waiting.set(element, tell);
  watch.observe(element);
  last ??= setTimeout(next, AT_LAST);
  return () => forget(element);
}

function look(entries: IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    if (pressed) held.set(target, isIntersecting);
    else tell(target, isIntersecting);
  }
}

function release(): void {
  if (pressed) return;
  const told = [...held];
  held.clear();
  for (const [target, near] of told) tell(target, near);
}

function tell(element: Element, near: boolean): void {
  const told = waiting.get(element);
  if (near) forget(element);
  told?.(near);
}

function forget(element: Element): void {
  waiting.delete(element);
  held.delete(element);
  watch?.unobserve(element);
}

function next(): void {
  const [element] = waiting.keys();
  last = element ? setTimeout(next, APART) : null;
  if (element && !pressed) tell(element, true);
}
