/**
 * A passage of a document that a comment is about, kept outside the document and found again as the text changes.
 *
 * Its two ends are Yjs relative positions: they go along with the characters they were set at. An editor that splits or
 * moves a block deletes its text and writes it anew, and a restored text is new text too, so the words of the passage
 * are looked for besides. `server/documents/anchors.py` does the same, step by step.
 */
import * as Y from "yjs";

export interface Anchor {
  /** Yjs relative positions of its first and last character, base64. */
  start: string;
  end: string;
  /** The words it was made on. */
  quote: string;
  /** A few words ahead of them in the same paragraph. */
  before: string;
}

/** A part of a passage in one running text: the text's number in the document, and offsets in it. */
export type Piece = [text: number, start: number, end: number];

export interface Passage {
  /** The words as they were, changed in place, or in another place. */
  how: "exact" | "changed" | "moved";
  pieces: Piece[];
  /** The same among all characters but spaces. */
  from: number;
  to: number;
}

const MOST_QUOTE = 2000;
const BEFORE = 40;
const LONG_ENOUGH = 12; // so many characters of a quote are hardly ever somewhere else by chance
const MOST_FOUND = 1000;
const SPACE = /\s/;

function squeeze(text: string): string {
  return text.replace(/\s+/g, "");
}

/** A document's running texts in their order, as they are now. */
export class Reading {
  readonly texts: Y.XmlText[] = [];
  readonly words: string[];
  private readonly numbers = new Map<unknown, number>();
  /** For each character but spaces, which text and where in it. */
  private readonly places: [number, number][] = [];
  private readonly all: string;

  constructor(private readonly fragment: Y.XmlFragment) {
    this.collect(fragment);
    this.texts.forEach((text, number) => this.numbers.set(text, number));
    this.words = this.texts.map(wordsOf);
    let all = "";
    this.words.forEach((words, number) => {
      for (let at = 0; at < words.length; at++) {
        const unit = words.charAt(at);
        if (SPACE.test(unit)) continue;
        this.places.push([number, at]);
        all += unit;
      }
    });
    this.all = all;
  }

  private collect(parent: Y.XmlFragment): void {
    for (const child of parent.toArray()) {
      if (child instanceof Y.XmlText) this.texts.push(child);
      else if (child instanceof Y.XmlElement) this.collect(child);
    }
  }

  /** How many characters but spaces there are. */
  get size(): number {
    return this.places.length;
  }

  /** An anchor on these characters, counted without spaces; null for none or too many. */
  make(from: number, to: number): Anchor | null {
    const first = this.places[from];
    const last = this.places[to - 1];
    if (!first || !last || from >= to) return null;
    const [startText, endText] = [this.texts[first[0]], this.texts[last[0]]];
    if (!startText || !endText) return null;
    const encode = (position: Y.RelativePosition): string => toBase64(Y.encodeRelativePosition(position));
    const quote: string[] = [];
    for (let number = first[0]; number <= last[0]; number++) {
      const words = this.words[number] ?? "";
      quote.push(words.slice(number === first[0] ? first[1] : 0, number === last[0] ? last[1] + 1 : undefined));
    }
    const joined = quote.join(" ");
    if (joined.length > MOST_QUOTE) return null;
    return {
      start: encode(Y.createRelativePositionFromTypeIndex(startText, first[1])),
      end: encode(Y.createRelativePositionFromTypeIndex(endText, last[1] + 1, -1)),
      quote: joined,
      before: whole((this.words[first[0]] ?? "").slice(Math.max(first[1] - BEFORE, 0), first[1])),
    };
  }

  /** Where the anchor's words are now, or null where they are gone. */
  find(anchor: Anchor): Passage | null {
    const quote = squeeze(anchor.quote);
    const before = squeeze(anchor.before);
    const size = quote.length;
    let start = this.relative(anchor.start);
    let end = this.relative(anchor.end);
    start ??= end;
    end = end === null ? start : Math.max(end, start ?? 0);
    if (start !== null && end !== null && this.all.slice(start, end) === quote) return this.passage("exact", start, end);
    const found = this.occurrences(quote);
    let elsewhere: number | null;
    if (start !== null && end !== null && start < end) {
      const from = start;
      const to = end;
      const near = found.filter((at) => at < to && at + size > from);
      if (near.length) {
        const at = near.reduce((best, one) => (Math.abs(one - from) < Math.abs(best - from) ? one : best));
        return this.passage("exact", at, at + size);
      }
      const rewritten = size >= LONG_ENOUGH && 2 * kept(this.all.slice(from, to), quote) < size;
      elsewhere = rewritten ? this.elsewhere(found, quote, before, from) : null;
      if (elsewhere === null) return this.passage("changed", from, to);
    } else {
      elsewhere = this.elsewhere(found, quote, before, start);
    }
    return elsewhere === null ? null : this.passage("moved", elsewhere, elsewhere + size);
  }

