/** Makes one DOM tree like another and leaves alone what is alike, so that a selection in it stays. */

export function morph(old: Node, wanted: Node): Node {
  if (old.nodeName !== wanted.nodeName) {
    old.parentNode?.replaceChild(wanted, old);
    return wanted;
  }
  if (old instanceof Text) morphText(old, (wanted as Text).data);
  else if (old instanceof Element) {
    morphAttributes(old, wanted as Element);
    morphChildren(old, [...wanted.childNodes]);
  }
  return old;
}

/** The children of `parent` become like `wanted`; what stands in the document for each, in order. */
export function morphChildren(parent: Node, wanted: readonly Node[]): Node[] {
  const old = [...parent.childNodes];
  // What is the same at the end stays the end: most changes are an insertion or a removal.
  let tail = 0;
  while (tail < Math.min(old.length, wanted.length) && old[old.length - 1 - tail]?.isEqualNode(wanted[wanted.length - 1 - tail] ?? null)) tail += 1;
  const stay = old.length - tail;
  const result = wanted.map((node, index) => {
    if (index >= wanted.length - tail) return old[index - wanted.length + old.length] as Node;
    const before = index < stay ? old[index] : undefined;
    return before ? morph(before, node) : parent.insertBefore(node, old[stay] ?? null);
  });
  for (const node of old.slice(Math.min(wanted.length - tail, stay), stay)) parent.removeChild(node);
  return result;
}

function morphAttributes(old: Element, wanted: Element): void {
  for (const name of old.getAttributeNames()) if (!wanted.hasAttribute(name)) old.removeAttribute(name);
  for (const name of wanted.getAttributeNames()) {
    const value = wanted.getAttribute(name) ?? "";
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function morphText(old: Text, wanted: string): void {
  const had = old.data;
  if (had === wanted) return;
  let start = 0;
  while (start < Math.min(had.length, wanted.length) && had[start] === wanted[start]) start += 1;
  let end = 0;
  while (end < Math.min(had.length, wanted.length) - start && had[had.length - 1 - end] === wanted[wanted.length - 1 - end]) end += 1;
  old.replaceData(start, had.length - start - end, wanted.slice(start, wanted.length - end));
}
