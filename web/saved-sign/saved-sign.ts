/** `<saved-sign>`: whether what was typed is safe, in one place, by words and icon. */
import { icon } from "../icon.ts";
import { localeOf } from "../page/locale.ts";
import { t } from "../strings.ts";
import type { Status, StatusBoard } from "../sync/status.ts";
import { signState, type SignKind } from "./state.ts";

const ICONS: Record<SignKind, string> = {
  connecting: "refresh-cw",
  saving: "cloud-upload",
  saved: "circle-check",
  lost: "wifi-off",
  still_offline: "wifi-off",
  back: "circle-check",
  stuck: "cloud-off",
  refused: "circle-alert",
  outdated: "refresh-cw",
  readonly: "lock",
  signed_out: "log-out",
  removed: "lock",
};

/** The icon's colour; the words say it all without. */
const TONES: Partial<Record<SignKind, string>> = {
  saved: "good",
  back: "good",
  lost: "warning",
  still_offline: "warning",
  stuck: "warning",
  refused: "bad",
  signed_out: "bad",
  removed: "bad",
};

const LONG: Record<SignKind, string> = {
  connecting: "saved.connecting",
  saving: "saved.saving",
  saved: "saved.saved",
  lost: "saved.lost",
  still_offline: "saved.still_offline",
  back: "saved.back",
  stuck: "saved.stuck",
  refused: "saved.refused",
  outdated: "saved.outdated",
  readonly: "saved.readonly",
  signed_out: "saved.signed_out",
  removed: "saved.removed",
};

/** Beside the icon on a phone. */
const SHORT: Record<SignKind, string> = {
  connecting: "saved.short.connecting",
  saving: "saved.short.saving",
  saved: "saved.short.saved",
  lost: "saved.short.lost",
  still_offline: "saved.short.lost",
  back: "saved.short.saved",
  stuck: "saved.short.stuck",
  refused: "saved.short.refused",
  outdated: "saved.short.readonly",
  readonly: "saved.short.readonly",
  signed_out: "saved.short.signed_out",
  removed: "saved.short.removed",
};

/** How many edits wait, in words; nothing for none. */
export function keptEdits(count: number): string {
  if (count === 0) return "";
  return count === 1 ? t("saved.edits_one") : t("saved.edits_many", { count });
}

export class SavedSign extends HTMLElement {
  private board: StatusBoard | undefined;
  private locale = "";
  /** Made when there is a time to show: one takes longer to make than all the rest of the sign. */
  private clock: Intl.DateTimeFormat | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly icon = document.createElement("span");
  private readonly long = document.createElement("span");
  private readonly short = document.createElement("span");
  private readonly time = document.createElement("time");

  show(board: StatusBoard, locale: string): void {
    this.board = board;
    this.locale = localeOf(locale);
    // The time stands outside the live region: it moves on with each edit, and is read when somebody goes there.
    const region = document.createElement("span");
    region.className = "sign-words";
    region.setAttribute("role", "status");
    this.icon.className = "sign-icon";
    this.long.className = "sign-long";
    this.short.className = "sign-short";
    this.short.setAttribute("aria-hidden", "true");
    region.append(this.long);
    this.replaceChildren(this.icon, this.short, region, this.time);
    board.watch((status) => this.render(status));
  }

  private render(status: Status): void {
    clearTimeout(this.timer);
    const now = Date.now();
    const { kind, next } = signState(status, now);
    if (next !== null && this.board) {
      const { board } = this;
      this.timer = setTimeout(() => this.render(board.value), Math.max(0, next - now) + 1);
    }
    if (this.dataset.state !== kind) {
      this.dataset.state = kind;
      this.dataset.tone = TONES[kind] ?? "plain";
      this.icon.replaceChildren(icon(ICONS[kind]));
      put(this.short, t(SHORT[kind]));
    }
    const edits = kind === "lost" || kind === "still_offline" ? keptEdits(status.edits) : "";
    this.dataset.edits = edits ? String(status.edits) : "";
    put(this.long, t(LONG[kind]));
    const at = kind === "saved" && status.savedAt !== null ? new Date(status.savedAt) : null;
    // Counting edits aloud at each key would drown everything: the number too stands outside.
    put(this.time, at ? this.timeOf(at) : edits);
    if (at) this.time.dateTime = at.toISOString();
    else this.time.removeAttribute("datetime");
  }

  private timeOf(at: Date): string {
    this.clock ??= new Intl.DateTimeFormat(this.locale, { hour: "numeric", minute: "2-digit" });
    return this.clock.format(at);
  }
}

/** Only a text that differs is put in place: a live region speaks whenever its nodes change. */
function put(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
