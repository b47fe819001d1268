/**
 * After one's own edits: what needs a paragraph to stand in gets one, what was left without content goes.
 *
 * Never after another's: then every browser would repair the same spot, and each for itself.
 */
import { Extension } from "@tiptap/core";
import type { Node as DocumentNode } from "@tiptap/pm/model";
import { Plugin, TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import { FIELDS, isBlockName } from "./fields.ts";
import { isRemote } from "./tables.ts";

const NEED_A_PARAGRAPH = new Set(["listItem", "blockquote", "tableCell", "tableHeader"]);
const POINTLESS_WHEN_EMPTY = new Set(["bulletList", "orderedList", "table", "tableRow"]);

export const Repair = Extension.create({
  name: "repair",
  addProseMirrorPlugins() {
    return [
      new Plugin({
        appendTransaction(transactions, _before, state) {
          const own = transactions.filter((transaction) => transaction.docChanged && !isRemote(transaction));
          return own.length ? repaired(state, changedRange(transactions)) : null;
        },
        props: {
          // What a merge left without a paragraph gets one when somebody wants to write there.
          handleClick(view, _position, event) {
            const inside = view.posAtCoords({ left: event.clientX, top: event.clientY })?.inside ?? -1;
            const node = inside < 0 ? null : view.state.doc.nodeAt(inside);
            const paragraph = view.state.schema.nodes.paragraph;
            if (!node || !paragraph || node.childCount || !NEED_A_PARAGRAPH.has(node.type.name)) return false;
            const tr = view.state.tr.insert(inside + 1, paragraph.create());
            view.dispatch(tr.setSelection(TextSelection.create(tr.doc, inside + 2)));
            return true;
          },
        },
      }),
    ];
  },
});

/** What these transactions touched, in the document after them. */
function changedRange(transactions: readonly Transaction[]): { from: number; to: number } {
  let from = Infinity;
  let to = -Infinity;
  transactions.forEach((transaction, index) => {
    transaction.mapping.maps.forEach((map, step) => {
      map.forEach((_oldFrom, _oldTo, newFrom, newTo) => {
        let [start, end] = [newFrom, newTo];
        for (const later of transaction.mapping.maps.slice(step + 1)) [start, end] = [later.map(start, -1), later.map(end, 1)];
        for (const later of transactions.slice(index + 1)) {
          [start, end] = [later.mapping.map(start, -1), later.mapping.map(end, 1)];
        }
        from = Math.min(from, start);
        to = Math.max(to, end);
      });
    });
  });
  return { from, to };
}

interface Change {
  at: number;
  apply(tr: Transaction): void;
}

function repaired(state: EditorState, range: { from: number; to: number }): Transaction | null {
  if (range.from > range.to) return null;
  const changes: Change[] = [];
  const { paragraph, field } = state.schema.nodes;
  const from = Math.max(range.from - 1, 0);
  const to = Math.min(range.to + 1, state.doc.content.size);
  state.doc.nodesBetween(from, to, (node, position) => {
    const name = node.type.name;
    if (!node.childCount && NEED_A_PARAGRAPH.has(name) && paragraph) {
      changes.push({ at: position, apply: (tr) => tr.insert(position + 1, paragraph.create()) });
    } else if (!node.childCount && POINTLESS_WHEN_EMPTY.has(name)) {
      changes.push({ at: position, apply: (tr) => tr.delete(position, position + node.nodeSize) });
    } else if (isBlockName(name) && field) {
      for (const [at, missing] of missingFields(node, FIELDS[name], position)) {
        changes.push({ at, apply: (tr) => tr.insert(at, field.create({ name: missing })) });
      }
    }
    return !node.isTextblock;
  });
  if (!changes.length) return null;
  const tr = state.tr;
  // From the end, so that the places before stay true; what shares a place goes in the reverse of its order.
  for (const change of changes.sort((a, b) => a.at - b.at).reverse()) change.apply(tr);
  return tr.docChanged ? tr : null;
}

/** Where fields that a block of this kind has are missing, in their order. */
function missingFields(block: DocumentNode, names: readonly string[], position: number): [number, string][] {
  const present = new Set<unknown>();
  block.forEach((field) => present.add(field.attrs.name));
  const missing: [number, string][] = [];
  let at = position + 1;
  for (const name of names) {
    if (!present.has(name)) {
      missing.push([at, name]);
      continue;
    }
    block.forEach((field, offset) => {
      if (field.attrs.name === name) at = Math.max(at, position + 1 + offset + field.nodeSize);
    });
  }
  return missing;
}
