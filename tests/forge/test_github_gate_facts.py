"""The facts of a pull request, read over HTTP from the fake GitHub: what people did there, and what GitHub tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.errors import ForgeDenied, ForgeRateLimited, ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import GateFacts, Member, Pushed, Spoken, Word
from reviewbot.forge.github import GitHub
from reviewbot.forge.github_credentials import TokenCredentials
from reviewbot.forge.github_gate import GitHubGate
from reviewbot.forge.github_gate_commits import MOST_AUTHORS, MOST_CROWDS
from reviewbot.forge.manners import GITHUB, Manners
from reviewbot.forge.turns import Turns
from tests.fakes.github import FakeGitHub, faults
from tests.fakes.github.model import Pull, Review
from tests.fakes.github.model_people import Activity, BaseChange
from tests.forge.conftest import BASE, HEAD
from tests.forge.scripted import Time

REF = PullRequestRef("github", "team/shop", 1)
NONE, READ, WRITE, ADMIN = Permission.NONE, Permission.READ, Permission.WRITE, Permission.ADMIN
START = 1_776_240_000.0
PERMISSION = r"/repos/team/shop/collaborators/[^/]+/permission"


class Clock(FakeGitHub):
    """A GitHub whose clock stands until `elapsed` moves it."""

    def now(self) -> float:
        return START + self.elapsed


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    """Ada opened `team/shop#1` a minute after she pushed it; eve and olga may write, and the bot may push."""
    with Clock() as made:
        made.repository("team/shop", {"a.py": BASE})
        for login, role in (("ada", "write"), ("eve", "write"), ("olga", "maintain"), ("bot", "write")):
            made.grant("team/shop", login, role)
        made.push("team/shop", "feature", {"a.py": HEAD}, author="ada")
        later(made)
        made.pull("team/shop", "feature", author="ada", title="A title", body="Words")
        later(made)
        made.limits.hourly = 100_000
        yield made


@pytest.fixture
def pull(hub: FakeGitHub) -> Pull:
    return hub.repositories["team/shop"].pulls[1]


@pytest.fixture
def credentials(hub: FakeGitHub) -> Iterator[TokenCredentials]:
    time = Time()
    turns = Turns(GITHUB, clock=time.clock, now=time.clock, sleep=time.sleep)
    made = TokenCredentials(hub.api, hub.token("bot"), timeout=5, manners=Manners(turns=turns))
    yield made
    made.close()


@pytest.fixture
def gate(credentials: TokenCredentials) -> GitHubGate:
    return GitHubGate(credentials)


def later(hub: FakeGitHub, seconds: float = 60) -> None:
    hub.elapsed += seconds


def members(found: GateFacts) -> dict[str, Member]:
    assert len({one.person.login.casefold() for one in found.members}) == len(found.members)
    return {one.person.login: one for one in found.members}


def said(found: GateFacts) -> list[tuple[str, Word, str]]:
    assert found.spoken is not None
    return [(one.by, one.word, one.commit) for one in found.spoken]


def asked(hub: FakeGitHub, words: str) -> list[str]:
    return [one.path for one in hub.seen if words in one.path]


def test_everything_is_told(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.approve(pull, "eve")
    found = gate.facts(REF)
    assert (found.title, found.description, found.updated) == ("A title", "Words", START + 120)
    assert (found.pull.head, found.pull.base_branch, found.merge_commit, found.problems) == (
        pull.head_sha,
        "main",
        None,
        (),
    )
    assert found.spoken == (Spoken(START + 120, "eve", Word.APPROVED, pull.head_sha),)
    assert found.pushes == (Pushed(START, "ada", pull.head_sha),)
    assert found.logins == {pull.head_sha: ("ada",)}
    assert members(found) == {
        "ada": Member(Person("ada"), frozenset({"ada@example.org"})),
        "eve": Member(Person("eve"), permission=WRITE),
    }
    assert found.holds == ()


def test_four_requests_are_enough(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.approve(pull, "eve")
    gate.facts(REF)
    hub.seen.clear()
    gate.facts(REF)
    assert [one.path.rpartition("/")[2] for one in hub.seen] == ["graphql", "activity", "permission"]


def test_the_conversation_is_the_forges(hub: FakeGitHub, pull: Pull, gate: GitHubGate, credentials: TokenCredentials):
    for number in range(130):
        hub.comment(pull, "mia", f"comment {number}")
    hub.resolve(hub.review_comment(pull, "max", "a.py", 20, "here"), "olga")
    found = gate.facts(REF)
    assert found.talk == GitHub(credentials).conversation(REF)
    assert len(found.talk.notes) == 130
    assert {"mia", "max", "olga"} < set(members(found))
    assert members(found)["olga"].permission is NONE  # nobody needed to know
    assert said(found) == [("max", Word.COMMENTED, pull.head_sha)]


# What was said


def test_each_word_is_of_the_head_that_it_was_said_on(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    first = pull.head_sha
    hub.approve(pull, "eve", body="Fine")
    later(hub)
    second = hub.push("team/shop", "feature", {"b.py": "1\n"}, author="ada")
    hub.request_changes(pull, "olga")
    hub.approve(pull, "max", commit=first)
    later(hub)
    hub.approve(pull, "eve")
    assert said(gate.facts(REF)) == [
        ("eve", Word.APPROVED, first),
        ("olga", Word.CHANGES_REQUESTED, second),
        ("max", Word.APPROVED, first),
        ("eve", Word.APPROVED, second),
    ]


def test_a_dismissed_review_stands_where_it_was_said(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.approve(pull, "eve")
    hub.request_changes(pull, "olga")
    later(hub)
    hub.dismiss(pull, "eve", "ada")
    found = gate.facts(REF)
    assert said(found) == [("eve", Word.DISMISSED, pull.head_sha), ("olga", Word.CHANGES_REQUESTED, pull.head_sha)]
    assert found.spoken is not None
    assert (found.spoken[0].at, found.updated) == (START + 120, START + 180)
    assert not asked(hub, "eve/permission")


def test_stale_approvals_are_dismissed_by_githubs_own_rule(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.dismiss_stale("team/shop", "main")
    hub.approve(pull, "eve")
    hub.push("team/shop", "feature", {"b.py": "1\n"}, author="ada")
    assert [word for _, word, _ in said(gate.facts(REF))] == [Word.DISMISSED]


def test_a_new_base_takes_its_place_after_what_was_said_in_its_second(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.push("team/shop", "next", {}, onto="main")
    hub.retarget(pull, "next", "max")
    hub.approve(pull, "eve")
    later(hub)
    hub.approve(pull, "olga")
    found = gate.facts(REF)
    assert [one[:2] for one in said(found)] == [
        ("eve", Word.APPROVED),
        ("max", Word.RETARGETED),
        ("olga", Word.APPROVED),
    ]
    assert found.pull.base_branch == "next" and members(found)["max"].permission is NONE


def test_a_new_base_that_github_chose_counts_too(hub: FakeGitHub, gate: GitHubGate):
    hub.push("team/shop", "below", {"c.py": "1\n"}, author="ada")
    below = hub.pull("team/shop", "below", author="ada")
    hub.push("team/shop", "above", {"d.py": "1\n"}, author="ada", onto="below")
    above = hub.pull("team/shop", "above", base="below", author="ada")
    hub.approve(above, "eve")
    later(hub)
    hub.merge(below, login="olga")
    hub.delete_branch("team/shop", "below", author="olga")
    found = gate.facts(PullRequestRef("github", "team/shop", above.number))
    assert [one[:2] for one in said(found)] == [("eve", Word.APPROVED), ("olga", Word.RETARGETED)]
    assert (found.pull.base_branch, found.pull.state) == ("main", "open")


def test_a_bot_that_approves_is_told_as_one_and_not_asked_about(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.grant("team/shop", "linter[bot]", "admin")
    hub.user("linter")  # a person of the App's name
    hub.approve(pull, "linter[bot]")
    found = gate.facts(REF)
    assert said(found) == [("linter[bot]", Word.APPROVED, pull.head_sha)]
    assert members(found)["linter[bot]"] == Member(Person("linter[bot]", bot=True))
    assert "linter" not in members(found) and not asked(hub, "/permission")


def test_our_own_approval_is_ours(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.approve(pull, "bot")
    found = gate.facts(REF)
    assert members(found)["bot"].person.ours and not asked(hub, "/permission")


def test_a_deleted_account_is_nobody(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.push("team/shop", "feature", {"b.py": "1\n"}, author="max")
    hub.approve(pull, "max")
    hub.push("team/shop", "next", {}, onto="main")
    hub.retarget(pull, "next", "max")
    hub.delete_account("max")
    found = gate.facts(REF)
    assert [one[:2] for one in said(found)] == [("ghost", Word.APPROVED), ("ghost", Word.RETARGETED)]
    assert found.pushes[-1].by == "ghost"
    assert set(members(found)) == {"ada"} and not asked(hub, "/permission")
    assert found.logins == {hub.commits(pull)[0]: ("ada",)}


def commit(hub: FakeGitHub, pull: Pull, count: int) -> None:
    """Ada pushes so many commits at once."""
    one = "commit refs/heads/feature\ncommitter ada <ada@example.org> 1 +0000\ndata 1\n{number}\n"
    stream = "".join(one.format(number=number % 10) for number in range(count))
    first = stream.replace("\ndata 1\n0\n", f"\ndata 1\n0\nfrom {pull.head_sha}\n", 1)
    hub.store(pull.repo).git("fast-import", "--quiet", stdin=first.encode())
    hub.moved(pull.repo, "feature", pull.head_sha, "ada")


def test_more_than_a_hundred_of_everything_are_all_read(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    commit(hub, pull, 101)
    for sha in (shas := hub.commits(pull)):
        pull.reviews.append(Review(hub.id(), hub.user("eve"), "", "APPROVED", sha, hub.now()))
        pull.base_changes.append(BaseChange(hub.id(), hub.user("max"), hub.now(), "main", "main"))
    found = gate.facts(REF)
    assert said(found) == [("eve", Word.APPROVED, sha) for sha in shas] + [("max", Word.RETARGETED, "")] * 102
    assert (found.logins, found.problems) == (dict.fromkeys(shas, ("ada",)), ())
    assert len(asked(hub, "/graphql")) == 2


# Whose the commits are


def test_hands_are_known_by_their_addresses(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.email("eve", "Second@Home.example")
    trailers = f"Co-authored-by: E <second@home.example>\nco-authored-by: O <{hub.noreply('olga')}>\nSigned-off-by: x"
    named = hub.push("team/shop", "feature", {"b.py": "1\n"}, message=f"More\n\n{trailers}", author="ada")
    nobodys = hub.push("team/shop", "feature", {"b.py": "2\n"}, author="Nobody here")
    made = hub.push("team/shop", "feature", {"b.py": "3\n"}, author="ada", committer="M <max@example.org>")
    hub.user("max")
    found = gate.facts(REF)
    assert found.logins[named] == ("ada", "eve", "olga")
    assert found.logins[made] == ("ada", "max")
    assert nobodys not in found.logins or found.logins[nobodys] == ("Nobody here",)
    assert members(found)["eve"].emails == {"second@home.example"}
    assert members(found)["olga"].emails == {hub.noreply("olga")}


def test_what_is_done_in_githubs_pages_is_committed_by_nobody(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.push("team/shop", "main", {"c.py": "1\n"})
    merged = hub.merge_into("team/shop", "feature", author="olga")
    comment = hub.review_comment(pull, "reviewbot[bot]", "a.py", 20, "```suggestion\ny = 2\n```")
    applied = hub.apply_suggestion(comment, "eve")
    found = gate.facts(REF)
    assert found.logins[merged] == ("olga",)
    assert found.logins[applied] == ("eve", "reviewbot[bot]")
    assert members(found)["reviewbot[bot]"].person.bot
    assert "web-flow" not in members(found)
    assert [one.by for one in found.pushes] == ["ada", "olga", "eve"]


def test_commits_that_github_does_not_list_are_a_problem(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    for number in range(3):
        hub.push("team/shop", "feature", {"b.py": f"{number}\n"}, author="ada")
    hub.most_commits = 2
    found = gate.facts(REF)
    assert found.problems == (
        "GitHub lists 2 of the 4 commits of github:team/shop#1: make it smaller to have each author known.",
    )
    assert len(found.logins) == 2 and found.pull.head not in found.logins


def test_a_list_that_is_cut_without_a_word_is_a_problem(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    """As long as GitHub's lists may be, and without the head."""
    onto = hub.commits(pull)[0]
    commit(hub, pull, 250)
    listed = hub.commits(pull)[:250]
    hub.commits = lambda pull: listed  # type: ignore[method-assign]
    assert onto in listed and pull.head_sha not in listed
    assert gate.facts(REF).problems == (
        "GitHub lists 250 commits of github:team/shop#1 without its head: make it smaller to have each author known.",
    )


