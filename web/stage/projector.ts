/** How the projector's page looks: text size, dark or light, the whole screen. Kept for this device. */

const YEAR = 365 * 24 * 60 * 60;
const SIZES = ["1", "2", "3", "4"];
const NORMAL = "2";

export function startProjector(): void {
  const root = document.documentElement;
  if (!root.classList.contains("on-projector")) return;
  reflect();
  document.addEventListener("click", (event) => {
    const action = (event.target as Element).closest<HTMLElement>("button[data-projector]")?.dataset.projector;
    if (action === "dark") {
      if (root.dataset.projector === "dark") delete root.dataset.projector;
      else root.dataset.projector = "dark";
      keep("roundtable_projector", root.dataset.projector ?? "light");
    } else if (action === "larger" || action === "smaller") {
      const at = SIZES.indexOf(root.dataset.projectorSize ?? NORMAL) + (action === "larger" ? 1 : -1);
      root.dataset.projectorSize = SIZES[Math.min(Math.max(at, 0), SIZES.length - 1)] ?? NORMAL;
      keep("roundtable_projector_size", root.dataset.projectorSize);
    } else if (action === "full") {
      void (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.());
    }
    reflect();
  });
  showNewFromTop();
}

/** Something else on the stage is read from its beginning; what only changed stays where it is. */
function showNewFromTop(): void {
  const shown = (): string => document.getElementById("stage")?.dataset.shown ?? "";
  let before = shown();
  document.addEventListener("htmx:after:swap", () => {
    if (shown() !== before) window.scrollTo({ top: 0, behavior: "instant" });
    before = shown();
  });
}

function keep(name: string, value: string): void {
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
}

function reflect(): void {
  const root = document.documentElement;
  document.querySelector('button[data-projector="dark"]')?.setAttribute("aria-pressed", String(root.dataset.projector === "dark"));
}
