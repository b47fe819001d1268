/** Single keys for what the page offers anyway: each presses the element that bears it in `data-shortcut`, or opens it. */
import { setting } from "../settings/settings.ts";
import { WIDE, reveal } from "../views/views.ts";
import { inField, typesOn, watchPresses } from "./interrupted.ts";
import { fillMap, holds } from "./map.ts";

/** Alt and a digit: the columns, in their order, and what tells of saving. */
const PLACES: Readonly<Record<string, string>> = {
  Digit1: "#rail",
  Digit2: "#view-draft",
  Digit3: "#view-decisions",
  Digit4: "#meeting-status",
};

const ITEMS = ".agenda-item";

export function startKeys(): void {
  watchPresses();
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const opener = (event.target as Element).closest<HTMLElement>("[data-opens]");
    if (opener) open(opener.dataset.opens ?? "");
  });
}

function open(id: string): void {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  fillMap(dialog);
  dialog.showModal();
}

function onKey(event: KeyboardEvent): void {
  if (typesOn(event)) return event.preventDefault();
  if (event.defaultPrevented || event.isComposing) return;
  if (event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const place = PLACES[event.code];
    if (place && goTo(place)) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || inField(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?" ? document.getElementById("keyboard-map") : setting("keys") === "on" && press(event.key)) {
    event.preventDefault();
    if (event.key === "?") open("keyboard-map");
  }
}

function press(key: string): boolean {
  if (key === "[" || key === "]") return step(sections(), key === "]" ? 1 : -1, currentSection());
  if (key === "j" || key === "k") {
    const items = [...document.querySelectorAll<HTMLElement>(ITEMS)].filter(shown);
    return step(items, key === "j" ? 1 : -1, (document.activeElement?.closest(ITEMS) as HTMLElement | null) ?? undefined);
  }
  const target = bearer(key);
  if (!target) return false;
  if (target instanceof HTMLDialogElement) {
    target.showModal();
    return true;
  }
  target.focus({ preventScroll: true });
  target.click();
  return true;
}

/** Of several elements with the same key the one in the section that one is at, else the first that can be seen. */
function bearer(key: string): HTMLElement | undefined {
  const all = [...document.querySelectorAll<HTMLElement>(`[data-shortcut="${CSS.escape(key)}"]`)].filter(shown);
  const section = currentSection();
  return all.find((one) => section?.contains(one)) ?? all.find((one) => !one.closest(".section")) ?? all[0];
}

function shown(element: HTMLElement): boolean {
  return (element.getClientRects().length > 0 || element instanceof HTMLDialogElement) && !element.matches(":disabled") && holds(element);
}

function sections(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".section")].filter(shown);
}

/** The section with the focus, else the one at the top of what is in view. */
export function currentSection(): HTMLElement | undefined {
  const all = sections();
  const focused = all.find((section) => section.contains(document.activeElement));
  if (focused) return focused;
  const line = (document.querySelector(".work-header")?.getBoundingClientRect().bottom ?? 0) + 48;
  return all.filter((section) => section.getBoundingClientRect().top <= line).at(-1);
}

function step(all: HTMLElement[], by: 1 | -1, from: HTMLElement | undefined): boolean {
  if (!all.length) return false;
  const at = from ? all.indexOf(from) : -1;
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  const target = next?.matches(".section") ? next.querySelector<HTMLElement>("h2") : (next?.querySelector<HTMLElement>("a, button, summary") ?? next);
  if (!next || !target) return false;
  focusOn(target);
  next.scrollIntoView({ block: next.matches(".section") ? "start" : "nearest" });
  return true;
}

function goTo(selector: string): boolean {
  const place = document.querySelector<HTMLElement>(selector);
  if (!place) return false;
  if (place.matches("[popover]") && !window.matchMedia(WIDE).matches) place.showPopover?.();
  reveal(place);
  const inside = place.querySelector<HTMLElement>('[aria-current], h2, a[href], button:not([disabled])');
  focusOn(selector === "#view-draft" ? ((currentSection() ?? sections()[0])?.querySelector<HTMLElement>("h2") ?? place) : (inside ?? place));
  return true;
}

function focusOn(element: HTMLElement): void {
  if (!element.matches("a[href], button, summary, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: element.matches(".section h2") });
  if (element.matches(".section h2")) element.scrollIntoView({ block: "nearest" });
}
