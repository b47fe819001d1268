/** A block of a document by a name that stays while it is edited, moved or overtaken: the Yjs id of its element. */

interface WithItem {
  _item?: { id: { client: number; clock: number } } | null;
}

/** "" for what stands in no document. */
export function blockId(element: unknown): string {
  const id = (element as WithItem | undefined)?._item?.id;
  return id ? `${id.client}-${id.clock}` : "";
}
