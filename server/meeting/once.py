"""A form that was sent twice is one act: what it makes has its id from the form, so the second finds it made."""

import base64
import hashlib
import json

from server.storage.tables import new_id


def named_by(once: str, prefix: str, *asked: object) -> str:
    """An id for what is made: always the same for `asked` by a form with the mark `once`, a new one without a mark.

    `asked` tells who asks, and all that was typed: other words from the same form are another act, and never lost.
    """
    if not once:
        return new_id(prefix)
    told = json.dumps([prefix, once, *asked], sort_keys=True).encode()
    return f"{prefix}_{base64.urlsafe_b64encode(hashlib.sha256(told).digest()[:15]).decode()}"
