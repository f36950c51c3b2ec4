"""Which exceptions escape a repository's own functions: their own raises, and those of what they call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reviewbot.languages.python.weighing.digest import Defined

_MOST_MEANT = 3
"""A name that more functions share than this tells nothing about which one is called."""
_ROUNDS = 6
"""Calls are followed so deep: what escapes from further below is hardly ever guarded up here."""
_MOST = 12

Escapes = Mapping[str, Mapping[str, int]]
"""By key of the callee: each exception's key, with how many calls lie between (0: raised there itself)."""


def escapes(functions: Iterable[Defined], classes: Mapping[str, tuple[str, ...]]) -> Escapes:
    """What escapes by ``.name`` (methods and functions alike), where few functions bear the name."""
    by_name: dict[str, list[Defined]] = {}
    for function in functions:
        by_name.setdefault(function.name, []).append(function)
    known = {name: found for name, found in by_name.items() if len(found) <= _MOST_MEANT}
    result: dict[str, dict[str, int]] = {}
    for name, found in known.items():
        own = {key: 0 for one in found for key in sorted(one.raises | one.docs)}
        if own:
            result[name] = own
    for depth in range(1, _ROUNDS):
        if not _spread(known, result, classes, depth):
            break
    return result


def _spread(
    known: Mapping[str, list[Defined]],
    result: dict[str, dict[str, int]],
    classes: Mapping[str, tuple[str, ...]],
    depth: int,
) -> bool:
    """One more call upwards; whether anything was new."""
    new: list[tuple[str, str]] = []
    for name, found in known.items():
        have = result.get(name, {})
        if len(have) >= _MOST:
            continue
        for one in found:
            for callee, caught in one.calls:
                below = result.get(callee.rpartition(".")[2], ())
                if below and callee.rpartition(".")[2] != name:
                    new += ((name, key) for key in below if key not in have and not _caught(key, caught, classes))
    for name, key in new:
        result.setdefault(name, {}).setdefault(key, depth)
    return bool(new)


def _caught(key: str, caught: frozenset[str], classes: Mapping[str, tuple[str, ...]]) -> bool:
    if not caught:
        return False
    return not caught.isdisjoint({key, "Exception", "BaseException", *lineage(key, classes)})


def lineage(key: str, classes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Base classes of a repository's own exception, nearest first, by last name."""
    seen: dict[str, None] = {}
    queue = list(classes.get(key, ()))
    while queue and len(seen) < 20:
        base = queue.pop(0)
        if base not in seen and base != key:
            seen[base] = None
            queue += classes.get(base, ())
    return tuple(seen)
