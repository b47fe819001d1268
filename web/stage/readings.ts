/** Documents that this page reads, each opened once however often it is shown, on one socket. */
import * as Y from "yjs";
import { DocumentProvider } from "../sync/provider.ts";
import { MeetingSocket } from "../sync/socket.ts";
import { Tickets } from "../sync/ticket.ts";
import { TOPICS, tell, tellAll, tellSince, watchFetches } from "../sync/topics.ts";
import type { StageData } from "./stage.ts";

export type Connection = "connecting" | "open" | "lost" | "ended";

/** One document as it is now. */
export interface Reading {
  doc: Y.Doc;
  /** The server's text has come. */
  ready: boolean;
  /** The server does not show it: what it has stored is damaged, or it is none of ours. */
  refused: boolean;
}

interface Open extends Reading {
  provider: DocumentProvider;
  readers: Set<() => void>;
}

export class Readings {
  private readonly open = new Map<string, Open>();
  private readonly tickets: Tickets;
  private readonly socket: MeetingSocket;
  private readonly watchers = new Set<(connection: Connection) => void>();
  private connection: Connection = "connecting";

  constructor(private readonly data: StageData) {
    this.tickets = new Tickets(data.ticket_url, data.csrf, data.schema_version);
    const url = new URL(data.sync_url, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.socket = new MeetingSocket(url.href, this.tickets, {
      lost: () => this.become("lost"),
      ended: () => this.become("ended"),
      tooBig: () => undefined, // we send nothing
    });
  }

  start(): void {
    watchFetches();
    this.read(this.data.anchor, () => undefined);
    void this.socket.connect();
  }

  watch(watcher: (connection: Connection) => void): void {
    this.watchers.add(watcher);
    watcher(this.connection);
  }

  /** Open `document`; `changed` is called when its text has come, or will not. Answers with how to let go of it. */
  read(document: string, changed: (reading: Reading) => void): () => void {
    const one = this.open.get(document) ?? this.connect(document);
    const reader = (): void => changed(one);
    one.readers.add(reader);
    if (one.ready || one.refused) reader();
    return () => {
      one.readers.delete(reader);
      if (one.readers.size) return;
      this.open.delete(document);
      one.provider.destroy();
      one.doc.destroy();
    };
  }

  private connect(document: string): Open {
    const doc = new Y.Doc();
    const provider: DocumentProvider = new DocumentProvider({
      name: document,
      document: doc,
      awareness: null, // who looks at the projector is nobody's business
      websocketProvider: this.socket,
      token: () => this.tickets.current,
      sessionAwareness: true,
      onSynced: () => {
        one.ready = true;
        one.refused = false;
        this.told(one);
        this.become("open");
      },
      onAuthenticationFailed: () => {
        one.refused = true;
        this.told(one);
      },
      onStateless: ({ payload }) => this.onEvent(payload),
    });
    const one: Open = { doc, provider, ready: false, refused: false, readers: new Set() };
    this.open.set(document, one);
    provider.attach();
    return one;
  }

  private told(one: Open): void {
    for (const reader of one.readers) reader();
  }

  private become(connection: Connection): void {
    const before = this.connection;
    if (before === connection || before === "ended") return;
    this.connection = connection;
    if (connection === "open") {
      this.socket.proved();
      if (before === "lost") tellAll();
      else void tellSince(this.data.told_url);
    }
    for (const watcher of this.watchers) watcher(connection);
  }

  private onEvent(payload: string): void {
    let event: Record<string, unknown>;
    try {
      event = JSON.parse(payload) as Record<string, unknown>;
    } catch {
      return;
    }
    if (event.event === "reload") location.reload();
    else if (TOPICS.has(String(event.event))) tell(String(event.event), event);
  }
}
