/** The page's one socket: when to open it, when to give it up, and when to stop trying. */
import { HocuspocusProviderWebsocket, WebSocketStatus, type onCloseParameters } from "@hocuspocus/provider";
import { NotInMeeting, SignedOut, type Tickets } from "./ticket.ts";

const TOO_BIG = 1009;
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;
const TIMEOUT = 4408;

/** Milliseconds without a word after which a connection counts as dead; the server says something every 20 s. */
const SILENCE = 30_000;
const FIRST_DELAY = 1_000;
const MOST_DELAY = 10_000;

export interface SocketHost {
  /** The connection is gone, or an attempt at one failed; another follows. */
  lost(): void;
  /** No further attempt is made. */
  ended(why: "signed-out" | "removed"): void;
  /** The server could not take a frame for its size. */
  tooBig(): void;
}

export class MeetingSocket extends HocuspocusProviderWebsocket {
  private attempt = 0;
  private openedAt = 0;
  private shortLived = 0;
  private turnedAway = 0;

  constructor(
    url: string,
    private readonly tickets: Tickets,
    private readonly host: SocketHost,
  ) {
    super({ url, autoConnect: false, messageReconnectTimeout: SILENCE, delay: FIRST_DELAY, maxDelay: MOST_DELAY });
    this.on("open", () => (this.openedAt = Date.now()));
    window.addEventListener("online", () => this.hurry());
    // Without a network there is nothing to wait for: better to say so than to look connected for another half minute.
    window.addEventListener("offline", () => this.drop("offline"));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.hurry();
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.hurry();
    });
  }

  /** Everything came through: a connection that ends from now on gets a prompt successor. */
  proved(): void {
    this.shortLived = 0;
    this.turnedAway = 0;
  }

  /** Something speaks for a try right now. */
  private hurry(): void {
    if (!this.shouldConnect) return;
    if (this.status === WebSocketStatus.Connected) this.checkConnection();
    else void this.connect();
  }

  /** A ticket comes first, so that its failing is retried like the connection's. */
  override async createWebSocketConnection(): Promise<unknown> {
    const attempt = ++this.attempt;
    try {
      await this.tickets.renew();
    } catch (error) {
      if (attempt === this.attempt) this.withoutTicket(error);
      throw error;
    }
    if (attempt !== this.attempt || !this.shouldConnect) throw new Error("another attempt took over");
    return super.createWebSocketConnection();
  }

  private withoutTicket(error: unknown): void {
    if (error instanceof SignedOut) this.end("signed-out");
    else if (error instanceof NotInMeeting) this.end("removed");
    else this.host.lost();
  }

  private end(why: "signed-out" | "removed"): void {
    this.shouldConnect = false;
    this.host.ended(why);
  }

  /** A dead connection may take minutes to say that it closed: act as if it had. */
  private drop(reason: string): void {
    if (this.webSocket) this.emit("close", { event: { code: TIMEOUT, reason } });
  }

  override checkConnection(): void {
    if (this.status !== WebSocketStatus.Connected) return;
    if (Date.now() - Math.max(this.lastMessageReceived, this.openedAt) > SILENCE) this.drop("silence");
  }

  override onClose(parameters: onCloseParameters): void {
    const { code } = parameters.event;
    this.host.lost();
    if (code === UNAUTHORIZED) {
      this.turnedAway += 1; // once: the ticket may have been too old, and a new one is asked for
      if (this.turnedAway > 1) this.end("signed-out");
    } else if (code === FORBIDDEN) {
      this.end("removed");
    } else if (code === TOO_BIG) {
      this.host.tooBig();
    }
    // Spread out, so that a whole school does not come back in the same second after a restart.
    const delay = Math.min(FIRST_DELAY * 2 ** this.shortLived, MOST_DELAY);
    this.configuration.delay = delay * (0.5 + Math.random() / 2);
    this.shortLived += 1;
    super.onClose(parameters);
    this.configuration.delay = FIRST_DELAY; // what the attempts themselves start from
  }
}
