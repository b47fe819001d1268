/** From a point to its place in the draft: `goals-goal-4-baseline`, `placement-heading-2`. */
import { reveal } from "../views/views.ts";


const SHOWN = 2_500; // milliseconds that the place is framed

export function startPlaces(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("a[data-place]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (goTo(link.dataset.place ?? "")) event.preventDefault();
  });
  const asked = new URL(location.href).searchParams.get("at");
  if (asked) goTo(asked);
}

/** Scroll to a place and put the keyboard at its section. False where there is no such place. */
export function goTo(place: string): boolean {
  const found = find(place);
  if (!found) return false;
  reveal(found.title);
  found.title.tabIndex = -1;
  found.title.focus({ preventScroll: true });
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  found.target.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  frame(found.target);
  return true;
}

interface Found {
  title: HTMLElement;
  target: Element;
}

function find(place: string): Found | null {
  const [section, kind, number, field] = place.split("-");
  const title = document.getElementById(`title-${section}`);
  const root = document.querySelector(`section-editor[section="${CSS.escape(section ?? "")}"]`);
  if (!title || !root) return null;
  const index = Number(number) - 1;
  const all = kind === "heading" ? root.querySelectorAll("h1, h2, h3, h4, h5, h6") : root.querySelectorAll(`.${CSS.escape(kind ?? "none")}`);
  const target = all[index];
  if (!target) return { title, target: title };
  return { title, target: (field && target.querySelector(`[data-name="${CSS.escape(field)}"]`)) || target };
}

/** A frame over the place: inside an editor nothing may be changed. */
function frame(target: Element): void {
  document.querySelector(".place-frame")?.remove();
  const box = target.getBoundingClientRect();
  const drawn = document.createElement("div");
  drawn.className = "place-frame";
  drawn.style.left = `${box.left + window.scrollX - 6}px`;
  drawn.style.top = `${box.top + window.scrollY - 6}px`;
  drawn.style.width = `${box.width + 12}px`;
  drawn.style.height = `${box.height + 12}px`;
  document.body.append(drawn);
  setTimeout(() => drawn.remove(), SHOWN);
}
