"""What stands around a message in Redis: by which node, and a code that only nodes with our secret key can make.

So whoever else can write into that Redis can repeat what was said or keep it back, but say nothing of their own. What
is said in there is not hidden from them: Redis must be private.
"""

import hashlib
import hmac

CODE, NODE = 16, 8  # bytes
MOST = 1_500_000  # bytes of a message


class Envelope:
    def __init__(self, secret_key: str, node: str) -> None:
        """`node` is sixteen hex digits."""
        self._key = hashlib.blake2b(secret_key.encode(), person=b"roundtable.bus").digest()
        self._node = bytes.fromhex(node)

    def seal(self, channel: bytes, data: bytes) -> bytes:
        body = self._node + data
        return self._code(channel, body) + body

    def open(self, channel: bytes, message: bytes) -> tuple[str, bytes] | None:
        """By which node, and what; None for a message that none of ours made."""
        if not CODE + NODE <= len(message) <= MOST:
            return None
        body = message[CODE:]
        if not hmac.compare_digest(message[:CODE], self._code(channel, body)):
            return None
        return body[:NODE].hex(), body[NODE:]

    def _code(self, channel: bytes, body: bytes) -> bytes:
        return hashlib.blake2b(channel + b"\0" + body, key=self._key, digest_size=CODE).digest()
