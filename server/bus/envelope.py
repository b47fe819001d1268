"""What stands around a message in Redis: by which node, and a code that only nodes with our secret key can make.

So whoever else can write into that Redis can repeat what was said or keep it back, but say nothing of their own. What
is said in there is not hidden from them: Redis must be private.
"""

import hashlib
import hmac
from collections.abc import Sequence

CODE, NODE = 16, 8  # bytes
MOST = 1_500_000  # bytes of a message


class Envelope:
    def __init__(self, secret_keys: Sequence[str], node: str) -> None:
        """`node` is sixteen hex digits. The last key seals; each opens, for nodes get a new key one by one."""
        self._keys = [hashlib.blake2b(key.encode(), person=b"roundtable.bus").digest() for key in secret_keys]
        self._node = bytes.fromhex(node)

    def seal(self, channel: bytes, data: bytes) -> bytes:
        body = self._node + data
        return _code(self._keys[-1], channel, body) + body

    def open(self, channel: bytes, message: bytes) -> tuple[str, bytes] | None:
        """By which node, and what; None for a message that none of ours made."""
        if not CODE + NODE <= len(message) <= MOST:
            return None
        body = message[CODE:]
        if not any(hmac.compare_digest(message[:CODE], _code(key, channel, body)) for key in reversed(self._keys)):
            return None
        return body[:NODE].hex(), body[NODE:]


def _code(key: bytes, channel: bytes, body: bytes) -> bytes:
    return hashlib.blake2b(channel + b"\0" + body, key=key, digest_size=CODE).digest()
