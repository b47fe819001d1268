"""A second verifier of archives, written from `docs/record-format.md` alone: nothing of `server/` is in it."""

import base64
import hashlib
import io
import json
import struct
import zipfile
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pycrdt import Doc, XmlFragment

TOLD_FIRST = {"agenda.added", "comment.adopted", "amendment.proposed", "amendment.made"}
TEXT = {"document.created", "edit", "restore", *TOLD_FIRST}


class Bad(Exception):
    pass


def need(holds: bool, why: str) -> None:
    if not holds:
        raise Bad(why)


def short(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def read_checkpoint(text: str, keys: dict[str, bytes]) -> dict[str, str]:
    lines = text.rstrip().split("\n")
    fields = dict(line.split(" ", 1) for line in lines[1:])
    names = [
        "meeting",
        "entry",
        "hash",
        "time",
        "reason",
        *(["files"] if "files" in fields else []),
        "key",
        "signature",
    ]
    need([line.split(" ", 1)[0] for line in lines[1:]] == names, "lines of a checkpoint")
    need(lines[0] == "roundtable checkpoint v1", "first line")
    signed = "".join(f"{line}\n" for line in lines[:-2]).encode()
    need(fields["key"] in keys, "key")
    signature = base64.b64decode(fields["signature"], validate=True)
    need(base64.b64encode(signature).decode() == fields["signature"], "form of the signature")
    try:
        Ed25519PublicKey.from_public_bytes(keys[fields["key"]]).verify(signature, signed)
    except InvalidSignature:
        raise Bad("signature") from None
    return fields


def update_of(kind: str, payload: bytes) -> bytes:
    if kind in TOLD_FIRST:
        (length,) = struct.unpack(">I", payload[:4])
        return payload[4 + length :]
    return payload[8:] if kind == "restore" else payload


def read(doc: "Doc[Any]") -> str:
    return str(doc.get("default", type=XmlFragment))


def contents(data: bytes) -> dict[str, bytes]:
    """The archive's files."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        need(len(set(names)) == len(names), "twice")
        files = {name: archive.read(name) for name in names}
        need(all(archive.getinfo(name).file_size == len(data) for name, data in files.items()), "size")
        return files


def verify(data: bytes, keys: dict[str, bytes]) -> dict[str, Any] | None:
    """What the last entry of a destroyed record tells, with `by` and `time`; None of another record.

    Raises `Bad`, or whatever reading nonsense raises.
    """
    files = contents(data)
    last = read_checkpoint(files["checkpoint.txt"].decode(), keys)
    need(hashlib.sha256(files["SHA256SUMS"]).hexdigest() == last["files"], "list")
    listed = {line[66:]: line[:64] for line in files["SHA256SUMS"].decode()[:-1].split("\n")}
    own = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    need(listed == {name: own[name] for name in own if name not in ("SHA256SUMS", "checkpoint.txt")}, "files")
    hashes = [bytes(32)]
    updates: dict[str, list[bytes] | None] = {}
    seen: dict[str, int] = {}
    held, end = 0, None
    for line in files["journal.jsonl"].decode()[:-1].split("\n"):
        entry = json.loads(line)
        commitment = bytes.fromhex(entry["payload_hash"])
        payload = entry["payload"]
        if payload is not None:
            payload = base64.b64decode(payload, validate=True)
            salt = bytes.fromhex(entry["salt"])
            need(len(salt) == 16 and hashlib.sha256(salt + payload).digest() == commitment, "payload")
        need(end is None, "after the end")
        if entry["kind"] == "record.destroyed":
            need(payload is not None and held == 0, "a payload that was to be destroyed")
            end = {**json.loads(payload), "by": entry["author"], "time": entry["time"]}
            need(end["kinds"] == seen, "what was destroyed")
        seen[entry["kind"]] = seen.get(entry["kind"], 0) + 1
        held += payload is not None
        need(entry["number"] == len(hashes), "number")
        need(bytes.fromhex(entry["prev_hash"]) == hashes[-1], "chain")
        about = b"\xff\xff" if entry["document"] is None else short(entry["document"])
        made = hashlib.sha256(
            b"\x01" + hashes[-1] + struct.pack(">Q", entry["number"]) + short(entry["kind"]) + about
            + short(entry["author"]) + short(entry["role"]) + struct.pack(">q", entry["time"]) + commitment
        ).digest()  # fmt: skip
        need(made.hex() == entry["hash"], "hash")
        hashes.append(made)
        if entry["kind"] in TEXT and entry["document"] is not None:
            of = updates.setdefault(entry["document"], [])
            if payload is None:
                updates[entry["document"]] = None
            elif of is not None:
                of.append(update_of(entry["kind"], payload))
    need(int(last["entry"]) == len(hashes) - 1, "end")
    moments = set()
    for text in [files["checkpoint.txt"].decode(), *files["checkpoints.txt"].decode().split("\n\n")]:
        if text.strip():
            fields = read_checkpoint(text, keys)
            need(fields["meeting"] == last["meeting"], "meeting")
            need(hashes[int(fields["entry"])].hex() == fields["hash"], "moment")
            moments.add((fields["entry"], fields["reason"]))
    for document, parts in updates.items():
        if parts is None:
            continue
        replayed, kept = Doc[Any](), Doc[Any]()
        for part in parts:
            replayed.apply_update(part)
        kept.apply_update(files[f"documents/{document}.yjs"])
        need(read(replayed) == read(kept), "text")
    need(end is None or (str(len(hashes) - 1), "destroyed") in moments, "destruction that is not signed")
    return end
