"""What a job is: a visit to a pull request, or a command on it. Knows no queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewbot.commands.asked import apologise, report
from reviewbot.commands.colleagues import Colleagues
from reviewbot.commands.obey import obey
from reviewbot.domain.errors import ConfigError
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.gate.heads import attend, give_up_heads
from reviewbot.gate.keeper import Keeper
from reviewbot.gate.look import give_up as say_not_checked
from reviewbot.gate.look import look_at as look_at_gate
from reviewbot.store.job import Job, JobKind
from reviewbot.visit.collaborators import Collaborators
from reviewbot.visit.look import Wish, look_at
from reviewbot.visit.outcome import Outcome

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Desk:
    """With what each forge's jobs are done, by the forge's name: visits, and commands."""

    visits: Mapping[str, Collaborators]
    commands: Mapping[str, Colleagues]


def do_gate(job: Job, keepers: Mapping[str, Keeper], still_wanted: Tell) -> Outcome:
    """Do a job of the gate; see ``gate.look.look_at`` and ``gate.heads.attend``.

    Raises:
        ReviewbotError: see the two.
    """
    keeper = keepers.get(job.ref.forge)
    if keeper is None:
        return Outcome(f"The gate does not work on {job.ref.forge} yet.")
    if job.ref.number == 0:
        return attend(job.ref, job.payload, job.delivery, keeper, still_wanted)
    return look_at_gate(job.ref, keeper, still_wanted, afresh=bool(job.payload.get("afresh")))


def give_up_gate(job: Job, reason: str, keepers: Mapping[str, Keeper]) -> None:
    """A look of the gate is given up: the check says so, and why.

    Raises:
        ReviewbotError: it could not be said. What blocks stays so.
    """
    keeper = keepers.get(job.ref.forge)
    if keeper is None:
        return
    if job.ref.number:
        say_not_checked(job.ref, reason, keeper)
    else:
        give_up_heads(job.ref, job.payload, reason, keeper)


def do(job: Job, desk: Desk, still_wanted: Tell) -> Outcome:
    """Do a job; see ``look_at`` and ``obey``.

    Raises:
        ConfigError: its forge is not set up here.
        ReviewbotError: see the two.
    """
    name = job.ref.forge
    if job.kind is JobKind.GATE:
        return Outcome("Not a review: the gate's own workers do this.")
    if name not in desk.visits:
        raise ConfigError(f"No {name} is set up here: give its settings to the workers, then deliver the event again.")
    if job.kind is JobKind.COMMAND:
        return obey(job.ref, comment_in(job.payload), desk.commands[name], still_wanted)
    asked = "asked" in job.payload and "quiet" not in job.payload  # who resumes asks for no review of a draft
    wish = Wish(asked, full=bool(job.payload.get("full")))
    outcome = look_at(job.ref, desk.visits[name], still_wanted, wish)
    if asked:
        report(job.ref, comment_in(job.payload), outcome, desk.commands[name], full=wish.full)
    return outcome


def give_up(job: Job, desk: Desk) -> None:
    """A job is dead: whoever asked for it is told so. Nobody is told of one that no person asked for.

    Raises:
        ReviewbotError: it could not be said.
    """
    colleagues = desk.commands.get(job.ref.forge)
    if colleagues is not None and "quiet" not in job.payload and (job.kind is JobKind.COMMAND or job.asked):
        apologise(job.ref, comment_in(job.payload), colleagues)


def comment_in(payload: Mapping[str, str | bool]) -> CommentRef:
    """The comment that a job's payload names.

    Raises:
        ConfigError: the payload is none of ours.
    """
    try:
        return CommentRef(CommentKind(str(payload["comment_kind"])), str(payload["comment_id"]))
    except (KeyError, ValueError):
        raise ConfigError("The job names no comment: it was written by another version of reviewbot.") from None
