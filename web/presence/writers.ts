/** Who wrote where since one last asked, from the changes that come in and the people whose clients made them. */
import type { Transaction } from "yjs";
import { t } from "../strings.ts";
import type { DocumentSession } from "../sync/session.ts";
import type { Present } from "./people.ts";

export interface Wrote {
  names: string[];
  section: string;
}

export class Writers {
  people: Present[] = [];
  /** Names by the label of the section. */
  private found = new Map<string, Set<string>>();
  private readonly watched = new WeakSet<object>();

  constructor(
    private readonly sessions: readonly DocumentSession[],
    private readonly changed: () => void,
  ) {
    // A session gets another document when a change was refused: looked for with each of our own turns.
    for (const session of sessions) this.watch(session);
  }

  /** In the order of the page. */
  take(): Wrote[] {
    const wrote = this.sessions.flatMap(({ section }) => {
      const names = this.found.get(section.label);
      return names ? [{ names: [...names], section: section.label }] : [];
    });
    this.found.clear();
    for (const session of this.sessions) this.watch(session);
    return wrote;
  }

  private watch(session: DocumentSession): void {
    const { doc } = session;
    if (this.watched.has(doc)) return;
    this.watched.add(doc);
    doc.on("afterTransaction", (transaction: Transaction) => {
      // What was there when the page came is nobody's news.
      if (transaction.local || !session.loaded || transaction.changed.size === 0) return;
      this.note(session, transaction);
    });
  }

  private note(session: DocumentSession, { beforeState, afterState }: Transaction): void {
    const names = this.found.get(session.section.label) ?? new Set<string>();
    const states = session.awareness.getStates();
    for (const [client, clock] of afterState) {
      if (beforeState.get(client) === clock) continue;
      const user = (states.get(client) as { user?: { name?: unknown } } | undefined)?.user;
      if (typeof user?.name === "string") names.add(user.name);
    }
    // Who only took something out left no new text: then it was whoever is there.
    if (!names.size) {
      for (const person of this.people) if (!person.me && person.section === session.section.section) names.add(person.name);
    }
    if (!names.size) names.add(t("presence.someone"));
    this.found.set(session.section.label, names);
    this.changed();
  }
}
