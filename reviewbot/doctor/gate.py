"""Whether a branch rule makes a merge wait for the gate. Asks, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from urllib.parse import quote

from reviewbot.doctor import forge, gitlab
from reviewbot.doctor.finding import Finding, advice, good
from reviewbot.doctor.forge import Reply
from reviewbot.doctor.github_app import token_for, uses_app
from reviewbot.domain.errors import ReviewbotError
from reviewbot.domain.gate import Requirement
from reviewbot.queue.forges import gates_over, open_forges
from reviewbot.settings import Settings


def examine_gate(settings: Settings, repository: str) -> Iterator[Finding]:
    """Look at the rules of the repository's default branch, on each forge that is set.

    A forge that is not reached, or does not know the repository, is said elsewhere.

    Args:
        repository: ``owner/name``, or a project's path.
    """
    with ExitStack() as stack:
        try:
            gates = gates_over(open_forges(settings, stack))
        except ReviewbotError:
            return
        for name, gate in gates.items():
            try:
                branch = read_branch(_REPOSITORIES[name](settings, repository))
                found = None if branch is None else gate.requirement(repository, branch)
            except ReviewbotError as error:
                yield advice("gate", str(error))
                continue
            if found is not None:
                yield judge_gate(found)


def judge_gate(found: Requirement) -> Finding:
    """What a rule, or its absence, means: a gate that nothing requires is advice, since its policy may only report."""
    if found.in_force and found.pinned is not False:
        return good("gate", found.how)
    return advice("gate", found.how)


def read_branch(reply: Reply) -> str | None:
    """The default branch, of a forge's answer about a repository; None where it does not say."""
    branch = reply.data.get("default_branch")
    return branch if reply.status == 200 and isinstance(branch, str) and branch else None


def _github(settings: Settings, repository: str) -> Reply:
    token = token_for(settings, repository) if uses_app(settings) else settings.token
    return forge.ask(settings, f"/repos/{repository}", token)


def _gitlab(settings: Settings, repository: str) -> Reply:
    return gitlab.ask(settings, f"/projects/{quote(repository, safe='')}")


_REPOSITORIES: Mapping[str, Callable[[Settings, str], Reply]] = {"github": _github, "gitlab": _gitlab}
