/** Who wrote where since one last asked, from the changes that come in and the people whose clients made them. */
import type { Transaction } from "yjs";
import { t } from "../strings.ts";
import type { DocumentSession } from "../sync/session.ts";
import type { Present } from "./people.ts";

export interface Wrote {
  names: string[];
  section: string;
}

/** `unknown`: clients whose text came before the word of who they are. */
interface Found {
  names: Set<string>;
  unknown: Set<number>;
}

export class Writers {
  people: Present[] = [];
  /** By the label of the section. */
  private readonly found = new Map<string, Found>();
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
    const wrote = this.sessions.flatMap((session) => {
      const found = this.found.get(session.section.label);
      return found ? [{ names: this.namesOf(session, found), section: session.section.label }] : [];
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
    const { label } = session.section;
    const found = this.found.get(label) ?? { names: new Set(), unknown: new Set() };
    for (const [client, clock] of afterState) {
      if (beforeState.get(client) === clock) continue;
      const name = nameOf(session, client);
      if (name === undefined) found.unknown.add(client);
      else found.names.add(name);
    }
    this.found.set(label, found);
    this.changed();
  }

  private namesOf(session: DocumentSession, { names, unknown }: Found): string[] {
    for (const client of unknown) {
      const name = nameOf(session, client);
      if (name !== undefined) names.add(name);
    }
    // Who only took something out left no new text: then it was whoever is there.
    if (!names.size) {
      for (const person of this.people) if (!person.me && person.section === session.section.section) names.add(person.name);
    }
    return names.size ? [...names] : [t("presence.someone")];
  }
}

function nameOf({ awareness }: DocumentSession, client: number): string | undefined {
  const name = (awareness.getStates().get(client) as { user?: { name?: unknown } } | undefined)?.user?.name;
  return typeof name === "string" ? name : undefined;
}
