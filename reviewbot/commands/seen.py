"""Which head somebody had before them when they wrote something. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.domain.gate import LOOKED_SECONDS, Pushed


def arrivals(listed: Sequence[Pushed], delivered: Iterable[Pushed], head: str) -> tuple[Pushed, ...]:
    """The pushes, oldest first: the forge's own list where it leads to the head, else with those that webhooks told.

    Args:
        listed: of the forge, oldest first. delivered: as webhooks told them. head: the present one.
    """
    if listed and listed[-1].after == head:
        return tuple(listed)
    known = {(one.before, one.after) for one in listed}
    others = [one for one in delivered if (one.before, one.after) not in known]
    return tuple(sorted((*listed, *others), key=lambda one: one.at))


def seen_head(pushes: Sequence[Pushed], head: str, written: float) -> str | None:
    """The newest head that had been there for ``LOOKED_SECONDS`` when something was written; None where nobody knows.

    It is known only where no push can be missing behind it: the next one began at it, or it is the present head.

    Args:
        pushes: oldest first. head: the present one. written: seconds since the epoch, by the forge's clock.
    """
    there = [at for at, one in enumerate(pushes) if one.at + LOOKED_SECONDS <= written]
    if not there:
        return None
    last = there[-1]
    found = pushes[last].after
    following = pushes[last + 1].before if last + 1 < len(pushes) else head
    return found if found and found == following else None
