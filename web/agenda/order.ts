/** The order of the agenda by hand: a handle to drag, and Alt with the arrows on an item. Both press the item's own buttons. */

const AFTER = "drop-after";
const BEFORE = "drop-before";

export function startOrder(agenda: HTMLElement): void {
  agenda.addEventListener("pointerdown", (event) => {
    const handle = (event.target as Element).closest<HTMLElement>(".drag-handle");
    const item = handle?.closest<HTMLElement>(".agenda-item");
    if (!handle || !item || event.button !== 0) return;
    event.preventDefault();
    new Drag(handle, item, event.pointerId);
  });
  agenda.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const item = (event.target as Element).closest<HTMLElement>(".agenda-item");
    const button = item && press(item, event.key === "ArrowUp" ? "up" : "down");
    if (!button) return;
    event.preventDefault();
    button.form?.requestSubmit(button);
  });
}

function press(item: HTMLElement, act: string): HTMLButtonElement | null {
  return item.querySelector<HTMLButtonElement>(`button[name="act"][value="${act}"]`);
}

/** One drag of one item, from the press on its handle to the release; Escape takes it back. */
class Drag {
  private before: HTMLElement | null = null;
  private after: HTMLElement | null = null;
  private readonly stop = new AbortController();

  constructor(
    handle: HTMLElement,
    private readonly item: HTMLElement,
    pointer: number,
  ) {
    const { signal } = this.stop;
    handle.setPointerCapture(pointer);
    item.classList.add("dragged");
    handle.addEventListener("pointermove", (event) => this.over(event.clientY), { signal });
    handle.addEventListener("pointerup", () => this.drop(), { signal });
    handle.addEventListener("pointercancel", () => this.end(), { signal });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.end(), { signal });
  }

  private get others(): HTMLElement[] {
    const all = this.item.parentElement?.querySelectorAll<HTMLElement>(":scope > .agenda-item") ?? [];
    return [...all].filter((other) => other !== this.item);
  }

  private over(y: number): void {
    this.unmark();
    const others = this.others;
    this.before = others.find((other) => y < middle(other)) ?? null;
    this.after = this.before ? null : (others.at(-1) ?? null);
    this.before?.classList.add(BEFORE);
    this.after?.classList.add(AFTER);
  }

  private drop(): void {
    const { before, after, item } = this;
    this.end();
    const to = before?.dataset.item ?? (after ? "end" : null);
    const next = item.nextElementSibling as HTMLElement | null;
    const there = before ? next === before : next === null;
    const button = press(item, "move");
    const field = button?.form?.elements.namedItem("to");
    if (to === null || there || !button || !(field instanceof HTMLInputElement)) return;
    field.value = to;
    button.form?.requestSubmit(button);
  }

  private end(): void {
    this.stop.abort();
    this.unmark();
    this.item.classList.remove("dragged");
  }

  private unmark(): void {
    for (const other of this.others) other.classList.remove(BEFORE, AFTER);
  }
}

function middle(element: HTMLElement): number {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
