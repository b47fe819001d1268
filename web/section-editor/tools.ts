/** What the toolbar offers, as data. */
import type { ChainedCommands, Editor } from "@tiptap/core";
import { openLinkDialog } from "./link-dialog.ts";
import { LEVELS } from "./schema.ts";
import { insertTable } from "./tables.ts";
import { inField } from "./typed-blocks.ts";

export interface Tool {
  /** Key of its words, without "editor.". */
  name: string;
  icon: string;
  shortcut?: string;
  run(editor: Editor): void;
  /** Whether it is switched on where the caret is; a tool without it can't be. */
  active?(editor: Editor): boolean;
  can(editor: Editor): boolean;
}

export interface MenuTool {
  name: string;
  icon: string;
  /** The words on the button; without it the icon is shown. */
  current?(editor: Editor): string;
  can(editor: Editor): boolean;
  /** Pressed while there is no choice to make: done at once. */
  direct?(editor: Editor): boolean;
  choices: readonly Tool[];
  /** One of the choices holds at a time. */
  exclusive: boolean;
}

type Mark = "bold" | "italic" | "underline" | "strike";

function mark(name: Mark, icon: string, shortcut: string): Tool {
  return {
    name,
    icon,
    shortcut,
    run: (editor) => void editor.chain().focus().toggleMark(name).run(),
    active: (editor) => editor.isActive(name),
    can: () => true,
  };
}

/** A field is a line of text: no lists, headings or tables in it. */
function outsideFields(editor: Editor): boolean {
  const { $from, $to } = editor.state.selection;
  return !inField($from) && !inField($to);
}

/** A list's items are no headings. */
function asParagraphs(editor: Editor): ChainedCommands {
  const chain = editor.chain().focus();
  return editor.isActive("heading") ? chain.setParagraph() : chain;
}

function inTable(editor: Editor): boolean {
  return editor.isActive("table");
}

export function headingLevel(editor: Editor): number {
  const level = Number(editor.getAttributes("heading").level) || 2;
  return editor.isActive("heading") ? Math.min(Math.max(level, 2), 4) : 0;
}

const STYLES: MenuTool = {
  name: "style",
  icon: "heading",
  can: outsideFields,
  current: (editor) => `editor.style${headingLevel(editor)}`,
  exclusive: true,
  choices: [
    {
      name: "style0",
      icon: "",
      shortcut: "Mod-Alt-0",
      run: (editor) => void editor.chain().focus().setParagraph().run(),
      active: (editor) => headingLevel(editor) === 0,
      can: () => true,
    },
    ...LEVELS.map(
      (level): Tool => ({
        name: `style${level}`,
        icon: "",
        shortcut: `Mod-Alt-${level}`,
        run: (editor) => void editor.chain().focus().setHeading({ level }).run(),
        active: (editor) => headingLevel(editor) === level,
        can: () => true,
      }),
    ),
  ],
};

function tableTool(name: string, icon: string, command: (editor: Editor) => boolean): Tool {
  return { name, icon, run: (editor) => void command(editor), can: () => true };
}

const TABLE: MenuTool = {
  name: "table",
  icon: "table",
  can: outsideFields,
  direct: (editor) => !inTable(editor) && (insertTable(editor), editor.view.focus(), true),
  exclusive: false,
  choices: [
    tableTool("row_above", "plus", (editor) => editor.chain().focus().addRowBefore().run()),
    tableTool("row_below", "plus", (editor) => editor.chain().focus().addRowAfter().run()),
    tableTool("column_before", "plus", (editor) => editor.chain().focus().addColumnBefore().run()),
    tableTool("column_after", "plus", (editor) => editor.chain().focus().addColumnAfter().run()),
    tableTool("row_remove", "trash-2", (editor) => editor.chain().focus().deleteRow().run()),
    tableTool("column_remove", "trash-2", (editor) => editor.chain().focus().deleteColumn().run()),
    tableTool("table_remove", "trash-2", (editor) => editor.chain().focus().deleteTable().run()),
  ],
};

/** Groups, with a line between them. */
export const TOOLS: readonly (readonly (Tool | MenuTool)[])[] = [
  [STYLES],
  [
    mark("bold", "bold", "Mod-B"),
    mark("italic", "italic", "Mod-I"),
    mark("underline", "underline", "Mod-U"),
    mark("strike", "strikethrough", "Mod-Shift-S"),
  ],
  [
    {
      name: "bullets",
      icon: "list",
      shortcut: "Mod-Shift-8",
      run: (editor) => void asParagraphs(editor).toggleBulletList().run(),
      active: (editor) => editor.isActive("bulletList"),
      can: outsideFields,
    },
    {
      name: "numbers",
      icon: "list-ordered",
      shortcut: "Mod-Shift-7",
      run: (editor) => void asParagraphs(editor).toggleOrderedList().run(),
      active: (editor) => editor.isActive("orderedList"),
      can: outsideFields,
    },
    {
      name: "quote",
      icon: "quote",
      shortcut: "Mod-Shift-B",
      run: (editor) => void editor.chain().focus().toggleBlockquote().run(),
      active: (editor) => editor.isActive("blockquote"),
      can: outsideFields,
    },
  ],
  [
    {
      name: "link",
      icon: "link",
      shortcut: "Mod-K",
      run: openLinkDialog,
      active: (editor) => editor.isActive("link"),
      can: () => true,
    },
    TABLE,
  ],
  [
    {
      name: "undo",
      icon: "undo-2",
      shortcut: "Mod-Z",
      run: (editor) => void editor.chain().focus().undo().run(),
      can: (editor) => editor.can().undo(),
    },
    {
      name: "redo",
      icon: "redo-2",
      shortcut: "Mod-Shift-Z",
      run: (editor) => void editor.chain().focus().redo().run(),
      can: (editor) => editor.can().redo(),
    },
  ],
];
