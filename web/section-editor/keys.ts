/** How shortcuts are called on this machine. */

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const WORDS: Readonly<Record<string, string>> = APPLE
  ? { Mod: "⌘", Shift: "⇧", Alt: "⌥" }
  : { Mod: "Ctrl+", Shift: "Shift+", Alt: "Alt+" };

/** "Mod-Shift-7" as "Ctrl+Shift+7", or as "⌘⇧7" on Apple's. */
export function keyName(shortcut: string): string {
  return shortcut
    .split("-")
    .map((part) => WORDS[part] ?? part.toUpperCase())
    .join("");
}

/** The same for assistive technology. */
export function ariaKeys(shortcut: string): string {
  return shortcut
    .split("-")
    .map((part) => (part === "Mod" ? (APPLE ? "Meta" : "Control") : part.length === 1 ? part.toUpperCase() : part))
    .join("+");
}
