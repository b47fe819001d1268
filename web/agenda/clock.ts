/**
 * Clocks of the agenda. The server says how many seconds were taken when it rendered; from then on this device only
 * counts on, so that it need not know what time it is. Nothing is said aloud as they run.
 */
import { t } from "../strings.ts";

const running = new Set<Clock>();
let ticking: number | undefined;

/** "12:40", or "1:02:40": as `clock` in server/web/templates.py. */
export function clockTime(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const end = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${end}` : `${minutes}:${end}`;
}

function tick(): void {
  for (const clock of running) clock.show();
}

abstract class Clock extends HTMLElement {
  static readonly observedAttributes = ["seconds", "minutes", "running", "drift", "item-seconds", "item-minutes"];
  private since = Date.now();
  private scheduled = false;

  connectedCallback(): void {
    this.renew();
  }

  disconnectedCallback(): void {
    running.delete(this);
    if (running.size || ticking === undefined) return;
    window.clearInterval(ticking);
    ticking = undefined;
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.renew();
  }

  /** The server has said how it stands; its words come in with the attributes, so ours follow after both. */
  private renew(): void {
    this.since = Date.now();
    if (this.hasAttribute("running")) {
      running.add(this);
      ticking ??= window.setInterval(tick, 1000);
    } else {
      running.delete(this);
    }
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.show();
    });
  }

  protected number(name: string): number {
    return Number(this.getAttribute(name) ?? 0);
  }

  /** Seconds since the server rendered, while the clock runs. */
  protected get more(): number {
    return this.hasAttribute("running") ? (Date.now() - this.since) / 1000 : 0;
  }

  protected say(selector: string, text: string): void {
    const element = this.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }

  abstract show(): void;
}

/** What one item has taken of its time box. */
export class ItemClock extends Clock {
  show(): void {
    const planned = this.number("minutes") * 60;
    const spent = this.number("seconds") + this.more;
    this.say(".clock-time", t("clock.of", { spent: clockTime(spent), planned: clockTime(planned) }));
    this.classList.toggle("over", spent > planned);
    this.say(".clock-words", spent > planned ? t("clock.over", { over: clockTime(spent - planned) }) : "");
  }
}

/** What the meeting has taken, and how far it is from its plan. */
export class MeetingClock extends Clock {
  show(): void {
    const spent = this.number("seconds") + this.more;
    const planned = this.number("minutes") * 60;
    this.say(".clock-time", t("clock.of", { spent: clockTime(spent), planned: clockTime(planned) }));
    const drift = this.drift();
    const minutes = Math.trunc(Math.abs(drift) / 60);
    const key = minutes === 0 ? "on_time" : `${drift > 0 ? "behind" : "ahead"}_${minutes === 1 ? "one" : "many"}`;
    this.say(".clock-words", t(`clock.${key}`, { minutes }));
    this.classList.toggle("over", drift >= 60);
  }

  /** Only what the current item takes beyond its box adds to it. */
  private drift(): number {
    if (!this.hasAttribute("item-minutes")) return this.number("drift");
    const box = this.number("item-minutes") * 60;
    const taken = this.number("item-seconds");
    return this.number("drift") - Math.max(taken - box, 0) + Math.max(taken + this.more - box, 0);
  }
}
