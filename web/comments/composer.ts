/** Commenting on what is selected, or on a whole section: the button beside the selection, the key, the dialog. */
import { icon } from "../icon.ts";
import type { DocumentSession } from "../sync/session.ts";
import { t } from "../strings.ts";
import { Reading, type Anchor } from "./anchors.ts";
import { editorOf } from "./passages.ts";
import { TextMap } from "./text-map.ts";

const REST = 200; // milliseconds that a selection stands until the button comes
const GAP = 8;

interface Selected {
  session: DocumentSession;
  anchor: Anchor;
}

export class Composer {
  private readonly button = document.createElement("button");
  private timer = 0;
  private opener: HTMLElement | null = null;

  constructor(
    private readonly dialog: HTMLDialogElement,
    private readonly sessions: readonly DocumentSession[],
  ) {
    this.button.type = "button";
    this.button.className = "button primary comment-button";
    this.button.hidden = true;
    this.button.append(icon("message-square-plus"), t("comment.button"));
    this.button.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
    this.button.addEventListener("click", () => this.onSelection());
    document.body.append(this.button);
    document.addEventListener("selectionchange", () => this.later());
    window.addEventListener("scroll", () => this.later(), { passive: true });
    document.addEventListener("keydown", (event) => this.onKey(event), true);
    document.addEventListener("click", (event) => this.onSectionButton(event), true);
    dialog.addEventListener("close", () => this.opener?.focus({ preventScroll: true }));
  }

  private later(): void {
    window.clearTimeout(this.timer);
    this.button.hidden = true;
    this.timer = window.setTimeout(() => this.place(), REST);
  }

  /** Below the end of the selection: above it, phones put their own menu. */
  private place(): void {
    const range = selectedRange();
    if (!range || this.dialog.open || !this.sessionOf(range)) return;
    const boxes = range.getClientRects();
    const last = boxes[boxes.length - 1];
    if (!last || last.bottom < 0 || last.top > window.innerHeight) return;
    this.button.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.button;
    const left = Math.min(Math.max(last.right - width / 2, GAP), document.documentElement.clientWidth - width - GAP);
    const top = Math.min(last.bottom + GAP, window.innerHeight - height - 72);
    this.button.style.setProperty("left", `${left}px`);
    this.button.style.setProperty("top", `${Math.max(top, GAP)}px`);
  }

  private onKey(event: KeyboardEvent): void {
    if (!event.ctrlKey || !event.altKey || event.shiftKey || event.code !== "KeyM" || this.dialog.open) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.onSelection()) return;
    const section = document.activeElement?.closest("section.section")?.querySelector("section-editor");
    const session = this.sessions.find((one) => editorOf(one) === section);
    if (session) this.open(session, null);
  }

  private onSectionButton(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLElement>("[data-comment-section]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const session = this.sessions.find(({ section }) => section.document === link.dataset.commentSection);
    if (!session) return;
    event.preventDefault();
    event.stopPropagation();
    this.open(session, null);
    this.opener = link;
  }

  private onSelection(): boolean {
    const selected = this.selected();
    if (!selected) return false;
    this.open(selected.session, selected.anchor);
    return true;
  }

  private sessionOf(range: Range): DocumentSession | undefined {
    return this.sessions.find((session) => {
      const editor = session.loaded ? editorOf(session) : null;
      return editor?.contains(range.startContainer) ?? false;
    });
  }

  private selected(): Selected | null {
    const range = selectedRange();
    const session = range ? this.sessionOf(range) : undefined;
    const editor = session ? editorOf(session) : null;
    if (!range || !session || !editor) return null;
    const reading = new Reading(session.fragment);
    const map = new TextMap(editor);
    const place = map.size === reading.size ? map.within(range) : null;
    const anchor = place ? reading.make(...place) : null;
    return anchor ? { session, anchor } : null;
  }

  private open(session: DocumentSession, anchor: Anchor | null): void {
    const { dialog } = this;
    this.button.hidden = true;
    this.opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const values: Record<string, string> = {
      target: anchor ? "passage" : "section",
      about: session.section.document,
      start: anchor?.start ?? "",
      end: anchor?.end ?? "",
      quote: anchor?.quote ?? "",
      before: anchor?.before ?? "",
    };
    for (const [name, value] of Object.entries(values)) {
      const field = dialog.querySelector<HTMLInputElement>(`input[name="${name}"]`);
      if (field) field.value = value;
    }
    const [onWords, onSection] = dialog.querySelectorAll<HTMLElement>("h2");
    if (onWords && onSection) {
      onWords.hidden = !anchor;
      onSection.hidden = !!anchor;
      dialog.setAttribute("aria-labelledby", (anchor ? onWords : onSection).id);
    }
    const quote = dialog.querySelector<HTMLElement>("blockquote");
    if (quote) quote.textContent = anchor ? anchor.quote : session.section.label;
    const proposal = dialog.querySelector<HTMLTextAreaElement>('textarea[name="proposal"]');
    // What was typed and not sent stays; otherwise one starts from the words as they are.
    if (proposal && proposal.value === proposal.defaultValue) {
      proposal.defaultValue = anchor?.quote ?? "";
      proposal.value = proposal.defaultValue;
    }
    dialog.showModal();
    dialog.querySelector<HTMLTextAreaElement>('textarea[name="text"]')?.focus();
  }
}

function selectedRange(): Range | null {
  const selection = document.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  return selection.getRangeAt(0);
}
