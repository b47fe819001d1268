/** A menu of a toolbar's button: arrow keys go round, Escape closes, a choice closes. */
import { icon } from "../icon.ts";

export interface Choice {
  label: string;
  hint: string;
  icon: string;
  /** Whether it holds now; undefined: it is an act, not a state. */
  checked: boolean | undefined;
  run(): void;
}

let serial = 0;

/** Open `choices` beside `button`. `onClose` tells whether something was chosen, in the menu or outside it. */
export function openMenu(button: HTMLElement, label: string, choices: readonly Choice[], onClose: (chosen: boolean) => void): void {
  const menu = document.createElement("div");
  menu.id = `editor-menu-${++serial}`;
  menu.className = "editor-menu";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", label);
  let open = true;
  function close(chosen: boolean): void {
    if (!open) return;
    open = false;
    button.setAttribute("aria-expanded", "false");
    button.removeAttribute("aria-controls");
    document.removeEventListener("pointerdown", elsewhere, true);
    onClose(chosen); // first, for the focus must not get lost with the menu: the toolbar would hide
    menu.remove();
  }
  const items = choices.map((choice) => {
    const item = document.createElement("button");
    item.type = "button";
    item.tabIndex = -1;
    item.setAttribute("role", choice.checked === undefined ? "menuitem" : "menuitemradio");
    if (choice.checked !== undefined) item.setAttribute("aria-checked", String(choice.checked));
    const name = document.createElement("span");
    name.textContent = choice.label;
    const sign = choice.checked === undefined ? choice.icon : choice.checked ? "check" : "";
    const place = document.createElement("span");
    place.className = "editor-menu-icon";
    if (sign) place.append(icon(sign));
    item.append(place, name);
    if (choice.hint) {
      const keys = document.createElement("kbd");
      keys.textContent = choice.hint;
      keys.setAttribute("aria-hidden", "true");
      item.append(keys);
    }
    item.addEventListener("click", () => {
      close(true);
      choice.run();
    });
    return item;
  });
  menu.append(...items);
  menu.addEventListener("keydown", (event) => onKey(event, () => close(false), items));
  function elsewhere(event: Event): void {
    const target = event.target as Node;
    if (menu.contains(target) || button.contains(target)) return;
    close(!button.closest("[role='toolbar']")?.contains(target)); // another tool: the toolbar must stay for it
  }
  document.addEventListener("pointerdown", elsewhere, true);
  (button.closest("section-editor") ?? document.body).append(menu);
  place(menu, button);
  button.setAttribute("aria-expanded", "true");
  button.setAttribute("aria-controls", menu.id);
  (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0])?.focus({ preventScroll: true });
}

function onKey(event: KeyboardEvent, close: () => void, items: readonly HTMLElement[]): void {
  const at = items.indexOf(document.activeElement as HTMLElement);
  const last = items.length - 1;
  const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
  if (to !== undefined) items[to]?.focus();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}

/** Below the button, or above it where there is more room: on a phone the bar stands over the keyboard. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const view = window.visualViewport;
  const bottom = (view?.offsetTop ?? 0) + (view?.height ?? window.innerHeight);
  const below = at.bottom + 4 + size.height <= bottom || at.top < size.height;
  menu.style.top = `${Math.max(below ? at.bottom + 4 : at.top - size.height - 4, 4)}px`;
  menu.style.left = `${Math.max(Math.min(at.left, document.documentElement.clientWidth - size.width - 4), 4)}px`;
}
