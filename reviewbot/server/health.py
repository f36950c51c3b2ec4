"""Whether the server can do its work: what ``/readyz`` says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reviewbot.domain.errors import ReviewbotError

Check = Callable[[], object]


def report(checks: Mapping[str, Check], shown: Mapping[str, str]) -> tuple[bool, dict[str, str]]:
    """Run every check.

    Args:
        checks: by name; one that raises a ``ReviewbotError`` is not ready. shown: facts that are only shown.

    Returns:
        Whether all are ready, and for each name ``ok`` or what is wrong.
    """
    found = {name: _state(check) for name, check in checks.items()}
    return all(state == "ok" for state in found.values()), {**found, **shown}


def _state(check: Check) -> str:
    try:
        check()
    except ReviewbotError as error:
        return str(error)
    return "ok"
