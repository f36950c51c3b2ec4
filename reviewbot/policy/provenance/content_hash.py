"""Finding lines again by the hash of their text.

Agent Trace gives an example (``murmur3:9f2e8a1b``: MurmurHash3's 32 bits, x86) and does not say of what exactly, so the
text is tried with and without its last line feed.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange

_MASK = 0xFFFFFFFF
_STEP = 32  # what a try costs beside its bytes
_LIBRARY = ("sha256", "sha1", "md5", "sha512")


def is_known(content_hash: str) -> bool:
    """Whether it can be computed here."""
    name = content_hash.partition(":")[0].lower()
    return name == "murmur3" or name in _LIBRARY


def matches(content_hash: str, lines: Sequence[bytes]) -> bool:
    """Whether lines (without their ends) have this hash."""
    name, _, value = content_hash.partition(":")
    text = b"\n".join(lines)
    return any(_digest(name.lower(), one) == value.lower() for one in (text, text + b"\n"))


@dataclass
class Budget:
    """Bytes that may still be hashed in looking for lines."""

    left: int = 2 * 1024 * 1024


def find(
    content_hash: str, lines: Sequence[bytes], size: int, starts: Iterable[int], budget: Budget
) -> LineRange | None:
    """The first place where ``size`` of the lines have this hash, of those that begin at ``starts`` (from 1)."""
    for start in starts:
        window = lines[start - 1 : start - 1 + size]
        budget.left -= _STEP + 2 * sum(map(len, window))
        if budget.left < 0:
            return None
        if len(window) == size and matches(content_hash, window):
            return LineRange(start, start + size - 1)
    return None


def _digest(name: str, data: bytes) -> str:
    if name == "murmur3":
        return f"{murmur3(data):08x}"
    return hashlib.new(name, data, usedforsecurity=False).hexdigest()


def murmur3(data: bytes) -> int:
    """MurmurHash3_x86_32 with the seed 0 (https://github.com/aappleby/smhasher, public domain)."""
    state, whole = 0, len(data) & ~3
    for (block,) in struct.iter_unpack("<I", data[:whole]):
        state ^= _mixed(block)
        state = (((state << 13 | state >> 19) & _MASK) * 5 + 0xE6546B64) & _MASK
    if data[whole:]:
        state ^= _mixed(int.from_bytes(data[whole:], "little"))
    state ^= len(data)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        state = ((state ^ state >> shift) * factor) & _MASK
    return state


def _mixed(block: int) -> int:
    block = block * 0xCC9E2D51 & _MASK
    return ((block << 15 | block >> 17) & _MASK) * 0x1B873593 & _MASK
