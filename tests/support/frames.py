"""Frames as clients of `/sync` send them."""

from server.sync import protocol
from server.sync.lib0 import read_text, read_uint, sized, text


def auth(key: str, token: str) -> bytes:
    return text(key) + bytes((protocol.AUTH, protocol.TOKEN)) + text(token)


def sync_frame(key: str, step: int, body: bytes) -> bytes:
    return text(key) + bytes((protocol.SYNC, step)) + sized(body)


def step_1(key: str, vector: bytes = b"\x00") -> bytes:
    return sync_frame(key, protocol.STEP_1, vector)


def update_frame(key: str, update: bytes) -> bytes:
    return sync_frame(key, protocol.UPDATE, update)


def awareness_frame(key: str, update: bytes) -> bytes:
    return text(key) + bytes((protocol.AWARENESS,)) + sized(update)


def close_frame(key: str) -> bytes:
    return text(key) + bytes((protocol.CLOSE,)) + text("left")


def frame_kind(frame: bytes) -> tuple[str, int]:
    """Key and type of a frame of the server's."""
    key, at = read_text(frame, 0)
    return key, read_uint(frame, at)[0]
