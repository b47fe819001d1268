/**
 * Moves a section through its history: by the slider, by playing it, from event to event. Without it the page's links
 * do the same, one load each. While the slider moves the text comes without colours; when it rests, with them.
 */
import "../common.ts";
import { icon } from "../icon.ts";

const REST = 250; // ms after the last movement until the colours are fetched
const BEAT = 700; // ms between two steps of playing

export function startTimeSlider(bar: HTMLElement): void {
  const range = bar.querySelector<HTMLInputElement>("input[type=range]");
  const play = bar.querySelector<HTMLButtonElement>("[data-act=play]");
  const place = document.getElementById("moment");
  const who = document.getElementById("who");
  if (!range || !play || !place || !who) return;
  let playing = 0;
  let resting = 0;
  let fetching: AbortController | undefined;
  let wanted: number | undefined;
  bar.hidden = false;

  const moment = (): DOMStringMap => place.querySelector<HTMLElement>(".moment")?.dataset ?? {};

  /** One at a time: what was asked for meanwhile is fetched when the answer is there. */
  async function show(at: number, plain: boolean): Promise<boolean> {
    clearTimeout(resting);
    if (plain && fetching) {
      wanted = at;
      return true;
    }
    fetching?.abort();
    const mine = (fetching = new AbortController());
    let shown = false;
    try {
      const url = `${bar.dataset.url}&at=${at}${plain ? "&plain=1" : ""}`;
      const response = await fetch(url, { headers: { "HX-Request": "true" }, signal: mine.signal });
      if (response.ok) {
        const text = await response.text();
        const top = window.scrollY;
        place!.innerHTML = text;
        window.scrollTo({ top });
        who!.replaceChildren();
        range!.setAttribute("aria-valuetext", place!.querySelector("#moment-when")?.textContent?.trim() ?? "");
        history.replaceState(null, "", `${bar.dataset.page}&at=${moment().number ?? at}`);
        shown = true;
      }
    } catch {
      // The network is away, or a newer wish has come: the text stays as it is.
    }
    if (fetching === mine) fetching = undefined;
    if (wanted !== undefined && !fetching) {
      const next = wanted;
      wanted = undefined;
      return show(next, plain);
    }
    if (plain && "plain" in moment()) resting = window.setTimeout(() => void show(at, false), REST);
    return shown;
  }

  async function go(at: number): Promise<boolean> {
    range!.value = String(at);
    return show(at, false);
  }

  function stop(): void {
    clearTimeout(playing);
    playing = 0;
    play!.replaceChildren(icon("play"));
    play!.setAttribute("aria-label", play!.dataset.play ?? "");
  }

  async function beat(): Promise<void> {
    const next = Number(moment().next);
    if (!next || !(await go(next)) || !playing) return stop();
    playing = window.setTimeout(() => void beat(), BEAT);
  }

  play.addEventListener("click", () => {
    if (playing) return stop();
    play.replaceChildren(icon("pause"));
    play.setAttribute("aria-label", play.dataset.pause ?? "");
    playing = -1;
    const atEnd = !moment().next;
    void (atEnd ? go(Number(range.min)) : Promise.resolve(true)).then(() => {
      if (playing) void beat();
    });
  });
  range.addEventListener("input", () => {
    stop();
    void show(Number(range.value), true);
  });
  // The arrows go from entry to entry of this section, page up and down from event to event.
  range.addEventListener("keydown", (event) => {
    const { next, previous, eventNext, eventPrevious } = moment();
    const to = {
      ArrowRight: next, ArrowUp: next, ArrowLeft: previous, ArrowDown: previous,
      PageUp: eventNext, PageDown: eventPrevious,
    }[event.key]; // prettier-ignore
    if (to === undefined) return;
    event.preventDefault();
    stop();
    if (to) void go(Number(to));
  });
  place.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-go]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    stop();
    void go(Number(new URL(link.href).searchParams.get("at"))).then(() =>
      place.querySelector<HTMLElement>("a[data-go]")?.focus({ preventScroll: true }),
    );
  });
  const { plain, number } = moment();
  if (plain !== undefined) void show(Number(number), false);
  startMarks(bar, (at) => {
    stop();
    void go(at);
  });
  bar.querySelector("[data-act=who]")?.addEventListener("click", () => {
    stop();
    void tellWho(bar, place, who, moment().number ?? "");
  });
}

/** One stop of the tab key for all marks; the arrows go along them, and what one tells stands beneath in words. */
function startMarks(bar: HTMLElement, go: (at: number) => void): void {
  const told = bar.querySelector<HTMLElement>(".marks-told");
  const tell = (mark: HTMLElement | null): void => {
    if (told) told.textContent = mark?.dataset.told ?? told.dataset.hint ?? "";
  };
  for (const list of bar.querySelectorAll<HTMLElement>(".slider-marks")) {
    const marks = [...list.querySelectorAll<HTMLAnchorElement>("a")];
    for (const [place, mark] of marks.entries()) {
      mark.addEventListener("focus", () => tell(mark));
      mark.addEventListener("blur", () => tell(null));
      mark.addEventListener("pointerenter", () => tell(mark));
      mark.addEventListener("pointerleave", () => tell(document.activeElement?.closest<HTMLElement>("a[data-told]") ?? null));
      mark.addEventListener("keydown", (event) => {
        const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: marks.length - 1 }[event.key];
        const next = to === undefined ? undefined : marks[to];
        if (to === undefined) return;
        event.preventDefault();
        if (!next) return;
        mark.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      });
      mark.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(Number(new URL(mark.href).searchParams.get("at")));
      });
    }
  }
}

async function tellWho(bar: HTMLElement, place: HTMLElement, who: HTMLElement, at: string): Promise<void> {
  const marked = markedUnits(place);
  const part = marked ? `&from=${marked[0]}&to=${marked[1]}` : "&from=0&to=0";
  try {
    const response = await fetch(`${bar.dataset.who}&at=${at}${part}`, { headers: { "HX-Request": "true" } });
    if (response.ok) who.innerHTML = await response.text();
  } catch {
    // The network is away; the link to the whole list stands beneath the text.
  }
}

/** The marked words by the text's own count, from the runs that they begin and end in. */
function markedUnits(place: HTMLElement): [number, number] | undefined {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return undefined;
  const range = selection.getRangeAt(0);
  if (!place.contains(range.commonAncestorContainer)) return undefined;
  let [from, to] = [Infinity, 0];
  for (const run of place.querySelectorAll<HTMLElement>(".by[data-at]")) {
    const text = run.firstChild;
    if (!text || !range.intersectsNode(text)) continue;
    const at = Number(run.dataset.at);
    const length = text.textContent?.length ?? 0;
    const start = range.startContainer === text ? range.startOffset : 0;
    const end = range.endContainer === text ? range.endOffset : length;
    if (end <= start) continue;
    from = Math.min(from, at + start);
    to = Math.max(to, at + end);
  }
  return to > from ? [from, to] : undefined;
}
