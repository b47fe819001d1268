/**
 * A document as plain DOM, read off its Yjs types: the same elements as server/documents/render.py makes.
 *
 * Every text becomes a text node and every attribute is one of those named here, so that nothing a stranger wrote can
 * become markup.
 */
import * as Y from "yjs";
import { t } from "../strings.ts";
import { FIELDS, blockTitle, fieldLabel, isBlockName, type BlockName } from "./fields.ts";
import { isAllowedHref } from "./links.ts";

const MARKS = [["bold", "strong"], ["italic", "em"], ["underline", "u"], ["strike", "s"]] as const;
const CONTAINERS: Readonly<Record<string, string>> = { bulletList: "ul", listItem: "li", blockquote: "blockquote" };

function make(tag: string, attributes: Record<string, string> = {}, children: Iterable<Node> = []): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function elements(parent: Y.XmlFragment): Y.XmlElement[] {
  return parent.toArray().filter((child): child is Y.XmlElement => child instanceof Y.XmlElement);
}

function wholeNumber(element: Y.XmlElement, name: string, otherwise: number): number {
  const value: unknown = element.getAttribute(name);
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 100_000 ? value : otherwise;
}

/** A block, or null for what this page doesn't know. Typed blocks are not numbered yet: see `number`. */
export function renderBlock(element: Y.XmlElement): HTMLElement | null {
  const name = element.nodeName;
  if (isBlockName(name)) return typedBlock(element, name);
  if (name === "paragraph") return make("p", {}, orBreak(inline(element)));
  if (name === "heading") {
    const level = Math.min(Math.max(wholeNumber(element, "level", 2), 2) + 1, 6);
    return make(`h${level}`, {}, inline(element));
  }
  if (name === "orderedList") {
    const start = wholeNumber(element, "start", 1);
    return make("ol", start === 1 ? {} : { start: String(start) }, blocks(element));
  }
  if (name === "table") return table(element);
  const tag = CONTAINERS[name];
  return tag ? make(tag, {}, blocks(element)) : null;
}

function blocks(parent: Y.XmlFragment): HTMLElement[] {
  return elements(parent)
    .map(renderBlock)
    .filter((block) => block !== null);
}

function table(element: Y.XmlElement): HTMLElement {
  const rows = elements(element)
    .filter((row) => row.nodeName === "tableRow")
    .map((row) => make("tr", {}, cells(row)));
  const frame = { class: "table-frame", tabindex: "0", role: "group", "aria-label": t("editor.table") };
  return make("div", frame, [make("table", {}, [make("tbody", {}, rows)])]);
}

function cells(row: Y.XmlElement): HTMLElement[] {
  const found = elements(row).filter((cell) => cell.nodeName === "tableCell" || cell.nodeName === "tableHeader");
  const scope = found.every((cell) => cell.nodeName === "tableHeader") ? "col" : "row";
  return found.map((cell) => {
    const attributes: Record<string, string> = cell.nodeName === "tableHeader" ? { scope } : {};
    for (const span of ["colspan", "rowspan"]) {
      const value = wholeNumber(cell, span, 1);
      if (value > 1) attributes[span] = String(value);
    }
    return make(cell.nodeName === "tableHeader" ? "th" : "td", attributes, blocks(cell));
  });
}

function typedBlock(element: Y.XmlElement, name: BlockName): HTMLElement {
  const rows = elements(element)
    .filter((field) => field.nodeName === "field")
    .map((field) => ({ field, name: field.getAttribute("name") ?? "" }))
    .filter((row) => (FIELDS[name] as readonly string[]).includes(row.name))
    .map((row) =>
      make("div", { class: "field", "data-name": row.name }, [
        make("dt", {}, [new Text(fieldLabel(row.name))]),
        make("dd", {}, fieldValue(row.field)),
      ]),
    );
  return make("div", { class: name, role: "group" }, [make("dl", {}, rows)]);
}

function fieldValue(field: Y.XmlElement): Node[] {
  const value = inline(field);
  if (value.some((node) => node instanceof Element || node.textContent?.trim())) return value;
  return [
    make("span", { "aria-hidden": "true" }, [new Text("–")]),
    make("span", { class: "visually-hidden" }, [new Text(t("field.empty"))]),
  ];
}

function orBreak(nodes: Node[]): Node[] {
  return nodes.length ? nodes : [make("br")];
}

function inline(parent: Y.XmlElement): Node[] {
  return parent.toArray().flatMap((child): Node[] => {
    if (child instanceof Y.XmlText) return (child.toDelta() as Piece[]).flatMap(piece);
    return child instanceof Y.XmlElement && child.nodeName === "hardBreak" ? [make("br")] : [];
  });
}

interface Piece {
  insert: unknown;
  attributes?: Record<string, unknown>;
}

function piece({ insert, attributes = {} }: Piece): Node[] {
  if (typeof insert !== "string" || !insert) return [];
  let node: Node = new Text(insert);
  for (const [mark, tag] of MARKS) if (attributes[mark]) node = make(tag, {}, [node]);
  const href = (attributes.link as { href?: unknown } | undefined)?.href;
  if (isAllowedHref(href)) node = make("a", { href, rel: "noopener noreferrer nofollow" }, [node]);
  return [node];
}

/** Say of each typed block which one of its kind it is. */
export function number(found: Iterable<Element>): void {
  const counts: Partial<Record<BlockName, number>> = {};
  for (const element of found) {
    const name = element.className;
    if (!isBlockName(name)) continue;
    const count = (counts[name] = (counts[name] ?? 0) + 1);
    const title = blockTitle(name, count);
    if (element.getAttribute("aria-label") !== title) element.setAttribute("aria-label", title);
  }
}

/** The top-level blocks as HTML. */
export function blocksAsHtml(fragment: Y.XmlFragment): string[] {
  const found = blocks(fragment);
  number(found);
  return found.map((block) => block.outerHTML);
}
