/**
 * What comes from elsewhere, made plain: structure and emphasis stay; looks, comments, pictures and the leavings of word
 * processors go.
 *
 * The document that is worked on here belongs to no page: nothing in it runs or loads.
 */
import { isAllowedHref } from "./links.ts";
import { wordLists } from "./paste-word.ts";

const DROPPED =
  "script, style, title, meta, link, base, template, noscript, iframe, object, embed, svg, math, canvas, img, picture, video, audio, " +
  "button, input, select, textarea, [aria-hidden='true'], .visually-hidden, [hidden], .block-controls, .peer-caret, del";
/** What may keep which attributes: ours, and those of tables, lists and links. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  A: ["href"],
  TD: ["colspan", "rowspan"],
  TH: ["colspan", "rowspan"],
  OL: ["start"],
  DIV: ["class", "data-name"],
};
const OWN = /^(?:goal|service|accommodation|field)$/;
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, li, table, thead, tbody, tr, td, th, blockquote, div, dl, dt, dd, section, article, pre";

export function cleanHtml(html: string): string {
  // Styles and handlers would be tried, and refused, already while parsing; as data they can be read all the same.
  const inert = html
    .replace(/<style[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s/"'])(style|on[a-z]+)(\s*=)/gi, "$1data-$2$3"));
  const { body } = new DOMParser().parseFromString(inert, "text/html");
  dropComments(body);
  wordLists(body);
  for (const element of body.querySelectorAll(DROPPED)) element.remove();
  for (const element of [...body.querySelectorAll("*")]) if (element.tagName.includes(":")) element.replaceWith(...element.childNodes);
  emphasis(body);
  unwrap(body);
  nestLists(body);
  for (const element of body.querySelectorAll("*")) strip(element);
  if (!body.querySelector("[data-pm-slice]")) dropEmptyParagraphs(body);
  return body.innerHTML;
}

function dropComments(body: HTMLElement): void {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const found: Node[] = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const comment of found) comment.parentNode?.removeChild(comment);
  // Word marks the text that a comment of its own is about, and puts the comments at the end.
  const comments = "[data-style*='mso-comment'], [data-style*='mso-element:comment'], .MsoCommentReference, .msocomanchor, .msocomoff";
  for (const element of body.querySelectorAll(comments)) {
    if (/mso-comment-continuation|mso-comment-reference/.test(element.getAttribute("data-style") ?? "")) element.replaceWith(...element.childNodes);
    else element.remove();
  }
}

/** Bold that is only a style becomes an element; an element that a style takes back goes (Google's outermost `<b>`). */
function emphasis(body: HTMLElement): void {
  for (const element of [...body.querySelectorAll("[data-style]")].reverse()) {
    const style = (element.getAttribute("data-style") ?? "").toLowerCase();
    const weight = /font-weight:\s*(\w+)/.exec(style)?.[1];
    if ((element.tagName === "B" || element.tagName === "STRONG") && (weight === "normal" || weight === "400")) {
      element.replaceWith(...element.childNodes);
      continue;
    }
    if (/mso-hide:\s*all|display:\s*none/.test(style)) {
      element.remove();
      continue;
    }
    if (element.tagName !== "SPAN") continue;
    const inLink = element.closest("a") ?? element.querySelector("a");
    const wanted = [
      weight && (weight === "bold" || weight === "bolder" || Number(weight) >= 600) && !element.closest("h1, h2, h3, h4, h5, h6") && "strong",
      /font-style:\s*(?:italic|oblique)/.test(style) && "em",
      /text-decoration[^;]*:[^;]*underline/.test(style) && !inLink && "u",
      /text-decoration[^;]*:[^;]*line-through/.test(style) && "s",
    ].filter((tag): tag is string => Boolean(tag));
    for (const tag of wanted) {
      const mark = document.createElement(tag);
      mark.append(...element.childNodes);
      element.append(mark);
    }
  }
}

/** An inline element around blocks says nothing about their text. */
function unwrap(body: HTMLElement): void {
  for (const element of [...body.querySelectorAll("b, span, font, ins, center")]) {
    if (element.tagName !== "B" || element.querySelector(BLOCKS)) element.replaceWith(...element.childNodes);
  }
  for (const link of [...body.querySelectorAll("a")]) {
    if (!isAllowedHref(link.getAttribute("href"))) link.replaceWith(...link.childNodes);
  }
}

/** Lists that stand in lists rather than in items (Google Docs, old Outlook). */
function nestLists(body: HTMLElement): void {
  for (const list of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
    const before = list.previousElementSibling;
    if (before?.tagName === "LI") before.append(list);
    else {
      const item = document.createElement("li");
      list.replaceWith(item);
      item.append(list);
    }
  }
}

function strip(element: Element): void {
  const kept = new Set(KEPT[element.tagName]);
  if (!OWN.test(element.className)) kept.delete("class");
  for (const name of element.getAttributeNames()) {
    if (!kept.has(name) && name !== "data-pm-slice" && name !== "data-level") element.removeAttribute(name);
  }
}

/** In word processors empty paragraphs are the space between the others. */
function dropEmptyParagraphs(body: HTMLElement): void {
  for (const paragraph of body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")) {
    const alone = paragraph.parentElement?.childNodes.length === 1;
    if (!paragraph.textContent?.trim() && !alone) paragraph.remove();
  }
}
