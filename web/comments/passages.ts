/** The passages that have comments: found in the text as it changes, and marked without touching it. */
import type { DocumentSession } from "../sync/session.ts";
import { Reading, type Anchor } from "./anchors.ts";
import { TextMap } from "./text-map.ts";

interface ThreadPassage {
  id: string;
  document: string;
  anchor: Anchor;
  open: boolean;
}

interface Answer {
  passages: ThreadPassage[];
  unread: number;
}

const REST = 120; // milliseconds without a change until the marks are set anew
const POINTED = 4000; // milliseconds that a passage one went to stands out

export class Passages {
  private threads: ThreadPassage[] = [];
  private readonly ranges = new Map<string, Range[]>();
  /** Threads whose words are gone from the text. */
  readonly gone = new Set<string>();
  private timer = 0;
  private pointing = 0;
  private fetched: Promise<void> | null = null;
  private again = false;

  constructor(
    private readonly url: string,
    private readonly sessions: readonly DocumentSession[],
    private readonly onChange: (unread: number) => void,
  ) {
    const draft = document.querySelector(".draft");
    // A section's mode says that its text has come; the text itself may be what the server had put there already.
    const watched = { childList: true, characterData: true, subtree: true, attributeFilter: ["data-mode"] };
    if (draft) new MutationObserver(() => this.later()).observe(draft, watched);
    // What was far outside the window is not always painted with its marks when it comes into sight.
    window.addEventListener("scrollend", () => highlight("comment", this.marked));
    document.addEventListener("roundtable:comments", () => void this.fetch());
    const known = document.getElementById("commented-passages")?.textContent;
    // Once whoever made this has it: they are told at once.
    if (known) queueMicrotask(() => this.take(JSON.parse(known) as Answer));
    else void this.fetch();
  }

  /** A passage's words as the page shows them now, without spaces; null where it cannot tell. */
  words(id: string): string | null {
    const ranges = this.ranges.get(id);
    return ranges ? ranges.map(String).join("").replace(/\s+/g, "") : null;
  }

  private unread = 0;
  private marked: Range[] = [];

  /** Ask the server which there are; of several wishes at once the last is served. */
  async fetch(): Promise<void> {
    if (this.fetched) {
      this.again = true;
      return this.fetched;
    }
    this.fetched = this.load();
    await this.fetched;
    this.fetched = null;
    if (this.again) {
      this.again = false;
      await this.fetch();
    }
  }

  private async load(): Promise<void> {
    try {
      const response = await fetch(`${this.url}/anchors`, { headers: { accept: "application/json" } });
      if (!response.ok) return;
      this.take((await response.json()) as Answer);
    } catch {
      return; // offline: what is marked stays marked
    }
  }

  private take({ passages, unread }: Answer): void {
    this.threads = passages;
    this.unread = unread;
    this.mark();
  }

  later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.mark(), REST);
  }

  private mark(): void {
    this.ranges.clear();
    this.gone.clear();
    for (const session of this.sessions) {
      const mine = this.threads.filter(({ document }) => document === session.section.document);
      const element = mine.length && session.loaded ? editorOf(session) : null;
      if (!element) continue;
      const reading = new Reading(session.fragment);
      const map = new TextMap(element);
      if (map.size !== reading.size) continue; // not drawn yet, or something that this page can't show
      for (const thread of mine) {
        const passage = reading.find(thread.anchor);
        if (passage) this.ranges.set(thread.id, map.ranges(passage.from, passage.to));
        else this.gone.add(thread.id);
      }
    }
    const open = this.threads.filter((thread) => thread.open).flatMap(({ id }) => this.ranges.get(id) ?? []);
    this.marked = open;
    highlight("comment", open);
    this.onChange(this.unread);
  }

  /** The thread whose words are under this point of the window; of several the one on the fewest words. */
  at(x: number, y: number): string | null {
    let best: { id: string; size: number } | null = null;
    for (const { id, open } of this.threads) {
      const ranges = open ? (this.ranges.get(id) ?? []) : [];
      const hit = ranges.some((range) =>
        [...range.getClientRects()].some((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom),
      );
      const size = ranges.reduce((sum, range) => sum + range.toString().length, 0);
      if (hit && (!best || size < best.size)) best = { id, size };
    }
    return best?.id ?? null;
  }

  /** Whether this page can tell where its words are, or that they are gone. */
  located(id: string): boolean {
    return this.ranges.has(id) || this.gone.has(id);
  }

  /** Scroll to a thread's words and let them stand out for a while. False where they are not. */
  show(id: string): boolean {
    const ranges = this.ranges.get(id);
    const first = ranges?.[0];
    if (!ranges || !first) return false;
    const box = first.getBoundingClientRect();
    if (box.top < 120 || box.bottom > window.innerHeight - 80) {
      window.scrollBy({ top: box.top - window.innerHeight / 3 });
    }
    highlight("comment-pointed", ranges);
    window.clearTimeout(this.pointing);
    this.pointing = window.setTimeout(() => highlight("comment-pointed", []), POINTED);
    return true;
  }
}

export function editorOf(session: DocumentSession): HTMLElement | null {
  return document.querySelector<HTMLElement>(`section-editor[document="${session.section.document}"]`);
}

/** Marks of the browser's own: nothing in the page changes, so no line moves. Older browsers show none. */
function highlight(name: string, ranges: Range[]): void {
  if (!("highlights" in CSS) || typeof Highlight === "undefined") return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}
