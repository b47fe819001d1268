/** A short message below the section's text, said aloud too, that goes by itself. */
import { icon } from "../icon.ts";
import { t } from "../strings.ts";

export interface Notice {
  text: string;
  /** Milliseconds; nobody is hurried who has the pointer or the focus on it. */
  shown?: number;
  action?: { label: string; run(): void };
}

const SHOWN = 10_000;

/** Show it for the editor whose text is `inside`; an earlier one of the same section goes. */
export function showNotice(inside: Element, { text, action, shown = SHOWN }: Notice): void {
  const place = inside.closest("section-editor")?.querySelector(".editor-notice");
  if (!(place instanceof HTMLElement)) return;
  const words = document.createElement("p");
  words.textContent = text;
  const row = document.createElement("div");
  row.className = "notice-bar";
  row.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.append(icon("undo-2"), action.label);
    button.addEventListener("click", () => {
      row.remove();
      action.run();
    });
    row.append(button);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button small quiet";
  close.setAttribute("aria-label", t("editor.close"));
  close.append(icon("x"));
  close.addEventListener("click", () => row.remove());
  row.append(close);
  place.replaceChildren(row);
  const wait = (): void => {
    setTimeout(() => (row.matches(":hover, :focus-within") ? wait() : row.remove()), shown);
  };
  wait();
}
