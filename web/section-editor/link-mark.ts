/** Links: to http, https and mailto addresses only, whoever wrote them. */
import { Link } from "@tiptap/extension-link";
import { isAllowedHref } from "./links.ts";

const REL = "noopener noreferrer nofollow";

export const LinkMark = Link.extend({
  inclusive: false,
  renderHTML({ mark }) {
    const href: unknown = mark.attrs.href;
    return isAllowedHref(href) ? ["a", { href, rel: REL }, 0] : ["span", 0];
  },
}).configure({
  openOnClick: false,
  autolink: true,
  linkOnPaste: true,
  defaultProtocol: "https",
  // Added where a link is shown; a document need not keep what everybody adds.
  HTMLAttributes: { target: null, rel: null, class: null },
  isAllowedUri: (href) => isAllowedHref(href),
  shouldAutoLink: (href) => isAllowedHref(href),
});
