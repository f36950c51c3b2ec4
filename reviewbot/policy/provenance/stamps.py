"""What tools' marks say of commits and of a whole pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reviewbot.domain.provenance import Claim
from reviewbot.policy.provenance.facts import Facts, plain
from reviewbot.policy.provenance.history import Commit
from reviewbot.policy.provenance.markers import LONGEST, Fit, Marker

_ADDRESS = re.compile(r"<([^<>]*)>\s*\Z")
_CO_AUTHOR = "co-authored-by"
_MOST_TRAILERS = 1000  # different ones
_MOST_LINES = 5000  # of a description

Read = tuple[str, str, str]
"""Place, text and key."""


def stamped(commit: Commit, markers: Sequence[Marker]) -> tuple[tuple[Claim, ...], str | None]:
    """What the marks of one commit say, and what of it was not read.

    Whoever asked the tool is the author; of a tool's own commit the first co-author who is no tool.
    """
    trailers = list(dict.fromkeys((key, value[:LONGEST]) for key, value in commit.trailers))
    people = (
        ("author", f"{commit.author_name} <{commit.author_email}>", ""),
        ("committer", f"{commit.committer_name} <{commit.committer_email}>", ""),
        ("subject", commit.subject, ""),
    )
    fits = list(_fits(people, markers))
    said = {(key, value): list(_fits([("trailer", value, key)], markers)) for key, value in trailers[:_MOST_TRAILERS]}
    fits += [fit for found in said.values() for fit in found]
    others = [value for (key, value), found in said.items() if key.casefold() == _CO_AUTHOR and not found]
    own = any(fit.place == "author" and not commit.author_name.endswith(" (aider)") for fit in fits)
    asker = (
        next((match[1] for value in others if (match := _ADDRESS.search(value))), None) if own else commit.author_email
    )
    many = f"The commit {commit.id[:7]} has more than {_MOST_TRAILERS} trailers: the others were not read."
    claims = tuple(_claim(fit, plain(asker), f"{fit.place} of {commit.id[:7]}") for fit in fits)
    return claims, many if len(trailers) > _MOST_TRAILERS else None


def hinted(facts: Facts, markers: Sequence[Marker]) -> tuple[Claim, ...]:
    """What the marks of a pull request itself say: its branch, its words, who opened it."""
    lines = [line for text in (facts.title, facts.description) for line in text.splitlines()[:_MOST_LINES]]
    reads = [("branch", facts.branch, ""), ("login", facts.author_login, "")]
    reads += [("description", line, "") for line in dict.fromkeys(lines) if line.strip()]
    details = {"branch": "the branch's name", "login": "who opened the pull request", "description": "the description"}
    asker = plain(facts.author_login)
    return tuple(
        _claim(fit, None if fit.place == "login" else asker, details[fit.place])
        for fit in dict.fromkeys(_fits(reads, markers))
    )


def _fits(reads: Sequence[Read], markers: Sequence[Marker]) -> Iterator[Fit]:
    return (found for read in reads for marker in markers if (found := marker.fit(*read)) is not None)


def _claim(fit: Fit, asker: str | None, detail: str) -> Claim:
    return Claim(fit.kind, fit.strength, fit.place, plain(fit.tool), plain(fit.model), asker, detail)
