/**
 * Tells parts of the page that show something about the draft's text that it is another now: `roundtable:text`, once
 * the typing has rested a little, and every few seconds while it goes on.
 */
import type { DocumentSession } from "../sync/session.ts";
import { tell as tellOf } from "../sync/topics.ts";

/** Milliseconds: what was typed is with the server by then. */
const REST = 900;
const WHILE_TYPING = 4_000;

export function startTextChanges(sessions: readonly DocumentSession[]): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  const tell = (): void => {
    since = 0;
    tellOf("text", {});
  };
  const changed = (): void => {
    const now = Date.now();
    since ||= now;
    clearTimeout(timer);
    timer = setTimeout(tell, Math.max(0, Math.min(REST, since + WHILE_TYPING - now)));
  };
  for (const session of sessions) watch(session, changed);
}

/** After a refusal a session goes on with another document. */
function watch(session: DocumentSession, changed: () => void): void {
  const { doc } = session;
  doc.on("update", changed);
  doc.on("destroy", () => watch(session, changed));
}
