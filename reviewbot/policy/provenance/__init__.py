"""Where each line that a change adds comes from, by all the records there are of it."""

from reviewbot.policy.provenance.facts import Facts, Traced
from reviewbot.policy.provenance.trace import origins

__all__ = ["Facts", "Traced", "origins"]
