"""The gate's decision as a table: each case changes one fact of a pull request that passes; its name is the rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from reviewbot.domain.conversation import Permission
from reviewbot.domain.provenance import OriginKind, Strength
from reviewbot.policy.people import People
from reviewbot.policy.reviews import Said
from reviewbot.policy.verdict import State, Verdict
from reviewbot.repo_config.ai import AiPathTable, AiRule, LeastStrength, MixedAs, Mode, UnknownAs
from tests.policy.decide.builders import (
    APPROVED,
    HEAD,
    LATER,
    OLD,
    WROTE,
    account,
    claim,
    commit,
    found,
    human,
    knowing,
    lines,
    overrode,
    owned,
    path_rule,
    people,
    policy,
    push,
    run,
    said,
    signed,
    stood,
    verdict,
    wrote,
)

PASS, FAIL, PENDING, ERROR = State.PASS, State.FAIL, State.PENDING, State.ERROR


@dataclass(frozen=True)
class Case:
    """``facts`` differ from what is fine; ``says`` stands somewhere in the verdict's sentences."""

    rule: str
    state: State
    facts: dict[str, Any] = field(default_factory=dict)
    says: str = ""


def case(rule: str, state: State, says: str = "", **facts: Any) -> Case:
    return Case(rule, state, facts, says)


def sentences(found: Verdict) -> str:
    told = [text for one in found.lines for text in (*one.why, one.who, one.source)]
    return "\n".join((*told, *found.problems, *found.notes, str(found.override)))


def upto(line: int) -> Any:
    return lines(1, line)


KEPT = (run(stood=(stood(),)),)
"""The lines stood at an older head as they do now."""
TWO = (said("carol"), said("dave"))
UPDATED = people(pushes=(push("alice", OLD), push("carol", HEAD, before=OLD, update=True)))
SAME_MAIL = account("alice2", emails=frozenset({"alice2@home.example", "alice@corp.example"}))
BOT = account("seed-bot", bot=True)
PART = {"reviews": (signed("carol", "src/app.py", 1, 5),)}
TRAILER = (("Assisted-by", "Cursor"),)
DISCLOSE = policy(disclosure=("Assisted-by", "Generated-by"))
OWNER = path_rule(AiRule.OWNER)
MINE = (run(owners=(owned("carol"),)),)
OVERRIDE = policy(override=("erin",))
LINE = policy(strength=LeastStrength.LINE)
TRAILED = claim(strength=Strength.COMMIT, source="trailer", requester=None)
BRANCH = claim(strength=Strength.HINT, source="branch", requester=None)


def of(kind: OriginKind, *claims: Any, **facts: Any) -> tuple[Any, ...]:
    return (run(kind=kind, claims=claims, **facts),)


AI, HUMAN, MIXED, UNKNOWN = OriginKind

