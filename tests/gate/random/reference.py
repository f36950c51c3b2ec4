"""The slow reference: which lines of a head wait for a human review, from all that ever happened, by the docs alone.

It shares no code with ``reviewbot.policy``: it walks the history of commits for each line, the list of pushes for each
question, and believes what the people of the story really read, not what the forge can tell of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reviewbot.domain.gate import Word
from reviewbot.domain.provenance import OriginKind
from reviewbot.repo_config.ai import MixedAs, Mode
from tests.gate.random.ground import PATHS, Commit, Ground, Tree
from tests.gate.random.hub import Hub, Pull, Thread

SAME_PERSON = {"alice2": "alice"}
_ENTRY = re.compile(r"^- `(\S+)`, lines? ([0-9, -]+)$", re.MULTILINE)
_NEVER = float("-inf")


@dataclass(frozen=True)
class Resolved:
    """A thread that somebody resolved, as the gate saw it once: ``lines`` are those that it named when it was begun."""

    by: str
    at: float
    lines: Tree


@dataclass(frozen=True)
class Answer:
    """``waiting``: lines without the reviews that they need. ``mode``: of the base."""

    mode: Mode
    waiting: Tree

    @property
    def green(self) -> bool:
        return self.mode is not Mode.ENFORCE or not self.waiting


@dataclass(frozen=True)
class Reference:
    """Ready to be asked about one pull request at its present head.

    Args:
        known: what was recorded of lines at former heads. writers: who may write.
    """

    hub: Hub
    pull: Pull
    known: Mapping[int, OriginKind]
    resolved: tuple[Resolved, ...]
    writers: frozenset[str]

    def answer(self, tip: str) -> Answer:
        """By the settings, and over the code, of the base's commit ``tip``."""
        base, head = self.ground.commits[tip], self.ground.commits[self.pull.head]
        mode, needed = base.config.mode, base.config.reviewers
        if mode is Mode.OFF:
            return Answer(mode, frozenset())
        below = self.ground.commits[self.ground.merge_base(base.id, head.id)]
        wanted = {line: brought for line, brought in self._brought(head, below) if self._counts(line, brought, base)}
        waiting = {line for line, brought in wanted.items() if len(self._reviewers(line, brought, base)) < needed}
        return Answer(mode, frozenset(waiting))

    @property
    def ground(self) -> Ground:
        return self.hub.ground

    def _brought(self, head: Commit, below: Commit) -> Iterator[tuple[int, Commit]]:
        for line in head.tree - below.tree:
            at = head
            while True:
                above = [self.ground.commits[one] for one in at.parents if line in self.ground.commits[one].tree]
                if not above:
                    break
                at = above[0]
            yield line, at

    def _counts(self, line: int, brought: Commit, base: Commit) -> bool:
        kinds = {brought.records.get(line), self.known.get(line)} - {None}
        if OriginKind.AI in kinds:
            return True
        return OriginKind.MIXED in kinds and base.config.mixed is MixedAs.AI

    def _reviewers(self, line: int, brought: Commit, base: Commit) -> set[str]:
        found = set()
        for login, reads in self._words():
            if self._may(login, base) and person(login) not in self._hands(brought, base) and reads(line):
                found.add(person(login))
        return found

    def _words(self) -> Iterator[tuple[str, Callable[[int], bool]]]:
        """Everybody's word that still stands, with the lines that it is of."""
        told = self.hub.stamp
        moved = max((told(at) for at, _ in self.pull.retargets), default=_NEVER)
        for one in self.pull.said:
            stands = told(one.at) > max(moved, self._taken_back(one.by))
            if one.word is Word.APPROVED and one.saw and stands:
                tree = self.ground.commits[one.saw].tree
                yield one.by, tree.__contains__
        for thread in self.resolved:
            if thread.at > max(moved, self._taken_back(thread.by)):
                yield thread.by, thread.lines.__contains__

    def _taken_back(self, login: str) -> float:
        """When somebody last took back what they had said before."""
        against = (Word.CHANGES_REQUESTED, Word.DISMISSED)
        mine = [one for one in self.pull.said if person(one.by) == person(login) and one.word in against]
        return max((self.hub.stamp(one.at) for one in mine), default=_NEVER)

    def _may(self, login: str, base: Commit) -> bool:
        barred = {person(self.pull.author), self._last_pusher(base)}
        return login in self.writers and not login.endswith("[bot]") and person(login) not in barred

    def _last_pusher(self, base: Commit) -> str:
        for push in reversed(self.pull.pushes):
            if not self._only_updates(push.before, push.after, base):
                return person(push.by)
        raise AssertionError("the first push brings lines")

    def _hands(self, brought: Commit, base: Commit) -> set[str]:
        pushed = [
            push.by
            for push in self.pull.pushes
            if push.after == brought.id and not self._only_updates(push.before, push.after, base)
        ]
        return {person(one) for one in (brought.author, brought.committer, *pushed)}

    def _only_updates(self, before: str, after: str, base: Commit) -> bool:
        """Whether a push brought nothing but the base, merged by git alone."""
        made = self.ground.commits[after]
        if not before or len(made.parents) != 2 or made.parents[0] != before:
            return False
        return made.parents[1] in base.ancestors and made.tree == self.ground.merged(*made.parents)


def person(login: str) -> str:
    return SAME_PERSON.get(login, login)


def lines_named(ground: Ground, thread: Thread, head: str) -> Tree:
    """The lines that a thread's text names, as somebody reads it."""
    found = set()
    for path, spans in _ENTRY.findall(thread.body):
        assert path in PATHS
        for span in spans.split(", "):
            first, _, last = span.partition("-")
            found |= {*ground.ordered(head)[path][int(first) - 1 : int(last or first)]}
    return frozenset(found)
