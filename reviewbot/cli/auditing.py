"""What ``reviewbot audit`` does: verify the log, export it, and say who reviewed the code of a release."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from itertools import chain, dropwhile
from pathlib import Path

from sqlalchemy import make_url

from reviewbot.cli.audit_output import render
from reviewbot.cli.output import emit, tell
from reviewbot.domain.audit import Entry
from reviewbot.domain.chain import ORIGIN, START, Anchor, Link, line
from reviewbot.domain.errors import StoreError, UsageError
from reviewbot.policy.audit import Tampered, check_text, checked, entry_of, read_expected, read_export, verify
from reviewbot.policy.audit_report import Numbered, Release, recorded_merges, report
from reviewbot.policy.released import own_commits, released
from reviewbot.settings import load_settings
from reviewbot.source.repository import Repository
from reviewbot.store.audit import AuditLog
from reviewbot.store.database import Database
from reviewbot.store.migrate import check_schema

Links = Callable[[], AbstractContextManager[Iterator[Link]]]
"""Opens a log at a record; it can be read more than once."""


@dataclass(frozen=True)
class Wanted:
    """Which entries: times in milliseconds since the epoch, ``repository`` ``OWNER/NAME`` or ``FORGE:OWNER/NAME``."""

    since: int | None = None
    until: int | None = None
    repository: str | None = None

    def takes(self, entry: Entry) -> bool:
        """Whether an entry is one of them."""
        if self.repository not in (None, entry.repository, f"{entry.forge}:{entry.repository}"):
            return False
        return (self.since is None or entry.at >= self.since) and (self.until is None or entry.at < self.until)


def run_verify(first: int, expect: str | None, file: Path | None) -> int:
    """Follow the log to its end and print where that is.

    Raises:
        Tampered: it is not as it was written. ReviewbotError: it cannot be read.
    """
    expected = None if expect is None else read_expected(expect)
    begin = max(1, first - 1)  # the record before gives the hash that the first one must follow
    with _opened(file, begin) as open_links, open_links() as links:
        after, rest = _beginning(links, first, begin)
        found = verify(rest, after, expected)
    emit(f"{found.count} records{_span(found.first, found.head)}, each as it was written{_left_out(found.left_out)}.\n")
    emit(f"Head: {found.head}\n")
    return 0


def run_export(wanted: Wanted) -> int:
    """Write the records as JSON lines, and of those that are not wanted, between them, only their hashes.

    Raises:
        Tampered: the log is not as it was written; nothing was printed but where a record holds and is no entry.
        ReviewbotError: it cannot be read.
    """
    with _opened(None, 1) as open_links:
        ends = _all(open_links) if wanted == Wanted() else _ends(_entries(open_links, wanted))
        if ends is None:
            tell("There is no such record: nothing was exported.")
            return 0
        last = _write(open_links, wanted, *ends)
    tell(f"Verify it with: --from {ends[0]} --expect {last}")
    return 0


def _write(open_links: Links, wanted: Wanted, first: int, last: int) -> Anchor:
    """Write the records from ``first`` to ``last``; where that is."""
    with open_links() as links:
        for link in checked(links):
            if link.seq >= first:
                sys.stdout.buffer.write(line(_given(link, wanted)).encode() + b"\n")
            if link.seq == last:
                break
    sys.stdout.buffer.flush()
    return link.anchor


def _given(link: Link, wanted: Wanted) -> Link:
    """A record, or what is given in its place."""
    if wanted == Wanted():
        check_text(link)
        return link
    entry = entry_of(link)
    return link if entry is not None and wanted.takes(entry) else replace(link, body=None)


def _all(open_links: Links) -> tuple[int, int] | None:
    with open_links() as links:
        found = verify(links)
    return (found.first, found.head.seq) if found.count else None


def _ends(entries: Iterator[Numbered]) -> tuple[int, int] | None:
    """The numbers of the first and the last of them."""
    first = next(entries, None)
    if first is None:
        return None
    last = deque(entries, 1)
    return first[0], (last[0] if last else first)[0]


def run_report(asked: str, repo: Path, repository: str | None, form: str, file: Path | None) -> int:
    """Say which records speak of the commits of a range, and of which no record speaks.

    Raises:
        Tampered: the log is not as it was written. ReviewbotError: the range or the log cannot be read.
    """
    place = Repository(repo)
    commits = released(place, asked)
    wanted = Wanted(repository=repository)
    with _opened(file, 1) as open_links:
        whole = file is None
        merges = recorded_merges(_entries(open_links, wanted, whole=whole), commits)
        release = Release(commits, cache(partial(own_commits, place)), merges)
        made = report(_entries(open_links, wanted, whole=whole), release)
    emit(render(made, asked, form))
    return 0


def read_time(text: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 date or time; UTC where it names no offset.

    Raises:
        UsageError: it is none.
    """
    try:
        made = datetime.fromisoformat(text)
        return int((made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no time: give it as 2026-11-25 or 2026-11-25T10:00:00+01:00.") from None


def _entries(open_links: Links, wanted: Wanted, *, whole: bool = True) -> Iterator[Numbered]:
    """The wanted entries of a log. A part of one (not ``whole``) may begin anywhere and leave bodies out."""
    left_out = 0
    with open_links() as links:
        for link in checked(links, ORIGIN if whole else None):
            entry = entry_of(link)
            left_out += entry is None
            if entry is not None and wanted.takes(entry):
                yield link.seq, entry
    if left_out:
        tell(f"Of {left_out} records the file holds only the hash: what they say is not in this report.")


def _beginning(links: Iterator[Link], first: int, begin: int) -> tuple[Anchor, Iterator[Link]]:
    """What the records from ``first`` on follow, and those records.

    Raises:
        Tampered: there are none.
    """
    if first <= 1:
        return ORIGIN, links
    links = dropwhile(lambda link: link.seq < begin, links)
    before = next(links, None)
    if before is None:
        raise Tampered(first, f"Record {first} is missing: the log ends before it.")
    if before.seq == begin:
        return before.anchor, links
    # An export that begins at ``first`` says itself what it follows; one that begins later lacks records.
    follows = before.previous if before.seq == first else START
    return Anchor(begin, follows), chain([before], links)


@contextmanager
def _opened(file: Path | None, first: int) -> Iterator[Links]:
    """The log of the database, or an export of it."""
    if file is not None:
        yield partial(_file_links, file)
        return
    url = load_settings().database
    path = make_url(url).database if url.startswith("sqlite") else None
    if path is not None and not Path(path).exists():
        raise StoreError(f"There is no database {path}: run this where REVIEWBOT_STATE_DIR or _DATABASE_URL names it.")
    database = Database(url)
    try:
        check_schema(database)
        log = AuditLog(database)
        if not log.guarded():
            tell("The triggers that keep the audit log from being changed are gone: somebody dropped them.")
        yield partial(log.links, first)
    finally:
        database.close()


@contextmanager
def _file_links(file: Path) -> Iterator[Iterator[Link]]:
    try:
        with file.open("rb") as opened:
            yield read_export(opened)
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}): name an export of the audit log.") from None


def _span(first: int, head: Anchor) -> str:
    return f" ({first} to {head.seq})" if first else ""


def _left_out(count: int) -> str:
    return f"; of {count} of them the file holds only the hash" if count else ""
