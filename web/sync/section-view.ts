/** What stands in a `<section-editor>`: the server's text until ours has come, then the editor or the living text. */
import { keepReadingLine } from "../page/reading-line.ts";
import { createEditor, renderReadOnly } from "../section-editor/index.ts";
import type { DocumentSession } from "./session.ts";

export class SectionView {
  /** What is shown, as a key: mode and document. */
  private mode: "server" | "edit" | "read" = "server";
  private shown: object | null = null;
  private current: { destroy(): void } | null = null;
  /** The text holds something that this page does not know: it is not edited here any more. */
  private broken = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly session: DocumentSession,
    private readonly onContentError: () => void,
  ) {}

  /** Show what the session's state asks for. */
  update(): void {
    const { session } = this;
    if (!session.loaded) return;
    const mode = session.scope === "read-write" && !session.frozen && !this.broken ? "edit" : "read";
    if (mode === this.mode && this.shown === session.doc) return;
    const focused = this.element.contains(document.activeElement);
    keepReadingLine(() => {
      this.current?.destroy();
      this.current = mode === "edit" ? this.edit() : this.read();
    });
    this.mode = mode;
    this.shown = session.doc;
    this.element.dataset.mode = mode;
    if (focused && mode === "read") this.holdFocus();
  }

  private edit(): { destroy(): void } {
    const { element, session } = this;
    return createEditor({
      element,
      label: session.section.label,
      section: session.section.section,
      fragment: session.fragment,
      awareness: session.awareness,
      onContentError: () => {
        this.broken = true;
        this.onContentError();
      },
    });
  }

  private read(): { destroy(): void } {
    return renderReadOnly({ element: this.element, fragment: this.session.fragment });
  }

  /** Whoever wrote here keeps their place when the editor goes. */
  private holdFocus(): void {
    this.element.tabIndex = -1;
    this.element.focus({ preventScroll: true });
  }
}
