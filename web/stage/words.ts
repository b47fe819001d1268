/** `<stage-words document="…" block="…">`: the exact words of a section, or of one block of it, as they are now. */
import type * as Y from "yjs";
import { renderReadOnly } from "../section-editor/read-only.ts";
import { t } from "../strings.ts";
import { ROOT } from "../sync/session.ts";
import { blockId } from "./block.ts";
import type { Reading, Readings } from "./readings.ts";

export class StageWords extends HTMLElement {
  static readings: Readings;
  static observedAttributes = ["document", "block"];
  private release: (() => void) | null = null;
  private renderer: { destroy(): void } | null = null;
  private watched: { fragment: Y.XmlFragment; check: () => void } | null = null;

  connectedCallback(): void {
    this.take();
  }

  disconnectedCallback(): void {
    this.drop();
  }

  attributeChangedCallback(_name: string, before: string | null): void {
    if (before !== null && this.isConnected) this.take();
  }

  private take(): void {
    this.drop();
    this.release = StageWords.readings.read(this.getAttribute("document") ?? "", (reading) => this.show(reading));
  }

  private drop(): void {
    this.renderer?.destroy();
    this.renderer = null;
    this.watched?.fragment.unobserve(this.watched.check);
    this.watched = null;
    this.release?.();
    this.release = null;
  }

  private show({ doc, refused }: Reading): void {
    if (refused) {
      this.renderer?.destroy();
      this.renderer = null;
      this.say(t("stage.damaged"));
      return;
    }
    if (this.renderer) return;
    const fragment = doc.getXmlFragment(ROOT);
    const block = this.getAttribute("block");
    if (!block) {
      this.renderer = renderReadOnly({ element: this, fragment });
      return;
    }
    this.replaceChildren();
    this.renderer = renderReadOnly({ element: this, fragment, only: (one) => blockId(one) === block });
    const check = (): void => {
      const gone = !fragment.toArray().some((one) => blockId(one) === block);
      if (gone) this.say(t("stage.gone"));
    };
    fragment.observe(check);
    this.watched = { fragment, check };
    check();
  }

  private say(words: string): void {
    const line = document.createElement("p");
    line.className = "muted";
    line.textContent = words;
    this.replaceChildren(line);
  }
}
