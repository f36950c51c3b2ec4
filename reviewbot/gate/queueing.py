"""GitHub's merge queue: its commit passes where each pull request in it does, and where it holds nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CheckState, GateFacts
from reviewbot.gate.keeper import Keeper, Tell
from reviewbot.gate.look import ask
from reviewbot.gate.merge_group import unexplained
from reviewbot.gate.report import Other, failed_to, queue_report, report_of, state_of, working
from reviewbot.gate.scene import open_scene
from reviewbot.visit.outcome import NotThereYet, Outcome


def answer_queue(repository: PullRequestRef, said: Mapping[str, str], keeper: Keeper, still_wanted: Tell) -> Outcome:
    """Say on the queue's commit whether it may be merged.

    Args:
        repository: with the number 0. said: ``head``, ``base`` and ``branch`` of the queue's entry.

    Raises:
        NotThereYet: git does not have the commit yet. ReviewbotError: see the keeper's parts; nothing passes then.
    """
    head = said["head"]
    numbers = keeper.gate.queued(repository.repository, said["branch"], head)
    if not numbers:
        return Outcome("The merge queue has no such entry any more.", superseded=True)
    refs = [PullRequestRef(repository.forge, repository.repository, number) for number in numbers]
    keeper.gate.show(refs[-1], working(head))
    still_wanted("coming to the verdicts")
    looked = [_verdict(ref, keeper) for ref in refs]
    pulls = [(ref.number, facts.pull.head) for ref, (facts, _, _) in zip(refs, looked, strict=True)]
    reason = _foreign(looked[-1][0], said, pulls, keeper)
    others = [Other(ref.number, state, title) for ref, (_, state, title) in zip(refs, looked, strict=True)]
    report = failed_to(head, reason) if reason is not None else queue_report(head, others)
    still_wanted("answering the merge queue")
    keeper.gate.show(refs[-1], report)
    return Outcome(report.title)


def give_up_queue(repository: PullRequestRef, said: Mapping[str, str], reason: str, keeper: Keeper) -> None:
    """Say on the queue's commit that it could not be found out, and why, so that the entry does not wait for ever.

    Raises:
        ForgeError: it could not be said.
    """
    numbers = keeper.gate.queued(repository.repository, said["branch"], said["head"])
    if numbers:
        last = PullRequestRef(repository.forge, repository.repository, numbers[-1])
        keeper.gate.show(last, failed_to(said["head"], reason))


def _verdict(ref: PullRequestRef, keeper: Keeper) -> tuple[GateFacts, CheckState, str]:
    """What the gate says of a pull request now. Nothing is shown: its own look does that."""
    facts = ask(ref, keeper)
    scene = open_scene(facts, keeper)
    verdict = keeper.examiner(scene.repository, scene.change, scene.told, keeper.tools, scene.force).verdict
    return facts, state_of(verdict), report_of(verdict).title


def _foreign(facts: GateFacts, said: Mapping[str, str], pulls: list[tuple[int, str]], keeper: Keeper) -> str | None:
    """Why the queue's commit may hold what nobody looked at; None where it is what git makes of the pull requests."""
    pull = facts.pull
    try:
        repository = keeper.mirrors.fetch(
            pull.clone_url, [f"refs/heads/{said['branch']}"], keeper.forge.clone_environment(pull.ref)
        )
        repository.resolve(said["head"])
    except RevisionNotFound as error:
        raise NotThereYet(str(error)) from error
    return unexplained(repository, said["base"], said["head"], pulls)
