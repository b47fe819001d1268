/** Keeps an answer while it is typed. The form works without it; with it nobody has to think of saving. */
import "../common.ts";
import { icon } from "../icon.ts";

const PAUSE = 900; // ms without a key before the words are sent
const AGAIN = 4000; // ms until the next try when they were not taken

export function startOwnWords(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLTextAreaElement>("textarea");
  const seen = form.querySelector<HTMLInputElement>("input[name=seen]");
  const sign = form.querySelector<HTMLElement>("[data-sign]");
  if (!field || !seen || !sign) return;
  let kept = field.defaultValue; // what the server gave: somebody may have typed before this came
  let timer = 0;
  let sending: Promise<boolean> | undefined;
  let leaving = false;

  const say = (name: string, text: string): void => {
    const words = document.createElement("span");
    words.textContent = text;
    sign.replaceChildren(icon(name), words);
  };
  const later = (pause: number): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void send(), pause);
  };

  /** One at a time: the next starts from the number that this one brings. */
  async function send(): Promise<boolean> {
    if (sending) return sending;
    if (field!.value === kept) return true;
    sending = post().finally(() => (sending = undefined));
    const taken = await sending;
    if (!taken) later(AGAIN);
    else if (field!.value !== kept) later(PAUSE);
    return taken;
  }

  async function post(): Promise<boolean> {
    const text = field!.value;
    say("cloud-upload", form.dataset.saving ?? "");
    let why = form.dataset.unsaved ?? "";
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)])),
        headers: { Accept: "application/json" },
        keepalive: text.length < 15_000,
      });
      const told = (await answer.json()) as { number?: number; message?: string };
      if (answer.ok && told.number !== undefined) {
        seen!.value = String(told.number);
        kept = text;
        if (field!.value === text) say("circle-check", form.dataset.saved ?? "");
        return true;
      }
      why = told.message ?? why;
    } catch {
      // The network is away: the words stay on the page and are sent again.
    }
    say("circle-alert", why);
    return false;
  }

  const typed = (): void => {
    say("circle-alert", form.dataset.unsaved ?? "");
    later(PAUSE);
  };
  field.addEventListener("input", typed);
  if (field.value !== kept) typed();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void send();
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    leaving = true;
    if (!sending) return;
    event.preventDefault();
    const button = event.submitter;
    void sending.then(() => form.requestSubmit(button));
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && field.value !== kept) event.preventDefault();
  });
}
