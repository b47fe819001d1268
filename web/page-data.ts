/** What the server tells a meeting's page (`_page_data` in server/web/workspace.py). */

export type Scope = "read-write" | "readonly";

export interface SectionData {
  document: string;
  section: string;
  label: string;
  scope: Scope;
  /** Why it is read only: a code of server/domain/errors.py. */
  reason: string | null;
  state: string;
}

export interface Ticket {
  token: string;
  /** Seconds from when it was made. */
  expires_in: number;
}

export interface PageData {
  meeting: { id: string; phase: string; paused: boolean };
  person: { id: string; name: string; role: string; color: number };
  sync_url: string;
  ticket_url: string;
  /** The first one; pages that do not bring it along ask for it. */
  ticket?: Ticket | null;
  /** Where to ask what was told since the page was rendered. */
  told_url: string;
  /** Where the page asks what has happened since an entry, in words. */
  said_url: string;
  /** The journal's newest entry when the page was made. */
  number: number;
  csrf: string;
  schema_version: number;
  locale: string;
  sections: SectionData[];
  /** The notes of the agenda's items: opened when they are shown. */
  notes: SectionData[];
  strings: Record<string, string>;
}
