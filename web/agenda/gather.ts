/** "… asks everybody to come": offered once to each, and gone when answered. It never moves anybody by itself. */

const KEY = "roundtable:gathered";

export class GatherBar extends HTMLElement {
  static readonly observedAttributes = ["number"];

  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-go], [data-stay]")) this.answer();
    });
    this.renew();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.renew();
  }

  private get number(): string {
    return `${location.pathname} ${this.getAttribute("number") ?? ""}`;
  }

  private renew(): void {
    this.hidden = answered() === this.number;
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
