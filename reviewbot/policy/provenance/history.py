"""The commits of a change, in one call of git's: who, which parents, which trailers by git's own rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.domain.change import Change
from reviewbot.domain.errors import SourceError
from reviewbot.policy.provenance.room import Room

# %(trailers:only,unfold): the last paragraph alone, folded lines joined, as `git interpret-trailers --parse` has them
# (https://git-scm.com/docs/git-interpret-trailers; committed messages have no divider).
_FIELDS = ("%H", "%P", "%an", "%ae", "%cn", "%ce", "%s", "%(trailers:only=true,unfold=true)", "%B")
_LOG = (
    *("log", "-z", "--no-show-signature", "--no-notes", "--no-patch", "--encoding=UTF-8"),
    f"--format={'%x00'.join(_FIELDS)}",
)
_PICKED = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40}|[0-9a-f]{64})\)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Commit:
    """One commit, as its maker wrote it: everything but ``id`` and ``parents`` is a stranger's word.

    Attributes:
        trailers: key and value, in their order. picked: the commits that it says it was picked from.
    """

    id: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    committer_name: str
    committer_email: str
    subject: str
    trailers: tuple[tuple[str, str], ...] = ()
    picked: tuple[str, ...] = ()


def commits_of(room: Room, change: Change) -> tuple[Commit, ...]:
    """The commits that the head has and the merge base has not, children before their parents.

    Raises:
        SourceError: an object is missing, or there is too much of it.
    """
    out = room.git(*_LOG, "--topo-order", change.head, f"^{change.merge_base}", "--")
    return _parsed(out)


def commits_named(room: Room, ids: Sequence[str]) -> tuple[Commit, ...]:
    """These commits alone.

    Raises:
        SourceError: one is missing.
    """
    if not ids:
        return ()
    return _parsed(room.git(*_LOG, "--no-walk=unsorted", "--stdin", stdin="".join(f"{i}\n" for i in ids).encode()))


def _parsed(out: bytes) -> tuple[Commit, ...]:
    fields = out.decode("utf-8", "surrogateescape").split("\0")
    size = len(_FIELDS)
    if len(fields) % size != 1:
        raise SourceError("git printed a history that cannot be read: update git to 2.30 or newer.")
    return tuple(_commit(fields[at : at + size]) for at in range(0, len(fields) - 1, size))


def _commit(fields: Sequence[str]) -> Commit:
    identity, parents, author, author_email, committer, committer_email, subject, trailers, message = fields
    pairs = (line.partition(":") for line in trailers.split("\n") if ":" in line)
    return Commit(
        identity,
        tuple(parents.split()),
        *(author, author_email, committer, committer_email, subject),
        tuple((key.strip(), value.strip()) for key, _, value in pairs),
        tuple(dict.fromkeys(_PICKED.findall(message))) if "(cherry picked" in message else (),
    )
