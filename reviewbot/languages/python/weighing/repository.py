"""The whole repository's say: how it guards each callee elsewhere, what it guards against, what its functions raise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath

from reviewbot.languages.python.weighing.digest import Digest, Guarded, guards_of
from reviewbot.languages.python.weighing.escapes import Escapes, escapes

_MANNER = 8
"""Fewer guards than this are no manner; packages that the forest was trained on have more."""


@dataclass(frozen=True)
class Repository:
    """All files' digests, joined. ``digests`` by path."""

    digests: Mapping[str, Digest]

    @cached_property
    def guards(self) -> Mapping[str, Counter[str]]:
        """By callee: in how many small guards each exception is caught; under ``*`` how many there are."""
        return count(guards_of_all(self.digests.values()))

    @property
    def has_manner(self) -> bool:
        """Whether there are enough guards to say how this repository guards."""
        return sum(1 for _ in islice(guards_of_all(self.digests.values()), _MANNER)) == _MANNER

    @cached_property
    def bare(self) -> Counter[str]:
        """By callee: how many calls stand in no ``try`` at all."""
        found: Counter[str] = Counter()
        for one in self.digests.values():
            found.update(one.bare)
        return found

    @cached_property
    def everywhere(self) -> Counter[str]:
        """How many guards catch each exception."""
        return Counter(key for guard in guards_of_all(self.digests.values()) for key in guard.exceptions)

    @cached_property
    def classes(self) -> Mapping[str, tuple[str, ...]]:
        """Bases of every class, by last name."""
        found: dict[str, tuple[str, ...]] = {}
        for _, one in sorted(self.digests.items()):
            for name, bases in one.classes.items():
                found.setdefault(name, bases)
        return found

    @cached_property
    def escapes(self) -> Escapes:
        """What escapes the repository's functions, by name."""
        return escapes((f for _, one in sorted(self.digests.items()) for f in one.functions), self.classes)

    @cached_property
    def named(self) -> Mapping[str, int]:
        """How many functions bear each name."""
        return Counter(f.name for one in self.digests.values() for f in one.functions)

    @cached_property
    def callers(self) -> Mapping[str, tuple[frozenset[str], ...]]:
        """By a function's name: of each different call of it, what is caught around it in the calling function."""
        found: dict[str, list[frozenset[str]]] = defaultdict(list)
        for one in self.digests.values():
            for function in one.functions:
                for key, caught in function.calls:
                    found[key.rpartition(".")[2]].append(caught)
        return {name: tuple(calls) for name, calls in found.items()}

    @cached_property
    def twins(self) -> Mapping[str, Counter[str]]:
        """By a function's name: what guards in functions of that name catch (overrides, siblings of a family)."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for one in self.digests.values():
            for guard in guards_of(one):
                found[guard.function].update((*guard.exceptions, "*"))
        return found

    @cached_property
    def caught(self) -> int:
        """How many exceptions all guards catch together."""
        return sum(self.everywhere.values())

    @cached_property
    def folder_rates(self) -> Mapping[str, float]:
        """By folder: how many exceptions its guards catch for each of its functions."""
        caught: Counter[str] = Counter()
        functions: Counter[str] = Counter()
        for path, one in self.digests.items():
            folder = str(PurePosixPath(path).parent)
            functions[folder] += len(one.functions)
            caught[folder] += sum(len(guard.exceptions) for guard in guards_of(one))
        return {folder: times / max(1, functions[folder]) for folder, times in caught.items()}


def guards_of_all(digests: Iterable[Digest]) -> Iterable[Guarded]:
    """The small guards of many files."""
    return (guard for one in digests for guard in guards_of(one))


def count(guards: Iterable[Guarded]) -> Mapping[str, Counter[str]]:
    """By callee: how often each exception is caught around it, and under ``*`` how often anything specific is."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for guard in guards:
        for key in guard.callees:
            found[key].update((*guard.exceptions, "*"))
            last = f".{key.rpartition('.')[2]}"
            if "." in key and last != key:
                found[last].update((*guard.exceptions, "*"))
    return found
