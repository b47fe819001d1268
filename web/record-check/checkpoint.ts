/** Signed moments: "A signed moment" of docs/record-format.md, and the keys that sign them (Ed25519, RFC 8032). */
import { ed25519 } from "@noble/curves/ed25519.js";
import { digest, fromBase64, fromHex, toBytes, toHex, Unreadable } from "./bytes.ts";

export const FIRST_LINE = "roundtable checkpoint v1";
const REQUIRED = ["meeting", "entry", "hash", "time", "reason"];
const SIGNED = ["key", "signature"];
const MOST = 4000; // characters

export interface Moment {
  meeting: string;
  number: number;
  /** The entry's, as hexadecimal digits. */
  hash: string;
  /** As written: ISO 8601 in UTC, to the microsecond. */
  time: string;
  reason: string;
  /** SHA-256 of an archive's list of files, or "". */
  files: string;
  key: string;
  signature: Uint8Array;
  /** The bytes that are signed. */
  statement: Uint8Array;
}

/** Public keys by id. */
export type Keys = ReadonlyMap<string, Uint8Array>;

/** Throws `Unreadable` for what is no signed moment; white space at its end, and CR LF, are forgiven. */
export function parseMoment(text: string): Moment {
  if (text.length > MOST) throw new Unreadable("too long");
  const lines = text.replaceAll("\r\n", "\n").trimEnd().split("\n");
  const told = lines.slice(1).map((line) => {
    const space = line.indexOf(" ");
    return [line.slice(0, space), line.slice(space + 1)] as const;
  });
  const of = Object.fromEntries(told) as Record<string, string>;
  const order = [...REQUIRED, ...("files" in of ? ["files"] : []), ...SIGNED];
  if (lines[0] !== FIRST_LINE || told.map(([name]) => name).join() !== order.join()) throw new Unreadable("its lines");
  const number = Number(of.entry);
  if (!/^[1-9][0-9]*$/.test(of.entry!) || !Number.isSafeInteger(number)) throw new Unreadable("entry");
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(of.time!)) throw new Unreadable("time");
  fromHex(of.hash, 32);
  return {
    meeting: of.meeting!,
    number,
    hash: of.hash!,
    time: of.time!,
    reason: of.reason!,
    files: of.files ?? "",
    key: of.key!,
    signature: fromBase64(of.signature),
    statement: toBytes(lines.slice(0, -2).map((line) => `${line}\n`).join("")),
  };
}

/** Why a signature does not stand, or undefined when it does. */
export function wrongWith(moment: Moment, keys: Keys): "key" | "signature" | undefined {
  const key = keys.get(moment.key);
  if (!key) return "key";
  try {
    return ed25519.verify(moment.signature, moment.statement, key, { zip215: false }) ? undefined : "signature";
  } catch {
    return "signature"; // bytes that are no signature at all
  }
}

/** From lines of "id key", "id key imported", or of keys alone. Throws `Unreadable`: a line that is neither, a key that is not its id's. */
export function parseKeys(text: string): Map<string, Uint8Array> {
  const keys = new Map<string, Uint8Array>();
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/);
    if (words.length === 3 && words[2] === "imported") words.pop();
    if (words[0] === "") continue;
    const key = fromHex(words.at(-1)?.toLowerCase(), 32);
    const id = toHex(digest(key)).slice(0, 16);
    if (words.length > 2 || (words.length === 2 && words[0] !== id)) throw new Unreadable("a key's line");
    keys.set(id, key);
  }
  if (!keys.size) throw new Unreadable("no key");
  return keys;
}
