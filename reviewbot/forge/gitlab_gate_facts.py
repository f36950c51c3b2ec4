"""Everything that the gate wants to know of a merge request, read as of one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from reviewbot.domain.conversation import Conversation, Person
from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.domain.gate import GateFacts, Hold, Spoken
from reviewbot.forge.gate_people import People, speakers
from reviewbot.forge.gitlab_accounts import Accounts
from reviewbot.forge.gitlab_api import Api, merge_request_path
from reviewbot.forge.gitlab_conversation import read_person
from reviewbot.forge.gitlab_gate_approvals import SystemNote, Version, read_approvals, read_versions
from reviewbot.forge.gitlab_gate_commits import Hands, find_hands
from reviewbot.forge.gitlab_gate_notes import read_holds, read_requests, read_retargets, read_system_notes
from reviewbot.forge.gitlab_gate_people import ask_accounts, find_accounts
from reviewbot.forge.gitlab_gate_pushes import find_pushes
from reviewbot.forge.gitlab_gate_queries import GATE
from reviewbot.forge.gitlab_reading import Pages, as_conversation, read_pages
from reviewbot.forge.gitlab_wire import GHOST, Object, an_object, child, commit_id, moment, words

_NO_REVIEWS = (
    "GitLab does not tell who approved {ref}: give the bot's token the scope api and its account the role Developer."
)
_NO_COMMITS = "GitLab does not tell whose the commits of {ref} are: give the bot's account the role Developer."


@dataclass(frozen=True)
class _Reviews:
    """``users`` are the accounts of those who reviewed. ``spoken`` is None where it may not be read."""

    spoken: tuple[Spoken, ...] | None
    users: tuple[Object, ...]
    versions: tuple[Version, ...]


def read_facts(api: Api, accounts: Accounts, ref: PullRequestRef, also: Collection[str]) -> GateFacts:
    """See ``GateForge.facts``.

    It is ``Forge.conversation``'s requests (one for each 100 discussions), and then: approvals, reviewers and versions
    of the diff; the pushes; two for each 100 commits; one for each reviewer and two for each of ``also``, and
    one more for whoever is no member, and for an account that is seen for the first time.
    """
    pages = read_pages(api, f"{api.base_url}/", ref, GATE)
    talk = as_conversation(api, accounts, pages)
    noted = read_system_notes(pages.nodes, pages.ours)
    reviews = _reviews(api, ref, [note for note, _ in noted], moment(pages.found, "updatedAt"))
    hands, holds = _hands(api, ref, pages.ours), read_holds(pages.nodes, pages.ours)
    people = _named(pages, (*speakers(talk), *(by for _, by in noted)), hands)
    since = reviews.versions[0].at if reviews.versions else 0.0
    pushes, pushers = find_pushes(api, accounts, source_project(api, talk.pull), talk.pull.head_branch, since)
    for pusher, email in pushers.items():
        people.add(pusher, (email,))
    asked = find_accounts(accounts, ref, (*also, *_resolvers(holds)))
    ask_accounts(accounts, ref, people, (*reviews.users, *asked))
    facts = _written(pages, talk)
    return replace(
        facts,
        spoken=reviews.spoken,
        pushes=pushes,
        members=people.members,
        logins={} if hands is None else hands.logins,
        merge_commit=_merge_commit(api, ref, talk.pull),
        holds=holds,
        problems=_problems(ref, reviews, hands),
    )


def _written(pages: Pages, talk: Conversation) -> GateFacts:
    """The merge request alone, as if nobody had done anything yet."""
    title, description = words(pages.found, "title"), str(pages.found.get("description") or "")
    return GateFacts(talk, title, description, moment(pages.found, "updatedAt"), spoken=None, pushes=(), members=())


def source_project(api: Api, pull: PullRequest) -> str | None:
    """The path of the project that the head branch lies in; None where that is gone."""
    where, root = pull.head_clone_url, f"{api.base_url}/"
    return None if where is None else where.removeprefix(root).removesuffix(".git")


def _reviews(api: Api, ref: PullRequestRef, notes: list[SystemNote], end: float) -> _Reviews:
    """The approvals first, and then the versions: no head is missing that an approval may be for."""
    doing, path = f"reading the approvals of {ref}", merge_request_path(ref)
    try:
        approvals = an_object(api.get(doing, f"{path}/approvals"))
        reviewers = api.pages(doing, f"{path}/reviewers")
        versions = read_versions(api.pages(doing, f"{path}/versions"))
    except ForgeDenied:
        return _Reviews(None, (), ())
    approved, approvers = read_approvals(approvals, versions, notes)
    against, critics = read_requests(reviewers, notes, end)
    spoken = sorted((*approved, *against, *read_retargets(notes)), key=lambda one: one.at)
    return _Reviews(tuple(spoken), (*approvers, *critics), versions)


def _hands(api: Api, ref: PullRequestRef, ours: str) -> Hands | None:
    try:
        return find_hands(api, ref, ours)
    except ForgeDenied:
        return None


def _named(pages: Pages, spoke: Iterable[Person], hands: Hands | None) -> People:
    people = People(GHOST)
    if pages.found.get("author") is not None:
        author = child(pages.found, "author")
        people.add(read_person(author, pages.ours), (str(author.get("publicEmail") or ""),))
    for person in spoke:
        people.add(person)
    for person, emails in hands.emails.items() if hands is not None else ():
        people.add(person, emails)
    return people


def _resolvers(holds: Iterable[Hold]) -> tuple[str, ...]:
    """People whose resolving may be a review."""
    found = [hold.resolved_by for hold in holds if hold.resolved_by is not None]
    return tuple(person.login for person in found if person.human)


def _merge_commit(api: Api, ref: PullRequestRef, pull: PullRequest) -> str | None:
    """As what it was merged. A squashed one may have a merge commit as well, one that was fast-forwarded has neither:
    then it is the head itself (https://docs.gitlab.com/user/project/merge_requests/methods/)."""
    if pull.state != "merged":
        return None
    found = an_object(api.get(f"asking as what {ref} was merged", merge_request_path(ref)))
    names = ("merge_commit_sha", "squash_commit_sha", "sha")
    return next((commit_id(found, name) for name in names if found.get(name)), None)


def _problems(ref: PullRequestRef, reviews: _Reviews, hands: Hands | None) -> tuple[str, ...]:
    denied = ((reviews.spoken is None, _NO_REVIEWS), (hands is None, _NO_COMMITS))
    return tuple(sentence.format(ref=ref) for missing, sentence in denied if missing)
