/**
 * What opens the socket: a ticket that lives a minute. A page may have brought the one for its first connect; before each
 * other one a new one is asked for.
 */
import type { Ticket } from "../page-data.ts";

/** The server does not know us any more: the session ended, or somebody else signed in here. */
export class SignedOut extends Error {}
/** We are signed in, but not in this meeting any more. */
export class NotInMeeting extends Error {}

const PATIENCE = 10_000; // milliseconds for an answer

export class Tickets {
  /** The last one; every document of a connection shows the same. */
  current = "";

  constructor(
    private readonly url: string,
    private readonly csrf: string,
    private readonly schemaVersion: number,
    private first: Ticket | null = null,
  ) {}

  /** Ask for a new one. Raises `SignedOut`, `NotInMeeting`, or any other error when it is worth trying again. */
  async renew(): Promise<void> {
    const { first } = this;
    this.first = null;
    // The page was asked for before it was made. Half of the time is left for the way to the server.
    if (first && performance.now() < first.expires_in * 500) {
      this.current = first.token;
      return;
    }
    const answer = await fetch(this.url, {
      method: "POST",
      headers: { "X-CSRF-Token": this.csrf, Accept: "application/json" },
      body: new URLSearchParams({ schema_version: String(this.schemaVersion) }),
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    // 403: the page's token belongs to a session that is no longer this browser's.
    if (answer.status === 401 || answer.status === 403) throw new SignedOut();
    if (answer.status === 404) throw new NotInMeeting();
    if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
    this.current = ((await answer.json()) as Ticket).token;
  }
}
