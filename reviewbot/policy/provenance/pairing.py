"""Which older line a new line of one commit stands for: the same text moved or indented anew, or a text like it.

Moved text is known by git's own measure: letters and digits of a run of lines, 20 within a file and 40 across files
(``-M`` and ``-C`` of https://git-scm.com/docs/git-blame). No step takes more than linear time, whatever the text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reviewbot.policy.provenance.diffs import Block, FileDiff

_ENOUGH_WITHIN, _ENOUGH_ACROSS = 20, 40
_MOST_BARE = 100  # lines that a run may begin with and still have too few letters
_ALIKE = 0.5  # of the words and signs of both lines
_MOST_CANDIDATES = 8
_RAREST = 4
_LONGEST = 2000  # bytes of a line that are compared
_TOKEN = re.compile(rb"[\w\x80-\xff]+|[^\w\s]")
_WORD = re.compile(rb"[\w\x80-\xff]")
_ALNUM = re.compile(rb"[^\W_]|[\x80-\xff]")


@dataclass(frozen=True)
class Before:
    """The line that stood for a new one. ``same``: its text was this one, white space aside."""

    path: str
    line: int
    same: bool


def key(line: bytes) -> bytes:
    """What of a line counts: all but its white space."""
    return b"".join(line.split())


@dataclass(frozen=True)
class _Gone:
    """A removed line: where it stood, what it says, and its place in the list of all of them."""

    path: str
    line: int
    key: bytes
    joined: bool
    """It stood right after the one before it in the list."""


@dataclass
class Pairs:
    """The lines of one commit beside one parent.

    Args:
        files: what the commit did, as ``diffs_of`` gives it.
    """

    files: Mapping[str, FileDiff]
    _paired: dict[str, dict[int, Before]] = field(default_factory=dict)

    def before(self, path: str, line: int) -> Before | None:
        """The older line for which the commit's new ``line`` of ``path`` stands; None where there is none."""
        if path not in self._paired:
            diff = self.files.get(path)
            self._paired[path] = dict(self._file(diff)) if diff else {}
        return self._paired[path].get(line)

    def _file(self, diff: FileDiff) -> Iterator[tuple[int, Before]]:
        for block in diff.blocks:
            old_path = diff.old_path
            found = dict(_unchanged(block)) if old_path else {}
            yield from ((block.new_start + at, Before(old_path or "", old, True)) for at, old in found.items())
            moved = dict(self._moved(block, diff.path, set(found)))
            yield from ((block.new_start + at, before) for at, before in moved.items())
            if old_path:
                done = {*found, *moved}
                yield from (
                    (block.new_start + at, Before(old_path, old, False)) for at, old in _alike(block, done, found)
                )

    def _moved(self, block: Block, path: str, done: set[int]) -> Iterator[tuple[int, Before]]:
        """Runs of new lines whose text this commit took out elsewhere."""
        keys = [key(line) for line in block.new]
        at = 0
        while at < len(keys):
            size = 0
            if at not in done and _ALNUM.search(keys[at]):  # brackets begin no run, or many took quadratic time
                size, first = self._longest(keys, at, path, done)
                yield from (
                    (at + i, Before(self._gone[first + i].path, self._gone[first + i].line, True)) for i in range(size)
                )
            at += size or 1

    def _longest(self, keys: Sequence[bytes], at: int, path: str, done: set[int]) -> tuple[int, int]:
        """Length and first removed line of the longest run that reads as ``keys`` from ``at`` on; 0 if too short."""
        best = (0, 0)
        for first in self._places.get(keys[at], ()):
            size, letters = 0, 0
            enough = _ENOUGH_WITHIN if self._gone[first].path == path else _ENOUGH_ACROSS
            while at + size < len(keys) and at + size not in done and self._follows(first, size, keys[at + size]):
                letters += len(_ALNUM.findall(keys[at + size]))
                size += 1
                if size > _MOST_BARE and letters < enough:
                    break
            if letters >= enough and size > best[0]:
                best = (size, first)
        return best

    def _follows(self, first: int, size: int, text: bytes) -> bool:
        at = first + size
        return at < len(self._gone) and self._gone[at].key == text and (size == 0 or self._gone[at].joined)

    @cached_property
    def _gone(self) -> list[_Gone]:
        return [
            _Gone(diff.old_path, block.old_start + at, key(line), at > 0)
            for diff in self.files.values()
            if diff.old_path
            for block in diff.blocks
            for at, line in enumerate(block.old)
        ]

    @cached_property
    def _places(self) -> Mapping[bytes, list[int]]:
        places: defaultdict[bytes, list[int]] = defaultdict(list)
        for at, gone in enumerate(self._gone):
            if gone.key and len(places[gone.key]) < _MOST_CANDIDATES:
                places[gone.key].append(at)
        return places


def _unchanged(block: Block) -> Iterator[tuple[int, int]]:
    """New lines (counted within the block) that read as an old line of it, white space aside: first with first."""
    old: defaultdict[bytes, list[int]] = defaultdict(list)
    for at, line in enumerate(block.old):
        old[key(line)].append(at)
    taken: Counter[bytes] = Counter()
    for at, line in enumerate(block.new):
        text = key(line)
        if text in old and taken[text] < len(old[text]):
            yield at, block.old_start + old[text][taken[text]]
            taken[text] += 1


def _alike(block: Block, done: set[int], found: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """New lines that are like an old line of the block for which no other stands unchanged."""
    kept = set(found.values())
    free = [at for at in range(len(block.old)) if block.old_start + at not in kept]
    if not free:
        return
    tokens = {at: Counter(_TOKEN.findall(block.old[at][:_LONGEST])) for at in free}
    holders: defaultdict[bytes, list[int]] = defaultdict(list)
    for at in free:
        for token in tokens[at]:
            if _WORD.match(token):
                holders[token].append(at)
    for at, line in enumerate(block.new):
        if at not in done:
            match = _most_alike(Counter(_TOKEN.findall(line[:_LONGEST])), tokens, holders)
            if match is not None:
                yield at, block.old_start + match


def _most_alike(
    line: Counter[bytes], tokens: Mapping[int, Counter[bytes]], holders: Mapping[bytes, Sequence[int]]
) -> int | None:
    """The old line most like ``line`` among those that share its rarest words; None where none is like it."""
    shared = sorted((token for token in line if token in holders), key=lambda token: (len(holders[token]), token))
    candidates = {at for token in shared[:_RAREST] for at in holders[token][:_MOST_CANDIDATES]}
    size = line.total()
    scored = [(2 * (line & tokens[at]).total() / (size + tokens[at].total()), -at) for at in candidates]
    score, at = max(scored, default=(0.0, 0))
    return -at if score >= _ALIKE else None
