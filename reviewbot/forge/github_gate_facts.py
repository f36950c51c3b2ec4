"""Everything that the gate wants to know of a pull request, read as of one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reviewbot.domain.conversation import Conversation
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import GateFacts, Spoken, Word
from reviewbot.forge import github_graphql as graphql
from reviewbot.forge.gate_people import People, speakers
from reviewbot.forge.github_conversation import read_conversation
from reviewbot.forge.github_credentials import Credentials
from reviewbot.forge.github_gate_people import ask_rights
from reviewbot.forge.github_gate_pushes import Activity, find_pushes
from reviewbot.forge.github_gate_queries import COMMIT_AUTHORS, GATE
from reviewbot.forge.github_gate_reading import Hands, read_hands, read_merge_commit, read_spoken
from reviewbot.forge.github_json import Json, get_moment, get_object, get_words
from reviewbot.forge.github_pages import Ask, Collected, all_nodes, collect
from reviewbot.forge.github_people import GHOST, read_person
from reviewbot.forge.github_resources import Resources
from reviewbot.forge.github_rights import repository_of
from reviewbot.forge.github_wire import repository_path

_NO_RIGHTS = (
    "GitHub does not tell what people may do in {repository}: give the bot's account the role Write there, or the App "
    "the permission metadata: read."
)
_SOME_COMMITS = "GitHub lists {listed} of the {total} commits of {ref}: make it smaller to have each author known."


@dataclass(frozen=True)
class _Read:
    """What was read, before anybody was asked about."""

    talk: Conversation
    spoken: tuple[Spoken, ...]
    hands: Hands
    pushes: tuple[Activity, ...]


def read_facts(credentials: Credentials, ref: PullRequestRef, also: Collection[str]) -> GateFacts:
    """See ``GateForge.facts``.

    One question where no page is full; the pushes; and one request for each person who approved, or is in ``also``.
    """
    repository_path(ref.repository)
    client, ours = credentials.client(ref.repository), credentials.login
    ask = partial(graphql.ask, client, f"reading {ref}")
    found = collect(ask, ref, GATE)
    talk, created = read_conversation(ref, found, ours), get_moment(found.pull, "createdAt")
    pull, source = talk.pull, repository_of(credentials.base_url, talk.pull.head_clone_url)
    hands = read_hands(_commits(ask, found), ours)
    spoken = read_spoken(found.reviews, found.more["retargets"])
    pushes = find_pushes(client, source, pull.head_branch, pull.head, since=created, ours=ours)
    people = _people(found, _Read(talk, spoken, hands, pushes), ours)
    asked = (*(one.by for one in spoken if one.word is Word.APPROVED and one.by), *also)
    told = ask_rights(Resources(client, ref.repository), people, asked, ours)
    return GateFacts(
        talk=talk,
        title=get_words(found.pull, "title"),
        description=get_words(found.pull, "body"),
        updated=get_moment(found.pull, "updatedAt"),
        spoken=spoken,
        pushes=tuple(one.pushed for one in pushes),
        members=people.members,
        logins=hands.logins,
        merge_commit=read_merge_commit(found.pull),
        problems=_problems(ref, found, told=told),
    )


def _commits(ask: Ask, found: Collected) -> Iterator[tuple[Json, Sequence[Json]]]:
    for one in found.more["commits"]:
        commit = get_object(one, "commit")
        yield commit, list(all_nodes(ask, COMMIT_AUTHORS, commit, "authors"))


def _people(found: Collected, read: _Read, ours: str) -> People:
    """Everyone but those who are to be asked about."""
    people = People(GHOST)
    people.add(read_person(found.pull, "author", ours))
    for person in speakers(read.talk):
        people.add(person)
    for data, name in [
        *((one, "author") for one in found.reviews),
        *((one, "actor") for one in found.more["retargets"]),
    ]:
        people.add(read_person(data, name, ours))
    for activity in read.pushes:
        if activity.by is not None:
            people.add(activity.by)
    for login, person in read.hands.people.items():
        people.add(person, read.hands.emails[login])
    return people


def _problems(ref: PullRequestRef, found: Collected, *, told: bool) -> tuple[str, ...]:
    """GitHub lists no more than some hundreds of a pull request's commits."""
    total, listed = get_object(found.pull, "commits").get("totalCount"), len(found.more["commits"])
    problems = [] if told else [_NO_RIGHTS.format(repository=ref.repository)]
    if isinstance(total, int) and listed < total:
        problems.append(_SOME_COMMITS.format(listed=listed, total=total, ref=ref))
    return tuple(problems)
