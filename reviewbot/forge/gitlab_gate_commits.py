"""Whom GitLab takes for the authors and committers of a merge request's commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reviewbot.domain.conversation import Person
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.gitlab_api import Api, merge_request_path
from reviewbot.forge.gitlab_conversation import read_person
from reviewbot.forge.gitlab_gate_queries import COMMITS
from reviewbot.forge.gitlab_queries import find_merge_request
from reviewbot.forge.gitlab_wire import Object, child, children, next_cursor, objects, text


@dataclass(frozen=True)
class Hands:
    """Whose the commits are: ``logins`` by commit, and each known author's addresses, as the commits spell them."""

    logins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    emails: Mapping[Person, frozenset[str]] = field(default_factory=dict)


def find_hands(api: Api, ref: PullRequestRef, ours: str) -> Hands:
    """Whose the merge request's commits are: two requests for each 100 of them."""
    doing = f"reading the commits of {ref}"
    commits = objects(api.pages(doing, f"{merge_request_path(ref)}/commits"), "commits")
    authors: dict[str, Person] = {}
    after: str | None = None
    while True:
        data = api.ask(doing, COMMITS, path=ref.repository, iid=str(ref.number), after=after)
        page = child(find_merge_request(ref, data)[1], "commits")
        authors |= read_authors(children(page, "nodes"), ours)
        after = next_cursor(page, after)
        if after is None:
            return read_hands(commits, authors)


def read_authors(nodes: Iterable[Object], ours: str) -> dict[str, Person]:
    """The account of each commit's author, where there is one, from the answer to ``COMMITS``."""
    known = [node for node in nodes if node.get("author") is not None]
    return {text(node, "sha"): read_person(node["author"], ours) for node in known}


def read_hands(commits: Iterable[Object], authors: Mapping[str, Person]) -> Hands:
    """Whose they are: an address that is an author's in one commit is theirs in each.

    GitLab ties an account to the author alone, by the addresses that the account has confirmed.

    Args:
        commits: of ``GET …/commits``. authors: by commit.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    entries = list(commits)
    owners: dict[str, Person] = {}
    emails: dict[Person, set[str]] = {}
    for entry in entries:
        author, address = authors.get(text(entry, "id")), _address(entry, "author_email")
        if author is not None and address:
            owners[address] = author
            emails.setdefault(author, set()).add(address)
    logins = {text(entry, "id"): _logins(entry, authors.get(text(entry, "id")), owners) for entry in entries}
    return Hands(
        {commit: found for commit, found in logins.items() if found},
        {person: frozenset(found) for person, found in emails.items()},
    )


def _logins(entry: Object, author: Person | None, owners: Mapping[str, Person]) -> tuple[str, ...]:
    people = (author, owners.get(_address(entry, "committer_email")))
    return tuple(dict.fromkeys(person.login for person in people if person is not None))


def _address(entry: Object, name: str) -> str:
    return str(entry.get(name) or "").casefold()
