/** One view at a time where there is room for one: Now, Draft, Decisions, Me. Each has an address, so that "back" works. */

/** From this width on everything stands side by side. */
export const WIDE = "(min-width: 1100px)";

/** What an address shows that names nothing. */
let first = "";
/** Where each view was last scrolled to. */
const places = new Map<string, number>();

export function startViews(): void {
  if (!document.querySelector("[data-view].view")) return;
  first = document.body.dataset.view ?? "";
  document.addEventListener("click", onLink);
  window.addEventListener("hashchange", () => showAddressed());
  window.addEventListener("popstate", () => showAddressed());
  showAddressed();
}

/** The view that holds `element` comes to the front. */
export function reveal(element: Element): void {
  const view = element.closest<HTMLElement>(".view")?.dataset.view;
  if (view) show(view);
}

function onLink(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]');
  const hash = link?.getAttribute("href");
  if (!hash || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = document.getElementById(hash.slice(1));
  if (!target?.matches(".view")) {
    if (target) reveal(target); // the browser goes there next
    return;
  }
  const view = target;
  if (!view.dataset.view || window.matchMedia(WIDE).matches) return;
  event.preventDefault();
  if (document.body.dataset.view === view.dataset.view) {
    window.scrollTo({ top: 0 });
    return;
  }
  places.set(document.body.dataset.view ?? "", window.scrollY);
  history.pushState(null, "", hash);
  show(view.dataset.view);
  window.scrollTo({ top: places.get(view.dataset.view) ?? 0, behavior: "instant" });
  view.focus({ preventScroll: true });
}

/** The address names a view, or something in one. */
function showAddressed(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id ? document.getElementById(id) : null;
  if (!target) {
    show(first);
    return;
  }
  const before = document.body.dataset.view;
  reveal(target);
  if (target.matches(".view")) {
    if (!window.matchMedia(WIDE).matches) window.scrollTo({ top: places.get(document.body.dataset.view ?? "") ?? 0, behavior: "instant" });
  } else if (before !== document.body.dataset.view) {
    target.scrollIntoView({ behavior: "instant" }); // what was hidden could not be scrolled to
  }
}

function show(view: string): void {
  const changed = document.body.dataset.view !== view;
  document.body.dataset.view = view;
  mark();
  if (changed) document.dispatchEvent(new CustomEvent("roundtable:view", { detail: { view } }));
}

function mark(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.bottom-bar a[href^="#view-"]')) {
    if (link.hash === `#view-${document.body.dataset.view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
