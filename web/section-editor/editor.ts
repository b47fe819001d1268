/** Builds a section's editor: text bound to a shared document, a toolbar, others' carets. */
import { Editor, Extension, getSchema } from "@tiptap/core";
import { Collaboration } from "@tiptap/extension-collaboration";
import { gapCursor } from "@tiptap/pm/gapcursor";
import { Selection, type Transaction } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { icon } from "../icon.ts";
import { t } from "../strings.ts";
import { activeBlockPlugin } from "./active-block.ts";
import { Carets } from "./carets.ts";
import { erasePlugin } from "./erase.ts";
import { BLOCK_OF_SECTION, type BlockName } from "./fields.ts";
import { guard, isKnown } from "./guard.ts";
import { watchKeyboard } from "./keyboard.ts";
import { Limits } from "./limits.ts";
import { Ways } from "./leave.ts";
import { Paste } from "./paste.ts";
import { renderReadOnly } from "./read-only.ts";
import { Repair } from "./repair.ts";
import { documentExtensions } from "./schema.ts";
import { steadily } from "./steady.ts";
import { isRemote } from "./tables.ts";
import { Toolbar } from "./toolbar.ts";
import { addBlock } from "./typed-blocks.ts";

export interface EditorOptions {
  /** The `<section-editor>`; what stands in it is replaced. */
  element: HTMLElement;
  label: string;
  section: string;
  fragment: Y.XmlFragment;
  awareness: Awareness;
  /** There is content that this page doesn't know: the editor has stopped, and shows what it can to read. */
  onContentError(): void;
}

export interface SectionEditor {
  focus(): void;
  destroy(): void;
}

const schema = getSchema(documentExtensions());

export function createEditor(options: EditorOptions): SectionEditor {
  if (!isKnown(options.fragment, schema)) {
    const reading = renderReadOnly(options);
    queueMicrotask(options.onContentError);
    return { focus: () => options.element.focus(), destroy: () => reading.destroy() };
  }
  return new BoundEditor(options);
}

interface Binding {
  destroy(): void;
  _isLocalCursorInView(): boolean;
}

/**
 * Where a section begins with buttons, Chromium finds no place for the caret of whoever comes by Tab, and the editor,
 * which has one, takes that for its own.
 */
function showCaret(view: EditorView): void {
  if (view.isDestroyed || !view.hasFocus()) return;
  const anchor = view.dom.ownerDocument.getSelection()?.anchorNode ?? null;
  if (!view.dom.contains(anchor)) view.focus();
}

class BoundEditor implements SectionEditor {
  private readonly editor: Editor;
  private readonly release: () => void;
  private readonly toolbar: Toolbar;
  private readonly notices = document.createElement("div");
  private reading: { destroy(): void } | null = null;
  private stopped = false;

  constructor(private readonly options: EditorOptions) {
    const { element, fragment, awareness } = options;
    // Before the binding, so that it looks first.
    this.release = guard(fragment, schema, () => this.stop());
    const place = document.createElement("div");
    place.className = "editor-text";
    this.editor = new Editor({
      element: place,
      extensions: [
        ...documentExtensions(),
        Collaboration.configure({ fragment }),
        Carets.configure({ awareness }),
        Repair,
        Limits,
        Paste,
        Ways.configure({ toToolbar: () => this.toolbar.focus(), out: () => this.leave() }),
        Extension.create({ name: "section", addProseMirrorPlugins: () => [erasePlugin(), activeBlockPlugin(), gapCursor()] }),
      ],
      injectCSS: false,
      enableContentCheck: true,
      onContentError: () => this.stop(),
      editorProps: {
        attributes: {
          role: "textbox",
          "aria-multiline": "true",
          "aria-label": options.label,
          spellcheck: "true",
          lang: document.documentElement.lang,
        },
        handleDOMEvents: {
          focus: (view) => {
            requestAnimationFrame(() => showCaret(view));
            return false;
          },
        },
        scrollThreshold: { top: 120, bottom: 80, left: 0, right: 0 },
        scrollMargin: { top: 130, bottom: 90, left: 5, right: 5 },
      },
    });
    this.settle();
    this.notices.className = "editor-notice";
    this.notices.setAttribute("role", "status");
    element.setAttribute("data-editable", "");
    this.toolbar = new Toolbar(this.editor, options.label);
    watchKeyboard();
    const end = this.blockButton();
    // The toolbar goes along as far as the text does, and never over what stands below it.
    const body = document.createElement("div");
    body.className = "editor-body";
    body.append(this.toolbar.element, place);
    element.replaceChildren(body, ...(end ? [end] : []), this.notices);
  }

  /** What others do never scrolls. */
  private settle(): void {
    const { view } = this.editor;
    const binding = (ySyncPluginKey.getState(view.state) as { binding: Binding }).binding;
    binding._isLocalCursorInView = () => false;
    // The binding puts the caret at the very start, which need not be a place to write.
    const start = Selection.atStart(view.state.doc);
    if (!view.state.selection.$from.parent.inlineContent) view.dispatch(view.state.tr.setSelection(start));
    const dispatch = this.editor.view.props.dispatchTransaction?.bind(this.editor.view);
    if (!dispatch) return;
    view.setProps({
      dispatchTransaction: (transaction: Transaction) => {
        if (isRemote(transaction) && transaction.docChanged) steadily(view, () => dispatch(transaction));
        else dispatch(transaction);
      },
    });
  }

  private blockButton(): HTMLElement | null {
    const name: BlockName | undefined = BLOCK_OF_SECTION[this.options.section];
    if (!name) return null;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small add-block";
    button.append(icon("plus"), t(`block.add.${name}`));
    button.addEventListener("click", () => addBlock(this.editor, name));
    return button;
  }

  /** Out of the text by keyboard: to the section's button below it, or to its heading. */
  private leave(): void {
    const { element } = this.options;
    const heading = element.closest("section")?.querySelector<HTMLElement>("h2, h3");
    if (heading) heading.tabIndex = -1;
    (element.querySelector<HTMLElement>(".add-block") ?? heading)?.focus();
  }

  /** Something came that this page can't show: let go of the document, at once, and show the rest to read. */
  private stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    (ySyncPluginKey.getState(this.editor.state) as { binding?: Binding } | undefined)?.binding?.destroy();
    queueMicrotask(() => {
      this.end();
      this.reading = renderReadOnly(this.options);
      this.options.onContentError();
    });
  }

  private end(): void {
    this.release();
    this.toolbar.destroy();
    if (!this.editor.isDestroyed) this.editor.destroy();
  }

  focus(): void {
    if (!this.editor.isDestroyed) this.editor.commands.focus();
  }

  destroy(): void {
    this.stopped = true;
    this.reading?.destroy();
    this.end();
    this.options.element.removeAttribute("data-editable");
  }
}
