/** Icons of the sprite (web/icons.txt), as the pages' own macro draws them. */

const SVG = "http://www.w3.org/2000/svg";
let sprite: string | undefined;

/** Its address carries a hash; every page shows an icon that names it. */
function spriteAddress(): string {
  sprite ??= document.querySelector("use[href*='sprite']")?.getAttribute("href")?.replace(/#.*$/, "") ?? "";
  return sprite;
}

/** A decorative icon; what it means stands beside it in words. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${spriteAddress()}#${name}`);
  svg.append(use);
  return svg;
}
