"""A pull request on which everything is fine: the gate passes. A test changes the one fact that it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Permission
from reviewbot.domain.provenance import Claim, Origin, OriginKind, Strength
from reviewbot.policy.decide import decide
from reviewbot.policy.owners import Ownership
from reviewbot.policy.people import Account, Commit, People, Push
from reviewbot.policy.reviews import Review, Said
from reviewbot.policy.runs import Found, Run, Stood
from reviewbot.policy.verdict import Verdict
from reviewbot.repo_config.ai import AiPathTable, AiPolicy, AiRule, Mode

OLD, HEAD, LATER = "a" * 40, "b" * 40, "c" * 40
WROTE = "d" * 40
"""The commit that brought the lines."""


def lines(start: int, end: int | None = None) -> LineRange:
    return LineRange(start, end or start)


def claim(**facts: Any) -> Claim:
    """A note on the very lines: Cursor wrote them, and alice asked."""
    defaults = {"kind": OriginKind.AI, "strength": Strength.LINE, "source": "git-ai", "tool": "cursor"}
    return Claim(**defaults | {"requester": "Alice <alice@corp.example>", "detail": "note of ddddddd"} | facts)


def human(**facts: Any) -> Claim:
    return claim(**{"kind": OriginKind.HUMAN, "tool": None, "requester": None} | facts)


def origin(**facts: Any) -> Origin:
    defaults = {"path": "src/app.py", "lines": lines(1, 10), "kind": OriginKind.AI, "commit": WROTE}
    return Origin(**defaults | {"claims": (claim(),)} | facts)


def run(**facts: Any) -> Run:
    own = {name: facts.pop(name) for name in ("stood", "owners", "findings") if name in facts}
    return Run(origin(**facts), **own)


def stood(commit: str = OLD, path: str = "src/app.py", start: int = 1, end: int = 10) -> Stood:
    return Stood(commit, path, lines(start, end))


def found(**facts: Any) -> Found:
    return Found(**{"scanner": "bandit", "rule": "B602", "line": 3, "message": "A shell."} | facts)


def owned(*people: str, **facts: Any) -> Ownership:
    return Ownership(**{"section": "", "names": tuple(f"@{p}" for p in people), "people": frozenset(people)} | facts)


def account(login: str, **facts: Any) -> Account:
    emails = frozenset({f"{login}@corp.example"})
    return Account(**{"login": login, "emails": emails, "permission": Permission.WRITE} | facts)


def commit(**facts: Any) -> Commit:
    address = "alice@corp.example"
    return Commit(**{"id": WROTE, "author": address, "committer": address, "logins": ("alice",)} | facts)


def push(by: str = "alice", after: str = HEAD, **facts: Any) -> Push:
    return Push(by, after, **facts)


def people(**facts: Any) -> People:
    """Alice wrote, opened and pushed; carol, dave and erin may write."""
    known = tuple(account(login) for login in ("alice", "carol", "dave", "erin"))
    defaults: dict[str, Any] = {"author": "alice", "accounts": known, "pushes": (push(),)}
    return People(**defaults | {"commits": {WROTE: commit()}} | facts)


def knowing(*more: Account, **facts: Any) -> People:
    """With more accounts, or others of the same name."""
    names = {one.login for one in more}
    kept = tuple(one for one in people().accounts if one.login not in names)
    return people(accounts=(*kept, *more), **facts)


def wrote(**facts: Any) -> People:
    """The lines' commit has other hands."""
    return people(commits={WROTE: commit(**facts)})


def said(by: str, what: Said = Said.APPROVED, at: str = HEAD, **facts: Any) -> Review:
    return Review(by, what, at, **facts)


def signed(by: str, path: str | None = None, start: int = 0, end: int = 0, at: str = HEAD, **facts: Any) -> Review:
    return said(by, facts.pop("what", Said.SIGNED_OFF), at, path=path, lines=lines(start, end) if start else None)


def overrode(by: str = "erin", reason: str = "A false marker.", at: str = HEAD) -> Review:
    return said(by, Said.OVERRODE, at, reason=reason)


def policy(**facts: Any) -> AiPolicy:
    return replace(AiPolicy(mode=Mode.ENFORCE), **facts)


def path_rule(rule: AiRule, match: str = "src/") -> AiPolicy:
    return policy(paths=(AiPathTable(match=match, rule=rule),))


APPROVED = (said("carol"),)


def verdict(**facts: Any) -> Verdict:
    """The verdict on the pull request on which everything is fine but for ``facts``."""
    given: dict[str, Any] = {"lines": (run(),), "reviews": APPROVED, "people": people(), "policy": policy()}
    given |= {"head": HEAD} | facts
    where = {name: given.pop(name) for name in ("lines", "reviews", "people", "policy")}
    return decide(*where.values(), **given)
