/** Makes a meeting's page live: one socket, a session for each section, and the elements that show them. */
import "../common.ts";
import { FEATURES } from "../features.ts";
import { listKept, listOutbox, putKept, type KeptRecord } from "../device/store.ts";
import { askAbout, isLeaving } from "../device/sign-out.ts";
import { ownBlocks } from "../kept-text/difference.ts";
import { KeptText } from "../kept-text/kept-text.ts";
import type { PageData, SectionData } from "../page-data.ts";
import { setRootLength } from "../page/root-length.ts";
import { Announcer } from "../presence/announcer.ts";
import { Presence } from "../presence/people.ts";
import { PresenceList } from "../presence/presence-list.ts";
import { SectionPresence } from "../presence/section-presence.ts";
import { ConnectionBanner } from "../saved-sign/connection-banner.ts";
import { SavedSign } from "../saved-sign/saved-sign.ts";
import { watchKeyboard } from "../section-editor/keyboard.ts";
import { blocksAsHtml } from "../section-editor/render.ts";
import { t, useStrings } from "../strings.ts";
import { SectionView, expectWriting } from "./section-view.ts";
import { DocumentSession, type SessionHost } from "./session.ts";
import { MeetingSocket, type SocketHost } from "./socket.ts";
import { StatusBoard } from "./status.ts";
import { Tickets } from "./ticket.ts";
import { TOPICS, tell, tellAll, tellSince, watchFetches } from "./topics.ts";

export function startWorkspace(json: string): void {
  const data = JSON.parse(json) as PageData;
  useStrings(data.strings);
  customElements.define("saved-sign", SavedSign);
  customElements.define("connection-banner", ConnectionBanner);
  customElements.define("kept-text", KeptText);
  customElements.define("presence-list", PresenceList);
  customElements.define("section-presence", SectionPresence);
  if (data.sections.some((section) => section.scope === "read-write")) expectWriting();
  watchKeyboard();
  new Workspace(data).start();
}

/** Why the server lets nobody into a document: what it has stored of it is not what was written. */
const DAMAGED = "damaged";

function labels(sessions: DocumentSession[]): string[] {
  return sessions.map((one) => one.section.label);
}

class Workspace {
  private readonly board: StatusBoard;
  private readonly sessions: DocumentSession[];
  private readonly host: SessionHost;
  private readonly views = new Map<DocumentSession, SectionView>();
  private readonly socket: MeetingSocket;
  private readonly presence: Presence;
  private readonly tickets: Tickets;
  private readonly kept = document.querySelector<KeptText>("kept-text");