def test_a_list_of_commits_behind_the_head_is_asked_for_later(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    before = hub.commits(pull)
    hub.push("team/shop", "feature", {"b.py": "1\n"}, author="max")
    hub.commits = lambda pull: before  # type: ignore[method-assign]
    with pytest.raises(ForgeUnavailable, match="does not list the head"):
        gate.facts(REF)


def test_a_head_that_the_base_holds_has_no_commits(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.pull("team/shop", "main", author="ada")
    found = gate.facts(PullRequestRef("github", "team/shop", 2))
    assert (found.logins, found.problems) == ({}, ())


def crowd(count: int) -> str:
    named = "\n".join(f"Co-authored-by: P <p{number}@example.org>" for number in range(count))
    return f"Together\n\n{named}"


@pytest.mark.parametrize("extra", [0, 1])
def test_a_crowd_of_co_authors_is_read_so_far(hub: FakeGitHub, pull: Pull, gate: GitHubGate, extra: int):
    for number in range(MOST_AUTHORS):
        hub.user(f"p{number}")
    many = MOST_AUTHORS - 1 + extra  # and git's author
    sha = hub.push("team/shop", "feature", {"b.py": "1\n"}, message=crowd(many), author="ada")
    found = gate.facts(REF)
    assert len(found.logins[sha]) == many + 1
    assert ("Not all authors of 1 of the commits" in "".join(found.problems)) is bool(extra)
    assert len(asked(hub, "/graphql")) == 2


def test_a_crowd_in_every_commit_is_not_read_and_said(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    for number in range(MOST_CROWDS + 2):
        hub.push("team/shop", "feature", {"b.py": f"{number}\n"}, message=crowd(30), author="ada")
    found = gate.facts(REF)
    assert found.problems == (
        "Not all authors of 2 of the commits of github:team/shop#1 are read: name fewer co-authors in them.",
    )
    assert len(asked(hub, "/graphql")) == 1 + MOST_CROWDS


# Who pushed


def test_pushes_lead_to_the_head_oldest_first(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    first = pull.head_sha
    later(hub)
    second = hub.push("team/shop", "feature", {"b.py": "1\n"}, author="eve")
    hub.push("team/shop", "features", {"b.py": "1\n"}, author="max")
    hub.push("team/shop", "main", {"c.py": "1\n"}, author="max")
    later(hub)
    third = hub.force_push("team/shop", "feature", {"b.py": "2\n"}, author="olga")
    assert gate.facts(REF).pushes == (
        Pushed(START, "ada", first),
        Pushed(START + 180, "eve", second, first),
        Pushed(START + 240, "olga", third, second),
    )


def test_a_branch_of_the_same_name_before_is_another(hub: FakeGitHub, gate: GitHubGate):
    hub.push("team/shop", "again", {"b.py": "1\n"}, author="max")
    hub.delete_branch("team/shop", "again")
    sha = hub.push("team/shop", "again", {"b.py": "2\n"}, author="ada")
    number = hub.pull("team/shop", "again", author="ada").number
    assert gate.facts(PullRequestRef("github", "team/shop", number)).pushes == (Pushed(START + 120, "ada", sha),)


def test_a_branch_that_was_restored_is_the_same(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    sha = hub.push("team/shop", "feature", {"b.py": "1\n"}, author="max")
    hub.delete_branch("team/shop", "feature", author="eve")
    hub.reset("team/shop", "feature", sha, author="eve")
    hub.reopen(pull, "eve")
    assert [one.by for one in gate.facts(REF).pushes] == ["ada", "max"]


def test_a_restored_branch_is_the_same_where_a_page_ends_between(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    sha = pull.head_sha
    hub.delete_branch("team/shop", "feature", author="eve")
    hub.reset("team/shop", "feature", sha, author="eve")
    hub.reopen(pull, "eve")
    record(hub, pull, 99)
    pushes = gate.facts(REF).pushes
    assert [one.by for one in pushes] == ["ada", *["max"] * 99]
    assert len(asked(hub, "/activity")) == 2


def test_a_head_whose_branch_is_gone_has_its_pushes_still(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.delete_branch("team/shop", "feature")
    hub.push("team/shop", "feature", {"b.py": "1\n"}, author="max", onto="main")
    found = gate.facts(REF)
    assert (found.pull.state, [one.by for one in found.pushes]) == ("closed", ["ada"])


def record(hub: FakeGitHub, pull: Pull, count: int) -> None:
    """So many pushes by max, there and back, in the record alone; the last one is to the head."""
    shas = (hub.store(pull.repo).resolve("main"), pull.head_sha)
    for number in range(count, 0, -1):
        before, after = shas[1 - number % 2], shas[number % 2]
        made = Activity(hub.id(), "refs/heads/feature", before, after, hub.now(), hub.user("max"), "force_push")
        pull.repo.activities.append(made)


@pytest.mark.parametrize(
    ("before", "after", "told", "pages"),
    [
        (0, 98, 99, 1),
        (0, 99, 100, 1),
        (0, 250, 251, 3),
        (250, 0, 100, 1),  # those of before it was opened, as far as they come with the first page
        (250, 150, 200, 2),
        (0, 400, 300, 3),  # no more than three pages
    ],
)
def test_pushes_are_read_back_to_the_opening_or_to_where_the_branch_began(
    hub: FakeGitHub, pull: Pull, gate: GitHubGate, before: int, after: int, told: int, pages: int
):
    record(hub, pull, before)
    later(hub)
    pull.created = hub.now()
    later(hub)
    record(hub, pull, after)
    found = gate.facts(REF)
    assert (len(found.pushes), len(asked(hub, "/activity"))) == (told, pages)
    assert found.pushes[-1].after == pull.head_sha
    assert (found.pushes[0].by == "ada") is (not found.pushes[0].before)


def test_names_of_branches_are_taken_as_they_are(hub: FakeGitHub, gate: GitHubGate):
    name = "a&b=c/d+e#f%2F"
    hub.push("team/shop", name, {"b.py": "1\n"}, author="max")
    number = hub.pull("team/shop", name, author="ada").number
    assert [one.by for one in gate.facts(PullRequestRef("github", "team/shop", number)).pushes] == ["max"]


def fork(hub: FakeGitHub, **settings: Any) -> PullRequestRef:
    hub.fork("team/shop", "max")
    hub.push("max/shop", "idea", {"b.py": "1\n"}, author="max")
    pull = hub.pull("team/shop", "idea", author="max", head_repo="max/shop", **settings)
    return PullRequestRef("github", "team/shop", pull.number)


def test_who_pushed_to_a_fork_is_read_there(hub: FakeGitHub, gate: GitHubGate):
    ref = fork(hub)
    hub.push("max/shop", "idea", {"b.py": "2\n"}, author="eve")
    found = gate.facts(ref)
    assert [one.by for one in found.pushes] == ["max", "eve"]
    assert asked(hub, "/activity") == ["/repos/max/shop/activity"]


def test_a_fork_that_is_gone_tells_nothing(hub: FakeGitHub, gate: GitHubGate):
    ref = fork(hub)
    hub.delete_repository("max/shop")
    found = gate.facts(ref)
    assert (found.pushes, found.problems) == ((), ()) and not asked(hub, "/activity")


@pytest.mark.parametrize("status", [403, 404, 422])
def test_pushes_that_we_may_not_see_are_left_to_the_webhooks(hub: FakeGitHub, gate: GitHubGate, status: int):
    hub.fail("GET", "/repos/team/shop/activity", faults.status(status))
    found = gate.facts(REF)
    assert (found.pushes, found.problems) == ((), ())


# Who may what


def test_those_asked_for_are_told_and_nobody_else_is_asked_about(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.user("nora")
    hub.team("team", "core", "tom")
    hub.grant_team("team/shop", "core", "triage")
    also = ("OLGA", "olga", "nora", "tom", "nobody", "ghost", "", "../x", "dependabot[bot]", "bot", "Bot")
    found = members(gate.facts(REF, also))
    assert found["olga"] == Member(Person("olga"), permission=WRITE)
    assert (found["nora"].permission, found["tom"].permission) == (NONE, READ)
    assert found["dependabot[bot]"].person.bot
    assert set(found) == {"ada", "olga", "nora", "tom", "dependabot[bot]", "bot"} and found["bot"].person.ours
    wanted = ["OLGA", "nora", "tom", "nobody", "bot"]
    assert [path.split("/")[-2].lower() for path in asked(hub, "/permission")] == [one.lower() for one in wanted]


def test_what_people_may_do_that_may_not_be_asked_is_a_problem(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.approve(pull, "eve")
    hub.approve(pull, "olga")
    hub.fail("GET", PERMISSION, faults.status(403, "Must have push access to view collaborator permission."), times=2)
    found = gate.facts(REF)
    assert found.problems == (
        "GitHub does not tell what people may do in team/shop: give the bot's account the role Write there, or the App "
        "the permission metadata: read.",
    )
    assert {one.permission for one in found.members} == {NONE}
    hub.fail("GET", PERMISSION, faults.status(403, "Must have push access to view collaborator permission."))
    assert len(gate.facts(REF).problems) == 1  # though the second one is told


def test_an_approver_whom_github_does_not_know_may_nothing(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.approve(pull, "eve")
    hub.fail("GET", PERMISSION, faults.status(404))
    found = gate.facts(REF)
    assert members(found)["eve"].permission is NONE and found.problems == ()


@pytest.mark.parametrize("path", ["/graphql", "/repos/team/shop/activity", PERMISSION])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.status(500), ForgeUnavailable),
        (faults.status(403, "API rate limit exceeded"), ForgeRateLimited),
        (faults.CUT_BEFORE, ForgeUnavailable),
        (faults.HALF, ForgeUnavailable),
        (faults.raw(b'{"permission": "overlord", "user": null}'), ForgeUnavailable),
    ],
)
def test_half_of_it_is_never_given(
    hub: FakeGitHub, pull: Pull, gate: GitHubGate, path: str, fault: faults.Fault, error: type[Exception]
):
    hub.approve(pull, "eve")
    hub.fail("*", path, fault, times=99)
    with pytest.raises(error):
        gate.facts(REF)


def test_a_pull_request_that_is_not_there_is_denied(gate: GitHubGate):
    with pytest.raises(ForgeDenied):
        gate.facts(PullRequestRef("github", "team/shop", 99))


# As what it was merged


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_as_what_it_was_merged(hub: FakeGitHub, pull: Pull, gate: GitHubGate, how: str):
    sha = hub.merge(pull, how, "olga")
    found = gate.facts(REF)
    assert (found.pull.state, found.merge_commit) == ("merged", sha)
    assert [one.by for one in found.pushes] == ["ada"]


def test_closed_is_not_merged(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.close_pull(pull)
    found = gate.facts(REF)
    assert (found.pull.state, found.merge_commit) == ("closed", None)


def test_words_that_cannot_be_stored_are_replaced(hub: FakeGitHub, pull: Pull, gate: GitHubGate):
    hub.describe(pull, "a\0b", title="t\0")
    found = gate.facts(REF)
    assert (found.title, found.description) == ("t\N{REPLACEMENT CHARACTER}", "a\N{REPLACEMENT CHARACTER}b")
