/**
 * Small behaviour of rendered pages, by attribute. Everything works without it but copying and printing; the rest
 * stands in for what older browsers lack or makes a dialog close when its act succeeded.
 */
import { startKeys } from "../keyboard/keys.ts";
import { startSettings } from "../settings/settings.ts";
import { startPanel } from "../views/panel.ts";
import { WIDE, startViews } from "../views/views.ts";
import { startShows } from "./shows.ts";

/** What htmx tells about a request: `detail.ctx.response.status`. */
interface RequestEvent extends CustomEvent {
  detail: { ctx: { response?: { status: number }; sourceElement: Element; target?: Element } };
}

export function startPage(): void {
  document.addEventListener("click", onClick);
  // In the capture phase, before htmx, which listens on the link itself.
  document.addEventListener("click", onPanelLink, true);
  document.addEventListener("htmx:before:request", ((event: RequestEvent) => {
    underWay.add(event.detail.ctx.sourceElement);
  }) as EventListener);
  document.addEventListener("htmx:finally:request", ((event: RequestEvent) => {
    underWay.delete(event.detail.ctx.sourceElement);
  }) as EventListener);
  document.addEventListener("htmx:before:swap", onPanelAnswer as EventListener);
  document.addEventListener("htmx:after:swap", ((event: RequestEvent) => {
    const { target, sourceElement } = event.detail.ctx;
    if (target?.id === "panel-body") shown = sourceElement;
  }) as EventListener);
  document.addEventListener("htmx:after:request", onAnswered as EventListener);
  document.addEventListener("keydown", closeMenuByKey);
  document.querySelector<HTMLElement>(".error-summary")?.focus();
  startSettings();
  startViews();
  startPanel();
  startKeys();
  startShows();
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
  const button = target.closest("button");
  if (button?.dataset.copy) void copy(button);
  else if (button && "print" in button.dataset) window.print();
  else if (button?.hasAttribute("command") && !("command" in button)) runCommand(button);
  const list = target.closest<HTMLElement>("[popover]");
  if (list && target.closest("a")) list.hidePopover?.();
}

/** `command`/`commandfor` for browsers from before 2025. */
function runCommand(button: HTMLButtonElement): void {
  const dialog = document.getElementById(button.getAttribute("commandfor") ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (button.getAttribute("command") === "show-modal") dialog.showModal();
  else dialog.close();
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const field = document.getElementById(button.dataset.copy ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // without https there is no clipboard interface
  }
  const words = button.querySelector("span");
  if (words) words.textContent = button.dataset.copied ?? "";
}

/** What was last asked for to stand beside the draft. */
let asked: Element | null = null;

/** Tabs whose contents keep themselves fresh and stay what they are. */
const FRESH: ReadonlySet<string> = new Set(["comments", "decisions", "to_do", "people"]);

/** What asked for that which stands there now. */
let shown: Element | null = null;

/** Links beside the draft whose answer is on its way. */
const underWay = new WeakSet<Element>();

/** An answer that comes late, after something else was asked for, is not shown. */
function onPanelAnswer(event: RequestEvent): void {
  const { sourceElement } = event.detail.ctx;
  if (sourceElement.matches("[data-panel]") && sourceElement !== asked) event.preventDefault();
}

function onPanelLink(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLElement>("[data-panel]");
  if (!link) return;
  // Where there is no room beside the draft, what a section's head opens is a page of its own.
  const beside = window.matchMedia(WIDE).matches || link.closest(".view")?.getAttribute("data-view") === "decisions";
  if (!beside || !document.getElementById("panel-body")) {
    event.stopPropagation(); // the browser follows the link, htmx never hears of it
    return;
  }
  const repeated = link === asked;
  asked = link;
  for (const tab of document.querySelectorAll<HTMLElement>(".panel-tabs a")) {
    if (tab.dataset.panel === link.dataset.panel) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  const isThere = link === shown && link.closest(".panel-tabs") !== null && FRESH.has(link.dataset.panel ?? "");
  if (isThere || (repeated && underWay.has(link))) {
    // A second answer would take away what somebody has opened or typed in the first.
    event.preventDefault();
    event.stopPropagation();
    return;
  }
}

function onAnswered(event: RequestEvent): void {
  const { response, sourceElement } = event.detail.ctx;
  if (!response || response.status >= 400) return;
  const dialog = sourceElement.closest("dialog");
  if (!dialog || sourceElement.hasAttribute("data-stays")) return;
  dialog.close();
  dialog.querySelector("form")?.reset();
  dialog.querySelector(".dialog-error")?.replaceChildren();
}

function closeMenuByKey(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
}
