/** "To check an archive" of docs/record-format.md, from its first byte to its last. Nothing is fetched or sent. */
import { unzipSync } from "fflate";
import { digest, toHex, toText } from "./bytes.ts";
import { isText, readEntry, updateOf, type WrongEntry } from "./chain.ts";
import { parseMoment, wrongWith, type Keys, type Moment } from "./checkpoint.ts";
import { isReplayOf } from "./replay.ts";

const [JOURNAL, SUMS, LAST, EARLIER] = ["journal.jsonl", "SHA256SUMS", "checkpoint.txt", "checkpoints.txt"];
const PARTS = [JOURNAL, SUMS, LAST, EARLIER, "keys.txt", "record.json"] as string[];
const MOST_FILE = 1_500_000_000; // bytes of one unpacked file
const MOST_FAULTS = 20;
const AT_ONCE = 400; // entries between two looks at whether anybody still waits

export interface Fault {
  code:
    | "zip" | "missing" | "moment_unreadable" | "key" | "signature" | "list" | "part_gone" | "part_more"
    | "part_changed" | "end" | "entry_signed" | "meeting" | "document" | `entry_${WrongEntry}`; // prettier-ignore
  values: Record<string, string | number>;
}

export interface Checked {
  meeting: string;
  entries: number;
  withheld: number;
  documents: number;
  moments: number;
  /** The moment that the archive was taken at. */
  last?: Moment;
  faults: Fault[];
  /** Hash by entry's number, hexadecimal, as far as the chain is whole. */
  hashes: string[];
}

/** Told how far it is, from 0 to 1; what it returns is awaited, and it throws to end the check. */
export type Progress = (share: number) => Promise<void>;

export async function checkArchive(data: Uint8Array, keys: Keys, progress: Progress): Promise<Checked> {
  const checked: Checked = {
    meeting: "", entries: 0, withheld: 0, documents: 0, moments: 0, faults: [], hashes: ["0".repeat(64)],
  }; // prettier-ignore
  const wrong = (code: Fault["code"], values: Fault["values"] = {}): void => {
    if (checked.faults.length < MOST_FAULTS) checked.faults.push({ code, values });
  };
  const files = unpacked(data);
  if (!files) wrong("zip");
  else await checkFiles(files, keys, checked, wrong, progress);
  // What happened to the entries says more than that their file was changed.
  checked.faults.sort((one, other) => Number(other.code.startsWith("entry_")) - Number(one.code.startsWith("entry_")));
  return checked;
}

type Wrong = (code: Fault["code"], values?: Fault["values"]) => void;
type Files = ReadonlyMap<string, Uint8Array>;

/** The archive's files by name; undefined for what is no archive, names one twice, or gives another size for one. */
function unpacked(data: Uint8Array): Files | undefined {
  const sizes = new Map<string, number>();
  let count = 0;
  try {
    const found = unzipSync(data, {
      filter: ({ name, originalSize }) => {
        if (originalSize > MOST_FILE) throw new RangeError(name);
        sizes.set(name, originalSize);
        count += 1;
        return true;
      },
    });
    const files = new Map(Object.entries(found));
    const whole = files.size === count && [...files].every(([name, { length }]) => length === sizes.get(name));
    return whole && count ? files : undefined;
  } catch {
    return undefined;
  }
}

async function checkFiles(files: Files, keys: Keys, checked: Checked, wrong: Wrong, progress: Progress): Promise<void> {
  const missing = PARTS.filter((name) => !files.has(name));
  if (missing.length) return wrong("missing", { names: missing.join(", ") });
  let last: Moment;
  let moments: Moment[];
  try {
    last = parseMoment(toText(files.get(LAST!)!));
    const earlier = toText(files.get(EARLIER!)!).split("\n\n").filter((one) => one.trim()); // prettier-ignore
    moments = [last, ...earlier.map(parseMoment)];
  } catch {
    return wrong("moment_unreadable");
  }
  checked.last = last;
  checked.meeting = last.meeting;
  checked.moments = moments.length;
  for (const one of moments) {
    const problem = wrongWith(one, keys);
    if (problem) wrong(problem, { number: one.number, key: one.key });
    if (one.meeting !== last.meeting) wrong("meeting", { number: one.number });
  }
  checkList(files, last, wrong);
  const updates = await checkJournal(files.get(JOURNAL!)!, checked, wrong, progress);
  if (!updates) return;
  for (const one of moments) {
    const stands = checked.hashes[one.number];
    if (stands === undefined) wrong("end", { number: checked.entries, signed: one.number });
    else if (stands !== one.hash) wrong("entry_signed", { number: one.number });
  }
  if (checked.entries > last.number) wrong("end", { number: checked.entries, signed: last.number });
  await checkDocuments(files, updates, checked, wrong, progress);
}

