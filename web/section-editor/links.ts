/** Which addresses a link may have: the same rule as server/documents/links.py. */

export const MOST_HREF = 2000;

const ALLOWED = /^(?:https?|mailto):[^\s\\]/i;
/** What browsers drop or fold before they look at the scheme, and what makes an address look like another. */
const HIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export function isAllowedHref(href: unknown): href is string {
  return (
    typeof href === "string" &&
    [...href].length <= MOST_HREF &&
    ALLOWED.test(href) &&
    !HIDDEN.test(href) &&
    !/\s$/.test(href)
  );
}

/** What somebody typed as an address, made whole: "example.org" and "a@b.org" too. Null: not an address we allow. */
export function completeHref(typed: string): string | null {
  const text = typed.trim();
  if (isAllowedHref(text)) return text;
  if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text) || /\s/.test(text)) return null;
  if (/^[^@/]+@[^@/]+\.[^@/.]+$/.test(text)) return completeHref(`mailto:${text}`);
  if (/^[^/@.]+(?:\.[^/@.]+)+(?::\d+)?(?:[/?#].*)?$/.test(text)) return completeHref(`https://${text}`);
  return null;
}
