/** The notes of an item beside the draft: their document is opened when they are shown, and written like a section. */
import type { MeetingContext } from "../features.ts";
import type { Scope } from "../page-data.ts";

let context: MeetingContext | undefined;

export function useContext(found: MeetingContext): void {
  context = found;
}

export class ItemNotes extends HTMLElement {
  private close: (() => void) | null = null;

  connectedCallback(): void {
    const element = this.querySelector<HTMLElement>("section-editor");
    const name = this.getAttribute("document");
    if (!element || !name || !context) return;
    const reason = this.getAttribute("reason");
    const scope: Scope = reason ? "readonly" : "read-write";
    const section = this.getAttribute("item") ?? "";
    const label = this.getAttribute("label") ?? "";
    this.close = context.open({ document: name, section, label, scope, reason, state: "draft" }, element);
  }

  disconnectedCallback(): void {
    this.close?.();
    this.close = null;
  }
}
