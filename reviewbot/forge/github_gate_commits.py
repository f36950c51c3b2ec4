"""Whose the commits of a pull request are, as far as GitHub tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
"""Authors of such a commit that are read. Whoever writes a commit names as many co-authors as he likes, and each
hundred of them would cost us a question.
"""

_CUTS = (250, 10_000)
"""Commits that GitHub lists at most, of a pull request by REST and of anything
(https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request,
https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits).
"""

_SOME_COMMITS = "GitHub lists {listed} of the {total} commits of {ref}: make it smaller to have each author known."
_NO_HEAD = "GitHub lists {listed} commits of {ref} without its head: make it smaller to have each author known."
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
    problems = _untold(ref, found, [get_text(one, "oid") for one in commits])
    further, left_out = _further(ask, commits)
    read = [(one, further.get(get_text(one, "oid")) or _with_it(one)) for one in commits]
    crowded = (_SOME_AUTHORS.format(count=left_out, ref=ref),) if left_out else ()
    return read_hands(read, ours), (*problems, *crowded)


def _untold(ref: PullRequestRef, found: Collected, oids: Collection[str]) -> tuple[str, ...]:
    """What is missing in GitHub's list: what it counts beyond it, or the head itself.

    A list without the head is cut where it is as long as such lists may be; else it is behind a push.
    """
    total = get_object(found.pull, "commits").get("totalCount")
    if not isinstance(total, int):
        raise wrong("totalCount")
    if total > len(oids):
        return (_SOME_COMMITS.format(listed=len(oids), total=total, ref=ref),)
    if not oids or get_text(found.pull, "headRefOid") in oids:
        return ()
    if len(oids) not in _CUTS:
        raise ForgeUnavailable(_STALE.format(ref=ref))
    return (_NO_HEAD.format(listed=len(oids), ref=ref),)


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
