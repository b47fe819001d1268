/**
 * Deleting a selection that goes into or out of a typed block.
 *
 * An editor would join what is left of its ends, and a goal would lose the fields between. Here their text goes and the
 * fields stay; blocks that lie wholly inside go.
 */
import type { Node as DocumentNode } from "@tiptap/pm/model";
import { Plugin, TextSelection, type Transaction } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { isBlockName } from "./fields.ts";

const REPLACING = new Set(["Backspace", "Delete", "Enter"]);

/** Delete the selection if it crosses fields. False: it doesn't, and the editor's own ways are right. */
export function eraseSelection(view: EditorView): boolean {
  const tr = view.state.tr;
  if (!erase(tr)) return false;
  view.dispatch(tr.scrollIntoView());
  return true;
}

export function erase(tr: Transaction): boolean {
  const { $from, $to, empty } = tr.selection;
  if (empty || $from.sameParent($to) || !(tr.selection instanceof TextSelection)) return false;
  const { from, to } = tr.selection;
  const touched: { node: DocumentNode; start: number }[] = [];
  tr.doc.forEach((node, start) => {
    if (start < to && start + node.nodeSize > from) touched.push({ node, start });
  });
  const first = touched[0];
  const last = touched.at(-1);
  if (!first || !last || ![first, last].some(({ node }) => isBlockName(node.type.name))) return false;
  for (const { node, start } of touched.reverse()) {
    const end = start + node.nodeSize;
    const inside = node !== first.node && node !== last.node;
    if (inside) tr.delete(start, end);
    else if (isBlockName(node.type.name)) eraseFields(tr, node, start, from, to);
    else tr.deleteRange(Math.max(from, start + 1), Math.min(to, end - 1));
  }
  tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(from, tr.doc.content.size))));
  return true;
}

function eraseFields(tr: Transaction, block: DocumentNode, start: number, from: number, to: number): void {
  const fields: [number, number][] = [];
  block.forEach((field, offset) => fields.push([start + offset + 2, start + offset + 2 + field.content.size]));
  for (const [begin, end] of fields.reverse()) {
    if (begin < to && end > from) tr.delete(Math.max(begin, from), Math.min(end, to));
  }
}

/**
 * Take over the caret or selection that the browser has.
 *
 * Keys that follow each other quickly arrive before the editor has read where the one before moved the caret. A shortcut
 * that has to know whether it stands at a field's edge would be wrong, and a letter of the field beside it gone; and a
 * key that deletes would be left to the browser, which joins paragraphs with styles of its own in them.
 */
function readCaret(view: EditorView, event: KeyboardEvent): boolean {
  const selection = document.getSelection();
  const { anchorNode, focusNode } = selection ?? {};
  if (!selection || !anchorNode || !focusNode || event.isComposing || view.composing) return false;
  const inFields = valueAt(anchorNode, view) && valueAt(focusNode, view);
  const deletes = REPLACING.has(event.key) && !selection.isCollapsed && view.state.selection.empty;
  if (!inFields && !(deletes && view.dom.contains(anchorNode) && view.dom.contains(focusNode))) return false;
  const anchor = view.posAtDOM(anchorNode, selection.anchorOffset);
  const head = view.posAtDOM(focusNode, selection.focusOffset);
  if (anchor !== view.state.selection.anchor || head !== view.state.selection.head) {
    const { doc } = view.state;
    view.dispatch(view.state.tr.setSelection(TextSelection.between(doc.resolve(anchor), doc.resolve(head))));
  }
  return false;
}

/** The same for what says no key, as a phone's keyboard: what it is about to delete or type over, where that crosses fields. */
function eraseTargets(view: EditorView, event: InputEvent): boolean {
  const [range] = event.getTargetRanges();
  if (!range || !event.cancelable || fieldAt(range.startContainer) === fieldAt(range.endContainer)) return false;
  event.preventDefault();
  if (document.getSelection()?.isCollapsed) return true; // at a field's edge, where nothing is to be deleted
  const from = view.posAtDOM(range.startContainer, range.startOffset);
  const to = view.posAtDOM(range.endContainer, range.endOffset);
  const tr = view.state.tr.setSelection(TextSelection.create(view.state.doc, from, to));
  if (erase(tr)) {
    if (event.inputType === "insertText" && event.data) tr.insertText(event.data);
    view.dispatch(tr.scrollIntoView());
  }
  return true;
}

/** The value, not the label, that a node belongs to. */
function valueAt(node: globalThis.Node, view: EditorView): Element | null {
  const value = (node instanceof Element ? node : node.parentElement)?.closest(".field > dd") ?? null;
  return value && view.dom.contains(value) ? value : null;
}

function fieldAt(node: globalThis.Node): Element | null {
  return (node instanceof Element ? node : node.parentElement)?.closest(".field") ?? null;
}

/** Typing and cutting over such a selection. */
export function erasePlugin(): Plugin {
  return new Plugin({
    props: {
      handleTextInput(view, _from, _to, text) {
        const tr = view.state.tr;
        if (!erase(tr)) return false;
        view.dispatch(tr.insertText(text).scrollIntoView());
        return true;
      },
      handleDOMEvents: {
        keydown: readCaret,
        beforeinput: eraseTargets,
        compositionstart(view) {
          eraseSelection(view);
          return false;
        },
        cut(view, event) {
          const tr = view.state.tr;
          if (!event.clipboardData || !erase(tr)) return false;
          const { dom, text } = view.serializeForClipboard(view.state.selection.content());
          event.clipboardData.clearData();
          event.clipboardData.setData("text/html", dom.innerHTML);
          event.clipboardData.setData("text/plain", text);
          event.preventDefault();
          view.dispatch(tr.scrollIntoView());
          return true;
        },
      },
    },
  });
}
