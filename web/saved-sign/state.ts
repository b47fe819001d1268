/** Which of its few states the saved sign shows. A pure function of what the page knows and the time. */
import type { Status } from "../sync/status.ts";

export type SignKind =
  | "connecting"
  | "saving"
  | "saved"
  | "lost"
  | "still_offline"
  | "back"
  | "stuck"
  | "refused"
  | "outdated"
  | "readonly"
  | "signed_out"
  | "removed";

export interface SignState {
  kind: SignKind;
  /** When to look again though nothing changed, milliseconds since the epoch. */
  next: number | null;
}

/** Milliseconds: shorter waits for an ack are not worth a word. */
export const SAVING_AFTER = 400;
export const STILL_OFFLINE_AFTER = 60_000;
export const BACK_FOR = 8_000;

export function signState(status: Status, now: number): SignState {
  const state = (kind: SignKind, next: number | null = null): SignState => ({ kind, next });
  if (status.connection === "signed-out") return state("signed_out");
  if (status.connection === "removed") return state("removed");
  if (status.connection === "lost") {
    const still = (status.lostSince ?? now) + STILL_OFFLINE_AFTER;
    return now >= still ? state("still_offline") : state("lost", still);
  }
  if (status.connection === "connecting") return state("connecting");
  if (status.stuck) return state("stuck");
  if (status.unsavedSince !== null) {
    const saving = status.unsavedSince + SAVING_AFTER;
    if (now >= saving) return state("saving");
    return { ...atRest(status, now), next: saving };
  }
  return atRest(status, now);
}

function atRest(status: Status, now: number): SignState {
  if (status.kept) return { kind: "refused", next: null };
  const backUntil = (status.backSince ?? -Infinity) + BACK_FOR;
  if (now < backUntil) return { kind: "back", next: backUntil };
  if (status.outdated) return { kind: "outdated", next: null };
  if (!status.writable) return { kind: "readonly", next: null };
  return { kind: "saved", next: null };
}
