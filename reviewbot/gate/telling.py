"""From what a forge and the database say to what the policy is told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reviewbot.domain.gate import GateFacts, Member, Pushed, Spoken, Word
from reviewbot.domain.provenance import Seen
from reviewbot.domain.record import Record
from reviewbot.policy.owners import Dialect
from reviewbot.policy.people import Account, Push
from reviewbot.policy.reviews import Review, Said
from reviewbot.policy.told import Told
from reviewbot.store.sign_offs import SignOff

_SAID = {
    Word.APPROVED: Said.APPROVED,
    Word.CHANGES_REQUESTED: Said.CHANGES_REQUESTED,
    Word.DISMISSED: Said.DISMISSED,
    Word.COMMENTED: Said.COMMENTED,
    Word.RETARGETED: Said.RETARGETED,
}
_SPEAKS_FOR = frozenset({Said.APPROVED, Said.SIGNED_OFF, Said.RESOLVED, Said.OVERRODE})
_DIALECTS = {"github": Dialect.GITHUB, "gitlab": Dialect.GITLAB}


def told_of(
    facts: GateFacts,
    sign_offs: Iterable[SignOff],
    pushed: Iterable[Pushed],
    **more: Any,  # noqa: ANN401 - further attributes of ``Told``
) -> Told:
    """What the policy is told of a pull request.

    Args:
        sign_offs: what was said to us. pushed: what webhooks told of pushes.
        more: ``own``, ``notes``, ``seen`` and ``teams`` of ``Told``.
    """
    pull = facts.pull
    return Told(
        reviews=None if facts.spoken is None else reviews_of(facts.spoken, sign_offs),
        author=pull.author,
        accounts=tuple(_account(member) for member in facts.members),
        pushes=pushes_of(facts.pushes, pushed, pull.head),
        logins=facts.logins,
        dialect=_DIALECTS.get(pull.ref.forge),
        branch=pull.head_branch,
        title=facts.title,
        description=facts.description,
        problems=facts.problems,
        **more,
    )


def reviews_of(spoken: Iterable[Spoken], sign_offs: Iterable[SignOff]) -> tuple[Review, ...]:
    """All that was said, oldest first. Of what was said at one moment, what takes back comes last."""
    dated = [(one.at, Review(one.by, _SAID[one.word], one.commit)) for one in spoken]
    dated += [(one.at, _review(one)) for one in sign_offs]
    dated.sort(key=lambda pair: (pair[0], pair[1].said not in _SPEAKS_FOR))
    return tuple(review for _, review in dated)


def pushes_of(listed: Sequence[Pushed], delivered: Iterable[Pushed], head: str) -> tuple[Push, ...]:
    """The pushes, oldest first.

    The forge's own list is taken as it is where it leads to the head. Where it does not (it may lag, end early, or not
    be ours to read) the pushes that webhooks told are put between, by time.
    """
    if listed and listed[-1].after == head:
        return tuple(_push(one) for one in listed)
    known = {(one.before, one.after) for one in listed}
    others = [one for one in delivered if (one.before, one.after) not in known]
    return tuple(_push(one) for one in sorted((*listed, *others), key=lambda one: one.at))


def people_of(sign_offs: Iterable[SignOff], pushed: Iterable[Pushed]) -> tuple[str, ...]:
    """Logins that the forge is to be asked about, beside those that it names itself."""
    return tuple(dict.fromkeys([*(one.by for one in sign_offs), *(one.by for one in pushed)]))


def inputs(told: Told, base: str, head: str, also: Mapping[str, str]) -> tuple[object, ...]:
    """Everything that decides about a verdict, in a form whose ``repr`` is the same for the same.

    Args:
        also: whatever else counts, by name.
    """
    accounts = sorted((one.login, sorted(one.emails), one.bot, one.permission.value) for one in told.accounts)
    logins = sorted((commit, sorted(names)) for commit, names in told.logins.items())
    words = (told.author, told.branch, told.title, told.description, told.dialect)
    return (base, head, told.reviews, told.pushes, accounts, logins, words, _lives(told.own), sorted(also.items()))


def _lives(own: Sequence[Record]) -> list[tuple[str, str]]:
    return sorted((record.id, record.state.value) for record in own)


def _review(one: SignOff) -> Review:
    return Review(one.by, Said(one.word), one.commit, one.path, one.lines, one.reason)


def _push(one: Pushed) -> Push:
    return Push(one.by, one.after, one.before)


def _account(member: Member) -> Account:
    person = member.person
    return Account(person.login, member.emails, person.bot or person.ours, member.permission)


def seen_key(seen: Sequence[Seen]) -> str:
    """The same for the same memory."""
    return repr(sorted((one.head, one.path, one.lines.start, one.lines.end, repr(one.claims)) for one in seen))
