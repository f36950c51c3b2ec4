"""From a repository and what a forge tells to the gate's verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reviewbot.domain.change import Change
from reviewbot.domain.errors import ConfigError
from reviewbot.domain.provenance import Seen
from reviewbot.policy.decide import decide
from reviewbot.policy.kinds import exempt, kind_of
from reviewbot.policy.memory import remembered, seen_in
from reviewbot.policy.owners import find
from reviewbot.policy.past import with_past
from reviewbot.policy.people import Commit, People
from reviewbot.policy.provenance import Facts, Traced, origins
from reviewbot.policy.provenance.history import commits_named
from reviewbot.policy.provenance.room import open_room
from reviewbot.policy.runs import Run
from reviewbot.policy.scan import scannable, scanned
from reviewbot.policy.told import Told
from reviewbot.policy.updates import with_updates
from reviewbot.policy.verdict import Verdict
from reviewbot.repo_config.ai import AiPolicy, AiRule, Mode
from reviewbot.repo_config.force import InForce, in_force
from reviewbot.source.repository import Repository
from reviewbot.verify.scanner import Scanner

_SECONDS = 300.0
"""For reading the commits' people; git needs milliseconds."""


@dataclass(frozen=True)
class Tools:
    """What a change is checked with.

    Attributes:
        rules: the folder of ``resources.rules_dir``. scanners: bandit and semgrep where None.
    """

    rules: Path
    scanners: Sequence[Scanner] | None = None


@dataclass(frozen=True)
class Checked:
    """A verdict, the policy that it was come to by, and what is to be remembered of the lines (``Told.seen``)."""

    verdict: Verdict
    policy: AiPolicy
    seen: tuple[Seen, ...] = ()


def check(
    repository: Repository, change: Change, told: Told, rules: Path, scanners: Sequence[Scanner] | None = None
) -> Verdict:
    """The verdict on the head of ``change``, by the policy of its base alone; see ``examine``."""
    return examine(repository, change, told, Tools(rules, scanners), in_force(repository, change.base)).verdict


def examine(repository: Repository, change: Change, told: Told, tools: Tools, force: InForce) -> Checked:
    """The verdict on the head of ``change``.

    Args:
        repository: holds the change. told: what the forge knows. force: the settings that hold for it.

    Raises:
        ConfigError: the base's settings are broken and there is no good version of them.
        SourceError: git refused. ScannerError: a scanner did not work.
    """
    policy = force.config.ai
    if policy.mode is Mode.OFF:
        return Checked(_off(force, policy, change), policy)
    traced = origins(repository, change, _facts(told, policy))
    runs = remembered(repository, map(Run, traced.origins), change.head, told.seen)
    seen = seen_in(runs, change.head)
    reviewed = [review.commit for review in told.reviews or () if review.commit]
    runs, lost = with_past(repository, _owned(repository, runs, change, told, policy), change.head, reviewed)
    runs, notes = _scanned(repository, runs, change, policy, tools)
    people = _people(repository, change, told, traced)
    asked = any(_review_wanted(run, policy) for run in runs)
    problems = (*traced.problems, *(told.problems if asked else ()))
    verdict = decide(runs, told.reviews, people, policy, head=change.head, problems=problems)
    gone = [
        f"{commit[:12]}, which was reviewed, is not in this repository: that review counts for nothing."
        for commit in lost
    ]
    return Checked(replace(verdict, notes=(*force.notes, *gone, *notes, *verdict.notes)), policy, seen)


def _off(force: InForce, policy: AiPolicy, change: Change) -> Verdict:
    """Off because somebody said so, and not because nobody can read what was said."""
    if force.notes:
        raise ConfigError(f"Whether the gate is on cannot be told. {force.notes[0]}")
    return decide((), None, People(""), policy, head=change.head)


def _facts(told: Told, policy: AiPolicy) -> Facts:
    return Facts(
        branch=told.branch,
        title=told.title,
        description=told.description,
        author_login=told.author,
        own=told.own,
        markers=policy.markers,
        notes=told.notes,
    )


def _people(repository: Repository, change: Change, told: Told, traced: Traced) -> People:
    ids = list(dict.fromkeys(origin.commit for origin in traced.origins if origin.commit))
    with open_room(repository, change.head, _SECONDS) as room:
        commits = {one.id: one for one in commits_named(room, ids)}
    hands = {
        one.id: Commit(
            one.id,
            one.author_email,
            one.committer_email,
            tuple(value for name, value in one.trailers if name.lower() == "co-authored-by"),
            tuple(told.logins.get(one.id, ())),
            one.trailers,
        )
        for one in commits.values()
    }
    return People(told.author, told.accounts, with_updates(repository, told.pushes, change.base), hands)


def _owned(
    repository: Repository, runs: Iterable[Run], change: Change, told: Told, policy: AiPolicy
) -> tuple[Run, ...]:
    """The runs with their owners by the base's CODEOWNERS, where the policy asks for any."""
    asked = any(table.rule is AiRule.OWNER for table in policy.paths)
    owners = find(repository.tree(change.base), told.dialect, told.teams.get) if asked else None
    return tuple(replace(run, owners=owners.of(run.path)) for run in runs) if owners else tuple(runs)


def _scanned(
    repository: Repository,
    runs: tuple[Run, ...],
    change: Change,
    policy: AiPolicy,
    tools: Tools,
) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    """The runs with what the scanners find, where there is AI code at all; and what no scanner knows."""
    asked = {run.path for run in runs if _scan_wanted(run, policy)}
    if not asked:
        return runs, ()
    others = sorted(path for path in asked if not scannable(path))
    files = "1 file" if len(others) == 1 else f"{len(others)} files"
    notes = (
        (f"{files} with AI code in a language that has no scanner here: {', '.join(others[:5])}.",) if others else ()
    )
    if len(others) == len(asked):
        return runs, notes
    return scanned(runs, repository.tree(change.head), tools.rules, tools.scanners), notes


def _scan_wanted(run: Run, policy: AiPolicy) -> bool:
    return policy.scan and _review_wanted(run, policy)


def _review_wanted(run: Run, policy: AiPolicy) -> bool:
    table = policy.rule(run.path)
    free = table is not None and table.rule is AiRule.FREE
    return not free and exempt(kind_of(run.origin, policy), policy) is None
