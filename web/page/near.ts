/** What costs something to put up is put up when it comes near the screen, or once the page has been still for long. */

/** Around the screen: so far one comes by a turn of the wheel. */
const MARGIN = "400px 0px";
/** Milliseconds until all of it is put up: who looks for a field in their screen reader's list finds each. */
const AT_LAST = 20_000;
/** Milliseconds between two of them then. */
const APART = 250;

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
  for (const { target, isIntersecting } of entries) tell(target, isIntersecting);
}

function tell(element: Element, near: boolean): void {
  const told = waiting.get(element);
  if (near) forget(element);
  told?.(near);
}

function forget(element: Element): void {
  waiting.delete(element);
  watch?.unobserve(element);
}

function next(): void {
  const [element] = waiting.keys();
  last = element ? setTimeout(next, APART) : null;
  if (element) tell(element, true);
}
