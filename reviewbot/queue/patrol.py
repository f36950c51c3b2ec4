"""The patrol: now and then the gate looks for heads that no delivery told it of.

``python -m reviewbot.queue.patrol --parent PID --make MODULE:FUNCTION`` is a process of its own beside each worker, as
the sweeper is. Several at once only ask for looks that supersede one another.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType

from reviewbot.domain.errors import ReviewbotError
from reviewbot.logs import set_up
from reviewbot.queue.embedded_broker import broker_url
from reviewbot.queue.parent import arguments_of, end_with
from reviewbot.settings import Settings, load_settings

LOG = logging.getLogger("reviewbot.patrol")

Patrol = Callable[[float], int]
"""One round: told the time in seconds since the epoch, it says how many looks it asked for."""

MakePatrol = Callable[[Settings, str, ExitStack], Patrol]
"""From settings, the broker's URL and a stack for what must be closed to a patrol."""

_CHECK_SECONDS = 1.0  # between two looks whether the parent is there


class Watch:
    """When to go round, and when to stop."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._stopped = False

    def stop(self, number: int, frame: FrameType | None) -> None:
        """A handler of signals. A round that is under way ends at once: what it asked for is stored, each by itself.

        Raises:
            SystemExit: always. Where Python drops it, in a destructor, ``going`` still says that it is over.
        """
        self._stopped = True
        sys.exit(0)

    @property
    def going(self) -> bool:
        """Whether to go on."""
        return not self._stopped and os.getppid() == self._parent

    def rest(self, seconds: float) -> None:
        """Until the next round, or the end."""
        end = time.monotonic() + seconds
        while self.going and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _CHECK_SECONDS))


def go_round(patrol: Patrol, now: float) -> None:
    """One round. What goes wrong is logged, and left to the next one."""
    try:
        asked = patrol(now)
    except ReviewbotError as error:
        LOG.warning("%s", error)
    else:
        if asked:
            LOG.info("asked for %d looks", asked)


def main(arguments: list[str] | None = None) -> int:
    """Patrol until told to stop, or until the parent is gone."""
    given = arguments_of("reviewbot.queue.patrol", "a patrol").parse_args(arguments)
    watch = Watch(given.parent)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, watch.stop)
    if not end_with(given.parent):
        return 0
    with ExitStack() as stack:
        try:
            settings = load_settings()
            set_up(settings.log_level)
            patrol = given.make(settings, broker_url(settings), stack)
        except ReviewbotError as error:
            print(error, file=sys.stderr)
            return error.exit_code
        while watch.going:
            go_round(patrol, time.time())
            watch.rest(settings.patrol_seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