function checkList(files: Files, last: Moment, wrong: Wrong): void {
  const list = files.get(SUMS!)!;
  if (toHex(digest(list)) !== last.files) wrong("list");
  const stands = new Map<string, string>();
  const lines = new TextDecoder().decode(list).replace(/\n$/, "").split("\n");
  for (const line of lines) stands.set(line.slice(66), line.slice(0, 64));
  if (stands.size !== lines.length || lines.some((line) => line.slice(64, 66) !== "  ")) wrong("list");
  for (const name of [...stands.keys()].sort()) if (!files.has(name)) wrong("part_gone", { name });
  for (const [name, content] of files) {
    if (name === SUMS || name === LAST) continue;
    if (!stands.has(name)) wrong("part_more", { name });
    else if (toHex(digest(content)) !== stands.get(name)) wrong("part_changed", { name });
  }
}

/** Updates by document, null where one of them is withheld; undefined when an entry is wrong. */
async function checkJournal(
  journal: Uint8Array,
  checked: Checked,
  wrong: Wrong,
  progress: Progress,
): Promise<Map<string, Uint8Array[] | null> | undefined> {
  const updates = new Map<string, Uint8Array[] | null>();
  let previous = new Uint8Array(32);
  let number = 0;
  for (let from = 0; from < journal.length; ) {
    const end = journal.indexOf(10, from);
    number += 1;
    const entry = end < 0 ? "unreadable" : read(journal.subarray(from, end), number, previous);
    if (typeof entry === "string") {
      wrong(`entry_${entry}`, { number });
      return undefined;
    }
    previous = entry.hash as Uint8Array<ArrayBuffer>;
    checked.hashes.push(toHex(previous));
    checked.entries = number;
    if (!entry.payload) checked.withheld += 1;
    if (isText(entry)) {
      const { document, payload } = entry;
      const of = updates.get(document!);
      if (!payload) updates.set(document!, null);
      else if (of) of.push(updateOf(entry.kind, payload));
      else if (of === undefined) updates.set(document!, [updateOf(entry.kind, payload)]);
    }
    from = end + 1;
    if (number % AT_ONCE === 0) await progress((from / journal.length) * 0.7);
  }
  return updates;
}

function read(line: Uint8Array, number: number, previous: Uint8Array): ReturnType<typeof readEntry> {
  try {
    return readEntry(toText(line), number, previous);
  } catch {
    return "unreadable"; // no UTF-8
  }
}

async function checkDocuments(
  files: Files,
  updates: Map<string, Uint8Array[] | null>,
  checked: Checked,
  wrong: Wrong,
  progress: Progress,
): Promise<void> {
  const whole = [...updates].filter((one): one is [string, Uint8Array[]] => one[1] !== null);
  for (const [document, parts] of whole) {
    const name = `documents/${document}.yjs`;
    const state = files.get(name);
    const share = 0.7 + (0.3 * checked.documents) / whole.length;
    checked.documents += 1;
    if (!state) {
      wrong("part_gone", { name });
      continue;
    }
    const same = await isReplayOf(state, parts, () => progress(share)).catch((error: unknown) => {
      if (error instanceof Ended) throw error;
      return false; // whatever Yjs says of bytes that are no update
    });
    if (!same) wrong("document", { name });
  }
}

/** The check was not waited for any longer. */
export class Ended extends Error {}
