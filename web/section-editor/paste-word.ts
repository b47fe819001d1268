/** Word writes lists as paragraphs that only look like lists: `<p style="mso-list:l0 level1 lfo1">`. */

interface Item {
  paragraph: HTMLElement;
  list: string;
  level: number;
  ordered: boolean;
  start: number;
}

const MOST_LEVELS = 9;

export function wordLists(body: HTMLElement): void {
  let run: Item[] = [];
  let last: Element | null = null;
  for (const paragraph of [...body.querySelectorAll<HTMLElement>("p, h1, h2, h3, h4, h5, h6")]) {
    const item = itemOf(paragraph);
    const goesOn = item && last && nextThing(last) === paragraph;
    if (run.length && !goesOn) {
      build(run);
      run = [];
    }
    if (item) run.push(item);
    last = item ? paragraph : null;
  }
  if (run.length) build(run);
}

function nextThing(element: Element): Element | null {
  return element.nextElementSibling;
}

function itemOf(paragraph: HTMLElement): Item | null {
  const style = paragraph.getAttribute("data-style") ?? "";
  const found = /mso-list:\s*(l\d+)\s+level(\d+)/i.exec(style);
  if (!found?.[1]) return null;
  const marker = [...paragraph.querySelectorAll<HTMLElement>("[data-style*='mso-list']")].find((each) =>
    /mso-list:\s*ignore/i.test(each.getAttribute("data-style") ?? ""),
  );
  const sign = (marker?.textContent ?? "").replace(/[\s\u00a0]+/g, "");
  marker?.remove();
  const ordered = /^[([]?[0-9a-z]{1,5}[.)\]]/i.test(sign);
  const number = Number.parseInt(sign.replace(/^\D/, ""), 10);
  return {
    paragraph,
    list: found[1],
    level: Math.min(Math.max(Number(found[2]), 1), MOST_LEVELS),
    ordered,
    start: Number.isInteger(number) && number >= 0 && number <= 100_000 ? number : 1,
  };
}

/** Turn paragraphs in a row into lists, nested as their levels say. */
function build(items: readonly Item[]): void {
  const place = items[0]?.paragraph;
  if (!place) return;
  const roots: HTMLElement[] = [];
  const open: { list: HTMLElement; item: Item }[] = [];
  for (const item of items) {
    while (open.length && (open.at(-1)?.item.level ?? 0) > item.level) open.pop();
    let current = open.at(-1);
    if (current && current.item.level === item.level && (current.item.list !== item.list || current.item.ordered !== item.ordered)) {
      open.pop();
      current = undefined;
    }
    if (!current || current.item.level < item.level) {
      const list = document.createElement(item.ordered ? "ol" : "ul");
      if (item.ordered && item.start !== 1) list.setAttribute("start", String(item.start));
      const parent = open.at(-1)?.list.lastElementChild;
      if (parent) parent.append(list);
      else roots.push(list);
      current = { list, item };
      open.push(current);
    }
    const entry = document.createElement("li");
    const text = document.createElement("p");
    text.append(...item.paragraph.childNodes);
    entry.append(text);
    current.list.append(entry);
  }
  place.before(...roots);
  for (const { paragraph } of items) paragraph.remove();
}