WHO = [
    case("a human with write access counts", PASS),
    case("an administrator counts", PASS, people=knowing(account("carol", permission=Permission.ADMIN))),
    case("logins compare without capitals", PASS, reviews=(said("CAROL"),)),
    case("nobody has said anything", PENDING, "Nobody who counts has reviewed these lines.", reviews=()),
    case("a comment is no approval", PENDING, reviews=(said("carol", Said.COMMENTED),)),
    case(
        "reading is not enough",
        PENDING,
        "carol may not write",
        people=knowing(account("carol", permission=Permission.READ)),
    ),
    case(
        "who lost all rights does not count",
        PENDING,
        "may not write",
        people=knowing(account("carol", permission=Permission.NONE)),
    ),
    case("a stranger does not count", PENDING, "the forge does not say who mallory is", reviews=(said("mallory"),)),
    case("a bot does not count", PENDING, "seed-bot is a bot", people=knowing(BOT), reviews=(said("seed-bot"),)),
    case(
        "a bot that administers does not count",
        PENDING,
        "is a bot",
        people=knowing(account("carol", bot=True, permission=Permission.ADMIN)),
    ),
    case(
        "an App's account does not count though the forge calls it a user",
        PENDING,
        "is a bot",
        people=knowing(account("copilot[bot]")),
        reviews=(said("copilot[bot]"),),
    ),
    case("a bot beside a person harms nothing", PASS, people=knowing(BOT), reviews=(said("seed-bot"), said("carol"))),
    case("the author does not count", PENDING, "alice opened the pull request", reviews=(said("alice"),)),
    case("the author does not count in capitals", PENDING, reviews=(said("ALICE"),)),
    case(
        "the author's second account does not count",
        PENDING,
        "alice2 and alice are one person, and alice opened the pull request",
        people=knowing(SAME_MAIL),
        reviews=(said("alice2"),),
    ),
    case(
        "the author's account with another address of the same mailbox does not count",
        PENDING,
        "are one person",
        people=knowing(account("al", emails=frozenset({"Alice+review@Corp.example"}))),
        reviews=(said("al"),),
    ),
    case(
        "accounts joined over a third one are one person",
        PENDING,
        "are one person",
        people=knowing(
            account("al", emails=frozenset({"x@y.example"})),
            account("between", emails=frozenset({"x@y.example", "alice@corp.example"})),
        ),
        reviews=(said("al"),),
    ),
    case(
        "an account whose address is the forge's for the author does not count",
        PENDING,
        "are one person",
        people=knowing(account("al", emails=frozenset({"123+alice@users.noreply.github.com"}))),
        reviews=(said("al"),),
    ),
    case(
        "GitLab's address for the author is the author",
        PENDING,
        "are one person",
        people=knowing(account("al", emails=frozenset({"77-alice@users.noreply.gitlab.com"}))),
        reviews=(said("al"),),
    ),
    case(
        "another person on the same mail host counts",
        PASS,
        people=knowing(account("carol", emails=frozenset({"alice@corp.example.org"}))),
    ),
    case("the author's approval beside a reviewer's harms nothing", PASS, reviews=(said("alice"), said("carol"))),
    case(
        "the last pusher does not count",
        PENDING,
        "carol pushed last",
        people=people(pushes=(push("alice", OLD), push("carol", HEAD))),
    ),
    case(
        "who pushed earlier counts",
        PASS,
        people=people(pushes=(push("carol", OLD), push("alice", HEAD))),
    ),
    case(
        "the last pusher's second account does not count",
        PENDING,
        "carol2 and carol are one person, and carol pushed last",
        people=knowing(account("carol2", emails=frozenset({"carol@corp.example"})), pushes=(push("carol", HEAD),)),
        reviews=(said("carol2"),),
    ),
    case("another than the last pusher counts", PASS, people=people(pushes=(push("dave"),))),
    case("no push is known", ERROR, "Who pushed last is not known", people=people(pushes=())),
    case(
        "the pushes do not lead to the head",
        ERROR,
        "do not lead to this head",
        people=people(pushes=(push(after=OLD),)),
    ),
    case(
        "something was pushed after the head",
        ERROR,
        "do not lead to this head",
        people=people(pushes=(push(), push("carol", LATER))),
    ),
    case("the last pusher is nobody who is known", ERROR, "Who mallory is", people=people(pushes=(push("mallory"),))),
    case("the author is nobody who is known", ERROR, "Who opened the pull request", people=people(author="mallory")),
    case("there is no author", ERROR, "Who opened the pull request", people=people(author="")),
    case(
        "a bot opened it and pushed",
        PASS,
        people=knowing(account("copilot", bot=True), author="copilot", pushes=(push("copilot"),)),
        lines=of(AI, claim(requester=None)),
    ),
    case(
        "whoever asked the bot that opened it does not count",
        PENDING,
        "carol asked cursor for these lines",
        people=knowing(account("copilot", bot=True), author="copilot", pushes=(push("copilot"),)),
        lines=of(AI, claim(requester="carol")),
    ),
    case(
        "who asked, by address, does not count",
        PENDING,
        "carol asked",
        lines=of(AI, claim(requester="carol@corp.example")),
    ),
    case(
        "who asked, by name and address",
        PENDING,
        "carol asked",
        lines=of(AI, claim(requester="C <Carol@corp.example>")),
    ),
    case("who asked, by mention", PENDING, "carol asked", lines=of(AI, claim(requester="@carol"))),
    case(
        "who asked, by the forge's own address",
        PENDING,
        "carol asked",
        lines=of(AI, claim(requester="9+carol@users.noreply.github.com")),
    ),
    case(
        "who asked according to a record too weak to count does not count either",
        PENDING,
        "carol asked",
        policy=LINE,
        lines=of(AI, claim(), claim(strength=Strength.HINT, requester="carol")),
    ),
    case("a record without a tool", PENDING, "asked the machine", lines=of(AI, claim(tool=None, requester="carol"))),
    case(
        "the commit's author does not count",
        PENDING,
        "carol has a part in ddddddd",
        people=wrote(author="carol@corp.example"),
    ),
    case("the commit's committer does not count", PENDING, "has a part", people=wrote(committer="carol@corp.example")),
    case("a co-author does not count", PENDING, "has a part", people=wrote(co_authors=("carol@corp.example",))),
    case(
        "a co-author by name and address", PENDING, "has a part", people=wrote(co_authors=("C <carol@corp.example>",))
    ),
    case(
        "a co-author by the forge's address",
        PENDING,
        "has a part",
        people=wrote(co_authors=("5+Carol@users.noreply.github.com",)),
    ),
    case(
        "a co-author by the forge's old address",
        PENDING,
        "has a part",
        people=wrote(co_authors=("carol@users.noreply.github.com",)),
    ),
    case("whom the forge takes the author for does not count", PENDING, "has a part", people=wrote(logins=("carol",))),
    case(
        "a co-author by the second address of the account",
        PENDING,
        "has a part",
        people=knowing(
            account("carol", emails=frozenset({"carol@corp.example", "c@home.example"})),
            commits={WROTE: commit(co_authors=("c@home.example",))},
        ),
    ),
    case(
        "the forge commits for whoever edits on its pages: it is nobody",
        PASS,
        people=wrote(committer="GitHub <noreply@github.com>"),
    ),
    case(
        "who edited on the forge's pages does not count",
        PENDING,
        "has a part",
        people=wrote(committer="noreply@github.com", logins=("alice", "carol")),
    ),
    case(
        "who pushed the very commit does not count, though another pushed last",
        PENDING,
        "has a part",
        people=people(pushes=(push("carol", WROTE), push("alice", HEAD))),
    ),
    case(
        "a part in another commit is none in this one",
        PASS,
        lines=(run(),),
        people=people(commits={WROTE: commit(), OLD: commit(id=OLD, author="carol@corp.example")}),
    ),
    case("nobody is known, and nobody said anything", PENDING, "It takes a person", reviews=(), people=People("")),
    case("nobody knows the commit's hands", ERROR, "Who wrote ddddddd", people=people(commits={})),
    case("an empty co-author is nobody", PASS, people=wrote(co_authors=("",))),
]

