/** Whether a record contains the moments that receipts tell of: "A receipt is such a text" of docs/record-format.md. */
import type { Checked } from "./archive.ts";
import { parseMoment, wrongWith, type Keys, type Moment } from "./checkpoint.ts";

export interface Answer {
  name: string;
  code:
    | "unreadable" | "key" | "signature" | "alone" | "meeting" | "stands" | "later" | "cut" | "departs"
    | "departs_after" | "unsure"; // prettier-ignore
  values: Record<string, string | number>;
}

/** One answer for each receipt, in their order. `record`: what the archive beside them was found to be, if there is one. */
export function checkReceipts(
  receipts: readonly { name: string; text: string }[],
  keys: Keys,
  record: Checked | undefined,
): Answer[] {
  const read = receipts.map(({ name, text }) => {
    try {
      return { name, moment: parseMoment(text) };
    } catch {
      return { name };
    }
  });
  const standing = read.flatMap(({ moment }) =>
    moment && !wrongWith(moment, keys) && record && stands(moment, record) ? [moment.number] : [],
  );
  return read.map(({ name, moment }) => {
    if (!moment) return { name, code: "unreadable", values: {} };
    const { number, key } = moment;
    const last = record?.entries ?? 0;
    const after = Math.max(0, ...standing.filter((one) => one < number));
    const values = { number, key, last, first: last + 1, after, from: after + 1 };
    return { name, code: wrongWith(moment, keys) ?? against(moment, record, after), values };
  });
}

function stands(moment: Moment, record: Checked): boolean {
  return record.meeting === moment.meeting && record.hashes[moment.number] === moment.hash;
}

function against(moment: Moment, record: Checked | undefined, after: number): Answer["code"] {
  if (!record) return "alone";
  if (record.meeting !== moment.meeting) return "meeting";
  if (stands(moment, record)) return "stands";
  if (record.hashes[moment.number] !== undefined) return after ? "departs_after" : "departs";
  if (record.faults.length || !record.last) return "unsure"; // the chain breaks before the receipt's entry
  // Both times are the server's own, in one form: their order is the order of their texts.
  return record.last.time < moment.time ? "later" : "cut";
}
