"""Everything that the gate wants to know of a pull request, read as of one moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from reviewbot.domain.conversation import Conversation
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import GateFacts, Spoken, Word
from reviewbot.forge import github_graphql as graphql
from reviewbot.forge.gate_people import People, speakers
from reviewbot.forge.github_conversation import read_conversation
from reviewbot.forge.github_credentials import Credentials
from reviewbot.forge.github_gate_commits import find_hands
from reviewbot.forge.github_gate_people import ask_rights
from reviewbot.forge.github_gate_pushes import Activity, find_pushes
from reviewbot.forge.github_gate_queries import GATE
from reviewbot.forge.github_gate_reading import Hands, read_merge_commit, read_spoken
from reviewbot.forge.github_json import get_moment, get_words
from reviewbot.forge.github_pages import Collected, collect
from reviewbot.forge.github_people import GHOST, read_person
from reviewbot.forge.github_resources import Resources
from reviewbot.forge.github_rights import repository_of
from reviewbot.forge.github_wire import repository_path

_NO_RIGHTS = (
    "GitHub does not tell what people may do in {repository}: give the bot's account the role Write there, or the App "
    "the permission metadata: read."
)


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
    hands, problems = find_hands(ask, ref, found, ours)
    spoken = read_spoken(found.reviews, found.more["retargets"])
    pushes = find_pushes(client, source, pull.head_branch, pull.head, since=created, ours=ours)
    people = _people(found, _Read(talk, spoken, hands, pushes), ours)
    asked = (*(one.by for one in spoken if one.word is Word.APPROVED), *also)
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
        problems=problems if told else (*problems, _NO_RIGHTS.format(repository=ref.repository)),
    )


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
        people.add(activity.by)
    for login, person in read.hands.people.items():
        people.add(person, read.hands.emails[login])
    return people
