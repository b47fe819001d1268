/** Entries of a journal, each held against the one before: "An entry" of docs/record-format.md. */
import { digest, equal, fromBase64, fromHex, toBytes } from "./bytes.ts";

const TOLD_FIRST = new Set(["agenda.added", "comment.adopted", "amendment.proposed", "amendment.made"]);
const TEXT = new Set(["document.created", "edit", "restore", ...TOLD_FIRST]);

export type WrongEntry = "unreadable" | "number" | "before" | "payload" | "fields";

export interface Entry {
  kind: string;
  document: string | null;
  payload: Uint8Array | null;
  hash: Uint8Array;
}

const shorts = new Map<string, Uint8Array>();

/** A text with its length before it. The same few stand in every entry. */
function short(text: string): Uint8Array {
  let made = shorts.get(text);
  if (made) return made;
  const data = toBytes(text);
  if (data.length > 0xfffe) throw new RangeError("a text of an entry is too long");
  made = new Uint8Array(2 + data.length);
  new DataView(made.buffer).setUint16(0, data.length);
  made.set(data, 2);
  if (shorts.size > 10_000) shorts.clear();
  shorts.set(text, made);
  return made;
}

const NONE = Uint8Array.of(0xff, 0xff);
const VERSION = Uint8Array.of(1);

/** Of a 64-bit field. */
function eight(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes;
}

/** One line of journal.jsonl, which must be entry `number` after the one with the hash `previous`. */
export function readEntry(line: string, number: number, previous: Uint8Array): Entry | WrongEntry {
  try {
    const told = JSON.parse(line) as Record<string, unknown>;
    const { kind, document, author, role, time, payload, salt } = told;
    if (![kind, author, role].every((text) => typeof text === "string")) return "unreadable";
    if (document !== null && typeof document !== "string") return "unreadable";
    if (!Number.isSafeInteger(told.number) || !Number.isSafeInteger(time)) return "unreadable";
    if ((payload === null) !== (salt === null)) return "unreadable";
    const commitment = fromHex(told.payload_hash, 32);
    const before = fromHex(told.prev_hash, 32);
    const hash = fromHex(told.hash, 32);
    const content = payload === null ? null : fromBase64(payload);
    if (told.number !== number) return "number";
    if (!equal(before, previous)) return "before";
    if (content && !equal(digest(fromHex(salt, 16), content), commitment)) return "payload";
    const made = digest(
      VERSION, previous, eight(number), short(kind as string), document === null ? NONE : short(document),
      short(author as string), short(role as string), eight(time as number), commitment,
    ); // prettier-ignore
    return equal(made, hash) ? { kind: kind as string, document, payload: content, hash } : "fields";
  } catch {
    return "unreadable";
  }
}

export function isText(entry: Entry): boolean {
  return entry.document !== null && TEXT.has(entry.kind);
}

/** The Yjs update in the payload of an entry that changes a text. */
export function updateOf(kind: string, payload: Uint8Array): Uint8Array {
  if (TOLD_FIRST.has(kind)) {
    const length = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0);
    return payload.subarray(4 + length);
  }
  return kind === "restore" ? payload.subarray(8) : payload;
}

