"""What holds whatever was said: nothing that an outsider adds turns the gate green, and nothing lost does."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.conversation import Permission
from reviewbot.domain.provenance import OriginKind
from reviewbot.policy.people import Identities, People
from reviewbot.policy.reviews import Review, Said
from reviewbot.policy.runs import Run
from reviewbot.policy.verdict import Outcome, State
from reviewbot.repo_config.ai import AiPathTable, AiPolicy, AiRule, UnknownAs
from tests.policy.decide.builders import (
    HEAD,
    LATER,
    OLD,
    WROTE,
    account,
    claim,
    commit,
    found,
    human,
    lines,
    owned,
    people,
    policy,
    push,
    run,
    said,
    signed,
    stood,
    verdict,
)

ELIGIBLE = ("carol", "dave", "erin")
INELIGIBLE = ("alice", "al", "bot", "reader", "stranger", "helper", "asker", "pusher")
"""The author, the author's other account, a bot, one who may not write, nobody, a co-author, who asked, who pushed."""


def everyone() -> People:
    known = (
        *(account(login) for login in ("alice", *ELIGIBLE, "helper", "asker", "pusher")),
        account("al", emails=frozenset({"alice@corp.example"})),
        account("bot", bot=True),
        account("reader", permission=Permission.READ),
    )
    commits = {WROTE: commit(co_authors=("H <helper@corp.example>",))}
    return people(accounts=known, pushes=(push("alice", OLD), push("pusher", HEAD, before=OLD)), commits=commits)


def words(*logins: str) -> st.SearchStrategy[Review]:
    by, at = st.sampled_from(logins), st.sampled_from((HEAD, HEAD, OLD, LATER, ""))
    approving = st.builds(said, by, st.sampled_from((Said.APPROVED, Said.COMMENTED)), at)
    taking_back = st.builds(said, by, st.sampled_from((Said.CHANGES_REQUESTED, Said.DISMISSED)), at)
    places = st.sampled_from(((0, 0), (1, 5), (3, 8), (6, 10), (1, 10)))
    signing = st.builds(
        lambda by, at, place, what: signed(by, "src/app.py", *place, at=at, what=what),
        by,
        at,
        places,
        st.sampled_from((Said.SIGNED_OFF, Said.RESOLVED)),
    )
    overriding = st.builds(lambda by, at: said(by, Said.OVERRODE, at, reason="Why not."), by, at)
    return st.one_of(approving, signing, taking_back, overriding)


RUNS = st.lists(
    st.builds(
        lambda number, kind, past, owner, finding: run(
            path="src/app.py",
            lines=lines(10 * number + 1, 10 * number + 10),
            kind=kind,
            claims={OriginKind.HUMAN: (human(),), OriginKind.UNKNOWN: ()}.get(kind, (claim(requester="asker"),)),
            stood=(stood(OLD, start=1, end=10),) if past else (),
            owners=(owned(owner),) if owner else (),
            findings=(found(line=10 * number + 3),) if finding else (),
        ),
        st.integers(0, 3),
        st.sampled_from((OriginKind.AI, OriginKind.AI, OriginKind.MIXED, OriginKind.HUMAN, OriginKind.UNKNOWN)),
        st.booleans(),
        st.sampled_from((None, "carol", "dave", "alice")),
        st.sampled_from((False, False, False, True)),
    ),
    max_size=4,
    unique_by=lambda one: one.lines,
)
POLICIES = st.builds(
    lambda reviewers, unknown, rule, override: policy(
        reviewers=reviewers,
        unknown=unknown,
        override=override,
        paths=(AiPathTable(match="src/", rule=rule),) if rule else (),
    ),
    st.sampled_from((1, 1, 2)),
    st.sampled_from(list(UnknownAs)),
    st.sampled_from((None, None, *AiRule)),
    st.sampled_from(((), ("erin",), ("erin", "alice", "al", "bot", "reader", "stranger", "helper", "asker", "pusher"))),
)
REVIEWS = st.lists(words(*ELIGIBLE, *INELIGIBLE), max_size=6)


@settings(deadline=None, max_examples=120)
@given(RUNS, REVIEWS, st.lists(words(*INELIGIBLE), min_size=1, max_size=4), POLICIES, st.randoms())
def test_who_does_not_count_never_turns_it_green(
    runs: list[Run], reviews: list[Review], more: list[Review], rules: AiPolicy, rng: random.Random
):
    before = verdict(lines=runs, reviews=reviews, people=everyone(), policy=rules)
    mixed = list(reviews)
    asked = all(any(claim.requester == "asker" for claim in one.origin.claims) for one in runs)
    for one in (one for one in more if asked or one.by != "asker"):  # of lines that nobody asked for, a reviewer as any
        mixed.insert(rng.randint(0, len(mixed)), one)
    after = verdict(lines=runs, reviews=mixed, people=everyone(), policy=rules)
    assert after.state is before.state or State.PASS not in (after.state, before.state)


