"""Which addresses a link may have: http, https and mailto, whoever wrote them and however they arrived."""

import re

MOST_HREF = 2000

_ALLOWED = re.compile(r"(?:https?|mailto):[^\s\\]", re.IGNORECASE | re.ASCII)
# What browsers drop or fold before they look at the scheme, and what makes an address look like another: control
# characters, line and paragraph separators, zero-width and direction marks, half surrogates, noncharacters.
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]"
)


def is_allowed_href(href: object) -> bool:
    """Whether a link may point there. Relative addresses may not: a draft is read in many places."""
    return (
        isinstance(href, str)
        and len(href) <= MOST_HREF
        and _ALLOWED.match(href) is not None
        and _HIDDEN.search(href) is None
        and not href[-1].isspace()
    )
