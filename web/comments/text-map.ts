/** Where the characters of a section's text stand on the page, labels and controls left out. */

/** What stands among a section's text and is none of it. */
const NO_TEXT =
  "dt, button, [contenteditable=false], [aria-hidden=true], .visually-hidden, .block-controls, .peer-caret, .editor-notice, .notice, .add-block";

interface Spot {
  node: Text;
  offset: number;
}

export class TextMap {
  /** One for each character but spaces. */
  private readonly spots: Spot[] = [];

  constructor(editor: Element) {
    const root = editor.querySelector(".ProseMirror") ?? editor;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
      if (node instanceof Element) return node.matches(NO_TEXT) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
      return NodeFilter.FILTER_ACCEPT;
    });
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node as Text;
      for (let offset = 0; offset < text.data.length; offset++) {
        if (!/\s/.test(text.data.charAt(offset))) this.spots.push({ node: text, offset });
      }
    }
  }

  get size(): number {
    return this.spots.length;
  }

  /** The characters from one to before another, as ranges within single texts: no label comes between. */
  ranges(from: number, to: number): Range[] {
    const found: Range[] = [];
    for (const { node, offset } of this.spots.slice(from, to)) {
      const last = found.at(-1);
      if (last?.startContainer === node) {
        last.setEnd(node, offset + 1);
        continue;
      }
      const range = document.createRange();
      range.setStart(node, offset);
      range.setEnd(node, offset + 1);
      found.push(range);
    }
    return found;
  }

  /** Which characters a selection holds; null for none of these. */
  within(range: Range): [from: number, to: number] | null {
    const from = this.first((spot) => range.comparePoint(spot.node, spot.offset) >= 0);
    const to = this.first((spot) => range.comparePoint(spot.node, spot.offset + 1) > 0);
    return from < to ? [from, to] : null;
  }

  private first(holds: (spot: Spot) => boolean): number {
    let low = 0;
    let high = this.spots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.spots[middle] as Spot)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
