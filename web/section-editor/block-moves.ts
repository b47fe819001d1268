/** Removing and moving typed blocks. */
import type { Editor } from "@tiptap/core";
import { NodeSelection, TextSelection } from "@tiptap/pm/state";
import { yUndoPluginKey } from "@tiptap/y-tiptap";
import type { UndoManager } from "yjs";
import { t } from "../strings.ts";
import { blockTitle, isBlockName, type BlockName } from "./fields.ts";
import { showNotice } from "./notice.ts";

function undoManager(editor: Editor): UndoManager | undefined {
  return (yUndoPluginKey.getState(editor.state) as { undoManager?: UndoManager } | undefined)?.undoManager;
}

/** Which one of its kind the block at `position` is. */
function numberAt(editor: Editor, position: number, name: BlockName): number {
  let count = 0;
  editor.state.doc.forEach((child, offset) => {
    if (offset <= position && child.type.name === name) count += 1;
  });
  return count;
}

/** Take the block at `position` out, and offer for a while to take that back. */
export function removeBlock(editor: Editor, position: number): void {
  const node = editor.state.doc.nodeAt(position);
  if (!node || !isBlockName(node.type.name)) return;
  const title = blockTitle(node.type.name, numberAt(editor, position, node.type.name));
  const index = editor.state.doc.resolve(position).index();
  const manager = undoManager(editor);
  manager?.stopCapturing(); // one step of its own
  const { tr } = editor.state;
  editor.view.dispatch(tr.delete(position, position + node.nodeSize));
  manager?.stopCapturing();
  const step = manager?.undoStack.at(-1);
  editor.view.focus();
  showNotice(editor.view.dom, {
    text: t("block.removed", { title }),
    action: {
      label: t("editor.undo"),
      run: () => {
        if (editor.isDestroyed) return;
        // If it is the last thing done, undoing it also keeps what others were writing in it.
        if (manager && step && manager.undoStack.at(-1) === step) editor.commands.undo();
        else {
          const { doc } = editor.state;
          let place = 0;
          for (let i = 0; i < Math.min(index, doc.childCount); i++) place += doc.child(i).nodeSize;
          editor.view.dispatch(editor.state.tr.insert(place, node));
        }
        editor.view.focus();
      },
    },
  });
}

/** Change places with the neighbour above (-1) or below (1). */
export function moveBlock(editor: Editor, position: number, by: -1 | 1): void {
  const { doc, tr, selection } = editor.state;
  const node = doc.nodeAt(position);
  const index = doc.resolve(position).index();
  const neighbour = doc.maybeChild(index + by);
  if (!node || !neighbour) return;
  undoManager(editor)?.stopCapturing();
  const inside = selection.from > position && selection.to < position + node.nodeSize ? selection.from - position : 2;
  // The neighbour moves rather than the block itself: whoever is writing in the block writes on.
  const neighbourAt = by < 0 ? position - neighbour.nodeSize : position + node.nodeSize;
  tr.delete(neighbourAt, neighbourAt + neighbour.nodeSize);
  const now = by < 0 ? neighbourAt : position;
  tr.insert(by < 0 ? now + node.nodeSize : now, neighbour);
  const block = by < 0 ? now : now + neighbour.nodeSize;
  tr.setSelection(node.childCount ? TextSelection.near(tr.doc.resolve(block + inside)) : NodeSelection.create(tr.doc, block));
  editor.view.dispatch(tr.scrollIntoView());
}
