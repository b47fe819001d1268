/**
 * Says what others do, politely and in groups: one sentence in ten seconds at most, and no more than somebody wants to
 * hear (web/settings/). The focus stays where it is, and so does the page.
 */
import { setting } from "../settings/settings.ts";
import { t } from "../strings.ts";
import type { PageData } from "../page-data.ts";
import type { DocumentSession } from "../sync/session.ts";
import type { StatusBoard } from "../sync/status.ts";
import { TOPICS } from "../sync/topics.ts";
import type { Presence, Present } from "./people.ts";
import { Said, type Act } from "./said.ts";
import { Writers } from "./writers.ts";

/** Milliseconds. A page that reloads is gone for less than the first, and nothing is said of it. */
const SETTLE = 3_000;
const BETWEEN = 10_000;
/** Sentences in one announcement; the page itself shows the rest. */
const MOST = 4;

interface Told {
  number?: number;
}

export class Announcer {
  private readonly region = document.createElement("div");
  private readonly locale: string;
  /** Made with the first sentence: it takes longer to make than all the rest of this. */
  private listing: Intl.ListFormat | undefined;
  private readonly writers: Writers;
  private readonly said: Said;
  /** Names by id, as they were when we last spoke; null while it isn't known who is here. */
  private told: Map<string, string> | null = null;
  private now = new Map<string, string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Infinity;
  /** One announcement is made after the other: two at once would both be told the same. */
  private speaking = false;
  private again = false;
  private spokeAt = -Infinity;
  private connected = false;

  constructor(presence: Presence, board: StatusBoard, sessions: readonly DocumentSession[], data: PageData) {
    this.locale = data.locale;
    this.region.className = "visually-hidden";
    this.region.setAttribute("role", "status");
    this.region.dataset.announcer = "";
    document.body.append(this.region);
    this.writers = new Writers(sessions, () => this.plan());
    this.said = new Said(data.said_url, data.number);
    presence.watch((people) => this.onPeople(people));
    board.watch(({ connection }) => this.onConnection(connection === "open"));
    for (const topic of TOPICS) {
      document.addEventListener(`roundtable:${topic}`, (event) => {
        this.onChange((event as CustomEvent<Told | null>).detail?.number);
      });
    }
  }

  /** `number`: the journal entry that brought it, where that is known. */
  private onChange(number?: number): void {
    if (setting("announce") === "none") {
      this.said.skip(number);
    } else {
      this.said.more(number);
      this.plan();
    }
  }

  private onConnection(connected: boolean): void {
    if (connected === this.connected) return;
    this.connected = connected;
    this.told = null; // whoever is here when we (re)connect was here before us
    this.plan();
  }

  private onPeople(people: Present[]): void {
    this.now = new Map(people.filter((person) => !person.me).map((person) => [person.id, person.name]));
    this.writers.people = people;
    if (this.told) this.plan();
  }

  /** Speak once it has settled, and not too soon after the last time. What comes meanwhile is said along with it. */
  private plan(): void {
    if (this.speaking) {
      this.again = true;
      return;
    }
    const due = Math.max(Date.now() + SETTLE, this.spokeAt + BETWEEN);
    if (this.timer !== undefined && this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => void this.speak(), due - Date.now());
  }

  private async speak(): Promise<void> {
    this.timer = undefined;
    if (!this.connected) return;
    this.speaking = true;
    try {
      this.say(await this.said.take());
    } finally {
      this.speaking = false;
    }
    if (!this.again) return;
    this.again = false;
    this.plan();
  }

  private say(acts: Act[]): void {
    const wanted = setting("announce");
    const wrote = this.writers.take();
    const moves = this.moves();
    if (wanted === "none") return;
    const all = wanted === "all";
    const sentences = [
      ...acts.filter(({ matters }) => matters || all).map(({ text }) => text),
      ...moves,
      ...(all ? wrote.map(({ names, section }) => t("presence.wrote", { names: this.listed(names), section })) : []),
    ];
    const once = [...new Set(sentences)].slice(-MOST);
    if (!once.length) return;
    this.spokeAt = Date.now();
    this.region.textContent = once.join(" ");
  }

  private listed(names: string[]): string {
    this.listing ??= new Intl.ListFormat(this.locale);
    return this.listing.format(names);
  }

  /** Who came and who left since we last looked. */
  private moves(): string[] {
    const before = this.told;
    this.told = new Map(this.now);
    if (!before) return [];
    const joined = [...this.now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const left = [...before].filter(([id]) => !this.now.has(id)).map(([, name]) => name);
    const sentences = [];
    if (joined.length) sentences.push(t("presence.joined", { names: this.listed(joined) }));
    if (left.length) sentences.push(t("presence.left", { names: this.listed(left) }));
    return sentences;
  }
}
