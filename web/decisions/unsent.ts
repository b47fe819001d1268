/**
 * What somebody was writing about a decision when the others settled it, or put it off: its form goes, their words are
 * given back to them, as text of a section is that the server did not take.
 */
import { type KeptRecord, putKept } from "../device/store.ts";
import type { MeetingContext } from "../features.ts";
import type { KeptText } from "../kept-text/kept-text.ts";

interface Answered extends CustomEvent {
  detail: { ctx: { response?: { status: number }; sourceElement: Element; target?: Element } };
}

const FORM = "form.own-position";

export function startUnsent({ data }: MeetingContext): void {
  const kept = document.querySelector<KeptText>("kept-text");
  /** Fields with words that were not sent, and the decision's number. */
  const writing = new Map<HTMLTextAreaElement, string>();
  document.addEventListener("input", ({ target }) => {
    const form = (target as Element).closest<HTMLElement>(FORM);
    if (form && target instanceof HTMLTextAreaElement) writing.set(target, form.dataset.decision ?? "");
  });
  document.addEventListener("htmx:after:request", (({ detail: { ctx } }: Answered) => {
    if (!ctx.sourceElement.matches(FORM) || !ctx.response || ctx.response.status >= 400) return;
    for (const field of writing.keys()) if (ctx.sourceElement.contains(field)) writing.delete(field);
  }) as EventListener);
  document.addEventListener("htmx:after:swap", (({ detail: { ctx } }: Answered) => {
    for (const [field, decision] of writing) {
      if (field.isConnected) continue;
      writing.delete(field);
      // Whoever opens something else in the panel leaves the form by themselves.
      if (field.value.trim() && ctx.target?.id !== "panel-body") void keep(field.value, decision);
    }
    foldOver(writing.keys());
  }) as EventListener);
  foldOver([]); // what is being read back as the page opens has not just begun

  async function keep(words: string, decision: string): Promise<void> {
    const record: KeptRecord = {
      id: `${decision}-${Date.now()}`,
      person: data.person.id,
      meeting: data.meeting.id,
      document: "",
      decision,
      reason: "unsent",
      at: Date.now(),
      blocks: words.trim().split(/\n+/).map(paragraph),
    };
    await putKept(record);
    kept?.add(record);
  }
}

let read = new Set<string>();

/** What begins to be read back lies folded while somebody is writing in another form: it would lie over that. */
function foldOver(fields: Iterable<HTMLTextAreaElement>): void {
  const cards = [...document.querySelectorAll<HTMLDetailsElement>("#decision-reading details")];
  const busy = [...fields].some((field) => field.isConnected && !field.closest("#decision-reading"));
  if (busy) for (const card of cards) if (!read.has(card.id)) card.open = false;
  read = new Set(cards.map(({ id }) => id));
}

function paragraph(line: string): string {
  const element = document.createElement("p");
  element.textContent = line;
  return element.outerHTML;
}
