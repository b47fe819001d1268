/**
 * What stays on this device: text that the server has not confirmed yet, and text that it did not accept. Nothing else.
 *
 * Where the browser has no IndexedDB (some private windows) everything here answers as if it were empty: text then lives
 * in the open page alone.
 */

const NAME = "roundtable";
const OUTBOX = "outbox";
const KEPT = "kept";

/** One tab's unconfirmed edits of one document. */
export interface OutboxRecord {
  person: string;
  document: string;
  tab: string;
  /** A Yjs update of all of them. */
  update: Uint8Array;
  /** How many edits a person would count. */
  edits: number;
  /** Of the last edit, milliseconds; tells versions of the record apart. */
  at: number;
}

/** Text that the server did not accept, until its author dismisses it. */
export interface KeptRecord {
  id: string;
  person: string;
  meeting: string;
  /** Empty for words about a decision. */
  document: string;
  /** The number of the decision that they are about, such as D1. */
  decision?: string;
  /** A code of server/domain/errors.py, or "unsent". */
  reason: string;
  /** When it was refused, milliseconds. */
  at: number;
  /** The author's blocks as HTML, made by the editor's own schema. */
  blocks: string[];
}

/** Whether this device takes nothing more from this page, since its person has signed out. */
export function isClosed(): boolean {
  return closed;
}

let opened: Promise<IDBDatabase | null> | undefined;
let closed = false;

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(OUTBOX, { keyPath: ["person", "document", "tab"] });
        request.result.createObjectStore(KEPT, { keyPath: "id" });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

/** Run `work` in one transaction and answer what its request brought; undefined when the device does not take part. */
async function run<T>(
  mode: IDBTransactionMode,
  stores: string[],
  work: (transaction: IDBTransaction) => IDBRequest<T> | void,
): Promise<T | undefined> {
  const database = await open();
  if (!database) return undefined;
  return new Promise((resolve) => {
    try {
      const transaction = database.transaction(stores, mode);
      const request = work(transaction);
      transaction.oncomplete = () => resolve(request ? request.result : undefined);
      transaction.onerror = transaction.onabort = () => resolve(undefined);
    } catch {
      resolve(undefined);
    }
  });
}

export async function putOutbox(record: OutboxRecord): Promise<void> {
  if (!closed) await run("readwrite", [OUTBOX], (transaction) => transaction.objectStore(OUTBOX).put(record));
}

/** Remove a record, unless its tab has written a later one since. */
export async function deleteOutbox({ person, document, tab, at }: OutboxRecord): Promise<void> {
  await run("readwrite", [OUTBOX], (transaction) => {
    const store = transaction.objectStore(OUTBOX);
    const request = store.get([person, document, tab]) as IDBRequest<OutboxRecord | undefined>;
    request.onsuccess = () => {
      if (request.result && request.result.at <= at) store.delete([person, document, tab]);
    };
  });
}

export async function listOutbox(person: string, document: string): Promise<OutboxRecord[]> {
  const range = IDBKeyRange.bound([person, document], [person, document, []]);
  const found = await run<OutboxRecord[]>("readonly", [OUTBOX], (transaction) =>
    transaction.objectStore(OUTBOX).getAll(range),
  );
  return found ?? [];
}

export async function putKept(record: KeptRecord): Promise<void> {
  if (!closed) await run("readwrite", [KEPT], (transaction) => transaction.objectStore(KEPT).put(record));
}

export async function deleteKept(id: string): Promise<void> {
  await run("readwrite", [KEPT], (transaction) => void transaction.objectStore(KEPT).delete(id));
}

/** A person's kept text of one meeting, oldest first. */
export async function listKept(person: string, meeting: string): Promise<KeptRecord[]> {
  const found = await run<KeptRecord[]>("readonly", [KEPT], (transaction) => transaction.objectStore(KEPT).getAll());
  return (found ?? []).filter((one) => one.person === person && one.meeting === meeting).sort((a, b) => a.at - b.at);
}

export async function isEmpty(): Promise<boolean> {
  const outbox = await run<number>("readonly", [OUTBOX], (transaction) => transaction.objectStore(OUTBOX).count());
  const kept = await run<number>("readonly", [KEPT], (transaction) => transaction.objectStore(KEPT).count());
  return !outbox && !kept;
}

/** Somebody else's text is not for whoever signed in now. */
export async function keepOnly(person: string): Promise<void> {
  await run("readwrite", [OUTBOX, KEPT], (transaction) => {
    for (const name of [OUTBOX, KEPT]) {
      const request = transaction.objectStore(name).openCursor();
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return;
        if ((cursor.value as { person: string }).person !== person) cursor.delete();
        cursor.continue();
      };
    }
  });
}

/** Forget everything, and take nothing more from this page. */
export async function wipe(): Promise<void> {
  closed = true;
  await run("readwrite", [OUTBOX, KEPT], (transaction) => {
    transaction.objectStore(OUTBOX).clear();
    transaction.objectStore(KEPT).clear();
  });
}

/** From here on this page writes nothing to the device: its person is not who is signed in here any more. */
export function close(): void {
  closed = true;
}