WHAT = [
    case("an approval of the head counts", PASS),
    case(
        "an approval of an older head counts for lines that stood", PASS, lines=KEPT, reviews=(said("carol", at=OLD),)
    ),
    case(
        "an approval of an older head does not count for lines that changed",
        PENDING,
        "carol's approval of aaaaaaa does not count: these lines came or changed after it.",
        reviews=(said("carol", at=OLD),),
    ),
    case(
        "an approval of another head than the one they stood at",
        PENDING,
        lines=(run(stood=(stood(LATER),)),),
        reviews=(said("carol", at=OLD),),
    ),
    case(
        "an older approval clears only the lines that stood",
        PENDING,
        lines=(run(lines=upto(5), stood=(stood(end=5),)), run(lines=lines(6, 9))),
        reviews=(said("carol", at=OLD),),
    ),
    case(
        "an older and a newer approval clear together",
        PASS,
        lines=(run(lines=upto(5), stood=(stood(end=5),)), run(lines=lines(6, 9))),
        reviews=(said("carol", at=OLD), said("dave")),
    ),
    case(
        "a line that moved within the file stays cleared",
        PASS,
        lines=(run(lines=lines(21, 30), stood=(stood(),)),),
        reviews=(said("carol", at=OLD),),
    ),
    case(
        "a line of a renamed file stays cleared",
        PASS,
        lines=(run(stood=(stood(path="old.py"),)),),
        reviews=(said("carol", at=OLD),),
    ),
    case(
        "an approval without a head counts for nothing",
        PENDING,
        "nobody knows which head",
        reviews=(said("carol", at=""),),
    ),
    case(
        "a dismissed approval does not count",
        PENDING,
        "it was dismissed",
        reviews=(said("carol"), said("carol", Said.DISMISSED)),
    ),
    case("an approval after a dismissed one counts", PASS, reviews=(said("carol", Said.DISMISSED), said("carol"))),
    case(
        "a request for changes supersedes the approval",
        PENDING,
        "carol has requested changes since",
        reviews=(said("carol"), said("carol", Said.CHANGES_REQUESTED)),
    ),
    case(
        "an approval supersedes a request for changes",
        PASS,
        reviews=(said("carol", Said.CHANGES_REQUESTED), said("carol")),
    ),
    case("a comment supersedes nothing", PASS, reviews=(said("carol"), said("carol", Said.COMMENTED))),
    case(
        "another's request for changes leaves the approval",
        PASS,
        reviews=(said("carol"), said("dave", Said.CHANGES_REQUESTED)),
    ),
    case(
        "a request for changes takes back approvals of all heads",
        PENDING,
        lines=KEPT,
        reviews=(said("carol", at=OLD), said("carol"), said("carol", Said.CHANGES_REQUESTED)),
    ),
    case(
        "a request for changes takes back sign-offs",
        PENDING,
        reviews=(signed("carol"), said("carol", Said.CHANGES_REQUESTED)),
    ),
    case(
        "a request for changes from the second account takes back the first one's approval",
        PENDING,
        people=knowing(account("carol2", emails=frozenset({"carol@corp.example"}))),
        reviews=(said("carol"), said("carol2", Said.CHANGES_REQUESTED)),
    ),
    case(
        "a new base takes back all",
        PENDING,
        "the base branch was another",
        reviews=(said("carol"), said("", Said.RETARGETED)),
    ),
    case("an approval after a new base counts", PASS, reviews=(said("", Said.RETARGETED), said("carol"))),
    case("reviews that could not be read", ERROR, "could not be read", reviews=None),
    case("reviews that could not be read, of human lines", PASS, reviews=None, lines=of(HUMAN, human())),
    case("a clean merge of the base makes nobody the last pusher", PASS, people=UPDATED),
    case(
        "behind a clean merge of the base the last pusher stays who it was",
        PENDING,
        "alice opened",
        people=UPDATED,
        reviews=(said("alice"),),
    ),
    case(
        "behind a clean merge of the base another last pusher does not count",
        PENDING,
        "carol pushed last",
        people=people(pushes=(push("carol", OLD), push("dave", HEAD, before=OLD, update=True))),
    ),
    case(
        "an approval before a clean merge of the base counts",
        PASS,
        people=UPDATED,
        lines=KEPT,
        reviews=(said("carol", at=OLD),),
    ),
    case(
        "clean merges one after another",
        PASS,
        people=people(
            pushes=(
                push("alice", OLD),
                push("carol", LATER, before=OLD, update=True),
                push("dave", HEAD, before=LATER, update=True),
            )
        ),
    ),
    case(
        "nothing but clean merges is known",
        ERROR,
        "Who pushed last is not known",
        people=people(pushes=(push("dave", HEAD, before=OLD, update=True),)),
    ),
    case(
        "a clean merge of something unknown",
        ERROR,
        "Who pushed last is not known",
        people=people(pushes=(push("alice", LATER), push("dave", HEAD, before=OLD, update=True))),
    ),
    case(
        "a head that was pushed again belongs to the newest push",
        PENDING,
        "carol pushed last",
        people=people(pushes=(push("alice", HEAD), push("alice", OLD), push("carol", HEAD))),
    ),
    case(
        "a merge that is not clean makes its maker the last pusher",
        PENDING,
        "carol pushed last",
        people=people(pushes=(push("alice", OLD), push("carol", HEAD, before=OLD))),
    ),
]

