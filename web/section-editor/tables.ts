/** Tables: lenient as the rest, drawn as the server draws them, and without keys that keep Tab in the table. */
import { TextSelection, type Transaction } from "@tiptap/pm/state";
import { tableEditing } from "@tiptap/pm/tables";
import type { Extensions, Editor } from "@tiptap/core";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import { t } from "../strings.ts";

/** Whether a transaction only shows what came from elsewhere. */
export function isRemote(transaction: Transaction): boolean {
  return Boolean((transaction.getMeta(ySyncPluginKey) as { isChangeOrigin?: boolean } | undefined)?.isChangeOrigin);
}

const SectionTable = Table.extend({
  content: "tableRow*",
  renderHTML() {
    // On a phone a wide table must not widen the page: the frame scrolls.
    return ["div", { class: "table-frame", role: "group", "aria-label": t("editor.table") }, ["table", ["tbody", 0]]];
  },
  addNodeView() {
    return null; // its own writes inline styles, which the page's policy refuses
  },
  addKeyboardShortcuts() {
    const { Backspace, Delete, "Mod-Backspace": ModBackspace, "Mod-Delete": ModDelete } = this.parent?.() ?? {};
    const kept = { Backspace, Delete, "Mod-Backspace": ModBackspace, "Mod-Delete": ModDelete };
    return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, NonNullable<typeof Backspace>] => !!entry[1]));
  },
  addProseMirrorPlugins() {
    const plugin = tableEditing();
    const fix = plugin.spec.appendTransaction;
    // It would mend what two people's edits merged into in every browser at once, and so several times over.
    plugin.spec.appendTransaction = (transactions, before, state) =>
      transactions.every((transaction) => isRemote(transaction) || !transaction.docChanged)
        ? null
        : fix?.call(plugin, transactions, before, state);
    return [plugin];
  },
});

export function tables(): Extensions {
  return [
    SectionTable,
    TableRow.extend({ content: "(tableCell | tableHeader)*" }),
    TableHeader.extend({ content: "block*", addAttributes: cellAttributes }),
    TableCell.extend({ content: "block*", addAttributes: cellAttributes }),
  ];
}

function span(name: "colspan" | "rowspan", most: number) {
  return {
    default: 1,
    parseHTML: (element: HTMLElement) => Math.min(Math.max(Math.floor(Number(element.getAttribute(name))) || 1, 1), most),
    renderHTML: (attributes: Record<string, unknown>) => (Number(attributes[name]) > 1 ? { [name]: attributes[name] } : {}),
  };
}

/** Widths and alignment are kept where a document has them, and neither read from what is pasted nor shown. */
function cellAttributes() {
  return {
    colspan: span("colspan", 100),
    rowspan: span("rowspan", 1000),
    colwidth: { default: null, rendered: false, parseHTML: () => null },
    align: { default: null, rendered: false, parseHTML: () => null },
  };
}

/** A table of `columns` by `rows`, the first row heads; the caret goes into its first cell. */
export function insertTable(editor: Editor, rows = 3, columns = 3): boolean {
  return editor.commands.command(({ tr, state, dispatch }) => {
    const { table, tableRow, tableHeader, tableCell, paragraph } = state.schema.nodes;
    if (!table || !tableRow || !tableHeader || !tableCell || !paragraph) return false;
    const made = table.create(
      null,
      Array.from({ length: rows }, (_, row) =>
        tableRow.create(
          null,
          Array.from({ length: columns }, () => (row ? tableCell : tableHeader).create(null, paragraph.create())),
        ),
      ),
    );
    const { $from } = tr.selection;
    if (!$from.node($from.depth - 1).canReplaceWith($from.index($from.depth - 1), $from.indexAfter($from.depth - 1), table)) return false;
    if (dispatch) {
      const before = tr.doc;
      tr.replaceSelectionWith(made);
      const start = before.content.findDiffStart(tr.doc.content) ?? 0;
      let inside = start;
      tr.doc.nodesBetween(start, tr.doc.content.size, (node, position) => {
        if (inside !== start || node.type !== paragraph || !tr.doc.resolve(position).parent.type.spec.tableRole) return true;
        inside = position + 1;
        return false;
      });
      // There must be a place to write below it.
      if (tr.doc.lastChild?.type === table) tr.insert(tr.doc.content.size, paragraph.create());
      tr.setSelection(TextSelection.near(tr.doc.resolve(inside))).scrollIntoView();
    }
    return true;
  });
}
