/** A person as a disc with initials, in their colour. The name stands beside it in words. */

export function avatar(name: string, color: number): HTMLElement {
  const disc = document.createElement("span");
  disc.className = `avatar author-${color}`;
  disc.setAttribute("aria-hidden", "true");
  disc.textContent = initials(name);
  return disc;
}

/** As the server's `initials` filter writes them: of the first and the last word. */
function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((word) => [...(word ?? "")][0] ?? "").join("").toLocaleUpperCase();
}
