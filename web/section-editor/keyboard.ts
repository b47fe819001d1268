/** How much of the screen a phone's keyboard covers, for the style sheet: `--keyboard` on the page. */

let watching = false;

export function watchKeyboard(): void {
  const view = window.visualViewport;
  if (watching || !view) return;
  watching = true;
  const measure = (): void => {
    // A zoomed page also has a smaller view; that is no keyboard.
    const covered = view.scale > 1.01 ? 0 : Math.max(window.innerHeight - view.height - view.offsetTop, 0);
    document.documentElement.style.setProperty("--keyboard", `${Math.round(covered)}px`);
  };
  view.addEventListener("resize", measure);
  view.addEventListener("scroll", measure);
  measure();
}
