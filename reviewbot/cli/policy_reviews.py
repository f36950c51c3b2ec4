"""Who reviewed what, for ``reviewbot policy check``: read from a file or from the forge, or nobody."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

from reviewbot.domain.errors import ConfigError, UsageError
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.gate.scene import Teams
from reviewbot.gate.telling import told_of
from reviewbot.policy.reviews_file import MOST_BYTES, parse
from reviewbot.policy.told import Told
from reviewbot.queue.forges import gates_over, open_forges
from reviewbot.settings import load_settings

NOBODY = "none"
_PULL = re.compile(r"(?P<forge>github|gitlab):(?P<repository>[^\s#!]+/[^\s#!]+)[#!](?P<number>[1-9][0-9]{0,9})")


def told_by(reviews: str, head: str, stack: ExitStack) -> Told:
    """What the option ``--reviews`` tells.

    A forge that is asked stays open on ``stack``: who is in a team is asked when the policy wants it.

    Args:
        reviews: ``none``, a pull request such as ``github:owner/name#7``, or a file's name. head: a full id.

    Raises:
        ConfigError: the file, or a setting of the forge, is wrong. ForgeError: the forge could not be asked.
        UsageError: the pull request has another head.
    """
    if reviews == NOBODY:
        return Told()
    named = _PULL.fullmatch(reviews)
    if named is None:
        return _from_file(reviews, head)
    return _from_forge(PullRequestRef(named["forge"], named["repository"], int(named["number"])), head, stack)


def _from_file(name: str, head: str) -> Told:
    try:
        with Path(name).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            f"{name} cannot be read ({error.strerror}): name a file for --reviews, a pull request such as "
            "github:owner/name#7, or none."
        ) from None
    return parse(data, head, name)


def _from_forge(ref: PullRequestRef, head: str, stack: ExitStack) -> Told:
    """What the forge says now. What people told the bot by its commands is in the bot's own database, and is not."""
    gate = gates_over(open_forges(load_settings(), stack)).get(ref.forge)
    if gate is None:
        raise ConfigError(f"{ref} is on a forge that is not set: give REVIEWBOT_{ref.forge.upper()}_TOKEN.")
    facts = gate.facts(ref)
    demand_head(facts.pull, head)
    return told_of(facts, (), (), teams=Teams(gate, ref))


def demand_head(pull: PullRequest, head: str) -> None:
    """See that the reviews are of the pull request that is checked.

    Raises:
        UsageError: they are not.
    """
    if pull.head != head:
        raise UsageError(
            f"{pull.ref} has the head {pull.head[:12]}, and {head[:12]} is checked: check out its head, or name it "
            "with --head."
        )
