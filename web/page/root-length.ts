/**
 * A length that the style sheet needs and only layout knows, on the root: `var(--name, 0px)`. Setting one has the whole
 * page's style worked out anew, so nothing is set for what the style sheet assumes anyway.
 */
export function setRootLength(name: `--${string}`, pixels: number, assumed = "0px"): void {
  const { style } = document.documentElement;
  if ((style.getPropertyValue(name) || assumed) !== `${pixels}px`) style.setProperty(name, `${pixels}px`);
}