LINES = [
    case("/seed reviewed clears everything", PASS, reviews=(signed("carol"),)),
    case("/seed reviewed of a file clears it", PASS, reviews=(signed("carol", "src/app.py"),)),
    case("/seed reviewed of lines clears them", PASS, reviews=(signed("carol", "src/app.py", 1, 10),)),
    case("/seed reviewed of more lines clears them", PASS, reviews=(signed("carol", "src/app.py", 1, 99),)),
    case("/seed reviewed of another file", PENDING, reviews=(signed("carol", "src/other.py"),)),
    case("/seed reviewed of a file of that name elsewhere", PENDING, reviews=(signed("carol", "app.py"),)),
    case("/seed reviewed of other lines", PENDING, reviews=(signed("carol", "src/app.py", 11, 20),)),
    case("/seed reviewed of the first lines", PENDING, **PART),
    case("/seed reviewed of the last lines", PENDING, reviews=(signed("carol", "src/app.py", 6, 10),)),
    case("/seed reviewed of all but one line", PENDING, reviews=(signed("carol", "src/app.py", 2, 10),)),
    case(
        "two sign-offs of one person clear together",
        PASS,
        reviews=(signed("carol", "src/app.py", 1, 5), signed("carol", "src/app.py", 6, 10)),
    ),
    case(
        "sign-offs of two people clear together",
        PASS,
        reviews=(signed("carol", "src/app.py", 1, 5), signed("dave", "src/app.py", 6, 10)),
    ),
    case(
        "sign-offs that leave one line out",
        PENDING,
        reviews=(signed("carol", "src/app.py", 1, 5), signed("dave", "src/app.py", 7, 10)),
    ),
    case("a sign-off by the author", PENDING, "alice's sign-off", reviews=(signed("alice"),)),
    case("a sign-off by a bot", PENDING, "is a bot", people=knowing(BOT), reviews=(signed("seed-bot"),)),
    case(
        "a sign-off at an older head, of lines that stood",
        PASS,
        lines=KEPT,
        reviews=(signed("carol", "src/app.py", at=OLD),),
    ),
    case("a sign-off at an older head, of lines that changed", PENDING, reviews=(signed("carol", at=OLD),)),
    case(
        "a sign-off names the lines of its own head",
        PASS,
        lines=(run(lines=lines(21, 30), stood=(stood(),)),),
        reviews=(signed("carol", "src/app.py", 1, 10, at=OLD),),
    ),
    case(
        "a sign-off does not name the lines of this head",
        PENDING,
        lines=(run(lines=lines(21, 30), stood=(stood(),)),),
        reviews=(signed("carol", "src/app.py", 21, 30, at=OLD),),
    ),
    case(
        "a sign-off names the file of its own head",
        PASS,
        lines=(run(stood=(stood(path="old.py"),)),),
        reviews=(signed("carol", "old.py", at=OLD),),
    ),
    case("a sign-off without a head", PENDING, "nobody knows which head", reviews=(signed("carol", at=""),)),
    case("lines without a file mean nothing", PENDING, reviews=(signed("carol", None, 1, 10),)),
    case(
        "a resolved thread clears its lines", PASS, reviews=(signed("carol", "src/app.py", 1, 10, what=Said.RESOLVED),)
    ),
    case(
        "a resolved thread clears no other line",
        PENDING,
        reviews=(signed("carol", "src/app.py", 1, 9, what=Said.RESOLVED),),
    ),
    case(
        "a resolved thread without lines clears nothing",
        PENDING,
        reviews=(signed("carol", "src/app.py", what=Said.RESOLVED),),
    ),
    case("a resolved thread without a file clears nothing", PENDING, reviews=(signed("carol", what=Said.RESOLVED),)),
    case(
        "a thread that the author resolved",
        PENDING,
        "alice's thread",
        reviews=(signed("alice", "src/app.py", 1, 10, what=Said.RESOLVED),),
    ),
    case(
        "a finding stays with its line when lines are cut",
        FAIL,
        "bandit B602 in line 3",
        lines=(run(findings=(found(),)),),
        reviews=(signed("carol", "src/app.py", 1, 5), signed("dave", "src/app.py", 6, 10)),
    ),
]

