/** What a meeting's page can do besides the draft itself; each starts once, when the page has come to life. */
import { startDecisions } from "./decisions/quick.ts";
import { startFinalizing } from "./finalize/index.ts";
import { startComments } from "./comments/index.ts";
import type { PageData } from "./page-data.ts";
import type { Presence } from "./presence/people.ts";
import { startShowing } from "./stage/show.ts";
import type { DocumentSession } from "./sync/session.ts";
import type { StatusBoard } from "./sync/status.ts";

export interface MeetingContext {
  data: PageData;
  /** Every open document, the sections in the order of the page. */
  sessions: readonly DocumentSession[];
  board: StatusBoard;
  presence: Presence;
}

export const FEATURES: ((context: MeetingContext) => void)[] = [
  startComments,
  startDecisions,
  startShowing,
  startFinalizing,
];
