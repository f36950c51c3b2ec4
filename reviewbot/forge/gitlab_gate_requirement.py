"""Whether a project's settings make a merge wait for the gate. The decision is pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.gate import CHECK, Requirement
from reviewbot.forge.gitlab_api import Api, project_path
from reviewbot.forge.gitlab_wire import Object, an_object, children, flag, objects, text, words

_WHERE = "Settings > Merge requests > Merge checks"
_SWITCH_ON = f'switch on "All threads must be resolved" in {_WHERE}'
_THREADS = '"All threads must be resolved" is on: the gate\'s open thread blocks the merge'
_CHECKS = f'"Status checks must succeed" is on, and a status check {CHECK} is there'
_UNSEEN = f'"Status checks must succeed" is on, but only a Maintainer may see whether one is called {CHECK}: look'
_ADVICE = f"{_SWITCH_ON} as well, since whoever starts a newer pipeline has one without the gate's status"
_PIPELINES = (
    '"Pipelines must succeed" is on: the gate\'s status blocks the merge where it stands on the newest pipeline'
)
_SKIPPED = 'and "Skipped pipelines are considered successful" weakens that'


@dataclass(frozen=True)
class MergeChecks:
    """What a project demands before a merge.

    Attributes:
        threads, pipelines, checks: of which there is one setting each; ``checks`` is None where the tier has none.
        skipped: whether a skipped pipeline counts as one that succeeded.
        ours: whether there is an external status check of ours for the branch; None where that may not be read.
    """

    threads: bool
    pipelines: bool
    checks: bool | None = None
    skipped: bool = False
    ours: bool | None = None


def find_requirement(api: Api, repository: str, branch: str) -> Requirement:
    """See ``GateForge.requirement``: one request, two where status checks are demanded."""
    try:
        settings = read_settings(an_object(api.get(f"reading the settings of {repository}", project_path(repository))))
    except ForgeDenied:
        settings = None
    if settings is None:
        how = f"The settings of {repository} may not be read: give the bot's account the role Developer there."
        return Requirement(None, how)
    ours = _our_check(api, repository, branch) if settings.checks else None
    return judge(MergeChecks(settings.threads, settings.pipelines, settings.checks, settings.skipped, ours))


def read_settings(project: Object) -> MergeChecks | None:
    """The merge checks of ``GET /projects/:id``; None where it leaves them out, as it does for strangers.

    Raises:
        ForgeUnavailable: a field is of a wrong type.
    """
    threads, pipelines = "only_allow_merge_if_all_discussions_are_resolved", "only_allow_merge_if_pipeline_succeeds"
    if threads not in project or pipelines not in project:
        return None
    return MergeChecks(
        _on(project, threads),
        _on(project, pipelines),
        project.get("only_allow_merge_if_all_status_checks_passed"),
        _on(project, "allow_merge_on_skipped_pipeline"),
    )


def _on(project: Object, name: str) -> bool:
    """Null is off: a project that never had the setting."""
    return project.get(name) is not None and flag(project, name)


def _our_check(api: Api, repository: str, branch: str) -> bool | None:
    path = f"{project_path(repository)}/external_status_checks"
    try:
        return read_our_check(objects(api.pages(f"reading the status checks of {repository}", path), "checks"), branch)
    except ForgeDenied:
        return None


def read_our_check(checks: Sequence[Object], branch: str) -> bool:
    """Whether one of ``GET …/external_status_checks`` is ours and holds for the branch. One of no branch is for all."""
    ours = [one for one in checks if words(one, "name") == CHECK]
    names = [[text(protected, "name") for protected in children(one, "protected_branches")] for one in ours]
    return any(not rules or any(fnmatchcase(branch, rule) for rule in rules) for rules in names)


def judge(settings: MergeChecks) -> Requirement:
    """Whether it is in force, by one sentence."""
    found = [_THREADS] if settings.threads else []
    if settings.checks and settings.ours:
        found.append(_CHECKS)
    if settings.pipelines:
        found.append(f"{_PIPELINES}, {_SKIPPED}" if settings.skipped else _PIPELINES)
    if found:
        advice = f"; {_ADVICE}" if settings.pipelines and not settings.threads else ""
        return Requirement(True, f"{'; '.join(found)}{advice}.")
    if settings.checks and settings.ours is None:
        return Requirement(None, f"{_UNSEEN}; or {_SWITCH_ON}.")
    return Requirement(False, f"Nothing makes a merge wait for the gate: {_SWITCH_ON}.")
