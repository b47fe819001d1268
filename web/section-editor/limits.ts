/** What the server would refuse for its size or its depth is not done in the first place. */
import { Extension } from "@tiptap/core";
import type { Node as DocumentNode, Slice } from "@tiptap/pm/model";
import { Plugin, type Transaction } from "@tiptap/pm/state";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { t } from "../strings.ts";
import { showNotice } from "./notice.ts";
import { isRemote } from "./tables.ts";

/** Levels of nodes within nodes; the server takes 32. */
const MOST_DEPTH = 28;
/** Pieces of one change; the server takes 20,000 of one update, and other changes may travel with it. */
const MOST_PIECES = 12_000;
/** Characters of one change. */
const MOST_CHARACTERS = 500_000;
/** Bytes of the whole document; the server takes 4 MiB. */
const MOST_BYTES = 3_900_000;
/** Changes from this many characters on are worth measuring the whole document. */
const LARGE = 20_000;

export const Limits = Extension.create({
  name: "limits",
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        filterTransaction(transaction, state) {
          if (!transaction.docChanged || isRemote(transaction)) return true;
          if (tooDeep(transaction)) return false;
          const { pieces, characters } = weight(transaction);
          const document = (ySyncPluginKey.getState(state) as { doc?: Y.Doc } | undefined)?.doc;
          const full = characters > LARGE && document && Y.encodeStateAsUpdate(document).length + characters * 2 > MOST_BYTES;
          if (!full && pieces <= MOST_PIECES && characters <= MOST_CHARACTERS) return true;
          showNotice(editor.view.dom, { text: t(full ? "editor.full" : "editor.too_long") });
          return false;
        },
      }),
    ];
  },
});

function slices(transaction: Transaction): Slice[] {
  return transaction.steps.map((step) => (step as { slice?: Slice }).slice).filter((slice) => slice !== undefined);
}

function weight(transaction: Transaction): { pieces: number; characters: number } {
  let pieces = 0;
  let characters = 0;
  for (const { content } of slices(transaction)) {
    content.descendants((node) => {
      if (node.isText) {
        characters += node.nodeSize;
        pieces += 2 + 2 * node.marks.length;
      } else pieces += 1 + Object.values(node.attrs).filter((value) => value !== null).length;
    });
  }
  return { pieces, characters };
}

/** Whether something now stands deeper than the server takes, that did not before. */
function tooDeep(transaction: Transaction): boolean {
  if (transaction.steps.length === 0 || depth(transaction.doc) <= MOST_DEPTH) return false;
  return depth(transaction.before) < depth(transaction.doc);
}

const measured = new WeakMap<DocumentNode, number>();

/** Nodes never change, and most are those of the document before: each is measured once. */
function depth(node: DocumentNode): number {
  if (node.isTextblock || node.isLeaf) return 1;
  let found = measured.get(node);
  if (found === undefined) {
    found = 0;
    for (let index = 0; index < node.childCount; index++) found = Math.max(found, depth(node.child(index)));
    found += 1;
    measured.set(node, found);
  }
  return found;
}
