/**
 * Whoever types when their field is taken away, because the words became final or a form was answered elsewhere, types
 * on for a moment, wherever the focus has gone. Those letters belong to no field, and must not become commands either.
 */

/** Milliseconds without a key, after which a letter is meant for the page. */
const PAUSE = 3_000;
/** Keys by which somebody goes elsewhere by themselves. */
const AWAY = new Set(["Tab", "Escape", "Enter", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "F6"]);

let last = -Infinity;

/** Where a letter is a letter. */
export function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type="checkbox"], [type="radio"], [type="button"]), textarea, select, [role="textbox"], [role="menu"] *');
}

export function watchPresses(): void {
  addEventListener("pointerdown", () => (last = -Infinity), { capture: true, passive: true });
}

/** Whether this key is one more of those that somebody types into a field that is gone; asked for every key. */
export function typesOn(event: KeyboardEvent): boolean {
  const typed = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const inside = inField(event.target);
  if (inside ? ends(event) : AWAY.has(event.key)) last = -Infinity;
  if (!typed || (!inside && event.timeStamp - last >= PAUSE)) return false;
  last = event.timeStamp;
  return !inside;
}

/** Whether the key ends what is typed in its field: it leads out of it or sends its form. */
function ends({ key, ctrlKey, metaKey, target }: KeyboardEvent): boolean {
  if (key === "Enter") return ctrlKey || metaKey || target instanceof HTMLInputElement;
  return key === "Tab" || key === "Escape";
}
