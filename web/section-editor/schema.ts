/**
 * The document's nodes and marks, equal to server/documents/nodes.py.
 *
 * Content rules only say what may stand where, never that something must: two people's honest edits may merge into an
 * empty list or a goal without a baseline, and what breaks a rule the binding to Yjs would delete, with all it holds.
 * What an editor needs beyond that (a paragraph to stand in) repair.ts puts in after one's own edits.
 */
import { InputRule, Node, type Extensions } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { Bold } from "@tiptap/extension-bold";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading } from "@tiptap/extension-heading";
import { Italic } from "@tiptap/extension-italic";
import { BulletList, ListItem, OrderedList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Strike } from "@tiptap/extension-strike";
import { Text } from "@tiptap/extension-text";
import { Underline } from "@tiptap/extension-underline";
import { LinkMark } from "./link-mark.ts";
import { tables } from "./tables.ts";
import { typedBlocks } from "./typed-blocks.ts";

/** The levels that the editor offers. A heading's level is one less than its tag's: the page has its own above. */
export const LEVELS = [2, 3, 4] as const;

const Document = Node.create({ name: "doc", topNode: true, content: "(block | typed)+" });

const SectionHeading = Heading.extend({
  addAttributes() {
    return { level: { default: 2, rendered: false } };
  },
  parseHTML() {
    // What comes from elsewhere starts with its own title; what was copied here says its level.
    return [1, 2, 3, 4, 5, 6].map((tag) => ({
      tag: `h${tag}`,
      getAttrs: (element) => {
        const own = Number(element.getAttribute("data-level"));
        return { level: own >= 2 && own <= 4 ? own : Math.min(tag + 1, 4) };
      },
    }));
  },
  renderHTML({ node }) {
    const level = Math.min(Math.max(Number(node.attrs.level) || 2, 2), 5);
    return [`h${level + 1}`, { "data-level": level }, 0];
  },
}).configure({ levels: [...LEVELS] });

/** "3. " at the start of a heading is its number, not the start of a list. */
function inParagraphsOnly(rules: InputRule[]): InputRule[] {
  return rules.map(
    (rule) =>
      new InputRule({
        find: rule.find,
        handler: (properties) =>
          properties.state.doc.resolve(properties.range.from).parent.type.name === "paragraph" ? rule.handler(properties) : null,
      }),
  );
}

const Bullets = BulletList.extend({
  content: "listItem*",
  addInputRules() {
    return inParagraphsOnly(this.parent?.() ?? []);
  },
});

const Numbers = OrderedList.extend({
  content: "listItem*",
  addInputRules() {
    return inParagraphsOnly(this.parent?.() ?? []);
  },
});

const LenientItem = ListItem.extend({
  content: "block*",
  addKeyboardShortcuts() {
    // Not Tab: that leaves the text, for whoever has no mouse.
    return {
      Enter: () => this.editor.commands.splitListItem(this.name),
      "Mod-]": () => this.editor.commands.sinkListItem(this.name),
      "Mod-[": () => this.editor.commands.liftListItem(this.name),
    };
  },
});

/** Everything the document is made of. */
export function documentExtensions(): Extensions {
  return [
    Document,
    Paragraph,
    Text,
    SectionHeading,
    Bullets,
    Numbers,
    LenientItem,
    // Before bold, which would take Ctrl+Shift+B for its own.
    Blockquote.extend({ content: "block*", priority: 150 }),
    HardBreak,
    ...tables(),
    ...typedBlocks(),
    Bold,
    Italic,
    Underline,
    Strike,
    LinkMark,
  ];
}
