"""The chain of the audit log: each link's hash covers its number, its body and the hash before it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.domain.canonical import NotCanonical, parse_canonical

START = "0" * 64
"""What stands for the hash before the first link."""

MOST_BYTES = 64 << 20
"""A body is at most so long: whoever reads the log need not hold more."""

_TAG = "reviewbot audit 1"


@dataclass(frozen=True)
class Anchor:
    """A link's number and hash: enough to know the whole log up to there again. Written ``12:HASH``."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


ORIGIN = Anchor(0, START)
"""Where every log begins."""


@dataclass(frozen=True)
class Link:
    """One record of the log.

    Attributes:
        seq: 1, 2, 3 …, without gaps. previous: hash of the link before it.
        hash: see ``link_hash``. digest: of the body. body: the entry's canonical JSON as UTF-8; None where an export
            left it out.
    """

    seq: int
    previous: str
    hash: str
    digest: str
    body: bytes | None

    @property
    def holds(self) -> bool:
        """Whether its hash is that of what it says."""
        if self.body is not None and hashlib.sha256(self.body).hexdigest() != self.digest:
            return False
        return link_hash(self.seq, self.previous, self.digest) == self.hash

    @property
    def anchor(self) -> Anchor:
        """Where it stands."""
        return Anchor(self.seq, self.hash)


def link_hash(seq: int, previous: str, digest: str) -> str:
    """SHA-256, in hexadecimal, of four lines, each ended by a line feed: the tag, the number, the hash before, the
    body's SHA-256. A shell computes it with ``printf 'reviewbot audit 1\\n%d\\n%s\\n%s\\n' … | sha256sum``.
    """
    said = f"{_TAG}\n{seq}\n{previous}\n{digest}\n"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def chain(after: Anchor, bodies: Sequence[str]) -> list[Link]:
    """The links that bodies make, one after the other, behind an anchor.

    Raises:
        NotCanonical: a body is too long.
    """
    links = []
    for text in bodies:
        data = text.encode()
        if len(data) > MOST_BYTES:
            raise NotCanonical(f"A record of {len(data)} bytes is too long for the audit log: split the change.")
        digest = hashlib.sha256(data).hexdigest()
        made = link_hash(after.seq + 1, after.hash, digest)
        links.append(Link(after.seq + 1, after.hash, made, digest, data))
        after = links[-1].anchor
    return links


def line(link: Link) -> str:
    """A link as a line of an export, without its end: canonical JSON."""
    if link.body is None:
        return f'{{"digest":"{link.digest}","hash":"{link.hash}","previous":"{link.previous}","seq":{link.seq}}}'
    text = link.body.decode()
    return f'{{"body":{text},"hash":"{link.hash}","previous":"{link.previous}","seq":{link.seq}}}'


def read_line(text: str) -> Link:
    """The link that ``line`` was given.

    Raises:
        NotCanonical: it was altered, or never was one.
    """
    value = parse_canonical(text)
    if not isinstance(value, dict) or value.keys() not in ({"body", *_KEPT}, {"digest", *_KEPT}):
        raise NotCanonical("The line has other fields than a record: give an export as it was made.")
    seq, texts = value["seq"], [value["hash"], value["previous"], value.get("digest", "")]
    if type(seq) is not int or not all(isinstance(one, str) for one in texts):
        raise NotCanonical("The line has fields of another kind than a record's: give an export as it was made.")
    if "digest" in value:
        return Link(seq, value["previous"], value["hash"], value["digest"], None)
    # In canonical form the body is the line without what stands around it, byte for byte.
    end = text.rindex(',"hash":"', 0, len(text))
    data = text[len('{"body":') : end].encode()
    return Link(seq, value["previous"], value["hash"], hashlib.sha256(data).hexdigest(), data)


_KEPT = ("hash", "previous", "seq")
