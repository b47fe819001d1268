/** "… asks everybody to come": offered once to each, and gone when answered. It never moves anybody by itself. */

const KEY = "roundtable:gathered";

export class GatherBar extends HTMLElement {
  static readonly observedAttributes = ["number", "hidden"];

  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-go], [data-stay]")) this.answer();
    });
    this.renew();
  }

  /** It comes hidden from the server, again with each fetch: ours is the last word. */
  attributeChangedCallback(): void {
    queueMicrotask(() => this.renew());
  }

  private get number(): string {
    return `${location.pathname} ${this.getAttribute("number") ?? ""}`;
  }

  private renew(): void {
    const away = answered() === this.number;
    if (this.hidden !== away) this.hidden = away;
  }

  private answer(): void {
    try {
      sessionStorage.setItem(KEY, this.number);
    } catch {
      // Then it goes for now, and may come back with the page.
    }
    this.hidden = true;
  }
}

function answered(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