KINDS = [
    case("AI lines need a review", PENDING, "note of ddddddd: cursor", reviews=()),
    case("human lines need none", PASS, reviews=(), lines=of(HUMAN, human())),
    case("unknown lines need none", PASS, reviews=(), lines=of(UNKNOWN)),
    case(
        "unknown lines as AI", PENDING, "no record", reviews=(), lines=of(UNKNOWN), policy=policy(unknown=UnknownAs.AI)
    ),
    case("unknown lines as AI, reviewed", PASS, lines=of(UNKNOWN), policy=policy(unknown=UnknownAs.AI)),
    case(
        "a record that says human clears nothing where unknown is AI",
        PENDING,
        reviews=(),
        lines=of(HUMAN, human()),
        policy=policy(unknown=UnknownAs.AI),
    ),
    case("mixed lines count as AI", PENDING, reviews=(), lines=of(MIXED, claim())),
    case("mixed lines as human", PASS, reviews=(), lines=of(MIXED, claim()), policy=policy(mixed=MixedAs.HUMAN)),
    case(
        "a record that says mixed",
        PASS,
        reviews=(),
        lines=of(MIXED, claim(kind=MIXED)),
        policy=policy(mixed=MixedAs.HUMAN),
    ),
    case("a forged human record beside an AI one", PENDING, reviews=(), lines=of(MIXED, claim(), human())),
    case(
        "a forged human record does not make mixed lines human",
        PENDING,
        reviews=(),
        lines=of(MIXED, claim(), human()),
        policy=policy(mixed=MixedAs.HUMAN),
    ),
    case("a forged human record that the reader believed", PENDING, reviews=(), lines=of(HUMAN, human(), TRAILED)),
    case("a trailer counts by default", PENDING, reviews=(), lines=of(AI, TRAILED)),
    case("a branch's name does not count by default", PASS, reviews=(), lines=of(AI, BRANCH)),
    case(
        "a branch's name as a hint",
        PENDING,
        reviews=(),
        lines=of(AI, BRANCH),
        policy=policy(strength=LeastStrength.HINT),
    ),
    case("a trailer where only lines count", PASS, reviews=(), lines=of(AI, TRAILED), policy=LINE),
    case("a note where only lines count", PENDING, reviews=(), lines=of(AI, claim()), policy=LINE),
    case(
        "a weak AI record is no record, which is AI where unknown is",
        PENDING,
        reviews=(),
        lines=of(AI, BRANCH),
        policy=policy(unknown=UnknownAs.AI),
    ),
    case("lines called AI without a record stay AI", PENDING, reviews=(), lines=of(AI)),
    case("lines called mixed without a record stay mixed", PENDING, reviews=(), lines=of(MIXED)),
    case("no lines at all", PASS, reviews=(), lines=()),
    case("provenance that could not be read", ERROR, "The notes are broken.", problems=("The notes are broken.",)),
    case("provenance that could not be read, of nothing", ERROR, lines=(), problems=("x.",)),
    case("problems beside lines that wait", ERROR, reviews=(), problems=("x.",)),
    case("problems beside lines that are blocked", FAIL, policy=path_rule(AiRule.FORBIDDEN), problems=("x.",)),
]

