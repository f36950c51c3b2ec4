"""Is the audit log as it was written: the chain is followed link by link, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from reviewbot.domain.audit import Entry, read_body
from reviewbot.domain.canonical import NotCanonical, parse_canonical
from reviewbot.domain.chain import MOST_BYTES, ORIGIN, Anchor, Link, link_hash, read_line
from reviewbot.domain.errors import ReviewbotError, UsageError

_EXPECTED = re.compile(r"(?:([0-9]{1,15}):)?([0-9a-f]{64})")
_LONGEST_LINE = MOST_BYTES + 1024


class Tampered(ReviewbotError):
    """The log is not as it was written. ``seq`` is the number of the record that the sentence names."""

    exit_code = 1

    def __init__(self, seq: int, sentence: str) -> None:
        super().__init__(sentence)
        self.seq = seq


@dataclass(frozen=True)
class Expected:
    """A hash that the log must hold, as ``audit verify`` printed it earlier, and its record's number if known."""

    hash: str
    seq: int | None = None


@dataclass(frozen=True)
class Verified:
    """A log that holds.

    Attributes:
        first: number of the first record looked at. count: how many. left_out: of how many only the hash is there.
        head: where it ends.
    """

    first: int
    count: int
    left_out: int
    head: Anchor


def read_expected(text: str) -> Expected:
    """``HASH`` or ``NUMBER:HASH``.

    Raises:
        UsageError: it is neither.
    """
    found = _EXPECTED.fullmatch(text.strip())
    if found is None:
        raise UsageError("--expect takes the head as `reviewbot audit verify` printed it: NUMBER:HASH, or the hash.")
    return Expected(found[2], None if found[1] is None else int(found[1]))


def verify(links: Iterable[Link], after: Anchor | None = ORIGIN, expect: Expected | None = None) -> Verified:
    """Follow a log to its end.

    Args:
        links: the records in the order they stand. after: what they follow; None takes the first one's word for it.
        expect: a record that must be among them.

    Raises:
        Tampered: a record was altered, removed, inserted or moved; the first one that shows it is named.
    """
    first, count, left_out, head, found = 0, 0, 0, after or ORIGIN, _meets(expect, after)
    for link in checked(links, after):
        first = first or link.seq
        count += 1
        left_out += link.body is None
        head = link.anchor
        found = _meets(expect, head) or found
    if expect is not None and not found:
        raise _not_there(expect, head)
    return Verified(first, count, left_out, head)


def checked(links: Iterable[Link], after: Anchor | None = ORIGIN) -> Iterator[Link]:
    """The links, each given on when it was found to follow the one before.

    Raises:
        Tampered: as ``verify``.
    """
    before, last = None, after
    for link in links:
        last = Anchor(link.seq - 1, link.previous) if last is None else last
        if link.seq != last.seq + 1 or link.previous != last.hash or not link.holds:
            raise _fault(before, last, link)
        yield link
        before, last = last, link.anchor


def entry_of(link: Link) -> Entry | None:
    """What a record says; None where an export left it out.

    Raises:
        Tampered: it is no entry, though its hash holds: whoever wrote it was not reviewbot.
    """
    if link.body is None:
        return None
    try:
        return read_body(link.body.decode())
    except (NotCanonical, UnicodeDecodeError) as error:
        raise Tampered(link.seq, f"Record {link.seq} cannot be read: {error}") from error


def check_text(link: Link) -> None:
    """See that a record is written in canonical form, so that it is the same after an export.

    Raises:
        Tampered: it is not.
    """
    try:
        parse_canonical("null" if link.body is None else link.body.decode())
    except (NotCanonical, UnicodeDecodeError) as error:
        raise Tampered(link.seq, f"Record {link.seq} cannot be read: {error}") from error


def read_export(file: BinaryIO) -> Iterator[Link]:
    """The records of an export, a line at a time.

    Raises:
        Tampered: a line is not as it was exported.
    """
    due, number = 1, 0
    while data := file.readline(_LONGEST_LINE):
        number += 1
        try:
            link = read_line(data.decode().removesuffix("\n"))
        except (NotCanonical, UnicodeDecodeError):
            raise Tampered(due, f"Record {due} was altered: line {number} is not as it was exported.") from None
        if not data.endswith(b"\n"):
            raise Tampered(link.seq, f"Record {link.seq} was altered: line {number} has no end.")
        yield link
        due = link.seq + 1


def _fault(before: Anchor | None, last: Anchor, link: Link) -> Tampered:
    """What became of the log between two records that do not fit. ``before`` is the one before ``last``."""
    due = last.seq + 1
    if link.seq != due:
        return _misplaced(last, link)
    if not link.holds:
        return _torn(before, last, link)
    if before is None:
        return Tampered(due, f"Record {due} does not follow record {last.seq}: one of them was exchanged.")
    return Tampered(last.seq, f"Record {last.seq} was exchanged: record {due} follows one with another hash.")


def _torn(before: Anchor | None, last: Anchor, link: Link) -> Tampered:
    due = last.seq + 1
    if link.hash == last.hash:
        return Tampered(due, f"Record {due} was inserted: it is a copy of record {last.seq}.")
    if _held_as(link, due - 1) and before is not None and link.previous == before.hash:
        return Tampered(last.seq, f"Record {last.seq} was inserted: what was record {last.seq} stands as {due}.")
    if _held_as(link, due + 1):
        return Tampered(due, f"Record {due} was removed: what was record {due + 1} stands in its place.")
    return Tampered(due, f"Record {due} was altered: its hash is not that of what it says.")


def _misplaced(last: Anchor, link: Link) -> Tampered:
    due = last.seq + 1
    if _held_as(link, due) and link.previous == last.hash:
        return Tampered(due, f"Record {due} was altered: it stands under the number {link.seq}.")
    if link.seq == last.seq:
        return Tampered(link.seq, f"Record {link.seq} stands twice: one of the two was inserted.")
    if link.seq < due:
        return Tampered(link.seq, f"Record {link.seq} was inserted or moved: it stands after record {last.seq}.")
    missing = f"Record {due} is" if link.seq == due + 1 else f"Records {due} to {link.seq - 1} are"
    return Tampered(due, f"{missing} missing before record {link.seq}: removed, or moved elsewhere.")


def _held_as(link: Link, seq: int) -> bool:
    return link_hash(seq, link.previous, link.digest) == link.hash


def _meets(expect: Expected | None, at: Anchor | None) -> bool:
    """Whether the expected record is this one.

    Raises:
        Tampered: it has its number and is another.
    """
    if expect is None or at is None or expect.seq not in (None, at.seq):
        return False
    if expect.seq == at.seq and expect.hash != at.hash:
        raise Tampered(at.seq, f"Record {at.seq} is another than the expected one: the log was written anew.")
    return expect.hash == at.hash


def _not_there(expect: Expected, head: Anchor) -> Tampered:
    if expect.seq is None:
        return Tampered(head.seq, f"No record up to {head.seq} has the expected hash: the log was cut or written anew.")
    if expect.seq <= head.seq:
        return Tampered(expect.seq, f"Record {expect.seq} was not looked at: give --from {expect.seq} or less.")
    gone = f"Record {expect.seq} is" if expect.seq == head.seq + 1 else f"Records {head.seq + 1} to {expect.seq} are"
    return Tampered(head.seq + 1, f"{gone} missing: the log was cut off after record {head.seq}.")
