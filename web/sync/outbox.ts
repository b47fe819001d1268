/** A document's edits that have no ack yet: in memory, and a moment later on the device, in case the tab dies. */
import * as Y from "yjs";
import { deleteOutbox, listOutbox, putOutbox, type OutboxRecord } from "../device/store.ts";

/** Milliseconds an edit may wait for its ack before it is written down: most are acked sooner and never are. */
const SAVE_AFTER = 100;
/** Keys that follow each other this closely (milliseconds) are one edit to whoever reads the count. */
const ONE_EDIT = 1_000;

const TAB = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");

export class Outbox {
  edits = 0;
  /** When the oldest of them was made, milliseconds. */
  since: number | null = null;
  private updates: Uint8Array[] = [];
  private last = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saved: OutboxRecord | null = null;
  private adopted: OutboxRecord[] = [];

  constructor(
    private readonly person: string,
    private readonly document: string,
  ) {}

  get isEmpty(): boolean {
    return this.updates.length === 0;
  }

  /** What an earlier page left here without an ack, as one update; null when there is nothing. */
  async restore(): Promise<Uint8Array | null> {
    this.adopted = await listOutbox(this.person, this.document);
    if (!this.adopted.length) return null;
    this.updates.unshift(...this.adopted.map((record) => record.update));
    this.edits += this.adopted.reduce((sum, record) => sum + record.edits, 0);
    this.since ??= Date.now();
    return Y.mergeUpdates(this.adopted.map((record) => record.update));
  }

  add(update: Uint8Array): void {
    const now = Date.now();
    this.updates.push(update);
    if (!this.edits || now - this.last > ONE_EDIT) this.edits += 1;
    this.last = now;
    this.since ??= now;
    this.timer ??= setTimeout(() => this.save(), SAVE_AFTER);
  }

  /** Somebody presses something, which may lead away: what would be written down in a moment is written down now. */
  hurry(): void {
    if (this.timer !== undefined) this.save();
  }

  /** Write it down now: the page may be about to go. */
  save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.updates.length) return;
    const update = Y.mergeUpdates(this.updates);
    this.updates = [update];
    const { person, document, edits } = this;
    this.saved = { person, document, tab: TAB, update, edits, at: this.last };
    void putOutbox(this.saved);
  }

  /** All of it is acked, or kept elsewhere. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.updates = [];
    this.edits = 0;
    this.since = null;
    for (const record of [...this.adopted, ...(this.saved ? [this.saved] : [])]) void deleteOutbox(record);
    this.adopted = [];
    this.saved = null;
  }
}
