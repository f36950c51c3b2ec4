"""Who pushed to the head branch, from the events of the project that it lies in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewbot.domain.conversation import Person
from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.gate import Pushed
from reviewbot.forge.gitlab_accounts import Accounts
from reviewbot.forge.gitlab_api import PAGE, Api, project_path
from reviewbot.forge.gitlab_gate_people import know
from reviewbot.forge.gitlab_wire import Object, commit_id, moment, number, objects

MOST_PAGES = 20
"""Pages of a project's pushes that are read, newest first: 2,000 pushes."""


@dataclass(frozen=True)
class PushEvent:
    """A push to the branch. ``author`` is the account as REST gives it. ``began``: the branch was new."""

    id: int
    at: float
    author: object
    after: str
    before: str
    began: bool


def read_push_events(entries: Iterable[Object], branch: str) -> tuple[PushEvent, ...]:
    """The pushes to ``branch`` among events of ``GET /projects/:id/events?action=pushed``.

    One event is one push to one branch, of however many commits. A push of more than three branches at once
    (``push_event_activities_limit``) is one event without names and commits, and tells nothing: see
    https://docs.gitlab.com/administration/settings/push_event_activities_limit/. So does a branch's deletion.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    return tuple(event for event in (_event(entry, branch) for entry in entries) if event is not None)


def _event(entry: Object, branch: str) -> PushEvent | None:
    data = entry.get("push_data")
    if not isinstance(data, dict) or data.get("ref_type") != "branch" or data.get("ref") != branch:
        return None
    after, before = commit_id(data, "commit_to"), commit_id(data, "commit_from")
    if not after:
        return None
    at, began = moment(entry, "created_at"), data.get("action") == "created"
    return PushEvent(number(entry, "id"), at, entry.get("author"), after, before, began)


def reaches_back(events: Iterable[PushEvent], since: float) -> bool:
    """Whether ``events`` go back to where the branch began, at ``since`` or before."""
    return any(event.began and event.at <= since for event in events)


def find_pushes(
    api: Api, accounts: Accounts, project: str | None, branch: str, since: float
) -> tuple[tuple[Pushed, ...], dict[Person, str]]:
    """Every push to the branch that GitLab still knows, oldest first; and who pushed, with the address they show.

    GitLab keeps events for three years (https://docs.gitlab.com/api/events/). Of a project that we may not see it tells
    nothing: that is no failure.

    Args:
        project: the path of the project that the branch lies in; None where that is gone.
        since: when the merge request got its first diff, seconds since the epoch.
    """
    if project is None:
        return (), {}
    try:
        events = _read(api, project, branch, since)
    except ForgeDenied:
        return (), {}
    known = [know(accounts, event.author) for event in events]
    pairs = zip(events, known, strict=True)
    return tuple(Pushed(one.at, who.login, one.after, one.before) for one, (who, _) in pairs), dict(known)


def _read(api: Api, project: str, branch: str, since: float) -> Sequence[PushEvent]:
    found: dict[int, PushEvent] = {}
    for page in range(1, MOST_PAGES + 1):
        doing, path = f"reading the pushes to {project}", f"{project_path(project)}/events"
        answer = api.get(doing, path, action="pushed", sort="desc", per_page=str(PAGE), page=str(page))
        entries = objects(answer, "events")
        found |= {event.id: event for event in read_push_events(entries, branch)}
        if len(entries) < PAGE or reaches_back(found.values(), since):
            break
    return sorted(found.values(), key=lambda event: (event.at, event.id))
