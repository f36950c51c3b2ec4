"""A verdict in the audit log: nothing that it rests on is lost, and the same verdict is known again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reviewbot.domain.audit import Clearing, Override, VerdictEntry, body, read_body
from reviewbot.domain.event import PullRequestRef
from reviewbot.gate.entry import digest_of, entry_of, same_verdict
from reviewbot.policy.digest import policy_digest
from reviewbot.policy.verdict import Verdict
from reviewbot.repo_config.ai import AiPathTable, AiPolicy, AiRule, LeastStrength, MixedAs, Mode, UnknownAs
from tests.policy.decide.builders import HEAD, OLD, claim, human, lines, overrode, policy, run, said, verdict

REF = PullRequestRef("gitlab", "corp/app", 7)


def entry(given: Verdict | None = None, **facts: Any) -> VerdictEntry:
    found = given or verdict()
    defaults: dict[str, Any] = {"ref": REF, "base": OLD, "policy": "0" * 64, "patches": ("p",), "at": 1_700_000_000_000}
    return entry_of(found, **defaults | facts)


def test_all_that_it_rests_on() -> None:
    evidence = (claim(), human(strength=claim().strength))
    made = entry(verdict(lines=(run(claims=evidence),), reviews=(said("carol"),)))
    (one,) = made.lines
    assert (made.forge, made.repository, made.number, made.head, made.base) == ("gitlab", "corp/app", 7, HEAD, OLD)
    assert (made.mode, made.state, made.patches, made.at) == ("enforce", "pass", ("p",), 1_700_000_000_000)
    assert (one.path, one.lines, one.outcome) == ("src/app.py", lines(1, 10), "cleared")
    assert one.claims == evidence and one.cleared == (Clearing("carol", HEAD, "approval"),)
    assert read_body(body(made)) == made


def test_an_override_and_problems() -> None:
    lifted = entry(verdict(reviews=(overrode(),), policy=policy(override=("erin",))))
    assert lifted.override == Override("erin", "A false marker.") and lifted.lines[0].outcome == "overridden"
    unread = entry(verdict(problems=("The notes are broken.",)))
    assert (unread.state, unread.problems, unread.override) == ("error", ("The notes are broken.",), None)


def test_a_path_that_is_no_utf8_is_kept() -> None:
    made = entry(verdict(lines=(run(path="caf\udce9.py"),)))
    assert read_body(body(made)) == made and len(digest_of(made)) == 64


def test_the_time_makes_no_other_verdict() -> None:
    one, later = entry(), entry(at=1_800_000_000_000)
    assert one != later and same_verdict(one, later) and digest_of(one) == digest_of(later)


@pytest.mark.parametrize(
    "other",
    [
        {"given": verdict(reviews=())},
        {"given": verdict(reviews=(said("dave"),))},
        {"given": verdict(lines=(run(claims=(claim(tool="aider"),)),))},
        {"given": replace(verdict(), problems=("P.",))},
        {"ref": PullRequestRef("gitlab", "corp/app", 8)},
        {"ref": PullRequestRef("github", "corp/app", 7)},
        {"base": HEAD},
        {"policy": "1" * 64},
        {"patches": ()},
    ],
    ids=str,
)
def test_anything_else_does(other: dict[str, Any]) -> None:
    assert not same_verdict(entry(), entry(**other)) and digest_of(entry()) != digest_of(entry(**other))


def test_the_evidence_of_what_is_exempt_is_kept_as_well() -> None:
    (one,) = verdict(lines=(run(claims=(human(),)),)).lines
    assert one.claims == (human(),)


def test_neighbours_join_where_their_evidence_is_one() -> None:
    same = verdict(lines=(run(lines=lines(1, 2)), run(lines=lines(3, 4))))
    assert [one.lines for one in same.lines] == [lines(1, 4)]
    other = verdict(lines=(run(lines=lines(1, 2)), run(lines=lines(3, 4), claims=(claim(requester="bob"),))))
    assert [one.lines for one in other.lines] == [lines(1, 2), lines(3, 4)]


def test_a_policys_digest_tells_each_setting() -> None:
    rule = AiPathTable(match="a/", rule=AiRule.OWNER)
    policies = [
        AiPolicy(),
        AiPolicy(mode=Mode.ENFORCE),
        AiPolicy(strength=LeastStrength.LINE),
        AiPolicy(mixed=MixedAs.HUMAN),
        AiPolicy(unknown=UnknownAs.AI),
        AiPolicy(reviewers=2),
        AiPolicy(disclosure=("Assisted-by",)),
        AiPolicy(scan=False),
        AiPolicy(override=("erin",)),
        AiPolicy(markers=("ai:x",)),
        AiPolicy(paths=(rule,)),
        AiPolicy(paths=(AiPathTable(match="b/", rule=AiRule.OWNER),)),
        AiPolicy(paths=(AiPathTable(match="a/", rule=AiRule.FREE),)),
        AiPolicy(paths=(rule, rule)),
    ]
    assert len({policy_digest(one) for one in policies}) == len(policies)
    assert policy_digest(AiPolicy(paths=(rule,))) == policy_digest(AiPolicy(paths=(rule.model_copy(),)))


def test_a_policys_digest_is_for_ever() -> None:
    """It stands in the log. Where a setting is added this changes, and the entries say so truly."""
    assert policy_digest(AiPolicy()) == "51c414e4a84e21240ca10659904a2199c5f13a884b70d1146b3f7d166ca78dde"
