/**
 * A length that the style sheet needs and only layout knows, on the root: `var(--name, 0px)`. Setting one has the whole
 * page's style worked out anew, so nothing is set for what the style sheet assumes anyway.
 */
export function setRootLength(name: `--${string}`, pixels: number): void {
  const { style } = document.documentElement;
  const value = pixels === 0 ? "" : `${pixels}px`;
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
}
