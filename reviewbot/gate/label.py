"""When the label stands on a pull request."""

from __future__ import annotations

from reviewbot.policy.verdict import Verdict
from reviewbot.repo_config.ai import Mode


def wants_label(verdict: Verdict) -> bool:
    """Whether lines wait that the gate asks a review of. It is told in the mode ``report``, too."""
    return verdict.mode is not Mode.OFF and bool(verdict.unreviewed)
