/** The agenda on a meeting's page: clocks, order by hand, going with the meeting, notes. */
import type { MeetingContext } from "../features.ts";
import { t } from "../strings.ts";
import { ItemClock, MeetingClock } from "./clock.ts";
import { FollowMeeting } from "./follow.ts";
import { GatherBar } from "./gather.ts";
import { ItemNotes, useContext } from "./notes.ts";
import { startOrder } from "./order.ts";

export function startAgenda(context: MeetingContext): void {
  useContext(context);
  customElements.define("item-clock", ItemClock);
  customElements.define("meeting-clock", MeetingClock);
  customElements.define("follow-meeting", FollowMeeting);
  customElements.define("gather-bar", GatherBar);
  customElements.define("item-notes", ItemNotes);
  const agenda = document.getElementById("agenda");
  if (!agenda) return;
  startOrder(agenda);
  watchPointer(agenda);
}

/** The part that fetches itself says where the meeting is; each change is said once, and taken to whoever follows. */
function watchPointer(agenda: HTMLElement): void {
  const parts = (): HTMLElement | null => document.getElementById("agenda-parts");
  let current = parts()?.dataset.current;
  new MutationObserver(() => {
    const now = parts()?.dataset;
    if (!now || now.current === current) return;
    current = now.current;
    const said = document.getElementById("agenda-said");
    if (said) said.textContent = now.title ? t("agenda.now", { item: now.title }) : now.phase === "live" ? t("agenda.between") : "";
    document.querySelector<FollowMeeting>("follow-meeting")?.moved();
  }).observe(agenda, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-current"] });
  // A refusal stands until the next act succeeds.
  agenda.addEventListener("submit", () => document.getElementById("agenda-answer")?.replaceChildren());
}
