/** One section's document: its text, its connection, its unconfirmed edits, and the rescue of what was refused. */
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Scope, SectionData } from "../page-data.ts";
import { Outbox } from "./outbox.ts";
import { DocumentProvider } from "./provider.ts";
import type { MeetingSocket } from "./socket.ts";

/** The name of a document's one root. */
export const ROOT = "default";

export interface SessionHost {
  /** Anything of the session's public state is different. */
  changed(session: DocumentSession): void;
  /** Its awareness is another object now. */
  present(session: DocumentSession): void;
  /** An edit of ours was confirmed. */
  acked(): void;
  /** A page event came on this document's connection. */
  event(event: Record<string, unknown>): void;
  /**
   * Text was refused. `theirs` has all that the server has, `ours` that and our refused edits. Resolves when what is
   * ours is kept.
   */
  keep(session: DocumentSession, reason: string, ours: Y.XmlFragment, theirs: Y.XmlFragment): Promise<void>;
}

export class DocumentSession {
  /** The text that the page shows. */
  doc = new Y.Doc();
  provider: DocumentProvider;
  scope: Scope;
  /** The text of the server has come, at least once: it may be shown and edited. */
  loaded = false;
  /** Why the server does not let us in; null while it does. */
  denied: string | null = null;
  /** A change was refused, and what is ours is being put aside: nobody writes meanwhile. */
  frozen = false;
  readonly outbox: Outbox;

  constructor(
    readonly section: SectionData,
    person: string,
    private readonly socket: MeetingSocket,
    private readonly token: () => string,
    private readonly host: SessionHost,
  ) {
    this.scope = section.scope;
    this.outbox = new Outbox(person, section.document);
    this.provider = this.connect(this.doc);
  }

  /** Bring back what an earlier page could not send, and start to sync. */
  async start(): Promise<void> {
    const left = await this.outbox.restore();
    // Its predecessors come with the sync; until then Yjs holds it back.
    if (left) Y.applyUpdate(this.doc, left, this.outbox);
    this.doc.on("update", this.onUpdate);
    this.provider.attach();
    this.host.changed(this);
  }

  get fragment(): Y.XmlFragment {
    return this.doc.getXmlFragment(ROOT);
  }

  get awareness(): Awareness {
    return this.provider.awareness as Awareness;
  }

  get synced(): boolean {
    return this.provider.isSynced && !this.frozen;
  }

  get unsaved(): boolean {
    return this.frozen || !this.outbox.isEmpty;
  }

  private connect(doc: Y.Doc): DocumentProvider {
    const awareness = new Awareness(doc);
    awareness.setLocalState(null); // who is where is said on few documents (see web/presence/)
    const provider: DocumentProvider = new DocumentProvider({
      name: this.section.document,
      document: doc,
      awareness,
      websocketProvider: this.socket,
      token: this.token,
      // Its own key on the wire: what was meant for a document's former life never reaches the new one.
      sessionAwareness: true,
      onAuthenticated: () => this.onScope(provider.authorizedScope ?? "readonly"),
      onAuthenticationFailed: ({ reason }) => {
        this.denied = reason; // "damaged" where the server could not read it
        this.scope = "readonly";
        this.host.changed(this);
      },
      onSynced: () => this.onSynced(provider),
      onClose: () => this.host.changed(this),
      onStateless: ({ payload }) => this.onStateless(payload),
      onUnsyncedChanges: () => this.onCount(provider),
    });
    provider.onNotStored = () => this.refuse("invalid"); // does nothing where a reason came before it, as it does
    return provider;
  }

  private readonly onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this.provider) return;
    const before = this.outbox.edits;
    this.outbox.add(update);
    if (this.outbox.edits !== before) this.host.changed(this);
  };

  private onScope(scope: Scope): void {
    this.scope = scope;
    this.denied = null;
    this.host.changed(this);
  }

  private onSynced(provider: DocumentProvider): void {
    if (provider !== this.provider) return;
    this.loaded = true;
    this.host.changed(this);
  }

  private onCount(provider: DocumentProvider): void {
    if (provider !== this.provider || this.frozen || !provider.allAcked) return;
    const had = !this.outbox.isEmpty;
    this.outbox.clear();
    if (had) this.host.acked();
    this.host.changed(this);
  }

  private onStateless(payload: string): void {
    let event: Record<string, unknown>;
    try {
      event = JSON.parse(payload) as Record<string, unknown>;
    } catch {
      return;
    }
    if (event.event === "refused") this.refuse(String(event.reason));
    else this.host.event(event);
  }

  /** The server did not take a change of ours: put it aside and go on with the server's text. */
  refuse(reason: string): void {
    if (this.frozen) return;
    this.frozen = true;
    this.outbox.save(); // until it is kept, it stays on the device as unsent
    this.host.changed(this); // the editor goes
    const ours = this.doc;
    ours.off("update", this.onUpdate);
    this.provider.destroy();
    const theirs = new Y.Doc();
    const provider = this.connect(theirs);
    this.provider = provider;
    const finish = (): void => {
      provider.off("synced", finish);
      void this.replace(reason, ours, theirs);
    };
    provider.on("synced", finish);
    provider.attach();
    this.host.present(this);
  }

  private async replace(reason: string, ours: Y.Doc, theirs: Y.Doc): Promise<void> {
    // Now ours is theirs plus what was refused: what differs is the author's alone.
    Y.applyUpdate(ours, Y.encodeStateAsUpdate(theirs), this);
    await this.host.keep(this, reason, ours.getXmlFragment(ROOT), theirs.getXmlFragment(ROOT));
    this.outbox.clear();
    this.doc = theirs;
    this.doc.on("update", this.onUpdate);
    this.frozen = false;
    this.loaded = true;
    this.host.changed(this);
    ours.destroy();
  }
}
