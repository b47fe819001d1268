/** Numbers the typed blocks, and marks the one with the caret: only its buttons are on the way of the Tab key. */
import type { EditorState } from "@tiptap/pm/state";
import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { blockTitle, isBlockName, type BlockName } from "./fields.ts";

export function activeBlockPlugin(): Plugin {
  return new Plugin({ props: { decorations } });
}

function decorations(state: EditorState): DecorationSet {
  const counts: Partial<Record<BlockName, number>> = {};
  const found: Decoration[] = [];
  state.doc.forEach((node, position) => {
    const name = node.type.name;
    if (!isBlockName(name)) return;
    const count = (counts[name] = (counts[name] ?? 0) + 1);
    const end = position + node.nodeSize;
    const active = state.selection.from > position && state.selection.from < end;
    const attributes: Record<string, string> = { "aria-label": blockTitle(name, count) };
    if (active) attributes.class = "active";
    found.push(Decoration.node(position, end, attributes));
  });
  return DecorationSet.create(state.doc, found);
}
