/** `<connection-banner>`: across the page, what went wrong, what it means for one's text, and what to do. */
import { icon } from "../icon.ts";
import { leave } from "../device/sign-out.ts";
import { isClosed } from "../device/store.ts";
import { keepReadingLine } from "../page/reading-line.ts";
import { setRootLength } from "../page/root-length.ts";
import { t } from "../strings.ts";
import type { Status, StatusBoard } from "../sync/status.ts";
import { keptEdits } from "./saved-sign.ts";
import { signState } from "./state.ts";

interface Notice {
  id: string;
  icon: string;
  tone: "warning" | "danger" | "info";
  text: string;
  action?: { words: string; href?: string; act?: () => void };
}

/** Milliseconds: a restart of the server is often over sooner, and then only the sign tells of it. */
const LOST_FOR = 1_500;

export class ConnectionBanner extends HTMLElement {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shown = "";

  show(board: StatusBoard): void {
    const render = (): void => this.render(board.value, render);
    board.watch(render);
    new ResizeObserver(() => {
      setRootLength("--banner-height", this.offsetHeight);
    }).observe(this);
  }

  private render(status: Status, again: () => void): void {
    clearTimeout(this.timer);
    const now = Date.now();
    const sign = signState(status, now);
    const waits = status.connection === "lost" ? (status.lostSince ?? now) + LOST_FOR : now;
    const next = Math.min(waits > now ? waits : Infinity, sign.next ?? Infinity);
    if (next < Infinity) this.timer = setTimeout(again, next - now + 1);
    const list = notices(status, sign.kind, waits <= now);
    const key = JSON.stringify(list);
    if (key === this.shown) return;
    this.shown = key;
    if (list.length) {
      this.setAttribute("role", "region");
      this.setAttribute("aria-label", t("banner.region"));
    } else {
      this.removeAttribute("role");
      this.removeAttribute("aria-label");
    }
    keepReadingLine(() => this.replaceChildren(...list.map(bar)));
  }
}

function notices(status: Status, kind: string, lost: boolean): Notice[] {
  if (kind === "signed_out") {
    return [
      {
        id: "signed-out",
        icon: "log-out",
        tone: "danger",
        text: isClosed() ? t("banner.signed_out_here") : t("banner.signed_out"),
        action: { words: t("banner.sign_in"), href: "/sign-in", act: isClosed() ? undefined : leave },
      },
    ];
  }
  if (kind === "removed") return [{ id: "removed", icon: "lock", tone: "danger", text: t("banner.removed") }];
  const list: Notice[] = [];
  if (status.connection === "lost" && lost) {
    const still = kind === "still_offline" ? t("banner.still_offline") : t("banner.lost");
    const edits = keptEdits(status.edits);
    list.push({ id: "lost", icon: "wifi-off", tone: "warning", text: edits ? `${still} ${edits}.` : still });
  } else if (status.stuck && status.connection === "open") {
    list.push({ id: "stuck", icon: "cloud-off", tone: "warning", text: t("banner.stuck") });
  } else if (status.slow && status.connection === "open") {
    list.push({ id: "slow", icon: "hourglass", tone: "info", text: t("banner.slow") });
  }
  if (status.outdated) {
    const action = { words: t("banner.reload_now"), act: () => location.reload() };
    list.push({ id: "reload", icon: "refresh-cw", tone: "info", text: t("banner.reload"), action });
  }
  if (status.denied.length) {
    const text = t("banner.denied", { sections: inWords(status.denied) });
    list.push({ id: "denied", icon: "lock", tone: "warning", text });
  }
  if (status.damaged.length) {
    const text = t("banner.damaged", { sections: inWords(status.damaged) });
    list.push({ id: "damaged", icon: "circle-alert", tone: "danger", text });
  }
  if (status.kept) {
    const action = { words: t("banner.see_kept"), href: "#kept-text" };
    list.push({ id: "refused", icon: "circle-alert", tone: "danger", text: t("banner.refused"), action });
  }
  return list;
}

/** Made when there is something to list: the first of a page's `Intl` takes longer than all of its notices. */
function inWords(names: string[]): string {
  return new Intl.ListFormat(document.documentElement.lang).format(names);
}

function bar(notice: Notice): HTMLElement {
  const element = document.createElement("div");
  element.className = `banner ${notice.tone}`;
  element.dataset.notice = notice.id;
  const words = document.createElement("p");
  words.textContent = notice.text;
  element.append(icon(notice.icon), words);
  const { action } = notice;
  if (action) {
    const control = document.createElement(action.href ? "a" : "button");
    control.className = "button small";
    control.textContent = action.words;
    if (action.href) control.setAttribute("href", action.href);
    else control.setAttribute("type", "button");
    if (action.act) control.addEventListener("click", action.act);
    element.append(control);
  }
  return element;
}
