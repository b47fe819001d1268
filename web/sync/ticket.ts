/** What opens the socket: a ticket that lives a minute, asked for anew before each connect. */

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
  ) {}

  /** Ask for a new one. Raises `SignedOut`, `NotInMeeting`, or any other error when it is worth trying again. */
  async renew(): Promise<void> {
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
    this.current = ((await answer.json()) as { token: string }).token;
  }
}
