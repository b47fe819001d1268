/** Whether a document's kept state is what its entries make: texts, structure, and what was taken out. */
import * as Y from "yjs";

const AT_ONCE = 500; // updates between two looks at whether anybody still waits

/** Apply updates in their order. `pause` is awaited now and then. Throws what Yjs throws on nonsense. */
async function made(updates: readonly Uint8Array[], pause: () => Promise<void>): Promise<Y.Doc> {
  const doc = new Y.Doc();
  for (let from = 0; from < updates.length; from += AT_ONCE) {
    doc.transact(() => {
      for (const update of updates.slice(from, from + AT_ONCE)) Y.applyUpdate(doc, update);
    });
    await pause();
  }
  return doc;
}

export async function isReplayOf(
  state: Uint8Array,
  updates: readonly Uint8Array[],
  pause: () => Promise<void>,
): Promise<boolean> {
  const [held, replayed] = [await made([state], pause), await made(updates, pause)];
  try {
    const whole = [held, replayed].every(({ store }) => !store.pendingStructs && !store.pendingDs);
    return whole && sameClocks(held, replayed) && sameDeletions(held, replayed) && content(held) === content(replayed);
  } finally {
    held.destroy();
    replayed.destroy();
  }
}

function sameClocks(one: Y.Doc, other: Y.Doc): boolean {
  const [a, b] = [one, other].map((doc) => Y.decodeStateVector(Y.encodeStateVector(doc))) as [
    Map<number, number>,
    Map<number, number>,
  ];
  return a.size === b.size && [...a].every(([client, clock]) => b.get(client) === clock);
}

function sameDeletions(one: Y.Doc, other: Y.Doc): boolean {
  const [a, b] = [one, other].map((doc) => Y.createDeleteSetFromStructStore(doc.store));
  return Y.equalDeleteSets(a!, b!);
}

/** The document as text that two equal documents have the same of. */
function content(doc: Y.Doc): string {
  return JSON.stringify(told(doc.getXmlFragment("default")));
}

function told(node: Y.XmlFragment | Y.XmlElement | Y.XmlText | Y.XmlHook): unknown {
  if (node instanceof Y.XmlText) return [sorted(node.getAttributes()), node.toDelta()];
  if (node instanceof Y.XmlHook) return node.hookName; // Roundtable makes none
  const children = node.toArray().map(told);
  return node instanceof Y.XmlElement ? [node.nodeName, sorted(node.getAttributes()), children] : children;
}

function sorted(attributes: object): unknown[] {
  return Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
}
