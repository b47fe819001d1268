/** What finalizing adds to a meeting's page: the way from a point to its place, and the words that are read back. */
import type { MeetingContext } from "../features.ts";
import { startPlaces } from "./places.ts";
import { ReadBackCard } from "./read-back-card.ts";
import { startTextChanges } from "./text-changes.ts";

export function startFinalizing({ sessions }: MeetingContext): void {
  customElements.define("read-back-card", ReadBackCard);
  startTextChanges(sessions);
  startPlaces();
}
