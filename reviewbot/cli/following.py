"""``reviewbot follow``: the life of suggestions on a branch without a forge: new, standing, settled."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from reviewbot.cli.models import choose_model, open_or_fall_back, starter_wants
from reviewbot.cli.output import emit
from reviewbot.cli.progress import progress
from reviewbot.domain.errors import RevisionNotFound, UsageError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.record import Outcome, Record, State
from reviewbot.domain.suggestion import ProofLevel
from reviewbot.forge.local import LocalForge
from reviewbot.pipeline.engines import Engines
from reviewbot.publish.visible import visible_line
from reviewbot.resources import rules_dir
from reviewbot.settings import Settings, load_settings
from reviewbot.source.git import run_git
from reviewbot.source.mirrors import Mirrors
from reviewbot.source.repository import Repository
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate
from reviewbot.store.pulls import Pulls
from reviewbot.store.records import Records
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.visit.collaborators import Collaborators
from reviewbot.visit.look import Wish, look_at

_USUAL = ("main", "master", "develop", "trunk")


@dataclass(frozen=True)
class Follow:
    """The command's options. ``reject`` is the beginning of a suggestion's id."""

    repo: Path
    base: str | None
    head: str | None
    full: bool
    reject: str | None
    reason: str | None
    overrides: dict[str, object]


def run_follow(asked: Follow) -> int:
    """Look at the branch as the bot looks at a pull request, and print what stands on it.

    What was made is kept in the repository's own git folder.

    Raises:
        ReviewbotError: there is no such branch, or the review could not be made.
    """
    settings = load_settings(None, **asked.overrides)
    forge = LocalForge(asked.repo.absolute())
    head = asked.head or _current(forge.repository)
    ref = forge.open_pull(asked.base or _base(forge.repository, head), head, "you")
    with ExitStack() as stack:
        say = stack.enter_context(progress())
        using = _collaborators(forge, settings, stack)
        if asked.reject is not None:
            _reject(using, ref, asked.reject, asked.reason)
            return 0
        before = {record.id for record in using.records.of(ref)}
        outcome = look_at(ref, using, say, Wish(asked=True, full=asked.full))
        records = using.records.of(ref)
    emit("".join(f"{_line(record, new=record.id not in before)}\n" for record in records))
    emit(f"{outcome.sentence}\n")
    return 0


def _collaborators(forge: LocalForge, settings: Settings, stack: ExitStack) -> Collaborators:
    folder = forge.repository.git_dir / "reviewbot"
    database = Database(f"sqlite:///{folder / 'follow.sqlite'}")
    stack.callback(database.close)
    migrate(database)
    sandbox = Bubblewrap() if settings.proof is not ProofLevel.STATIC else None
    if sandbox is not None:
        sandbox.probe()
    named = settings.model if "model" in settings.model_fields_set else None
    spec, _ = choose_model(named, starter_wants())
    completer, _ = stack.enter_context(open_or_fall_back(spec, settings))
    return Collaborators(
        forge=forge,
        mirrors=Mirrors(folder / "mirrors"),
        engines=Engines(completer, sandbox, rules_dir()),
        options=settings.options,
        records=Records(database),
        pulls=Pulls(database),
        drafts=True,
    )


def _reject(using: Collaborators, ref: PullRequestRef, beginning: str, reason: str | None) -> None:
    found = [record for record in using.records.of(ref) if record.id.startswith(beginning)]
    if len(found) != 1 or not beginning:
        raise UsageError(f"{len(found)} suggestions begin with {beginning!r}: see `reviewbot follow` for their ids.")
    settled = replace(found[0], state=State.ANSWERED, outcome=Outcome.REJECTED, by="you", reason=reason)
    using.records.save(ref, [settled], using.clock())
    if settled.thread is not None:
        using.forge.set_resolved(ref, settled.thread, resolved=True)


def _current(repository: Repository) -> str:
    name = run_git(repository.path, "symbolic-ref", "--short", "--quiet", "HEAD", accept=(0, 1)).decode().strip()
    if not name:
        raise UsageError("No branch is checked out: name one with --head.")
    return name


def _base(repository: Repository, head: str) -> str:
    for name in _USUAL:
        try:
            repository.resolve(f"refs/heads/{name}")
        except RevisionNotFound:
            continue
        if name != head:
            return name
    raise UsageError("The branch that this one will go into is not clear: name it with --base.")


def _line(record: Record, *, new: bool) -> str:
    one = record.suggestion
    state = "new" if new and record.state is State.STANDING else (record.outcome or record.state).value
    commit = f" in {record.commit[:7]}" if record.commit and record.state is State.GONE else ""
    place = f"{visible_line(one.path)}:{one.lines.start}"
    return f"{record.id[:8]}  {state + commit:<20}  {place}  {visible_line(one.why)}"
