/** What the page knows about its connection and its text, for the signs that tell people. */

export interface Status {
  /** "connecting" until the first connection; "ended" when no further attempt is made. */
  connection: "connecting" | "open" | "lost" | "signed-out" | "removed";
  /** When the connection was lost, milliseconds. */
  lostSince: number | null;
  /** Edits without an ack, as a person counts them. */
  edits: number;
  /** When the oldest of them was made, milliseconds. */
  unsavedSince: number | null;
  /** When an edit was last confirmed, milliseconds. */
  savedAt: number | null;
  /** When all was in order again after a lost connection, milliseconds. */
  backSince: number | null;
  /** The server cannot write to its disk. */
  stuck: boolean;
  /** What others write may come late: the nodes of the server do not reach each other at once. */
  slow: boolean;
  /** The server is newer than this page. */
  outdated: boolean;
  /** Some section may be edited. */
  writable: boolean;
  /** Texts that were not accepted and are not dismissed. */
  kept: number;
  /** Names of sections the server does not let us into. */
  denied: string[];
  /** Labels of the sections whose stored text the server cannot use. */
  damaged: string[];
}

export class StatusBoard {
  private listeners = new Set<(status: Status) => void>();

  constructor(public value: Status) {}

  update(change: Partial<Status>): void {
    const before = this.value;
    this.value = { ...before, ...change };
    const keys = Object.keys(change) as (keyof Status)[];
    if (keys.some((key) => String(before[key]) !== String(this.value[key]))) {
      for (const listener of this.listeners) listener(this.value);
    }
  }

  /** Call now and after each change. */
  watch(listener: (status: Status) => void): void {
    this.listeners.add(listener);
    listener(this.value);
  }
}
