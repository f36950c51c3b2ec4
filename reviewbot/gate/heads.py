"""What is asked about a commit or a branch: which pull requests it concerns, and what a merge queue is told."""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.domain.errors import ConfigError
from reviewbot.domain.event import HeadAction, PullRequestRef
from reviewbot.gate.keeper import Keeper, Tell
from reviewbot.gate.queueing import answer_queue, give_up_queue
from reviewbot.gate.sharing import wake
from reviewbot.store.sign_offs import SignOff
from reviewbot.visit.outcome import Outcome

Payload = Mapping[str, str | bool]


def attend(repository: PullRequestRef, payload: Payload, delivery: str, keeper: Keeper, still_wanted: Tell) -> Outcome:
    """Do what a ``HeadEvent`` asks for.

    Args:
        repository: with the number 0. payload: the event's ``action``, ``head``, ``base``, ``branch`` and ``by``.
        delivery: the event's own id, so that it counts once.

    Raises:
        ConfigError: the payload is none of ours. ReviewbotError: it is to be tried again.
    """
    said = {name: str(payload.get(name, "")) for name in ("head", "base", "branch", "by")}
    try:
        action = HeadAction(str(payload.get("action")))
    except ValueError:
        raise ConfigError("The job says nothing of a commit: it was written by another version of reviewbot.") from None
    still_wanted("finding the pull requests")
    if action is HeadAction.QUEUED:
        return answer_queue(repository, said, keeper, still_wanted)
    if action is HeadAction.RULED:
        return _look_at_all(_into(repository, said["branch"], keeper), keeper)
    found = _with_head(repository, said["head"], keeper)
    if action is HeadAction.REVIEWED:
        for ref in found:
            key, now = f"button:{delivery}", keeper.clock()
            keeper.memory.sign_offs.add(ref, SignOff(key, now, said["by"], "signed-off", said["head"], None, None, ""))
    return _look_at_all(found, keeper)


def give_up_heads(repository: PullRequestRef, payload: Payload, reason: str, keeper: Keeper) -> None:
    """Nothing more is tried. A merge queue waits for an answer, and gets it; all else the patrol does later.

    Raises:
        ForgeError: it could not be said.
    """
    if payload.get("action") == HeadAction.QUEUED.value:
        said = {name: str(payload.get(name, "")) for name in ("head", "branch")}
        give_up_queue(repository, said, reason, keeper)


def _look_at_all(found: tuple[PullRequestRef, ...], keeper: Keeper) -> Outcome:
    for ref in found:
        wake(ref, keeper)
    return Outcome(f"Looking at {len(found)} pull requests." if found else "It concerns no open pull request.")


def _with_head(repository: PullRequestRef, head: str, keeper: Keeper) -> tuple[PullRequestRef, ...]:
    """Open ones with this head, those that we have not heard of as well."""
    known = [note.ref.number for note in keeper.memory.gates.at_head(repository.forge, repository.repository, head)]
    listed = [one.number for one in keeper.gate.open_pulls(repository.repository) if one.head == head]
    return _refs(repository, [*known, *listed])


def _into(repository: PullRequestRef, branch: str, keeper: Keeper) -> tuple[PullRequestRef, ...]:
    known = keeper.memory.gates.into(repository.forge, repository.repository, branch)
    listed = [one.number for one in keeper.gate.open_pulls(repository.repository) if one.base_branch == branch]
    return _refs(repository, [*known, *listed])


def _refs(repository: PullRequestRef, numbers: list[int]) -> tuple[PullRequestRef, ...]:
    return tuple(PullRequestRef(repository.forge, repository.repository, number) for number in sorted(set(numbers)))
