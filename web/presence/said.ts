/** What acts have changed, in the server's words: asked for only when something was told to have changed. */

export interface Act {
  text: string;
  /** Everybody should hear it who wants to hear anything. */
  matters: boolean;
}

/** Milliseconds for one answer. Later ones wait for it. */
const PATIENCE = 10_000;

export class Said {
  private waiting = false;
  private last: Promise<Act[]> = Promise.resolve([]);

  /** `number`: the last entry that the page knew when it was made. */
  constructor(
    private readonly url: string,
    private number: number,
  ) {}

  /** Something has changed. */
  more(): void {
    this.waiting = true;
  }

  /**
   * What has happened since the last time; nothing when that can't be had, and then it is had the next time. One asks
   * after the other: two at once would both be told the same.
   */
  take(): Promise<Act[]> {
    this.last = this.last.then(() => this.ask());
    return this.last;
  }

  private async ask(): Promise<Act[]> {
    if (!this.waiting) return [];
    this.waiting = false;
    try {
      const answer = await fetch(`${this.url}?after=${this.number}`, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!answer.ok) return [];
      const { number, acts } = (await answer.json()) as { number: number; acts: Act[] };
      this.number = Math.max(this.number, number);
      return acts;
    } catch {
      this.waiting = true;
      return [];
    }
  }
}