POLICY = [
    case("off asks nothing", PASS, "The gate is off", policy=policy(mode=Mode.OFF), reviews=None, problems=("x.",)),
    case("report says what enforce would", PENDING, policy=policy(mode=Mode.REPORT), reviews=()),
    case("two reviewers, one", PENDING, "1 of 2 people have reviewed them: carol so far.", policy=policy(reviewers=2)),
    case("two reviewers, none", PENDING, "0 of 2 people have reviewed them.", policy=policy(reviewers=2), reviews=()),
    case("two reviewers, two", PASS, policy=policy(reviewers=2), reviews=TWO),
    case("two reviewers, one twice", PENDING, policy=policy(reviewers=2), reviews=(*APPROVED, *APPROVED)),
    case(
        "two reviewers, an approval and a sign-off of one",
        PENDING,
        policy=policy(reviewers=2),
        reviews=(*APPROVED, signed("carol")),
    ),
    case(
        "two reviewers, two accounts of one person",
        PENDING,
        policy=policy(reviewers=2),
        people=knowing(account("carol2", emails=frozenset({"carol@corp.example"}))),
        reviews=(said("carol"), said("carol2")),
    ),
    case(
        "two reviewers, one of them the author", PENDING, policy=policy(reviewers=2), reviews=(*APPROVED, said("alice"))
    ),
    case(
        "two reviewers, an approval and another's sign-off",
        PASS,
        policy=policy(reviewers=2),
        reviews=(*APPROVED, signed("dave")),
    ),
    case(
        "two reviewers, of different parts",
        PENDING,
        policy=policy(reviewers=2),
        reviews=(*APPROVED, signed("dave", "src/app.py", 1, 5)),
    ),
    case("two reviewers for a path, one", PENDING, "1 of 2", policy=path_rule(AiRule.TWO_REVIEWERS)),
    case("two reviewers for a path, two", PASS, policy=path_rule(AiRule.TWO_REVIEWERS), reviews=TWO),
    case("two reviewers for another path", PASS, policy=path_rule(AiRule.TWO_REVIEWERS, "lib/")),
    case(
        "two reviewers for a path where the policy asks for three",
        PENDING,
        "2 of 3",
        policy=policy(reviewers=3, paths=path_rule(AiRule.TWO_REVIEWERS).paths),
        reviews=TWO,
    ),
    case("forbidden", FAIL, "AI code is forbidden in `src/`", policy=path_rule(AiRule.FORBIDDEN)),
    case("forbidden, whoever approves", FAIL, policy=path_rule(AiRule.FORBIDDEN), reviews=(*TWO, said("erin"))),
    case("forbidden, human lines", PASS, policy=path_rule(AiRule.FORBIDDEN), lines=of(HUMAN, human())),
    case("forbidden, unknown lines", PASS, policy=path_rule(AiRule.FORBIDDEN), lines=of(UNKNOWN)),
    case("forbidden, mixed lines", FAIL, policy=path_rule(AiRule.FORBIDDEN), lines=of(MIXED, claim())),
    case("forbidden elsewhere", PASS, policy=path_rule(AiRule.FORBIDDEN, "auth/")),
    case("free", PASS, "asks nothing of AI code in `src/`", policy=path_rule(AiRule.FREE), reviews=()),
    case("free elsewhere", PENDING, policy=path_rule(AiRule.FREE, "tests/"), reviews=()),
    case("free of the scan too", PASS, policy=path_rule(AiRule.FREE), lines=(run(findings=(found(),)),)),
    case(
        "the last path that matches decides",
        PASS,
        reviews=(),
        policy=policy(
            paths=(
                AiPathTable(match="src/", rule=AiRule.FORBIDDEN),
                AiPathTable(match="src/app.py", rule=AiRule.FREE),
            )
        ),
    ),
    case(
        "the last path that matches decides, the other way",
        FAIL,
        policy=policy(
            paths=(
                AiPathTable(match="src/app.py", rule=AiRule.FREE),
                AiPathTable(match="src/", rule=AiRule.FORBIDDEN),
            )
        ),
    ),
    case(
        "one forbidden file among others",
        FAIL,
        policy=path_rule(AiRule.FORBIDDEN, "auth/"),
        lines=(run(), run(path="auth/a.py")),
    ),
    case("an owner reviewed", PASS, policy=OWNER, lines=MINE),
    case(
        "an owner has not",
        PENDING,
        "0 of 1 owners have reviewed: @carol.",
        policy=OWNER,
        lines=MINE,
        reviews=(said("dave"),),
    ),
    case(
        "an owner who is the author",
        PENDING,
        policy=OWNER,
        lines=(run(owners=(owned("alice"),)),),
        reviews=(said("alice"), said("dave")),
    ),
    case("nobody owns the file", PENDING, "CODEOWNERS names none", policy=OWNER),
    case("owners where none is asked for", PASS, lines=MINE, reviews=(said("dave"),)),
    case("an owner by address", PASS, policy=OWNER, lines=(run(owners=(owned("carol@corp.example"),)),)),
    case(
        "a team whose members are not known",
        PENDING,
        "the members of @o/team are not known",
        policy=OWNER,
        lines=(run(owners=(owned(names=("@o/team",), unresolved=("@o/team",)),)),),
    ),
    case(
        "a team with a member who reviewed",
        PASS,
        policy=OWNER,
        lines=(run(owners=(owned("carol", "dave", names=("@o/team",)),)),),
    ),
    case(
        "two sections, one owner",
        PENDING,
        "of [B]",
        policy=OWNER,
        lines=(run(owners=(owned("carol"), owned("dave", section="B"))),),
    ),
    case(
        "two sections, both owners",
        PASS,
        policy=OWNER,
        reviews=TWO,
        lines=(run(owners=(owned("carol"), owned("dave", section="B"))),),
    ),
    case(
        "two sections with one owner",
        PASS,
        policy=OWNER,
        lines=(run(owners=(owned("carol"), owned("carol", section="B"))),),
    ),
    case(
        "an optional section is not waited for",
        PASS,
        policy=OWNER,
        lines=(run(owners=(owned("carol"), owned("dave", optional=True))),),
    ),
    case("an optional section alone is", PENDING, policy=OWNER, lines=(run(owners=(owned("dave", optional=True),)),)),
    case(
        "a section that asks for two owners, one",
        PENDING,
        "1 of 2 owners",
        policy=OWNER,
        lines=(run(owners=(owned("carol", "dave", needed=2),)),),
    ),
    case(
        "a section that asks for two owners, two",
        PASS,
        policy=OWNER,
        reviews=TWO,
        lines=(run(owners=(owned("carol", "dave", needed=2),)),),
    ),
    case(
        "an owner who signed off the lines",
        PASS,
        policy=OWNER,
        lines=MINE,
        reviews=(signed("carol", "src/app.py", 1, 10),),
    ),
]

