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
  "sharing",
  "statements",
  "notices",
  "arrangement",
  "contacts",
  "duties",
  "excusals",
  "mailings",
  "amendments",
  "messages",
  "own_words",
  "progress",
  "signing",
]);

/** How many things were told so far, and which of them last told of each topic. */
let told = 0;
const lastTold = new Map<string, number>();

export function tell(topic: string, detail: Record<string, unknown>): void {
  told += 1;
  lastTold.set(topic, told);
  dispatch(topic, detail);
}

/** After a time away: what was told meanwhile passed us by, so every part of the page is fetched anew. */
export function tellAll(): void {
  for (const topic of TOPICS) tell(topic, {});
}

/** What happened after the page was rendered and before its socket was open was told to nobody here. */
export async function tellSince(url: string): Promise<void> {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    const { topics } = (await response.json()) as { topics: string[] };
    for (const topic of topics) if (TOPICS.has(topic)) tell(topic, {});
  } catch {
    tellAll();
  }
}

function dispatch(topic: string, detail: Record<string, unknown>): void {
  document.dispatchEvent(new CustomEvent(`roundtable:${topic}`, { detail }));
}

interface FetchEvent extends CustomEvent {
  detail: { ctx: object };
}

/**
 * A part that was being fetched when something was told may be from before it, and was not there yet to hear of it. So
 * what was told meanwhile is said once more when it has come.
 */
export function watchFetches(): void {
  const began = new WeakMap<object, number>();
  document.addEventListener("htmx:before:request", ((event: FetchEvent) => {
    began.set(event.detail.ctx, told);
  }) as EventListener);
  document.addEventListener("htmx:after:swap", ((event: FetchEvent) => {
    const since = began.get(event.detail.ctx) ?? told;
    for (const [topic, number] of lastTold) if (number > since) dispatch(topic, {});
  }) as EventListener);
}
