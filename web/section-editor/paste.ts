/** Pasting and dropping. */
import { Extension } from "@tiptap/core";
import { Fragment, Slice, type Node as DocumentNode, type Schema } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { t } from "../strings.ts";
import { eraseSelection } from "./erase.ts";
import { isBlockName } from "./fields.ts";
import { showNotice } from "./notice.ts";
import { cleanHtml } from "./paste-html.ts";
import { inField } from "./typed-blocks.ts";

export const Paste = Extension.create({
  name: "sectionPaste",
  // Before the link extension, which makes a link of an address wherever it is pasted.
  priority: 1100,
  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          transformPastedHTML: cleanHtml,
          transformPasted: (slice, view) => wholeBlocks(slice, view.state.schema),
          clipboardTextParser: (text, _context, _plain, view) => paragraphs(text, view.state.schema),
          handlePaste: (view, event, slice) => {
            if (refuseFiles(view, event.clipboardData)) return true;
            eraseSelection(view); // what is pasted over fields goes where the selection began
            return pasteIntoField(view, event.clipboardData, slice);
          },
          handleDrop: (view, event) => {
            if (!refuseFiles(view, event.dataTransfer)) return false;
            event.preventDefault();
            return true;
          },
        },
      }),
    ];
  },
});

/** Pictures and other files have no place in the draft. */
function refuseFiles(view: EditorView, data: DataTransfer | null): boolean {
  if (!data?.files.length || data.types.includes("text/html") || data.types.includes("text/plain")) return false;
  showNotice(view.dom, { text: t("editor.no_pictures") });
  return true;
}

/** A field holds a line of text: of what is pasted into it, only the words come. */
function pasteIntoField(view: EditorView, data: DataTransfer | null, slice: Slice): boolean {
  const { $from, $to } = view.state.selection;
  if (!inField($from) || !$from.sameParent($to)) return false;
  const text = data?.getData("text/plain") || slice.content.textBetween(0, slice.content.size, "\n");
  const nodes = lines(text.trim().replace(/[^\S\n]*\n\s*/g, "\n"), view.state.schema);
  const tr = view.state.tr.replaceSelection(new Slice(Fragment.from(nodes), 0, 0));
  view.dispatch(tr.scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste"));
  return true;
}

function lines(text: string, schema: Schema): DocumentNode[] {
  const nodes: DocumentNode[] = [];
  text.split("\n").forEach((line, index) => {
    if (index && schema.nodes.hardBreak) nodes.push(schema.nodes.hardBreak.create());
    if (line) nodes.push(schema.text(line));
  });
  return nodes;
}

/** Plain text: an empty line parts paragraphs, the others are breaks. */
function paragraphs(text: string, schema: Schema): Slice {
  const { paragraph } = schema.nodes;
  const clean = text.replace(/\r\n?/g, "\n").replace(/^\n+|\n+$/g, "");
  if (!paragraph || !clean) return Slice.empty;
  const found = clean.split(/\n[^\S\n]*\n\s*/).map((part) => paragraph.create(null, lines(part, schema)));
  return new Slice(Fragment.from(found), 1, 1);
}

/** A part of a typed block, cut out of it, is text; a whole one stays what it is. */
function wholeBlocks(slice: Slice, schema: Schema): Slice {
  const { content, openStart, openEnd } = slice;
  const { paragraph } = schema.nodes;
  const cut = (index: number): boolean => (index === 0 && openStart > 0) || (index === content.childCount - 1 && openEnd > 0);
  let changed = false;
  const nodes: DocumentNode[] = [];
  content.forEach((node, _offset, index) => {
    const parts = isBlockName(node.type.name) && cut(index) ? childrenOf(node) : node.type.name === "field" ? [node] : null;
    if (!parts || !paragraph) {
      nodes.push(node);
      return;
    }
    changed = true;
    for (const part of parts) nodes.push(paragraph.create(null, part.content));
  });
  if (!changed) return slice;
  const first = nodes[0];
  const last = nodes.at(-1);
  return new Slice(Fragment.from(nodes), first?.isTextblock && openStart ? 1 : 0, last?.isTextblock && openEnd ? 1 : 0);
}

function childrenOf(node: DocumentNode): DocumentNode[] {
  const children: DocumentNode[] = [];
  node.forEach((child) => children.push(child));
  return children;
}
