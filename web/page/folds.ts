/** A form in a fold is fetched when the fold is opened: until then a link to the form's page stands in its place. */
const PLACE = ":scope > .form-later";

const asked = new WeakSet<Element>();

export function startFolds(): void {
  document.addEventListener("toggle", ({ target }) => void look(target), true);
  // One that came anew with a part of the page while it was open.
  document.addEventListener("htmx:after:process", () => {
    for (const place of document.querySelectorAll("details[open] > .form-later")) void look(place.parentElement);
  });
}

/** What does not arrive is asked for again when the fold is opened again; the link stays. */
async function look(fold: EventTarget | null): Promise<void> {
  if (!(fold instanceof HTMLDetailsElement) || !fold.open) return;
  const place = fold.querySelector(PLACE);
  const link = place?.querySelector("a");
  if (!place || !link || asked.has(place)) return;
  asked.add(place);
  try {
    const response = await fetch(link.href, { headers: { "HX-Request": "true" } });
    if (!response.ok) throw new Error(String(response.status));
    const made = document.createElement("template");
    made.innerHTML = await response.text();
    place.replaceWith(made.content);
    (window as unknown as { htmx?: { process: (element: Element) => void } }).htmx?.process(fold);
  } catch {
    asked.delete(place);
  }
}
