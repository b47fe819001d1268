/** `<kept-text>`: what its author wrote and the server did not take, until the author has put it elsewhere. */
import { deleteKept, type KeptRecord } from "../device/store.ts";
import { icon } from "../icon.ts";
import { localeOf } from "../page/locale.ts";
import { keepReadingLine } from "../page/reading-line.ts";
import { t } from "../strings.ts";

export interface KeptTextOptions {
  locale: string;
  /** A section's name, by document. */
  label(document: string): string;
  /** How many are shown now. */
  onCount(count: number): void;
}

export class KeptText extends HTMLElement {
  private options: KeptTextOptions | undefined;
  private readonly shown = new Set<string>();

  start(options: KeptTextOptions): void {
    this.options = options;
    this.id = "kept-text";
    this.tabIndex = -1;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", t("kept.region"));
    this.hidden = true;
  }

  add(record: KeptRecord): void {
    if (!this.options || this.shown.has(record.id)) return;
    this.shown.add(record.id);
    const card = this.card(record, this.options);
    keepReadingLine(() => {
      this.hidden = false;
      this.append(card);
    });
    this.options.onCount(this.shown.size);
  }

  private card(record: KeptRecord, options: KeptTextOptions): HTMLElement {
    const card = make("article", "kept-card");
    const when = new Intl.DateTimeFormat(localeOf(options.locale), {
      dateStyle: "medium",
      timeStyle: "short",
    }).format(record.at);
    const title = make("h2", "kept-title");
    const { decision } = record;
    title.append(icon("circle-alert"), decision ? t("kept.decision", { decision }) : t("kept.title", { section: options.label(record.document) }));
    const why = make("p", "kept-why");
    why.textContent = t(`refused.${record.reason}`);
    const time = make("p", "muted small");
    time.textContent = t("kept.when", { time: when });
    card.append(title, why, time);
    if (!record.blocks.length) {
      card.append(paragraph(t("kept.only_removed")));
    } else {
      card.append(paragraph(t("kept.only_here")));
      const text = make("div", "kept-words document");
      // A place to scroll needs to be reachable by keyboard.
      text.tabIndex = 0;
      text.setAttribute("role", "group");
      text.setAttribute("aria-label", t("kept.text"));
      text.append(...nodes(record.blocks));
      card.append(text);
    }
    card.append(this.buttons(record, card));
    return card;
  }

  private buttons(record: KeptRecord, card: HTMLElement): HTMLElement {
    const row = make("div", "kept-buttons");
    const copy = button("copy", t("kept.copy"), "button primary");
    const said = make("span", "kept-said");
    said.setAttribute("role", "status");
    copy.addEventListener("click", () => {
      void copyText(record.blocks, card).then((done) => (said.textContent = done ? t("kept.copied") : t("kept.not_copied")));
    });
    const dismiss = button("x", t("kept.dismiss"), "button");
    const ask = make("div", "kept-ask");
    ask.hidden = true;
    const sure = button("trash-2", t("kept.remove"), "button danger");
    const keep = button("undo-2", t("kept.keep"), "button");
    ask.append(paragraph(t("kept.sure")), sure, keep);
    const asking = (on: boolean): void => {
      ask.hidden = !on;
      dismiss.hidden = on;
      (on ? keep : dismiss).focus();
    };
    dismiss.addEventListener("click", () => asking(true));
    keep.addEventListener("click", () => asking(false));
    sure.addEventListener("click", () => this.dismiss(record, card));
    if (record.blocks.length) row.append(copy);
    row.append(dismiss, said, ask);
    return row;
  }

  private dismiss(record: KeptRecord, card: HTMLElement): void {
    void deleteKept(record.id);
    card.remove();
    this.shown.delete(record.id);
    this.hidden = this.shown.size === 0;
    document.getElementById("main")?.focus({ preventScroll: true });
    this.options?.onCount(this.shown.size);
  }
}

function make(name: string, className: string): HTMLElement {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}

function button(name: string, words: string, className: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.append(icon(name), words);
  return element;
}

/** The blocks as elements of a document of their own, where nothing runs, moved here. */
function nodes(blocks: string[]): Node[] {
  return [...new DOMParser().parseFromString(blocks.join(""), "text/html").body.childNodes];
}

async function copyText(blocks: string[], card: HTMLElement): Promise<boolean> {
  const words = card.querySelector<HTMLElement>(".kept-words");
  const plain = words?.innerText ?? "";
  try {
    const item = new ClipboardItem({
      "text/html": new Blob([blocks.join("")], { type: "text/html" }),
      "text/plain": new Blob([plain], { type: "text/plain" }),
    });
    await navigator.clipboard.write([item]);
    return true;
  } catch {
    if (!words) return false;
    window.getSelection()?.selectAllChildren(words); // without https there is no clipboard interface
    return document.execCommand("copy");
  }
}
