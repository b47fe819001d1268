/**
 * The words that somebody reads back to everybody. It takes no focus and moves nothing; whoever has seen it may put it
 * away, and it stays away until other words are read back, also when the part of the page around it is fetched anew.
 */
import { showsOther } from "../page/shows.ts";

const STORE = "roundtable.put-away";

export class ReadBackCard extends HTMLElement {
  static readonly observedAttributes = ["key", "hidden"];

  connectedCallback(): void {
    this.addEventListener("click", this.onClick);
    this.addEventListener("keydown", this.onKey);
    this.follow();
  }

  attributeChangedCallback(): void {
    this.follow();
  }

  private follow(): void {
    const away = putAway().includes(this.getAttribute("key") ?? "");
    if (this.hidden !== away) this.hidden = away;
    showsOther();
  }

  private readonly onClick = (event: MouseEvent): void => {
    if ((event.target as Element).closest("[data-put-away]")) this.dismiss();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.dismiss();
  };

  private dismiss(): void {
    const held = this.contains(document.activeElement);
    sessionStorage.setItem(STORE, JSON.stringify([...putAway(), this.getAttribute("key") ?? ""].slice(-50)));
    this.follow();
    if (held) document.getElementById("main")?.focus({ preventScroll: true });
  }
}

function putAway(): string[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}
