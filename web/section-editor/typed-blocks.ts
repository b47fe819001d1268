/** Goals, services and accommodations: blocks of named fields, each a line of text. */
import { Node, type Editor, type Extensions } from "@tiptap/core";
import { Fragment, type Node as DocumentNode, type ResolvedPos, type Schema } from "@tiptap/pm/model";
import { Selection, TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import { BlockView } from "./block-view.ts";
import { BLOCK_NAMES, FIELDS, fieldHint, fieldLabel, isBlockName, type BlockName } from "./fields.ts";
import { eraseSelection } from "./erase.ts";

const Field = Node.create({
  name: "field",
  content: "inline*",
  isolating: true,
  selectable: false,
  // Between two fields there is nothing to write: no gap cursor stops there on the way from one to the next.
  extendNodeSchema: (extension) => (isBlockName(extension.name) ? { allowGapCursor: false } : {}),
  addAttributes() {
    return { name: { default: null, rendered: false, parseHTML: (element) => element.getAttribute("data-name") } };
  },
  parseHTML() {
    return [{ tag: "div.field[data-name]", contentElement: "dd" }];
  },
  renderHTML({ node }) {
    const name: unknown = node.attrs.name;
    return [
      "div",
      { class: "field", "data-name": String(name ?? "") },
      ["dt", { contenteditable: "false" }, fieldLabel(name)],
      ["dd", { "data-hint": fieldHint(name) }, 0],
    ];
  },
  addKeyboardShortcuts() {
    const { editor } = this;
    return {
      Enter: () => leaveField(editor),
      "Mod-Enter": () => inField(editor.state.selection.$from) && editor.commands.setHardBreak(),
      Backspace: () => eraseSelection(editor.view) || atEdgeOfField(editor.state, "start"),
      Delete: () => eraseSelection(editor.view) || atEdgeOfField(editor.state, "end"),
      "Mod-Backspace": () => eraseSelection(editor.view) || atEdgeOfField(editor.state, "start"),
      "Mod-Delete": () => eraseSelection(editor.view) || atEdgeOfField(editor.state, "end"),
      ArrowLeft: () => intoNeighbour(editor, "start"),
      ArrowRight: () => intoNeighbour(editor, "end"),
    };
  },
});

function typedBlock(name: BlockName) {
  return Node.create({
    name,
    group: "typed",
    content: "field*",
    isolating: true,
    parseHTML() {
      return [{ tag: `div.${name}`, contentElement: "dl" }];
    },
    renderHTML() {
      return ["div", { class: name }, ["dl", 0]];
    },
    addNodeView() {
      return ({ node, view, editor, getPos }) => new BlockView(name, node, view, editor as Editor, getPos);
    },
  });
}

export function typedBlocks(): Extensions {
  return [...BLOCK_NAMES.map(typedBlock), Field.extend({ priority: 200 })];
}

/** The field that a position stands in. */
export function inField($position: ResolvedPos): boolean {
  return $position.parent.type.name === "field";
}

/** A block with all its fields empty. */
export function emptyBlock(schema: Schema, name: BlockName): DocumentNode {
  const field = schema.nodes.field;
  const type = schema.nodes[name];
  if (!field || !type) throw new Error(`no block ${name} in this schema`);
  return type.create(null, Fragment.from(FIELDS[name].map((each) => field.create({ name: each }))));
}

/** Where a new block goes: behind the last of its kind, or at the end but before an empty last paragraph. */
export function placeForBlock(doc: DocumentNode, name: BlockName): number {
  let place = 0;
  doc.forEach((child, offset) => {
    if (child.type.name === name) place = offset + child.nodeSize;
  });
  if (place) return place;
  const last = doc.lastChild;
  const empty = last?.type.name === "paragraph" && !last.content.size;
  return doc.content.size - (empty ? last.nodeSize : 0);
}

/** Put an empty block into the section and the caret into its first field. */
export function addBlock(editor: Editor, name: BlockName): void {
  const { state, view } = editor;
  const place = placeForBlock(state.doc, name);
  const tr = state.tr.insert(place, emptyBlock(state.schema, name));
  tr.setSelection(TextSelection.create(tr.doc, place + 2)).scrollIntoView();
  view.dispatch(tr);
  view.focus();
}

/** Enter: on to the next field, and from the last one below the block. */
function leaveField(editor: Editor): boolean {
  const { state, view } = editor;
  const { $from, $to } = state.selection;
  if (!inField($from)) return false;
  if (!$from.sameParent($to)) return true;
  const block = $from.node(-1);
  const next = $from.indexAfter(-1);
  const tr = state.tr;
  if (next < block.childCount) selectContent(tr, $from.after() + 1);
  else goBelow(tr, $from.after(-1), state);
  view.dispatch(tr.scrollIntoView());
  return true;
}

/** As a form does: what the field holds is selected, so that typing replaces it only if one means to. */
function selectContent(tr: Transaction, start: number): void {
  const end = start + (tr.doc.resolve(start).parent.content.size);
  tr.setSelection(TextSelection.create(tr.doc, end));
}

function goBelow(tr: Transaction, after: number, state: EditorState): void {
  const below = tr.doc.nodeAt(after);
  if (!below || (isBlockName(below.type.name) && !below.childCount)) {
    const paragraph = state.schema.nodes.paragraph?.create();
    if (paragraph) tr.insert(after, paragraph);
  }
  tr.setSelection(TextSelection.near(tr.doc.resolve(after + 1), 1));
}

/** From the edge of a field to the text beside it: a browser's own step over the label between skips a letter. */
function intoNeighbour({ state, view }: Editor, edge: "start" | "end"): boolean {
  if (!atEdgeOfField(state, edge)) return false;
  const { $from } = state.selection;
  const outside = state.doc.resolve(edge === "start" ? $from.before() : $from.after());
  const next = Selection.findFrom(outside, edge === "start" ? -1 : 1, true);
  if (next) view.dispatch(state.tr.setSelection(next).scrollIntoView());
  return true;
}

/** Whether deleting would leave the field: then nothing happens, rather than two fields become one. */
function atEdgeOfField(state: EditorState, edge: "start" | "end"): boolean {
  const { $from, empty } = state.selection;
  if (!empty || !inField($from)) return false;
  return $from.parentOffset === (edge === "start" ? 0 : $from.parent.content.size);
}
