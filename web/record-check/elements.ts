/** Small parts of what is said about a file that was checked. */
import { icon } from "../icon.ts";

export function element(name: string, className: string, children: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** A notice, as the pages' own: a sign, and beside it one paragraph for each text. */
export function note(kind: "success" | "warning", sign: string, children: (Node | string)[]): HTMLElement {
  const paragraphs = children.map((one) => (typeof one === "string" ? element("p", "", [one]) : one));
  return element("div", `notice ${kind}`, [icon(sign), element("div", "", paragraphs)]);
}
