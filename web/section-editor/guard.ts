/**
 * Keeps the binding from deleting what this page doesn't know.
 *
 * It deletes from the shared document, for everybody, each node and text that its schema can't show. So what comes is
 * looked at before the binding looks at it.
 */
import type { MarkType, NodeType, Schema } from "@tiptap/pm/model";
import * as Y from "yjs";

type Event = Y.YEvent<Y.AbstractType<unknown>>;

/** Whether the editor can show all of the fragment. */
export function isKnown(fragment: Y.XmlFragment, schema: Schema): boolean {
  return childrenKnown(fragment, schema.topNodeType, schema);
}

/** Call `stop`, once and before the binding's own observer runs, when something unknown comes. Call before binding. */
export function guard(fragment: Y.XmlFragment, schema: Schema, stop: () => void): () => void {
  function look(events: Event[]): void {
    if (events.every((event) => isKnownChange(event, fragment, schema))) return;
    release();
    stop();
  }
  function release(): void {
    fragment.unobserveDeep(look);
  }
  fragment.observeDeep(look);
  return release;
}

function isKnownChange(event: Event, fragment: Y.XmlFragment, schema: Schema): boolean {
  const target: unknown = event.target;
  if (target === fragment) return childrenKnown(fragment, schema.topNodeType, schema);
  if (target instanceof Y.XmlText) return target.parent instanceof Y.XmlElement && textKnown(target, schema.nodes[target.parent.nodeName], schema);
  if (!(target instanceof Y.XmlElement)) return false;
  const type = schema.nodes[target.nodeName];
  return type !== undefined && childrenKnown(target, type, schema);
}

function childrenKnown(parent: Y.XmlFragment, type: NodeType, schema: Schema): boolean {
  return parent.toArray().every((child) => {
    if (child instanceof Y.XmlText) return textKnown(child, type, schema);
    if (!(child instanceof Y.XmlElement)) return false;
    const childType = schema.nodes[child.nodeName];
    // All content rules are "any number of these", so that one child tells as much as all of them.
    return childType !== undefined && type.contentMatch.matchType(childType) !== null && childrenKnown(child, childType, schema);
  });
}

function textKnown(text: Y.XmlText, parent: NodeType | undefined, schema: Schema): boolean {
  if (!parent?.inlineContent) return false;
  return (text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[]).every(
    ({ insert, attributes = {} }) => typeof insert === "string" && Object.keys(attributes).every((name) => markOf(name, schema) !== undefined),
  );
}

/** The binding writes a mark that may overlap itself with a hash behind its name. */
function markOf(name: string, schema: Schema): MarkType | undefined {
  return schema.marks[name.replace(/--[a-zA-Z0-9+/=]{8}$/, "")];
}
