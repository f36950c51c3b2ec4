"""The fake GitHub itself: its state, and what people do there."""

from __future__ import annotations

from tests.fakes.github.queueing import Queueing


class Hub(Queueing):
    """Accounts, repositories and pull requests over bare repositories in `root`, and all that happens to them.

    `state` holds accounts, roles and tokens; `branches` repositories and pushes; `pull_life` pull requests; `talk`
    comments, threads and reactions; `apps` GitHub Apps; `checks` check runs; `merging` what a merge waits for;
    `queueing` merge queues.
    """
