/**
 * What other parts of the page step aside for, said on the root as `data-shows`, for the style sheet. The same could
 * be said there by `html:has(…)`; but then every element that comes or goes anywhere has the style of the whole page
 * worked out anew, which takes as long as a frame on a good machine and a tenth of a second on a school's tablet.
 */
const WHAT: Readonly<Record<string, string>> = {
  "read-back": "read-back-card:not([hidden])",
  reading: ".decision-reading:not([hidden])",
  "reading-words": ".decision-reading:not([hidden]) details[open]",
  decisions: "#panel-body #decisions",
  writing: "section-editor:focus-within .editor-toolbar",
};

/** Tell of a change that no event of the browser or of htmx tells of. */
export function showsOther(): void {
  const shown = Object.keys(WHAT).filter((name) => document.querySelector(WHAT[name] ?? "") !== null);
  const said = shown.join(" ");
  if ((document.documentElement.dataset.shows ?? "") !== said) document.documentElement.dataset.shows = said;
}

export function startShows(): void {
  document.addEventListener("htmx:after:swap", showsOther);
  document.addEventListener("toggle", showsOther, true);
  document.addEventListener("focusin", showsOther);
  // What the focus goes to has it only after this event.
  document.addEventListener("focusout", () => setTimeout(showsOther));
  showsOther();
}
