"""Whose the commits of a pull request are, as far as GitHub tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.forge.github_gate_queries import COMMIT_AUTHORS
from reviewbot.forge.github_gate_reading import Hands, read_hands
from reviewbot.forge.github_json import Json, get_object, get_objects, get_text, wrong
from reviewbot.forge.github_pages import Ask, Collected, all_nodes, next_page

MOST_CROWDS = 10
"""Commits with more authors than come with them whose further authors are asked for."""

MOST_AUTHORS = 100
"""Authors of such a commit that are read. Whoever writes a commit names as many co-authors as he likes; they would
cost us a question a hundred."""

_SOME_COMMITS = "GitHub lists {listed} of the {total} commits of {ref}: make it smaller to have each author known."
_SOME_AUTHORS = "Not all authors of {count} of the commits of {ref} are read: name fewer co-authors in them."
_STALE = "GitHub does not list the head of {ref} among its commits yet: trying again later."


def find_hands(ask: Ask, ref: PullRequestRef, found: Collected, ours: str) -> tuple[Hands, tuple[str, ...]]:
    """Whose the commits are, and what is not told of it, as sentences.

    Args:
        found: of the question ``GATE``. ours: our own login.

    Raises:
        ForgeUnavailable: GitHub's list is behind the head, and whoever brought that would be nobody; or a field is
            missing or of a wrong type.
        ForgeError: ``ask`` failed.
    """
    commits = [get_object(one, "commit") for one in found.more["commits"]]
    problems = _cut(ref, get_object(found.pull, "commits"), len(commits))
    heads = {get_text(one, "oid") for one in commits}
    if heads and not problems and get_text(found.pull, "headRefOid") not in heads:
        raise ForgeUnavailable(_STALE.format(ref=ref))
    further, left_out = _further(ask, commits)
    read = [(one, further.get(get_text(one, "oid")) or _with_it(one)) for one in commits]
    crowded = (_SOME_AUTHORS.format(count=left_out, ref=ref),) if left_out else ()
    return read_hands(read, ours), (*problems, *crowded)


def _cut(ref: PullRequestRef, commits: Json, listed: int) -> tuple[str, ...]:
    """GitHub lists no more than 10,000 commits, some of its versions no more than 250."""
    total = commits.get("totalCount")
    if not isinstance(total, int):
        raise wrong("totalCount")
    if total > listed:
        return (_SOME_COMMITS.format(listed=listed, total=total, ref=ref),)
    return ()


def _further(ask: Ask, commits: Sequence[Json]) -> tuple[Mapping[str, list[Json]], int]:
    """The authors of commits with many, by commit; and how many commits have authors that are not among them."""
    crowds = [one for one in commits if next_page(get_object(one, "authors"), None) is not None]
    found = {
        get_text(one, "oid"): list(islice(all_nodes(ask, COMMIT_AUTHORS, one, "authors"), MOST_AUTHORS + 1))
        for one in crowds[:MOST_CROWDS]
    }
    cut = sum(len(authors) > MOST_AUTHORS for authors in found.values())
    return found, len(crowds[MOST_CROWDS:]) + cut


def _with_it(commit: Json) -> list[Json]:
    return get_objects(get_object(commit, "authors"), "nodes")
