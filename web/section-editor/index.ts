/** The editor of one section, and its text for those who only read. */
import "../common.ts";
export { createEditor, type EditorOptions, type SectionEditor } from "./editor.ts";
export { renderReadOnly, type ReadOnlyOptions } from "./read-only.ts";
export { blocksAsHtml } from "./render.ts";
