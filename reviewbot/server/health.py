"""Whether the server can do its work: what ``/readyz`` says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from reviewbot.domain.errors import ReviewbotError

Check = Callable[[], object]


LOG = logging.getLogger("reviewbot.server")


def report(checks: Mapping[str, Check]) -> tuple[bool, dict[str, str]]:
    """Run every check.

    Args:
        checks: by name; one that raises a ``ReviewbotError`` is not ready.

    Returns:
        Whether all are ready, and for each name ``ok`` or ``failed``. Why is for the log alone: whoever the forge's
        network lets in may ask, and the reason names machines of the inner one.
    """
    found = {name: _state(name, check) for name, check in checks.items()}
    return all(state == "ok" for state in found.values()), found


def _state(name: str, check: Check) -> str:
    try:
        check()
    except ReviewbotError as error:
        LOG.warning("%s is not ready: %s", name, error)
        return "failed"
    return "ok"