DEMANDS = [
    case("a finding on AI lines blocks", FAIL, "bandit B602 in line 3: A shell.", lines=(run(findings=(found(),)),)),
    case(
        "a finding on human lines informs",
        PASS,
        "src/app.py:3: bandit B602",
        lines=(run(kind=HUMAN, claims=(human(),), findings=(found(),)),),
    ),
    case(
        "a finding on unknown lines informs",
        PASS,
        "blocks nothing",
        lines=(run(kind=UNKNOWN, claims=(), findings=(found(),)),),
    ),
    case(
        "a finding where the policy does not scan", PASS, policy=policy(scan=False), lines=(run(findings=(found(),)),)
    ),
    case("a finding and no review", FAIL, "Nobody who counts", reviews=(), lines=(run(findings=(found(),)),)),
    case("disclosed", PASS, policy=DISCLOSE, people=wrote(trailers=TRAILER)),
    case(
        "not disclosed", FAIL, "Commit ddddddd lacks a trailer that names cursor: add `Assisted-by:`", policy=DISCLOSE
    ),
    case(
        "disclosed by the other trailer", PASS, policy=DISCLOSE, people=wrote(trailers=(("generated-BY", "cursor 2"),))
    ),
    case(
        "disclosed by a trailer that is not asked for",
        FAIL,
        policy=DISCLOSE,
        people=wrote(trailers=(("Made-with", "Cursor"),)),
    ),
    case("disclosed emptily", FAIL, policy=DISCLOSE, people=wrote(trailers=(("Assisted-by", " "),))),
    case(
        "another tool disclosed",
        FAIL,
        "names cursor",
        policy=DISCLOSE,
        people=wrote(trailers=(("Assisted-by", "Claude"),)),
    ),
    case("a part of a word is no name", FAIL, policy=DISCLOSE, people=wrote(trailers=(("Assisted-by", "precursors"),))),
    case(
        "one of two tools disclosed",
        FAIL,
        "names claude",
        policy=DISCLOSE,
        people=wrote(trailers=TRAILER),
        lines=of(AI, claim(), claim(tool="claude")),
    ),
    case(
        "a tool by the word of its name that tells it from others",
        PASS,
        policy=DISCLOSE,
        people=wrote(trailers=(("Assisted-by", "Copilot:gpt-5"),)),
        lines=of(AI, claim(tool="GitHub Copilot")),
    ),
    case(
        "a word that all tools share names none",
        FAIL,
        policy=DISCLOSE,
        people=wrote(trailers=(("Assisted-by", "some GitHub agent"),)),
        lines=of(AI, claim(tool="GitHub Copilot")),
    ),
    case(
        "a tool that the records do not name",
        PASS,
        policy=DISCLOSE,
        people=wrote(trailers=TRAILER),
        lines=of(AI, claim(tool=None)),
    ),
    case(
        "no tool in the records and no trailer",
        FAIL,
        "lacks a trailer: add",
        policy=DISCLOSE,
        lines=of(AI, claim(tool=None)),
    ),
    case("human lines need no disclosure", PASS, policy=DISCLOSE, lines=of(HUMAN, human())),
    case(
        "unknown lines have nothing to disclose",
        PASS,
        policy=policy(disclosure=("Assisted-by",), unknown=UnknownAs.AI),
        lines=of(UNKNOWN),
    ),
    case("an approval does not replace disclosure", FAIL, policy=DISCLOSE, reviews=TWO),
]

