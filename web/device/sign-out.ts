/** Signing out leaves nothing on the device; what would be lost by it is asked about first. On every page. */
import { close, isEmpty, keepOnly, wipe } from "./store.ts";

const FORMS = 'form[action="/sign-out"], form[action="/account/sign-out-everywhere"]';
const CHANNEL = "roundtable-person";

/** Says whether the page holds text that is nowhere else; set by a meeting's page. */
let unsaved: () => boolean = () => false;
/** True once leaving was decided: the page then doesn't ask again. */
let leaving = false;

export function startDevice(): void {
  document.addEventListener("submit", (event) => void onSubmit(event));
  const { person } = document.body.dataset;
  if (person) void keepOnly(person);
  if (!("BroadcastChannel" in window)) return;
  const channel = new BroadcastChannel(CHANNEL);
  // Who is signed in in this browser now, by another tab's word; nobody after a sign-out.
  channel.onmessage = (event: MessageEvent<string>) => {
    if (event.data !== person) close();
  };
  if (person) channel.postMessage(person);
}

export function askAbout(question: () => boolean): void {
  unsaved = question;
}

export function isLeaving(): boolean {
  return leaving;
}

/** The person leaves on purpose, and what is unsaved stays on the device. */
export function leave(): void {
  leaving = true;
}

async function onSubmit(event: SubmitEvent): Promise<void> {
  const form = event.target as HTMLFormElement;
  if (!form.matches(FORMS)) return;
  event.preventDefault();
  const question = document.body.dataset.unsaved ?? "";
  if ((unsaved() || !(await isEmpty())) && !window.confirm(question)) return;
  leaving = true;
  if ("BroadcastChannel" in window) new BroadcastChannel(CHANNEL).postMessage("");
  await wipe();
  form.submit();
}
