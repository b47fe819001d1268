/** A section that may only be read: real HTML, kept current while others write. */
import * as Y from "yjs";
import { blockTitle, isBlockName } from "./fields.ts";
import { morph, morphChildren } from "./morph.ts";
import { number, renderBlock } from "./render.ts";

export interface ReadOnlyOptions {
  element: HTMLElement;
  fragment: Y.XmlFragment;
  /** Of the top-level blocks, which to show; without it all. */
  only?: (block: Y.XmlElement) => boolean;
}

export function renderReadOnly({ element, fragment, only }: ReadOnlyOptions): { destroy(): void } {
  element.removeAttribute("data-editable");
  /** What stands on the page for each block. */
  const shown = new Map<unknown, Node>();

  function allBlocks(): Y.XmlElement[] {
    return fragment.toArray().filter((child): child is Y.XmlElement => child instanceof Y.XmlElement);
  }

  function blockNodes(): Y.XmlElement[] {
    return only ? allBlocks().filter(only) : allBlocks();
  }

  /** Goal 3 is goal 3 also where it is shown alone. */
  function numberBlocks(): void {
    if (!only) return number(element.children);
    const stand = new Map<string, number>();
    for (const block of allBlocks()) {
      const count = (stand.get(block.nodeName) ?? 0) + 1;
      stand.set(block.nodeName, count);
      const node = shown.get(block);
      if (node instanceof Element && isBlockName(block.nodeName)) node.setAttribute("aria-label", blockTitle(block.nodeName, count));
    }
  }

  function first(): void {
    const made = blockNodes().flatMap((block) => {
      const node = renderBlock(block);
      return node ? [{ block, node }] : [];
    });
    number(made.map(({ node }) => node));
    for (const text of [...element.childNodes]) if (text instanceof Text) text.remove();
    morphChildren(element, made.map(({ node }) => node)).forEach((node, index) => shown.set(made[index]?.block, node));
    if (only) numberBlocks();
  }

  function update(events: Y.YEvent<Y.AbstractType<unknown>>[]): void {
    const changed = new Set<unknown>(events.map((event) => topLevel(event.target)));
    const now = blockNodes();
    const present = new Set<unknown>(now);
    for (const [block, node] of shown) {
      if (present.has(block)) continue;
      node.parentNode?.removeChild(node);
      shown.delete(block);
    }
    let before: Node | null = null;
    for (const block of now) {
      let node = shown.get(block);
      if (!node || changed.has(block)) {
        const wanted = renderBlock(block);
        if (!wanted) continue;
        node = node ? morph(node, wanted) : wanted;
        shown.set(block, node);
      }
      const next: Node | null = before ? before.nextSibling : element.firstChild;
      if (node !== next) element.insertBefore(node, next);
      before = node;
    }
    numberBlocks();
  }

  function topLevel(type: Y.AbstractType<unknown>): Y.AbstractType<unknown> {
    let found = type;
    while (found.parent && found.parent !== (fragment as Y.AbstractType<unknown>)) found = found.parent as Y.AbstractType<unknown>;
    return found;
  }

  first();
  fragment.observeDeep(update);
  return { destroy: () => fragment.unobserveDeep(update) };
}
