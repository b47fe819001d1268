/** The keyboard map: the keys that always work stand in the page; those of the page's own parts are read off it. */

export function fillMap(dialog: HTMLElement): void {
  const list = dialog.querySelector<HTMLElement>("[data-found-keys]");
  if (!list) return;
  const found = new Map<string, string>();
  for (const element of document.querySelectorAll<HTMLElement>("[data-shortcut]")) {
    const key = element.dataset.shortcut ?? "";
    if (key && holds(element) && !found.has(key)) found.set(key, describe(element));
  }
  list.replaceChildren(...[...found].map(([key, words]) => row(key, words)));
}

/** A dialog stays in the page when its time is over; its key works while the page has what `data-shortcut-while` names. */
export function holds(element: HTMLElement): boolean {
  const needed = element.dataset.shortcutWhile;
  return needed === undefined || document.querySelector(needed) !== null;
}

function describe(element: HTMLElement): string {
  const words = element.dataset.shortcutLabel ?? element.getAttribute("aria-label") ?? firstWords(element);
  return words.replace(/\s+/g, " ").trim();
}

/** A button's words as one sees them; what only screen readers hear tells which of many it is. */
function firstWords(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  copy.querySelectorAll(".visually-hidden, svg").forEach((one) => one.remove());
  return copy.textContent ?? "";
}

function row(key: string, words: string): HTMLElement {
  const line = document.createElement("div");
  const term = document.createElement("dt");
  const cap = document.createElement("kbd");
  cap.textContent = key;
  term.append(cap);
  const meaning = document.createElement("dd");
  meaning.textContent = words;
  line.append(term, meaning);
  return line;
}