OVERRIDES = [
    case("an override lifts what waits", PASS, "A false marker.", policy=OVERRIDE, reviews=(overrode(),)),
    case(
        "an override lifts a finding", PASS, policy=OVERRIDE, reviews=(overrode(),), lines=(run(findings=(found(),)),)
    ),
    case(
        "an override lifts what is forbidden",
        PASS,
        policy=policy(override=("erin",), paths=path_rule(AiRule.FORBIDDEN).paths),
        reviews=(overrode(),),
    ),
    case("an override by somebody unnamed", PENDING, reviews=(overrode(),)),
    case("an override by another than the named", PENDING, policy=OVERRIDE, reviews=(overrode("dave"),)),
    case("an override without a reason", PENDING, policy=OVERRIDE, reviews=(overrode(reason=" \n"),)),
    case("an override of an older head", PENDING, policy=OVERRIDE, lines=KEPT, reviews=(overrode(at=OLD),)),
    case("an override without a head", PENDING, policy=OVERRIDE, reviews=(overrode(at=""),)),
    case(
        "an override before a clean merge of the base",
        PASS,
        policy=OVERRIDE,
        people=UPDATED,
        reviews=(overrode(at=OLD),),
    ),
    case("an override by the author", PENDING, policy=policy(override=("alice",)), reviews=(overrode("alice"),)),
    case(
        "an override by the last pusher",
        PENDING,
        policy=OVERRIDE,
        people=people(pushes=(push("erin"),)),
        reviews=(overrode(),),
    ),
    case(
        "an override by a hand in the lines",
        PENDING,
        policy=OVERRIDE,
        people=wrote(co_authors=("erin@corp.example",)),
        reviews=(overrode(),),
    ),
    case(
        "an override by who asked for the lines",
        PENDING,
        policy=OVERRIDE,
        reviews=(overrode(),),
        lines=of(AI, claim(requester="erin")),
    ),
    case(
        "an override by a named bot",
        PENDING,
        policy=policy(override=("seed-bot",)),
        people=knowing(BOT),
        reviews=(overrode("seed-bot"),),
    ),
    case(
        "an override by a named person who may only read by now",
        PENDING,
        policy=OVERRIDE,
        people=knowing(account("erin", permission=Permission.READ)),
        reviews=(overrode(),),
    ),
    case(
        "an override that was taken back", PENDING, policy=OVERRIDE, reviews=(overrode(), said("erin", Said.DISMISSED))
    ),
    case(
        "an override does not lift what could not be checked",
        ERROR,
        policy=OVERRIDE,
        reviews=(overrode(),),
        problems=("x.",),
    ),
    case(
        "an override does not lift a commit of unknown hands",
        ERROR,
        policy=OVERRIDE,
        people=people(commits={}),
        reviews=(*APPROVED, overrode()),
    ),
    case(
        "an override of a commit of unknown hands, and no review",
        PENDING,
        policy=OVERRIDE,
        people=people(commits={}),
        reviews=(overrode(),),
    ),
    case(
        "an override that names lines is no review of them",
        PENDING,
        reviews=(signed("carol", "src/app.py", 1, 10, what=Said.OVERRODE),),
    ),
    case("an override is no review", PENDING, reviews=(overrode("carol"),)),
    case(
        "logins of overrides compare without capitals",
        PASS,
        policy=policy(override=("Erin",)),
        reviews=(overrode("ERIN"),),
    ),
]

CASES = [*WHO, *WHAT, *LINES, *KINDS, *POLICY, *DEMANDS, *OVERRIDES]


@pytest.mark.parametrize("one", CASES, ids=[one.rule for one in CASES])
def test_the_rule(one: Case):
    found = verdict(**one.facts)
    assert found.state is one.state, sentences(found)
    assert one.says in sentences(found)
    assert found.head == HEAD
    assert (found.state is PASS) == (not found.unreviewed and not found.problems) or found.mode is Mode.OFF


def test_the_table_is_a_table():
    assert len(CASES) >= 150
    assert len({one.rule for one in CASES}) == len(CASES)
