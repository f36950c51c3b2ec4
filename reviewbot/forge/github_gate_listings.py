"""Lists that the gate asks GitHub for: open pull requests, a merge queue, and who is behind a name of CODEOWNERS."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from urllib.parse import quote

from github import Github

from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.gate import OpenPull
from reviewbot.forge import github_graphql as graphql
from reviewbot.forge.github_gate_queries import QUEUE
from reviewbot.forge.github_json import (
    Json,
    as_object,
    get_commit,
    get_moment,
    get_number,
    get_object,
    get_objects,
    get_optional,
    get_text,
)
from reviewbot.forge.github_pages import Ask, next_page
from reviewbot.forge.github_resources import Resources, pages
from reviewbot.forge.github_rights import is_login

_QUEUES = "gh-readonly-queue/"
"""https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue#triggering-merge-group-checks-with-other-ci-providers"""


def open_pulls(resources: Resources, repository: str) -> tuple[OpenPull, ...]:
    """See ``GateForge.open_pulls``: a request for each 100. Oldest first, so that a new one moves no other's page."""
    doing = f"listing the open pull requests of {repository}"
    listed = resources.pages("/pulls?state=open&sort=created&direction=asc&per_page=100", doing)
    found = [read_open_pull(one) for page in listed for one in get_objects({"pulls": page.data}, "pulls")]
    return tuple({one.number: one for one in found}.values())


def read_open_pull(data: Json) -> OpenPull:
    """One of the list.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    head, base = get_commit(get_object(data, "head"), "sha"), get_text(get_object(data, "base"), "ref")
    return OpenPull(get_number(data, "number"), head, base, get_moment(data, "updated_at"))


def members_of(client: Github, repository: str, name: str) -> frozenset[str] | None:
    """See ``GateForge.members_of``.

    A team of another organisation owns nothing here
    (https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax);
    GitHub knows no roles. Members of child teams are members of the team.
    """
    organisation, slash, team = name.removeprefix("@").partition("/")
    if not slash:
        return frozenset({organisation}) if is_login(organisation) else frozenset()
    if organisation.casefold() != repository.partition("/")[0].casefold():
        return frozenset()
    path = f"/orgs/{quote(organisation, safe='')}/teams/{quote(team, safe='')}/members?per_page=100"
    try:
        listed = list(pages(client, path, "asking who is in a team of CODEOWNERS"))
    except ForgeDenied:
        return None
    return frozenset(get_text(one, "login") for page in listed for one in get_objects({"team": page.data}, "team"))


def queued(client: Github, repository: str, branch: str, head: str) -> tuple[int, ...]:
    """See ``GateForge.queued``: a question for each page of the queue.

    Whoever stands before the entry is merged with it, at the latest.

    Args:
        branch: ``gh-readonly-queue/BASE/pr-NUMBER-COMMIT``; for any other there is no queue.
    """
    base = branch.removeprefix(_QUEUES).rpartition("/pr-")[0]
    if not branch.startswith(_QUEUES) or not base:
        return ()
    ask = partial(graphql.ask, client, f"reading the merge queue of {repository}")
    return read_queue(_entries(ask, repository, base), head)


def _entries(ask: Ask, repository: str, base: str) -> list[Json]:
    owner, _, name = repository.partition("/")
    found: list[Json] = []
    after: str | None = None
    while True:
        data = ask(QUEUE, {"owner": owner, "name": name, "branch": base, "after": after})
        queue = get_optional(get_object(data, "repository"), "mergeQueue")
        if queue is None:
            return []
        page = get_object(queue, "entries")
        found += get_objects(page, "nodes")
        after = next_page(page, after)
        if after is None:
            return found


def read_queue(entries: Iterable[Json], head: str) -> tuple[int, ...]:
    """The pull requests up to the entry with this commit, in their order; none where it has none of them.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    ordered = sorted(entries, key=lambda one: get_number(one, "position"))
    numbers: list[int] = []
    for one in ordered:
        numbers.append(get_number(get_object(one, "pullRequest"), "number"))
        commit = get_optional(one, "headCommit")
        if commit is not None and get_commit(commit, "oid") == head:
            return tuple(numbers)
    return ()


def own_repositories(client: Github) -> tuple[str, ...]:
    """The repositories that a token's owner may push to, and that are not archived."""
    doing = "listing our repositories"
    listed = pages(client, "/user/repos?per_page=100&sort=full_name", doing)
    return read_repositories(one for page in listed for one in get_objects({"repositories": page.data}, "repositories"))


def installed_repositories(client: Github) -> tuple[str, ...]:
    """The repositories that an installation's token opens, and that are not archived."""
    listed = pages(client, "/installation/repositories?per_page=100", "listing the repositories of an installation")
    return read_repositories(one for page in listed for one in get_objects(as_object(page.data), "repositories"))


def read_repositories(entries: Iterable[Json]) -> tuple[str, ...]:
    """Full names; without what is archived, and what we may not push to where that is told of a person.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    open_ones = [one for one in entries if one.get("archived") is not True and one.get("disabled") is not True]
    return tuple(dict.fromkeys(get_text(one, "full_name") for one in open_ones if _may_push(one)))


def _may_push(data: Json) -> bool:
    permissions = get_optional(data, "permissions")
    return permissions is None or permissions.get("push") is not False
