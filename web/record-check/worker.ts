/** Checks what a page hands it, beside the page. Only the page's own words come in, and nothing is fetched. */
import { checkArchive, Ended, type Checked } from "./archive.ts";
import { parseKeys } from "./checkpoint.ts";
import { checkReceipts, type Answer } from "./receipts.ts";

export interface Task {
  id: number;
  archive: File | null;
  receipts: { name: string; text: string }[];
  keys: string;
}

export type Told =
  | { id: number; share: number }
  | { id: number; record: Omit<Checked, "hashes"> | null; receipts: Answer[] }
  | { id: number; failed: string };

let newest = 0;
const scope = self as unknown as {
  onmessage: (event: MessageEvent<Task>) => void;
  postMessage(told: Told): void;
};

scope.onmessage = ({ data }) => {
  newest = data.id;
  void check(data);
};

async function check(task: Task): Promise<void> {
  let told = Date.now();
  const progress = async (share: number): Promise<void> => {
    if (Date.now() - told > 50) {
      told = Date.now();
      scope.postMessage({ id: task.id, share });
      await new Promise((resolve) => setTimeout(resolve)); // a newer task may wait
    }
    if (task.id !== newest) throw new Ended();
  };
  try {
    const keys = task.keys ? parseKeys(task.keys) : new Map<string, Uint8Array>();
    const record = task.archive
      ? await checkArchive(new Uint8Array(await task.archive.arrayBuffer()), keys, progress)
      : undefined;
    const receipts = checkReceipts(task.receipts, keys, record);
    if (task.id !== newest) return;
    scope.postMessage({ id: task.id, record: record ? withoutHashes(record) : null, receipts });
  } catch (error) {
    if (!(error instanceof Ended)) scope.postMessage({ id: task.id, failed: String(error) });
  }
}

function withoutHashes(record: Checked): Omit<Checked, "hashes"> {
  const { hashes, ...rest } = record;
  return rest;
}