  constructor(private readonly data: PageData) {
    this.board = new StatusBoard({
      connection: "connecting",
      lostSince: null,
      edits: 0,
      unsavedSince: null,
      savedAt: null,
      backSince: null,
      stuck: false,
      slow: false,
      outdated: false,
      writable: data.sections.some((section) => section.scope === "read-write"),
      kept: 0,
      denied: [],
      damaged: [],
    });
    const tickets = (this.tickets = new Tickets(data.ticket_url, data.csrf, data.schema_version, data.ticket));
    const url = new URL(data.sync_url, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.socket = new MeetingSocket(url.href, tickets, this.socketHost());
    this.host = this.sessionHost();
    this.sessions = data.sections.map((section) => this.session(section));
    for (const session of this.sessions) {
      const element = document.querySelector<HTMLElement>(`section-editor[document="${session.section.document}"]`);
      if (!element) continue;
      this.views.set(session, this.view(session, element));
    }
    this.presence = new Presence(data, this.sessions);
  }

  private session(section: SectionData): DocumentSession {
    return new DocumentSession(section, this.data.person.id, this.socket, () => this.tickets.current, this.host);
  }

  private view(session: DocumentSession, element: HTMLElement): SectionView {
    return new SectionView(element, session, () => this.board.update({ outdated: true }));
  }

  /** One more document: it stays open with the page, what shows it comes and goes. */
  private open(section: SectionData, element: HTMLElement): () => void {
    const session = this.further(section);
    const view = this.view(session, element);
    this.views.get(session)?.destroy();
    this.views.set(session, view);
    view.update();
    return () => {
      view.destroy();
      if (this.views.get(session) === view) this.views.delete(session);
    };
  }

  private further(section: SectionData): DocumentSession {
    const known = this.sessions.find((one) => one.section.document === section.document);
    if (known) return known;
    const session = this.session(section);
    this.sessions.push(session);
    this.presence.add(session);
    // The socket's ticket has run out long ago. Without a new one the socket itself is lost, and asks for one then.
    void this.tickets
      .renew()
      .catch(() => undefined)
      .then(() => session.start());
    return session;
  }

  /** Notes that an earlier page could not send go out now, whether anybody looks at them or not. */
  private async sendLeft(): Promise<void> {
    for (const notes of this.data.notes) {
      const left = await listOutbox(this.data.person.id, notes.document);
      if (left.length) this.further(notes);
    }
  }

  start(): void {
    const { data, board } = this;
    document.querySelector<SavedSign>("saved-sign")?.show(board, data.locale);
    document.querySelector<ConnectionBanner>("connection-banner")?.show(board);
    document.querySelector<PresenceList>("presence-list")?.show(this.presence, data.sections, board);
    for (const element of document.querySelectorAll<SectionPresence>("section-presence")) {
      const section = data.sections.find(({ document }) => document === element.getAttribute("document"));
      if (section) element.show(this.presence, section.section, data.locale);
    }
    new Announcer(this.presence, board, this.sessions, data);
    this.kept?.start({
      locale: data.locale,
      label: (document) => this.labelOf(document),
      onCount: (kept) => board.update({ kept }),
    });
    void listKept(data.person.id, data.meeting.id).then((records) => records.forEach((record) => this.kept?.add(record)));
    void Promise.all(this.sessions.map((session) => session.start())).then(() => {
      void this.socket.connect();
      void this.sendLeft();
    });
    const open = this.open.bind(this);
    const context = { data, sessions: this.sessions, board, presence: this.presence, open };
    for (const startFeature of FEATURES) startFeature(context);
    watchFetches();
    this.guard();
    watchHeight();
  }

  /** Leaving asks first while anything is unsaved; what could go with the tab is written down. */
  private guard(): void {
    const unsaved = (): boolean => this.sessions.some((session) => session.unsaved);
    askAbout(unsaved);
    window.addEventListener("beforeunload", (event) => {
      if (!isLeaving() && unsaved()) event.preventDefault();
    });
    const save = (): void => this.sessions.forEach((session) => session.outbox.save());
    window.addEventListener("pagehide", save);
    // By the end of the page the device may have no time left for it.
    const hurry = (): void => this.sessions.forEach((session) => session.outbox.hurry());
    window.addEventListener("pointerdown", hurry, { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
  }

  private socketHost(): SocketHost {
    return {
      lost: () => {
        if (this.ended) return;
        const { lostSince } = this.board.value;
        this.board.update({ connection: "lost", lostSince: lostSince ?? Date.now(), stuck: false, slow: false, backSince: null });
      },
      ended: (why) => {
        this.board.update({ connection: why });
        this.sessions.forEach((session) => session.outbox.save());
      },
      tooBig: () => {
        for (const session of this.sessions) if (session.unsaved) session.refuse("too_big");
      },
    };
  }

  private sessionHost(): SessionHost {
    return {
      changed: (session) => this.onChanged(session),
      present: (session) => this.presence.renewed(session),
      acked: () => this.board.update({ savedAt: Date.now() }),
      event: (event) => this.onEvent(event),
      keep: async (session, reason, ours, theirs) => {
        const record: KeptRecord = {
          id: `${session.section.document}-${Date.now()}`,
          person: this.data.person.id,
          meeting: this.data.meeting.id,
          document: session.section.document,
          reason,
          at: Date.now(),
          blocks: ownBlocks(blocksAsHtml(ours), blocksAsHtml(theirs)),
        };
        await putKept(record);
        this.kept?.add(record);
      },
    };
  }

  private get ended(): boolean {
    return this.board.value.connection === "signed-out" || this.board.value.connection === "removed";
  }

  private onChanged(session: DocumentSession): void {
    this.views.get(session)?.update();
    const { sessions, board } = this;
    const since = sessions.map((one) => one.outbox.since ?? (one.frozen ? Date.now() : Infinity));
    const oldest = Math.min(...since);
    board.update({
      edits: sessions.reduce((sum, one) => sum + one.outbox.edits, 0),
      unsavedSince: oldest < Infinity ? oldest : null,
      writable: sessions.some((one) => one.scope === "read-write" && one.denied === null),
      denied: labels(sessions.filter((one) => one.denied !== null && one.denied !== DAMAGED)),
      damaged: labels(sessions.filter((one) => one.denied === DAMAGED)),
    });
    const inOrder = sessions.every((one) => one.synced || one.denied !== null) && sessions.some((one) => one.synced);
    if (inOrder && board.value.connection !== "open" && !this.ended) this.onOpen();
  }

  private onOpen(): void {
    this.socket.proved();
    const { connection } = this.board.value;
    const backSince = connection === "lost" ? Date.now() : null;
    this.board.update({ connection: "open", lostSince: null, backSince });
    if (connection === "lost") this.presence.again();
    if (connection === "lost") tellAll();
    else void tellSince(this.data.told_url);
  }

  private onEvent(event: Record<string, unknown>): void {
    switch (event.event) {
      case "storage":
        this.board.update({ stuck: event.state === "stuck" });
        break;
      case "live":
        this.board.update({ slow: event.state === "slow" });
        break;
      case "reload":
        this.board.update({ outdated: true });
        break;
      default:
        if (TOPICS.has(String(event.event))) tell(String(event.event), event);
    }
  }

  private labelOf(document: string): string {
    return this.sessions.find(({ section }) => section.document === document)?.section.label ?? t("agenda.notes");
  }
}

/** The head's height varies with its words and the screen; what sticks below it has to know. */
function watchHeight(): void {
  const header = document.querySelector<HTMLElement>(".work-header");
  if (!header) return;
  new ResizeObserver(() => {
    const style = getComputedStyle(header);
    const height = style.position === "sticky" ? header.offsetHeight : 0;
    setRootLength("--under-header", height, style.getPropertyValue("--under-header"));
  }).observe(header);
}
