"""What a job is: a visit to a pull request, or a command on it. Knows no queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewbot.commands.asked import apologise, report
from reviewbot.commands.colleagues import Colleagues
from reviewbot.commands.obey import obey
from reviewbot.domain.errors import ConfigError
from reviewbot.domain.event import CommentKind, CommentRef
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


def do(job: Job, desk: Desk, still_wanted: Tell) -> Outcome:
    """Do a job; see ``look_at`` and ``obey``.

    Raises:
        ConfigError: its forge is not set up here.
        ReviewbotError: see the two.
    """
    name = job.ref.forge
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
