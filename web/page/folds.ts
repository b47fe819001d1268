/** A form in a fold is fetched when the fold is opened: until then a link to the form stands in its place. */
const PLACE = ":scope > .form-later";

const asked = new WeakSet<HTMLDetailsElement>();

export function startFolds(): void {
  document.addEventListener("toggle", ({ target }) => look(target), true);
  // Opened before htmx knew of it.
  document.addEventListener("htmx:after:process", () => {
    for (const place of document.querySelectorAll("details[open] > .form-later")) look(place.parentElement);
  });
}

/** What did not arrive is asked for again when the fold is opened again. */
function look(fold: EventTarget | null): void {
  if (!(fold instanceof HTMLDetailsElement) || !fold.querySelector(PLACE)) return;
  if (!fold.open) {
    asked.delete(fold);
  } else if (fold.hasAttribute("data-htmx-powered") && !asked.has(fold)) {
    asked.add(fold);
    fold.dispatchEvent(new CustomEvent("roundtable:opened"));
  }
}
