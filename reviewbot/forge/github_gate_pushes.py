"""Who pushed to the head branch, from the activity of the repository that it lies in.

https://docs.github.com/en/rest/repos/repos#list-repository-activities
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from github import Github

from reviewbot.domain.conversation import Person
from reviewbot.domain.errors import ForgeDenied, ForgeRejected
from reviewbot.domain.gate import Pushed
from reviewbot.forge.github_json import Json, get_commit, get_moment, get_objects
from reviewbot.forge.github_people import read_person
from reviewbot.forge.github_resources import Resources

MOST_PAGES = 3
"""Pages of activities that are read, newest first: 300 of them. What is older is not told."""


@dataclass(frozen=True)
class Activity:
    """A change of the branch; ``by`` is ``ghost`` for an account that was deleted.

    ``before`` is empty where the branch was made, ``after`` where it was deleted.
    """

    at: float
    by: Person
    after: str
    before: str

    @property
    def pushed(self) -> Pushed:
        """The same, as the gate knows it."""
        return Pushed(self.at, self.by.login, self.after, self.before)


@dataclass(frozen=True)
class Way:
    """``steps``: the activities that lead to a head, oldest first. ``whole``: what is older does not belong to them."""

    steps: tuple[Activity, ...]
    whole: bool


def find_pushes(
    client: Github, repository: str | None, branch: str, head: str, *, since: float, ours: str
) -> tuple[Activity, ...]:
    """The pushes that led to a head, oldest first, as far back as the pull request goes.

    Where GitHub does not tell them, that is no failure: a fork that we may not see, an Enterprise Server that is too
    old. Webhooks tell of pushes as well.

    Args:
        repository: that the branch lies in; None where that is gone. since: when the pull request was opened, seconds
            since the epoch. ours: our own login.

    Raises:
        ForgeError: GitHub could not be asked.
    """
    if repository is None or not branch:
        return ()
    doing = f"reading the pushes to {repository}"
    path = f"/activity?ref={quote(f'refs/heads/{branch}', safe='')}&direction=desc&per_page=100"
    found: list[Activity] = []
    try:
        for count, page in enumerate(Resources(client, repository).pages(path, doing), 1):
            found += read_activities(page.data, f"refs/heads/{branch}", ours)
            if count == MOST_PAGES or way_to(head, found).whole or (found and found[-1].at < since):
                break
    except (ForgeDenied, ForgeRejected):
        return ()
    return way_to(head, found).steps


def read_activities(data: object, ref: str, ours: str) -> list[Activity]:
    """A page of ``GET …/activity``, in GitHub's order, of the one ref.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    return [_activity(one, ours) for one in get_objects({"activities": data}, "activities") if one.get("ref") == ref]


def _activity(data: Json, ours: str) -> Activity:
    at, by = get_moment(data, "timestamp"), read_person(data, "actor", ours)
    return Activity(at, by, get_commit(data, "after"), get_commit(data, "before"))


def way_to(head: str, found: Sequence[Activity]) -> Way:
    """What leads to ``head``: without what came after it, and without what a deleted branch of the same name had.

    A branch that was deleted and restored as it was ("Restore branch") is the same branch: whoever restored it brought
    no line. Whether a branch was made or restored is known once the activity before that is seen.

    Args:
        found: newest first. Where ``head`` is not among them, all of them may lead to it.
    """
    start = next((index for index, one in enumerate(found) if one.after == head), 0)
    steps: list[Activity] = []
    left = list(found[start:])
    while left:
        one = left.pop(0)
        if not one.after:
            return Way(tuple(reversed(steps)), whole=True)
        if not one.before and left and not left[0].after and left[0].before == one.after:
            left.pop(0)
            continue
        steps.append(one)
        if not one.before:
            return Way(tuple(reversed(steps)), whole=bool(left))
    return Way(tuple(reversed(steps)), whole=False)
