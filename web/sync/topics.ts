/** What the server says has changed (`server/journal/kinds.py`); parts of a page fetch themselves anew by these. */

export const TOPICS: ReadonlySet<string> = new Set([
  "phase",
  "paused",
  "section",
  "people",
  "agenda",
  "parking",
  "attendance",
  "comments",
  "decisions",
  "follow_ups",
  "stage",
  "gathering",
]);

export function tell(topic: string, detail: Record<string, unknown>): void {
  document.dispatchEvent(new CustomEvent(`roundtable:${topic}`, { detail }));
}

/** After a time away: what was told meanwhile passed us by, so every part of the page is fetched anew. */
export function tellAll(): void {
  for (const topic of TOPICS) tell(topic, {});
}
