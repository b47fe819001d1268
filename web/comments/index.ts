/** Comments on a meeting's page: passages marked in the text, a way to write one, the list beside the draft. */
import type { MeetingContext } from "../features.ts";
import { t } from "../strings.ts";
import { Composer } from "./composer.ts";
import { CommentsPanel, refresh } from "./panel.ts";
import { Passages } from "./passages.ts";

/** Below this width the comments are a page of their own. */
const WIDE = "(min-width: 1100px)";
const SETTLE = 700; // milliseconds in which an edit is as good as always committed

export function startComments({ data, sessions }: MeetingContext): void {
  const url = `/m/${data.meeting.id}/comments`;
  const passages = new Passages(url, sessions, (unread) => {
    showCount(unread);
    markGone();
    renewProposals();
    followAddress();
  });
  new CommentsPanel(url, data.csrf, markGone);
  const dialog = document.querySelector<HTMLDialogElement>("#comment-dialog");
  if (dialog) new Composer(dialog, sessions);

  /** Whether words are gone is seen here first: nobody tells the list about each edit. */
  function markGone(): void {
    for (const thread of document.querySelectorAll<HTMLElement>("#comments [data-thread]")) {
      const id = thread.dataset.thread ?? "";
      const note = thread.querySelector<HTMLElement>(".thread-gone");
      if (note && passages.located(id)) note.hidden = !passages.gone.has(id);
    }
  }

  /** For which words of a passage the list was asked for anew. */
  const asked = new Map<string, string>();

  /** A proposal is shown against the words as they are, and adopted in their place: edits make it stale. */
  function renewProposals(): void {
    let stale = false;
    for (const seen of document.querySelectorAll<HTMLInputElement>('#comments input[name="seen"]')) {
      const id = seen.closest<HTMLElement>("[data-thread]")?.dataset.thread ?? "";
      const words = passages.words(id);
      if (words === null || words === seen.value.replace(/\s+/g, "") || asked.get(id) === words) continue;
      asked.set(id, words);
      stale = true;
    }
    if (stale) window.setTimeout(refresh, SETTLE);
  }

  function followAddress(): void {
    const id = /^#passage-(.+)$/.exec(location.hash)?.[1];
    if (id && passages.show(id)) history.replaceState(null, "", location.pathname + location.search);
  }

  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("a[data-passage]");
    if (link && passages.show(link.dataset.passage ?? "")) event.preventDefault();
  });

  // A press on commented words shows what was said; a selection is no press.
  document.querySelector(".draft")?.addEventListener("click", (event) => {
    const { clientX, clientY, target } = event as MouseEvent;
    if (!(target as Element).closest("section-editor") || (target as Element).closest("a, button")) return;
    if (!document.getSelection()?.isCollapsed) return;
    const id = passages.at(clientX, clientY);
    if (id) openThread(id);
  });

  function openThread(id: string): void {
    const card = (): HTMLElement | null => document.getElementById(`thread-${id}`);
    if (!window.matchMedia(WIDE).matches) {
      offerLink(id);
      return;
    }
    if (card()) return point(card());
    const tab = document.querySelector<HTMLElement>('.panel-tabs [data-panel="comments"]');
    const arrived = (): void => {
      if (!card()) return;
      document.removeEventListener("htmx:after:swap", arrived);
      point(card());
    };
    document.addEventListener("htmx:after:swap", arrived);
    tab?.click();
  }

  function point(thread: HTMLElement | null): void {
    thread?.scrollIntoView({ block: "nearest" });
    thread?.classList.add("pointed");
    window.setTimeout(() => thread?.classList.remove("pointed"), 3000);
  }

  let offer: HTMLAnchorElement | null = null;

  /** On a phone there is no list beside the text: a link to it comes up, and goes by itself. */
  function offerLink(id: string): void {
    offer?.remove();
    const link = document.createElement("a");
    offer = link;
    link.className = "button primary comment-offer";
    link.href = `${url}?show=all#thread-${id}`;
    link.textContent = t("comment.show");
    document.body.append(link);
    window.setTimeout(() => link.remove(), 5000);
  }

  function showCount(unread: number): void {
    for (const tab of document.querySelectorAll<HTMLElement>(`a[data-panel="comments"]:not(.button), .bottom-bar a[href="${url}"]`)) {
      let badge = tab.querySelector<HTMLElement>(".count");
      if (!badge && !unread) continue;
      if (!badge) {
        badge = document.createElement("span");
        badge.className = "count";
        tab.append(badge);
      }
      badge.hidden = !unread;
      badge.textContent = String(unread);
      badge.title = t("comment.unread", { count: unread });
    }
  }
}
