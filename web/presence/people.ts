/** Who is here, gathered from the awareness of all documents; and our own place, said on as few of them as do. */
import type { Awareness } from "y-protocols/awareness";
import type { PageData } from "../page-data.ts";
import type { DocumentSession } from "../sync/session.ts";

export interface Present {
  id: string;
  name: string;
  title: string;
  /** 1 to 8. */
  color: number;
  /** The section they are writing in or have their caret in; null for whoever reads. */
  section: string | null;
  me: boolean;
}

/** What the server writes into a state, and what the client says. */
interface State {
  user?: { id?: unknown; name?: unknown; title?: unknown; color?: unknown };
  section?: unknown;
}

export class Presence {
  private readonly listeners = new Set<(people: Present[]) => void>();
  private focused: string | null = null;
  private people: Present[] = [];
  private pending = false;

  /** `sessions`: the first one's document is where people say that they are here. */
  constructor(
    private readonly data: PageData,
    private readonly sessions: DocumentSession[],
  ) {
    for (const session of sessions) this.listen(session.awareness);
    this.say();
    document.addEventListener("focusin", (event) => this.onFocus(event.target), { capture: true });
    document.addEventListener("focusout", (event) => this.onFocus(event.relatedTarget), { capture: true });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.say();
    });
  }

  watch(listener: (people: Present[]) => void): void {
    this.listeners.add(listener);
    listener(this.people);
  }

  /** A session has another document, and so another awareness. */
  renewed(session: DocumentSession): void {
    this.listen(session.awareness);
    this.say();
  }

  /** One more document is open. */
  add(session: DocumentSession): void {
    this.listen(session.awareness);
    this.say();
  }

  /** After a time away. The others were told that we left, in a word later than our last one: ours must be later still. */
  again(): void {
    for (const { awareness } of this.sessions) {
      const state = awareness.getLocalState();
      if (state === null) continue;
      awareness.setLocalState(state);
      awareness.setLocalState({ ...state });
    }
  }

  private listen(awareness: Awareness): void {
    awareness.on("change", () => this.soon());
  }

  /** Many documents may tell of a change in one go: people are counted once after it. */
  private soon(): void {
    if (this.pending) return;
    this.pending = true;
    queueMicrotask(() => {
      this.pending = false;
      this.people = this.gather();
      for (const listener of this.listeners) listener(this.people);
    });
  }

  private onFocus(target: EventTarget | null): void {
    // Focus that leaves the window comes back to the same place: nothing changes until it goes elsewhere on the page.
    if (target === null && document.hasFocus() === false) return;
    const element = target instanceof Element ? target.closest("section-editor") : null;
    const section = element?.getAttribute("section") ?? null;
    if (section === this.focused) return;
    this.focused = section;
    this.say();
  }

  /** Say where we are: on the document of everybody, and on the one we are in. */
  private say(): void {
    this.sessions.forEach((session, index) => {
      const { awareness } = session;
      const inside = session.section.section === this.focused;
      const before = awareness.getLocalState();
      if (index === 0 || inside) {
        if (before?.section !== this.focused || before === null) {
          awareness.setLocalState({ ...(inside ? before : {}), section: this.focused });
        }
      } else if (before !== null) {
        awareness.setLocalState(null);
      }
    });
    this.soon();
  }

  private gather(): Present[] {
    const { person } = this.data;
    const known = new Set(this.data.sections.map((section) => section.section));
    const found = new Map<string, Present>();
    found.set(person.id, {
      id: person.id,
      name: person.name,
      title: "",
      color: person.color,
      section: this.focused,
      me: true,
    });
    for (const { awareness } of this.sessions) {
      for (const [client, state] of awareness.getStates() as Map<number, State>) {
        if (client === awareness.clientID) continue;
        const user = state.user;
        if (typeof user?.id !== "string" || typeof user.name !== "string") continue;
        const section = typeof state.section === "string" && known.has(state.section) ? state.section : null;
        const one = found.get(user.id);
        if (one) {
          one.section ??= section;
        } else {
          const title = typeof user.title === "string" ? user.title : "";
          const color = Number(user.color) >= 1 && Number(user.color) <= 8 ? Number(user.color) : 1;
          found.set(user.id, { id: user.id, name: user.name, title, color, section, me: false });
        }
      }
    }
    return [...found.values()].sort((a, b) => Number(b.me) - Number(a.me) || a.name.localeCompare(b.name));
  }
}
