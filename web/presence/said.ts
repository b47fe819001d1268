/** What acts have changed, in the server's words: asked for only when something was told to have changed. */

export interface Act {
  text: string;
  /** Everybody should hear it who wants to hear anything. */
  matters: boolean;
}

/** Milliseconds for one answer. */
const PATIENCE = 10_000;

export class Said {
  private waiting = false;
  /** Something that nobody wants to hear has no number: it ends where the next act begins. */
  private skipping = false;

  /** `number`: the last entry that the page knew when it was made. */
  constructor(
    private readonly url: string,
    private number: number,
  ) {}

  /** Something has changed, with the entry `number` where that is known. */
  more(number?: number): void {
    if (this.skipping && number !== undefined) this.skip(number - 1);
    this.waiting = true;
  }

  /** What has changed, up to the entry `number` or (without one) up to the next change, is not to be said. */
  skip(number?: number): void {
    this.skipping = number === undefined;
    if (number !== undefined) this.number = Math.max(this.number, number);
  }

  /** What has happened since the last time; nothing when that can't be had, and then it is had the next time. */
  async take(): Promise<Act[]> {
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
