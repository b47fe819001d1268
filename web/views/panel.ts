/** What stands beside the draft: the tab last chosen, fetched when it comes into sight. */
import { WIDE } from "./views.ts";

const KEPT = "roundtable.panel";

export function startPanel(): void {
  const panel = document.querySelector<HTMLElement>("#view-decisions");
  const body = document.getElementById("panel-body");
  if (!panel || !body) return;
  document.addEventListener("click", (event) => {
    const name = (event.target as Element).closest<HTMLElement>(".panel-tabs [data-panel]")?.dataset.panel;
    if (name) localStorage.setItem(KEPT, name);
  });
  const fill = (): void => {
    const wide = window.matchMedia(WIDE).matches;
    if (!wide && document.body.dataset.view !== "decisions") return;
    if (body.hasChildNodes() || panel.querySelector(".panel-tabs [aria-current]")) return;
    const tabs = [...panel.querySelectorAll<HTMLElement>(".panel-tabs [data-panel]")];
    const name = wide ? localStorage.getItem(KEPT) : "decisions";
    const tab = tabs.find(({ dataset }) => dataset.panel === name) ?? tabs[0];
    // htmx fetches for a click, and may not have come to this link yet.
    if (tab && "htmxPowered" in tab.dataset) tab.click();
    else document.addEventListener("htmx:after:process", fill, { once: true });
  };
  document.addEventListener("roundtable:view", fill);
  window.matchMedia(WIDE).addEventListener("change", fill);
  fill();
}
