/** Says who came and who left, politely: one sentence in ten seconds at most, never anything about typing. */
import { t } from "../strings.ts";
import type { StatusBoard } from "../sync/status.ts";
import type { Presence, Present } from "./people.ts";

/** Milliseconds. A page that reloads is gone for less than the first, and nothing is said of it. */
const SETTLE = 3_000;
const BETWEEN = 10_000;

export class Announcer {
  private readonly region = document.createElement("div");
  /** Names by id, as they were when we last spoke; null while it isn't known who is here. */
  private told: Map<string, string> | null = null;
  private now = new Map<string, string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private spokeAt = 0;
  private connected = false;

  constructor(
    presence: Presence,
    board: StatusBoard,
    private readonly names: Intl.ListFormat,
  ) {
    this.region.className = "visually-hidden";
    this.region.setAttribute("role", "status");
    this.region.dataset.announcer = "";
    document.body.append(this.region);
    presence.watch((people) => this.onPeople(people));
    board.watch(({ connection }) => this.onConnection(connection === "open"));
  }

  private onConnection(connected: boolean): void {
    if (connected === this.connected) return;
    this.connected = connected;
    this.told = null; // whoever is here when we (re)connect was here before us
    this.plan(SETTLE);
  }

  private onPeople(people: Present[]): void {
    this.now = new Map(people.filter((person) => !person.me).map((person) => [person.id, person.name]));
    if (this.told) this.plan(Math.max(SETTLE, this.spokeAt + BETWEEN - Date.now()));
  }

  private plan(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.speak(), wait);
  }

  private speak(): void {
    if (!this.connected) return;
    const before = this.told;
    this.told = new Map(this.now);
    if (!before) return;
    const joined = [...this.now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const left = [...before].filter(([id]) => !this.now.has(id)).map(([, name]) => name);
    const sentences = [];
    if (joined.length) sentences.push(t("presence.joined", { names: this.names.format(joined) }));
    if (left.length) sentences.push(t("presence.left", { names: this.names.format(left) }));
    if (!sentences.length) return;
    this.spokeAt = Date.now();
    this.region.textContent = sentences.join(" ");
  }
}