@settings(deadline=None, max_examples=120)
@given(RUNS, REVIEWS, POLICIES, st.data())
def test_what_is_lost_never_turns_it_green(
    runs: list[Run], reviews: list[Review], rules: AiPolicy, data: st.DataObject
):
    """An approval, a past, an account's right, a push, a commit's hands, the reviews as a whole."""
    known = everyone()
    if verdict(lines=runs, reviews=reviews, people=known, policy=rules).state is State.PASS:
        return
    approvals = [one for one in reviews if one.said not in (Said.CHANGES_REQUESTED, Said.DISMISSED)]
    if approvals:
        gone = data.draw(st.sampled_from(approvals))
        fewer = [one for one in reviews if one is not gone]
        assert verdict(lines=runs, reviews=fewer, people=known, policy=rules).state is not State.PASS
    timeless = [replace(one, stood=()) for one in runs]
    assert verdict(lines=timeless, reviews=reviews, people=known, policy=rules).state is not State.PASS
    for less in (
        replace(known, pushes=known.pushes[:-1]),
        replace(known, pushes=known.pushes[1:]),
        replace(known, pushes=()),
        replace(known, commits={}),
        replace(known, accounts=tuple(replace(one, permission=Permission.READ) for one in known.accounts)),
        replace(known, accounts=()),
    ):
        assert verdict(lines=runs, reviews=reviews, people=less, policy=rules).state is not State.PASS
    assert verdict(lines=runs, reviews=None, people=known, policy=rules).state is not State.PASS


@settings(deadline=None, max_examples=120)
@given(RUNS, REVIEWS, POLICIES, st.randoms())
def test_the_order_of_different_people_is_nothing(
    runs: list[Run], reviews: list[Review], rules: AiPolicy, rng: random.Random
):
    known = everyone()
    names = Identities(known.accounts)
    queues: dict[str, list[Review]] = {}
    for one in reviews:
        queues.setdefault(names.of(one.by), []).append(one)
    shuffled = []
    while any(queues.values()):
        shuffled.append(rng.choice([queue for queue in queues.values() if queue]).pop(0))
    first = verdict(lines=runs, reviews=reviews, people=known, policy=rules)
    assert verdict(lines=runs, reviews=shuffled, people=known, policy=rules) == first


@settings(deadline=None, max_examples=80)
@given(RUNS, REVIEWS, POLICIES)
def test_the_same_facts_the_same_verdict(runs: list[Run], reviews: list[Review], rules: AiPolicy):
    first = verdict(lines=runs, reviews=reviews, people=everyone(), policy=rules)
    twice = [one for one in reviews for _ in range(2)]
    assert verdict(lines=runs[::-1], reviews=twice, people=everyone(), policy=rules) == first


@settings(deadline=None, max_examples=80)
@given(RUNS, REVIEWS, POLICIES)
def test_each_line_is_in_exactly_one_run_and_has_a_reason(runs: list[Run], reviews: list[Review], rules: AiPolicy):
    judged = verdict(lines=runs, reviews=reviews, people=everyone(), policy=rules).lines
    told = [number for one in judged for number in range(one.lines.start, one.lines.end + 1)]
    given_lines = sorted(number for one in runs for number in range(one.lines.start, one.lines.end + 1))
    assert told == given_lines
    assert all(one.why or one.cleared for one in judged)
    assert all(one.who for one in judged if one.outcome is Outcome.WAITING)


@settings(deadline=None, max_examples=80)
@given(RUNS, REVIEWS, POLICIES)
def test_green_means_that_each_ai_line_was_seen(runs: list[Run], reviews: list[Review], rules: AiPolicy):
    """A slow look of its own: line by line, who said it, and whether they count."""
    out = verdict(lines=runs, reviews=reviews, people=everyone(), policy=rules)
    if out.state is not State.PASS or out.override or any(table.rule is AiRule.FREE for table in rules.paths):
        return
    for one in runs:
        if one.origin.kind in (OriginKind.AI, OriginKind.MIXED):
            for number in range(one.lines.start, one.lines.end + 1):
                assert len(_saw(one, number, reviews)) >= rules.reviewers


def _saw(one: Run, number: int, reviews: list[Review]) -> set[str]:
    saw: set[str] = set()
    for review in reviews:
        if review.by not in ELIGIBLE:
            continue
        if review.said in (Said.CHANGES_REQUESTED, Said.DISMISSED):
            saw.discard(review.by)
        there = number if review.commit == HEAD else number - one.lines.start + 1
        at = review.commit == HEAD or (review.commit == OLD and bool(one.stood))
        meant = review.said is Said.APPROVED or (
            review.said in (Said.SIGNED_OFF, Said.RESOLVED)
            and ((review.lines is None and review.said is Said.SIGNED_OFF) or (review.lines and there in review.lines))
        )
        if at and meant:
            saw.add(review.by)
    return saw