  /** How many characters but spaces are ahead of this end; null where its text is gone. */
  private relative(encoded: string): number | null {
    const doc = this.fragment.doc;
    if (!doc) return null;
    let position: Y.AbsolutePosition | null;
    try {
      const relative = Y.decodeRelativePosition(fromBase64(encoded));
      // What this browser undid is for it alone; everybody has to find the same.
      position = Y.createAbsolutePositionFromRelativePosition(relative, doc, false);
    } catch {
      return null; // items that are not here yet
    }
    const number = position ? this.numbers.get(position.type) : undefined;
    return position && number !== undefined ? this.index([number, position.index]) : null;
  }

  /** How many characters but spaces are ahead of a place in a text. */
  index([text, offset]: [number, number]): number {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const [number, at] = this.places[middle] as [number, number];
      if (number < text || (number === text && at < offset)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private occurrences(quote: string): number[] {
    const found: number[] = [];
    for (let at = this.all.indexOf(quote); at >= 0 && found.length < MOST_FOUND; at = this.all.indexOf(quote, at + 1)) {
      found.push(at);
    }
    return found;
  }

  /** The place among `found` where the quote went: where the words ahead are the same, or else the nearest. */
  private elsewhere(found: number[], quote: string, before: string, near: number | null): number | null {
    const size = quote.length;
    let best: [boolean, number, number] | null = null;
    for (const at of found) {
      const same = before !== "" && this.all.slice(Math.max(at - before.length, 0), at) === before;
      const touches = near === at || near === at + size;
      const alone = found.length === 1 && this.isWhole(at, at + size);
      if (size < LONG_ENOUGH && !same && !touches && !alone) continue;
      const distance = near === null ? 0 : Math.abs(at - near);
      const better = !best || (same !== best[0] ? same : distance < best[1]);
      if (better) best = [same, distance, at];
    }
    return best ? best[2] : null;
  }

  /** Whether a passage neither starts nor ends inside a word. */
  private isWhole(start: number, end: number): boolean {
    const [text, first] = this.places[start] as [number, number];
    const [lastText, last] = this.places[end - 1] as [number, number];
    const words = this.words[text] ?? "";
    const lastWords = this.words[lastText] ?? "";
    const opens = first === 0 || !(isLetter(words.charAt(first - 1)) && isLetter(words.charAt(first)));
    const closes =
      last + 1 >= lastWords.length || !(isLetter(lastWords.charAt(last)) && isLetter(lastWords.charAt(last + 1)));
    return opens && closes;
  }

  private passage(how: Passage["how"], start: number, end: number): Passage {
    const pieces: Piece[] = [];
    for (const [number, at] of this.places.slice(start, end)) {
      const last = pieces.at(-1);
      if (last?.[0] === number) last[2] = at + 1;
      else pieces.push([number, at, at + 1]);
    }
    return { how, pieces, from: start, to: end };
  }
}

/** How many characters at both ends are still those of the quote. */
function kept(now: string, quote: string): number {
  const most = Math.min(now.length, quote.length);
  let front = 0;
  while (front < most && now[front] === quote[front]) front++;
  let back = 0;
  while (back < most - front && now[now.length - 1 - back] === quote[quote.length - 1 - back]) back++;
  return front + back;
}

function isLetter(unit: string): boolean {
  return unit < "\x80" ? /[0-9A-Za-z]/.test(unit) : unit > "\xbf";
}

/** What else than text there may be counts as one unit, as in Yjs. */
function wordsOf(text: Y.XmlText): string {
  return (text.toDelta() as { insert: unknown }[])
    .map(({ insert }) => (typeof insert === "string" ? insert : "\ufffc"))
    .join("");
}

/** Without the second half of a character at the front. */
function whole(text: string): string {
  return /^[\udc00-\udfff]/.test(text) ? text.slice(1) : text;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
}
