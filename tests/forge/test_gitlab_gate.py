"""The gate's side of a GitLab that is as strict as GitLab: facts, lists, and what a merge waits for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import parse as parse_query
from graphql import validate

from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import CheckReport, CheckState, GateFacts, Member, Word
from reviewbot.forge.gate import GateForge
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_gate import GitLabGate
from reviewbot.forge.gitlab_gate_queries import COMMITS, GATE
from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.graphql_api import complexity, schema
from tests.fakes.gitlab.model import Pull
from tests.forge.gitlab_hub import BOT, REF, client, opened, the_pull

NEWER, OLDER = "19.1.0-ee", "17.11.3-ee"


@pytest.fixture
def hub() -> Iterator[FakeGitLab]:
    with opened() as made:
        made.version = NEWER
        for login, role in (("ada", "write"), ("eve", "maintain")):
            made.user(login)
            made.grant("team/shop", login, role)
        made.elapsed += 3600
        yield made
        assert made.violations == []


@pytest.fixture
def gitlab(hub: FakeGitLab) -> Iterator[GitLab]:
    made = client(hub)
    yield made
    made.close()


@pytest.fixture
def gate(gitlab: GitLab) -> GitLabGate:
    return GitLabGate(gitlab)


@pytest.fixture
def pull(hub: FakeGitLab) -> Pull:
    return the_pull(hub)


def approvals(found: GateFacts) -> dict[str, str]:
    assert found.spoken is not None
    return {one.by: one.commit for one in found.spoken if one.word is Word.APPROVED}


def members(found: GateFacts) -> dict[str, Member]:
    return {one.person.login: one for one in found.members}


def test_it_is_what_the_gate_needs(gate: GitLabGate, gitlab: GitLab):
    forge: GateForge = gate
    assert (forge.name, forge.can_hold) == ("gitlab", True)
    assert repr(gate) == f"GitLabGate({gitlab!r})"
    assert gate.queued("team/shop", "main", "a" * 40) == ()


@pytest.mark.parametrize("query", [GATE, COMMITS])
def test_the_queries_are_of_gitlabs_schema_and_within_its_limits(query: str):
    assert validate(schema(), parse_query(query)) == []
    assert complexity(parse_query(query), {}) <= 200
    assert len(query) < 10_000


def test_the_facts_of_a_new_merge_request(hub: FakeGitLab, gitlab: GitLab, gate: GitLabGate, pull: Pull):
    found = gate.facts(REF)
    assert found.talk == gitlab.conversation(REF)
    assert (found.title, found.description) == ("A change", "")
    assert (found.spoken, found.holds, found.problems, found.merge_commit) == ((), (), (), None)
    assert [(one.by, one.after) for one in found.pushes] == [("developer", pull.head_sha)]
    assert found.updated == pytest.approx(pull.updated, abs=0.001)
    assert set(found.logins) <= set(hub.commits(pull))


def test_what_the_facts_cost(hub: FakeGitLab, gate: GitLabGate, gitlab: GitLab, pull: Pull):
    hub.approve(pull, "eve")
    gate.facts(REF)
    before = gitlab.calls
    gate.facts(REF)
    assert gitlab.calls - before == 1 + 4 + 2 + 1  # accounts are known by now, and one may still do what they may


@pytest.mark.parametrize(
    ("version", "seconds", "covered"),
    [
        (NEWER, 0.0, "before"),
        (NEWER, 8.0, "before"),
        (NEWER, 15.0, "after"),
        (OLDER, 0.0, "before"),
        (OLDER, 15.0, "before"),
        (OLDER, 65.0, "after"),
    ],
)
def test_an_approval_is_of_what_had_been_there(
    hub: FakeGitLab, gate: GitLabGate, pull: Pull, version: str, seconds: float, covered: str
):
    hub.version = version
    heads = {"before": pull.head_sha}
    heads["after"] = hub.push("team/shop", "feature", {"b.py": "x = 1\n"})
    hub.elapsed += seconds
    hub.approve(pull, "eve")
    assert approvals(gate.facts(REF)) == {"eve": heads[covered]}


def test_an_approval_right_after_the_opening_is_of_nothing(hub: FakeGitLab, gate: GitLabGate):
    hub.push("team/shop", "other", {"b.py": "x = 1\n"})
    made = hub.pull("team/shop", "other", author="ada")
    hub.approve(made, "eve")
    assert approvals(gate.facts(PullRequestRef("gitlab", "team/shop", made.number))) == {"eve": ""}


@pytest.mark.parametrize("version", [NEWER, OLDER])
def test_an_approval_that_was_taken_back_is_none(hub: FakeGitLab, gate: GitLabGate, pull: Pull, version: str):
    hub.version = version
    hub.approve(pull, "eve")
    hub.unapprove(pull, "eve")
    assert approvals(gate.facts(REF)) == {}


def test_an_approval_that_a_push_took_away_is_none(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    hub.repositories["team/shop"].rules.reset_on_push = True
    hub.approve(pull, "eve")
    hub.push("team/shop", "feature", {"b.py": "x = 1\n"})
    assert approvals(gate.facts(REF)) == {}


@pytest.mark.parametrize("version", [NEWER, OLDER])
def test_words_of_gitlab_in_a_comment_count_for_nothing(hub: FakeGitLab, gate: GitLabGate, pull: Pull, version: str):
    hub.version = version
    old = pull.head_sha
    hub.approve(pull, "eve")
    hub.push("team/shop", "feature", {"b.py": "x = 1\n"})
    hub.elapsed += 3600
    for words in ("approved this merge request", "changed target branch from `main` to `dev`", "requested changes"):
        hub.comment(pull, "eve", words)
        hub.comment(pull, "developer", words)
    found = gate.facts(REF)
    assert found.spoken is not None
    assert [(one.by, one.word, one.commit) for one in found.spoken] == [("eve", Word.APPROVED, old)]


def test_a_request_for_changes_takes_the_approvals_place(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    hub.approve(pull, "eve")
    hub.elapsed += 60
    hub.request_changes(pull, "eve")
    found = gate.facts(REF)
    assert found.spoken is not None
    assert [(one.by, one.word) for one in found.spoken] == [("eve", Word.CHANGES_REQUESTED)]
    assert found.spoken[0].at == pytest.approx(hub.now(), abs=10)
    hub.approve(pull, "eve")
    assert set(approvals(gate.facts(REF))) == {"eve"}


def test_another_target_branch_is_told_in_its_place(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    hub.approve(pull, "eve")
    hub.elapsed += 60
    hub.push("team/shop", "dev", {"c.py": "x = 1\n"})
    hub.retarget(pull, "dev", "ada")
    hub.elapsed += 60
    hub.grant("team/shop", "olga", "write")
    hub.approve(pull, "olga")
    found = gate.facts(REF)
    assert found.spoken is not None
    said = [(one.by, one.word) for one in found.spoken]
    assert said == [("eve", Word.APPROVED), ("ada", Word.RETARGETED), ("olga", Word.APPROVED)]
    assert found.pull.base_branch == "dev"


def test_who_may_what_and_who_is_a_bot(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    hub.user("ci", "Bot")
    hub.grant("team/shop", "ci", "maintain")
    hub.approve(pull, "ci")
    hub.approve(pull, "eve")
    hub.comment(pull, "ada", "hello")
    hub.grant("team/shop", "guest", "read")
    found = members(gate.facts(REF, ["guest", "nobody", BOT]))
    assert found["ci"].person == Person("ci", bot=True)
    assert {one: found[one].permission for one in ("ci", "eve", "ada", "guest", BOT)} == {
        "ci": Permission.ADMIN,
        "eve": Permission.ADMIN,
        "ada": Permission.NONE,  # nobody needed to know
        "guest": Permission.READ,
        BOT: Permission.WRITE,
    }
    assert found[BOT].person == Person(BOT, bot=True, ours=True)
    assert "nobody" not in found


def test_addresses_tie_accounts_to_each_other(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    hub.email("eve", "eve@work.example")
    hub.email("developer", "dev@work.example")
    hub.email("ada", "ada@home.example", public=False)
    hub.push("team/shop", "feature", {"b.py": "x = 1\n"}, author="ada")
    hub.approve(pull, "eve")
    found = gate.facts(REF)
    known = members(found)
    assert known["eve"].emails == {"eve@work.example"}
    assert "dev@work.example" in known["developer"].emails
    assert "ada@example.org" in known["ada"].emails
    assert "ada@home.example" not in known["ada"].emails
    assert found.logins[pull.head_sha] == ("ada",)


def test_pushes_by_whom_and_of_what(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    first = pull.head_sha
    second = hub.push("team/shop", "feature", {"b.py": "x = 1\n"}, author="ada")
    hub.push("team/shop", "elsewhere", {"b.py": "x = 2\n"}, author="eve")
    found = gate.facts(REF).pushes
    assert [(one.by, one.before, one.after) for one in found] == [("developer", "", first), ("ada", first, second)]


@pytest.mark.parametrize("seen", [True, False])
def test_a_fork_tells_who_pushed_where_we_may_see_it(hub: FakeGitLab, gate: GitLabGate, seen: bool):
    hub.fork("team/shop", "mallory").private = not seen
    hub.grant("mallory/shop", BOT, "none")
    hub.push("mallory/shop", "feature", {"a.py": "evil = 1\n"}, author="mallory")
    made = hub.pull("team/shop", "feature", head_repo="mallory/shop", author="mallory")
    found = gate.facts(PullRequestRef("gitlab", "team/shop", made.number))
    assert [one.by for one in found.pushes] == (["mallory"] if seen else [])
    assert found.problems == ()


@pytest.mark.parametrize("login", ["developer", "eve", BOT])
def test_a_hold_that_somebody_resolved(hub: FakeGitLab, gitlab: GitLab, gate: GitLabGate, pull: Pull, login: str):
    hub.comment(pull, "ada", "a note by itself")
    gitlab.say(REF, "another, of ours")
    id_ = gate.begin_hold(REF, "wait")
    (hold,) = gate.facts(REF).holds
    assert (hold.id, hold.body, hold.resolved, hold.resolved_by) == (id_, "wait", False, None)
    assert gitlab.comment(REF, hold.comment) is not None
    hub.resolve(pull.discussions[-1], login)
    (hold,) = gate.facts(REF).holds
    assert hold.resolved
    assert hold.resolved_by == Person(login, bot=login == BOT, ours=login == BOT)
    gitlab.set_resolved(REF, hold.id, resolved=False)
    assert not gate.facts(REF).holds[0].resolved


def test_as_what_it_was_merged(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    hub.merge(pull, login="eve")
    found = gate.facts(REF)
    assert found.pull.state == "merged"
    assert found.merge_commit == pull.merge_sha is not None


def test_the_open_merge_requests(hub: FakeGitLab, gate: GitLabGate, pull: Pull):
    for _ in range(101):
        hub.pull("team/shop", "feature")
    hub.close_pull(hub.repositories["team/shop"].pulls[3], "ada")
    found = {one.number: one for one in gate.open_pulls("team/shop")}
    assert set(found) == {1, 2, *range(4, 103)}
    assert (found[1].head, found[1].base_branch) == (pull.head_sha, "main")
    assert found[1].updated == pytest.approx(pull.updated, abs=0.001)


def test_the_projects_that_we_may_work_in(hub: FakeGitLab, gate: GitLabGate):
    for name, role in (("team/docs", "read"), ("other/app", "maintain"), ("other/none", "none")):
        hub.repository(name)
        hub.grant(name, BOT, role)
    assert set(gate.repositories()) == {"team/shop", "other/app"}


def test_who_is_behind_a_name_of_codeowners(hub: FakeGitLab, gate: GitLabGate):
    hub.group("team", {"root": "admin"})
    hub.group("team/sub", {"olga": "write", "ada": "maintain"}, private=False)
    hub.group("secret", {"eve": "write"})
    names = {
        "@ada": {"ada"},
        "@nobody": None,
        "@team": {"root"},
        "@team/sub": {"olga", "ada"},  # direct members alone
        "@team/none": None,
        "@secret": None,
        "@@maintainer": {"eve"},
        "@@maintainers": {"eve"},
        "@@Developer": {"ada", BOT},
        "@@owner": set(),
        "@@reporter": None,
    }
    found = {name: gate.members_of(REF, name) for name in names}
    assert found == names


def test_what_a_merge_waits_for(hub: FakeGitLab, gate: GitLabGate):
    assert gate.requirement("team/shop", "main").in_force is False
    hub.status_check("team/shop", "QA")
    hub.require_status_checks("team/shop")
    assert gate.requirement("team/shop", "main").in_force is not True
    hub.require("team/shop")
    assert gate.requirement("team/shop", "main").in_force is True
    hub.require_threads("team/shop")
    found = gate.requirement("team/shop", "main")
    assert (found.in_force, found.pinned) == (True, None)
    assert "All threads must be resolved" in found.how
    assert gate.requirement("team/none", "main").in_force is None


def test_an_open_thread_and_a_status_keep_a_merge_back(hub: FakeGitLab, gitlab: GitLab, gate: GitLabGate, pull: Pull):
    hub.require("team/shop")
    hub.require_threads("team/shop")
    hold = gate.begin_hold(REF, "wait")
    gate.show(REF, CheckReport(pull.head_sha, CheckState.WAITING, "x", digest="d1"))
    assert hub.hindrance(pull) == "discussions_not_resolved"
    gitlab.set_resolved(REF, hold, resolved=True)
    assert hub.hindrance(pull) == "ci_still_running"
    gate.show(REF, CheckReport(pull.head_sha, CheckState.PASSED, "x", digest="d2"))
    assert hub.hindrance(pull) == "mergeable"
