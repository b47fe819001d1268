/** How a typed block looks in the editor: its fields, and buttons to move and remove it. */
import type { Editor } from "@tiptap/core";
import type { Node as DocumentNode } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import type { EditorView, NodeView, ViewMutationRecord } from "@tiptap/pm/view";
import { icon } from "../icon.ts";
import { t } from "../strings.ts";
import { moveBlock, removeBlock } from "./block-moves.ts";
import type { BlockName } from "./fields.ts";

export class BlockView implements NodeView {
  readonly dom = document.createElement("div");
  readonly contentDOM = document.createElement("dl");
  private readonly controls = document.createElement("div");

  constructor(
    name: BlockName,
    private node: DocumentNode,
    private readonly view: EditorView,
    editor: Editor,
    private readonly getPos: () => number | undefined,
  ) {
    this.dom.className = name;
    this.dom.setAttribute("role", "group");
    this.controls.className = "block-controls";
    this.controls.contentEditable = "false";
    this.controls.append(
      this.button("arrow-up", t("block.up"), (position) => moveBlock(editor, position, -1)),
      this.button("arrow-down", t("block.down"), (position) => moveBlock(editor, position, 1)),
      this.button("trash-2", t(`block.remove.${name}`), (position) => removeBlock(editor, position)),
    );
    this.dom.append(this.controls, this.contentDOM);
    this.contentDOM.addEventListener("mousedown", this.onLabel);
  }

  private button(name: string, label: string, act: (position: number) => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.title = label;
    button.setAttribute("aria-label", label);
    button.append(icon(name));
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays where it is
    button.addEventListener("click", () => {
      const position = this.getPos();
      if (position !== undefined) act(position);
    });
    return button;
  }

  /** A label belongs to its field: pressing it goes there. */
  private readonly onLabel = (event: MouseEvent): void => {
    const label = (event.target as Element).closest("dt");
    const value = label?.nextElementSibling;
    if (!value) return;
    event.preventDefault();
    const end = this.view.posAtDOM(value, value.childNodes.length);
    this.view.dispatch(this.view.state.tr.setSelection(TextSelection.near(this.view.state.doc.resolve(end), -1)));
    this.view.focus();
  };

  update(node: DocumentNode): boolean {
    if (node.type !== this.node.type) return false;
    this.node = node;
    return true;
  }

  stopEvent(event: Event): boolean {
    return this.controls.contains(event.target as Node);
  }

  ignoreMutation(mutation: ViewMutationRecord): boolean {
    if (mutation.type === "selection") return false;
    return !this.contentDOM.contains(mutation.target) || (mutation.target === this.contentDOM && mutation.type === "attributes");
  }
}
