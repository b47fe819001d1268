/** What a meeting's page can do besides the draft itself; each starts once, when the page has come to life. */
import { startAgenda } from "./agenda/index.ts";
import { startDecisions } from "./decisions/quick.ts";
import { startUnsent } from "./decisions/unsent.ts";
import { startFinalizing } from "./finalize/index.ts";
import { startComments } from "./comments/index.ts";
import type { PageData, SectionData } from "./page-data.ts";
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
  /** Open one more document and show it in an element; the answer ends the showing, not the document. */
  open(section: SectionData, element: HTMLElement): () => void;
}

export const FEATURES: ((context: MeetingContext) => void)[] = [
  startComments,
  startAgenda,
  startDecisions,
  startUnsent,
  startShowing,
  startFinalizing,
];
