/** How somebody likes to read, kept on the device: text size, what is announced, single-letter keys. */

export type Told = "all" | "important" | "none";

const SIZE = "roundtable_text_size";
const YEAR = 365 * 24 * 60 * 60;

/** What each setting is when nobody chose. */
const DEFAULTS = { "text-size": "normal", announce: "important", keys: "on" } as const;
type Name = keyof typeof DEFAULTS;

const isName = (name: string | undefined): name is Name => name !== undefined && name in DEFAULTS;

export function setting(name: Name): string {
  if (name === "text-size") return document.documentElement.dataset.textSize ?? DEFAULTS[name];
  return localStorage.getItem(`roundtable.${name}`) ?? DEFAULTS[name];
}

function choose(name: Name, value: string): void {
  if (name === "text-size") {
    if (value === DEFAULTS[name]) delete document.documentElement.dataset.textSize;
    else document.documentElement.dataset.textSize = value;
    // A cookie, so that the next page is drawn in this size from the start.
    document.cookie = `${SIZE}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  } else {
    localStorage.setItem(`roundtable.${name}`, value);
  }
}

/** Radio buttons and check boxes with `data-setting` show the settings and change them, wherever they stand. */
export function startSettings(): void {
  reflect();
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement;
    const name = field.dataset?.setting;
    if (!isName(name)) return;
    choose(name, field.type === "checkbox" ? (field.checked ? "on" : "off") : field.value);
    reflect();
  });
  document.addEventListener("htmx:after:swap", reflect);
}

function reflect(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-setting]")) {
    const { setting: name } = field.dataset;
    if (!isName(name)) continue;
    const value = setting(name);
    field.checked = field.type === "checkbox" ? value === "on" : field.value === value;
  }
}
