"""Where the lines of Agent Trace records stand: by commit, by their text, or else somewhere in the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim, OriginKind, Strength
from reviewbot.policy.provenance import content_hash
from reviewbot.policy.provenance.agent_trace import Traced
from reviewbot.policy.provenance.diffs import Diffs, FileDiff
from reviewbot.policy.provenance.history import Commit

Placed = tuple[LineRange, Claim]


@dataclass(frozen=True)
class Places:
    """What records say, by where their lines stand.

    Attributes:
        at_commit: by commit and path there. at_head: by path, of lines known again by their text.
        hints: by path, of records whose lines cannot be told.
    """

    at_commit: Mapping[tuple[str, str], list[Placed]] = field(default_factory=dict)
    at_head: Mapping[str, list[Placed]] = field(default_factory=dict)
    hints: Mapping[str, list[Claim]] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """The head's text of the files that the change adds lines to, and which lines those are."""

    lines: Mapping[str, Sequence[bytes]]
    added: Mapping[str, Sequence[LineRange]]


def placed(traces: Iterable[Traced], commits: Sequence[Commit], diffs: Diffs, head: Head) -> Places:
    """The records' ranges sorted by where their lines stand.

    A range with a hash that can be computed must prove itself: its lines are those whose text has that hash.
    """
    at_commit, at_head = defaultdict[tuple[str, str], list[Placed]](list), defaultdict[str, list[Placed]](list)
    hints = defaultdict[str, list[Claim]](list)
    steps = _Steps(commits, diffs)
    budget = content_hash.Budget()
    for trace in traces:
        if trace.claim.kind is OriginKind.UNKNOWN or not (trace.path in head.added or steps.touched(trace.path)):
            continue
        homes = steps.homes(trace)
        found = _by_text(trace, head, budget)
        if found is not None:
            at_head[trace.path].append((found, trace.claim))
        elif homes:
            for commit in homes:
                at_commit[commit, trace.path].append((trace.lines, trace.claim))
        elif trace.claim.kind is not OriginKind.HUMAN:
            hints[trace.path].append(replace(trace.claim, strength=Strength.HINT))
    return Places(at_commit, at_head, hints)


def _by_text(trace: Traced, head: Head, budget: content_hash.Budget) -> LineRange | None:
    """Where the head has the text of the hash, first at the lines that the record names."""
    if trace.content_hash is None or not content_hash.is_known(trace.content_hash):
        return None
    lines, size = head.lines.get(trace.path, ()), len(trace.lines)
    if size > len(lines):
        return None
    starts = chain([trace.lines.start], _starts(head.added.get(trace.path, ()), size))
    return content_hash.find(trace.content_hash, lines, size, starts, budget)


def _starts(added: Iterable[LineRange], size: int) -> Iterator[int]:
    """First lines of those windows that hold an added line."""
    seen = 0
    for where in added:
        first = max(where.start - size + 1, seen + 1, 1)
        yield from range(first, where.end + 1)
        seen = max(seen, where.end)


class _Steps:
    """The change's commits as records speak of them."""

    def __init__(self, commits: Sequence[Commit], diffs: Diffs) -> None:
        self._commits = {commit.id: commit for commit in commits}
        self._diffs = diffs
        self._children = defaultdict[str, list[str]](list)
        for commit in commits:
            for parent in commit.parents:
                self._children[parent].append(commit.id)
        self._paths = {path for files in diffs.values() for path in files}

    def touched(self, path: str) -> bool:
        """Whether a commit changes it."""
        return path in self._paths

    def homes(self, trace: Traced) -> list[str]:
        """The commits that may have brought the lines of a record.

        That is its revision, by the specification; where that did not bring any of them, or the record is of the kind
        that names the HEAD before, the next commits after it that touch the file.
        """
        revision = trace.revision
        if revision is None:
            return []
        if not trace.before and self._brought(revision, trace):
            return [revision]
        return self._next(revision, trace.path)

    def _brought(self, revision: str, trace: Traced) -> bool:
        commit = self._commits.get(revision)
        if commit is None:
            return False
        files = (self._diffs[revision, parent].get(trace.path) for parent in commit.parents or ("",))
        return any(diff is not None and _brings(diff, trace.lines) for diff in files)

    def _next(self, revision: str, path: str) -> list[str]:
        found, seen, queue = list[str](), {revision}, [revision]
        while queue:
            here = queue.pop()
            for child in self._children[here]:
                if path in self._diffs[child, here]:
                    found.append(child)
                elif child not in seen:
                    seen.add(child)
                    queue.append(child)
        return list(dict.fromkeys(found))


def _brings(diff: FileDiff, lines: LineRange) -> bool:
    return any(block.new_start <= lines.end and lines.start < block.new_end for block in diff.blocks)
