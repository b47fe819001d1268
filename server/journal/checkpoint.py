"""Signed checkpoints: at this moment the record of this meeting ended with this entry. No I/O.

A chain alone does not stop whoever owns the database from writing it anew. A checkpoint that has left the building
does: it names an entry's number and hash, and is signed with Ed25519 (RFC 8032) by a key that is not in the database.
It is text that people can read, so that a receipt can be kept on paper; `docs/record-format.md` has every byte of it.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FIRST_LINE = "roundtable checkpoint v1"
FINALIZED, CLOSED, EXPORTED, DESTROYED = "finalized", "closed", "exported", "destroyed"
REASONS = (FINALIZED, CLOSED, EXPORTED, DESTROYED)
_FIELDS = ("meeting", "entry", "hash", "time", "reason", "files")
MOST = 4000  # characters of a checkpoint


class NotACheckpoint(ValueError):
    """Text that is no checkpoint; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`time` is microseconds since the Unix epoch; `hash` the entry's; `files` the SHA-256 of an archive's list of
    files, or "". `key_id` and `signature` are empty until it is signed.
    """

    meeting_id: str
    number: int
    hash: bytes
    time: int
    reason: str
    files: str = ""
    key_id: str = ""
    signature: bytes = b""

    def statement(self) -> bytes:
        """What is signed."""
        lines = [
            FIRST_LINE,
            f"meeting {self.meeting_id}",
            f"entry {self.number}",
            f"hash {self.hash.hex()}",
            f"time {_iso(self.time)}",
            f"reason {self.reason}",
        ]
        if self.files:
            lines.append(f"files {self.files}")
        return "".join(f"{line}\n" for line in lines).encode()

    def text(self) -> str:
        """The statement with its signature: what a receipt is."""
        signature = base64.b64encode(self.signature).decode()
        return f"{self.statement().decode()}key {self.key_id}\nsignature {signature}\n"


class Signer:
    """Signs with a private key of 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.key_id = key_id(self.public)

    def sign(self, checkpoint: Checkpoint) -> Checkpoint:
        unsigned = Checkpoint(
            checkpoint.meeting_id,
            checkpoint.number,
            checkpoint.hash,
            checkpoint.time,
            checkpoint.reason,
            checkpoint.files,
            self.key_id,
        )
        return Checkpoint(
            unsigned.meeting_id,
            unsigned.number,
            unsigned.hash,
            unsigned.time,
            unsigned.reason,
            unsigned.files,
            unsigned.key_id,
            self._key.sign(unsigned.statement()),
        )


def seed_from(secret: str) -> bytes:
    """A signing key of its own from a secret that the installation has anyway (HKDF, RFC 5869)."""
    hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"roundtable record signing v1")
    return hkdf.derive(secret.encode())


def key_id(public: bytes) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the public key's 32 bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def key_book(publics: Iterable[bytes]) -> dict[str, bytes]:
    """Public keys by their ids."""
    return {key_id(public): public for public in publics}


def wrong_with(checkpoint: Checkpoint, keys: Mapping[str, bytes]) -> str | None:
    """Why the signature does not stand, in words, or None when it does."""
    public = keys.get(checkpoint.key_id)
    if public is None:
        return f"it is signed with a key that is not known: {checkpoint.key_id}"
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(checkpoint.signature, checkpoint.statement())
    except (InvalidSignature, ValueError):
        return "its signature is not of these words"
    return None


def parse(text: str) -> Checkpoint:
    """From `Checkpoint.text`; every byte of it counts, but for white space at its end. Raises `NotACheckpoint`."""
    if len(text) > MOST:
        raise NotACheckpoint("it is too long")
    lines = text.replace("\r\n", "\n").rstrip().split("\n")
    if lines[0] != FIRST_LINE:
        raise NotACheckpoint(f"it does not begin with “{FIRST_LINE}”")
    found: dict[str, str] = {}
    for line in lines[1:]:
        name, _, value = line.partition(" ")
        if name in found or not value or name not in {*_FIELDS, "key", "signature"}:
            raise NotACheckpoint(f"this line has no place in it: {line[:60]}")
        found[name] = value
    try:
        moment = datetime.strptime(found["time"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        made = Checkpoint(
            found["meeting"],
            int(found["entry"]),
            bytes.fromhex(found["hash"]),
            round(moment.timestamp() * 1_000_000),
            found["reason"],
            found.get("files", ""),
            found["key"],
            base64.b64decode(found["signature"], validate=True),
        )
    except KeyError as missing:
        raise NotACheckpoint(f"its line “{missing.args[0]}” is missing") from None
    except (ValueError, binascii.Error):
        raise NotACheckpoint("one of its lines cannot be read") from None
    if made.text().rstrip().split("\n") != lines:
        raise NotACheckpoint("its lines are not in their order, or not written as Roundtable writes them")
    return made


def _iso(time: int) -> str:
    return datetime.fromtimestamp(time // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{time % 1_000_000:06d}Z"
