"""The commits of a release, as git has them, and the digests by which a change is known after a squash or a rebase.

A digest is SHA-256 over ``reviewbot patch 1``, a line feed, and git's patch (no renames, three lines of context,
every file as text) without what moves with the base: the ``index`` lines, and all of a hunk's header behind ``@@``.
Unlike ``git patch-id`` it does not pass over white space, which has a meaning in Python.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from reviewbot.domain.errors import RevisionNotFound, SourceError, UsageError
from reviewbot.source.git import run_git
from reviewbot.source.repository import Repository

_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FULL_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_AS_IS = {"GIT_NO_REPLACE_OBJECTS": "1"}  # refs/replace would show other commits than those that were released
_FORMAT = "--format=%H%x00%P%x00%an <%ae>%x00%s"
_LOG = ("log", "-z", "--topo-order", "--no-show-signature", "--no-notes", "--no-color", "--encoding=UTF-8", _FORMAT)
_PATCH = ("--no-renames", "--text", "-U3", "--no-color", "--no-ext-diff", "--no-textconv", "--full-index", "--patch")
_AT_ONCE = 100  # commits whose patches are held in memory


@dataclass(frozen=True)
class Commit:
    """A commit of a release.

    Attributes:
        id, parents: full ids. author, subject: as the commit says; anyone may write anything.
        patch: its digest; None for a merge, and where it changes nothing.
        merges_cleanly: of a merge of two: whether it is what git makes of its parents by itself; None where that
            cannot be told.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    subject: str
    patch: str | None = None
    merges_cleanly: bool | None = None

    @property
    def is_merge(self) -> bool:
        """Whether it has more than one parent."""
        return len(self.parents) > 1


def released(repository: Repository, asked: str) -> tuple[Commit, ...]:
    """The commits of ``FROM..TO``, newest first.

    Raises:
        UsageError: it is not such a range. RevisionNotFound: an end of it is not in the repository.
    """
    older, dots, newer = asked.partition("..")
    if not (older and dots and newer) or newer.startswith("."):
        raise UsageError("--range takes two revisions with two dots between them: --range v4.1..v4.2.")
    ends = f"{repository.resolve(older)}..{repository.resolve(newer)}"
    fields = run_git(repository.path, *_LOG, ends, "--", environment=_AS_IS).split(b"\0")
    told = [[field.decode("utf-8", "surrogateescape") for field in fields[i : i + 4]] for i in range(0, len(fields), 4)]
    found = [Commit(one[0], tuple(one[1].split()), one[2], one[3]) for one in told if len(one) == 4]
    digests = _patches_of(repository, [commit.id for commit in found if not commit.is_merge])
    return tuple(_told(repository, commit, digests) for commit in found)


def own_commits(repository: Repository, base: str, head: str) -> frozenset[str] | None:
    """The commits that ``head`` has and ``base`` has not; None where one of the two is not in the repository.

    Args:
        base, head: full ids.
    """
    if not (_FULL_ID.fullmatch(base) and _FULL_ID.fullmatch(head)):
        return None
    try:
        ends = f"{repository.resolve(base)}..{repository.resolve(head)}"
    except RevisionNotFound:
        return None
    return frozenset(run_git(repository.path, "rev-list", ends, "--", environment=_AS_IS).decode().split())


def patches(repository: Repository, base: str, head: str) -> tuple[str, ...]:
    """Digests of what ``head`` adds since it left ``base``: of the whole, then of each commit that is no merge.

    Args:
        base, head: revisions.

    Returns:
        Nothing where the change is empty.

    Raises:
        RevisionNotFound: one is not there. SourceError: they share no history.
    """
    ends = repository.resolve(base), repository.resolve(head)
    roots = run_git(repository.path, "merge-base", *ends, accept=(0, 1), environment=_AS_IS).decode().split()
    if not roots:
        raise SourceError(f"{base[:12]} and {head[:12]} share no history: name a base that the head grew from.")
    whole = run_git(repository.path, "diff-tree", "-r", *_PATCH, roots[0], ends[1], environment=_AS_IS)
    if not whole:
        return ()
    listed = ("rev-list", "--no-merges", "--reverse", "--topo-order", f"{ends[0]}..{ends[1]}", "--")
    ids = run_git(repository.path, *listed, environment=_AS_IS).decode().split()
    each = _patches_of(repository, ids)
    return (_digest(whole.split(b"\n")), *(each[one] for one in ids if one in each))


def _told(repository: Repository, commit: Commit, digests: dict[str, str]) -> Commit:
    clean = _merges_cleanly(repository, commit) if len(commit.parents) == 2 else None
    return Commit(commit.id, commit.parents, commit.author, commit.subject, digests.get(commit.id), clean)


def _patches_of(repository: Repository, ids: list[str]) -> dict[str, str]:
    """The digest of each commit that is no merge and changes something."""
    found = {}
    command = ("diff-tree", "--stdin", "--root", "-r", *_PATCH)
    for start in range(0, len(ids), _AT_ONCE):
        asked = "".join(f"{one}\n" for one in ids[start : start + _AT_ONCE]).encode()
        said = run_git(repository.path, *command, stdin=asked, environment=_AS_IS).split(b"\n")
        # A line of a patch begins with a space, a sign or a header's word, so a lone id is git's own.
        marks = [at for at, line in enumerate(said) if _ID.fullmatch(line)]
        for begin, end in pairwise([*marks, len(said) - 1]):
            if said[begin + 1 : end]:
                found[said[begin].decode()] = _digest(said[begin + 1 : end])
    return found


def _digest(lines: Iterable[bytes]) -> str:
    kept = (b"@@" if line.startswith(b"@@ ") else line for line in lines if line and not line.startswith(b"index "))
    return hashlib.sha256(b"reviewbot patch 1\n" + b"".join(line + b"\n" for line in kept)).hexdigest()


def _merges_cleanly(repository: Repository, commit: Commit) -> bool | None:
    """Whether git alone makes the merge. What it writes goes elsewhere: a report leaves the repository as it is."""
    objects = run_git(repository.path, "rev-parse", "--path-format=absolute", "--git-path", "objects").decode().strip()
    with tempfile.TemporaryDirectory(prefix="reviewbot-merge-") as place:
        apart = {**_AS_IS, "GIT_OBJECT_DIRECTORY": place, "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}
        try:
            said = run_git(
                repository.path,
                *("merge-tree", "--write-tree", "--no-messages", "--end-of-options", *commit.parents),
                environment=apart,
                accept=(0, 1),
            )
        except SourceError:  # git before 2.38, or parents that share no history
            return None
    tree = run_git(repository.path, "rev-parse", f"{commit.id}^{{tree}}", environment=_AS_IS)
    return said == tree
