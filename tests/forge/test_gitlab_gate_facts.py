"""The facts of a merge request, read over HTTP from answers as GitLab's documentation shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from reviewbot.domain.conversation import Permission, Person
from reviewbot.domain.errors import ForgeUnavailable
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import GateFacts, Member, Pushed, Spoken, Word
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_gate import GitLabGate
from tests.forge.gitlab_hub import manners
from tests.forge.scripted import Asked, Say, serving

REF = PullRequestRef("gitlab", "team/shop", 7)
A, B, C = ("a" * 40, "b" * 40, "c" * 40)
T, T0 = 1_776_240_000.0, "2026-04-15T08:00:00.000Z"
HOUR_BEFORE, MINUTE_BEFORE = "2026-04-15T07:00:00.000Z", "2026-04-15T07:59:00.000Z"
MR = "/projects/team/shop/merge_requests/7"
USERS: dict[str, dict[str, Any]] = {
    "ada": {"id": 1, "bot": False, "public_email": "ada@x.org"},
    "eve": {"id": 2, "bot": False, "public_email": ""},
    "bot": {"id": 3, "bot": True, "public_email": None},
    "ci": {"id": 4, "bot": True, "public_email": None},
    "olga": {"id": 5, "bot": False, "public_email": None},
}
LEVELS = {1: 30, 2: 40, 4: 40}


def basic(login: str) -> dict[str, Any]:
    return {"id": USERS[login]["id"], "username": login, "name": login, "state": "active", "web_url": "https://x"}


def member_of_graph(login: str) -> dict[str, Any]:
    return {"username": login, "bot": USERS[login]["bot"]}


def note(body: str, by: str | None, *, system: bool = False, at: str = T0) -> dict[str, Any]:
    author = None if by is None else member_of_graph(by)
    awards = {"pageInfo": {"hasNextPage": False}, "nodes": []}
    written = {"id": "gid://gitlab/Note/9", "body": body, "system": system, "author": author, "position": None}
    return written | {"awardEmoji": awards, "createdAt": at}


def discussion(*notes: dict[str, Any], **given: Any) -> dict[str, Any]:
    shown = {"id": f"gid://gitlab/Discussion/{C}", "resolved": False, "resolvedBy": None, "resolvable": False}
    return shown | {"notes": {"pageInfo": {"hasNextPage": False}, "nodes": list(notes)}} | given


def pushed(id_: int, by: str | None, before: str | None, after: str, at: str = HOUR_BEFORE) -> dict[str, Any]:
    data = {"action": "pushed" if before else "created", "ref_type": "branch", "ref": "feature", "commit_count": 1}
    author = None if by is None else basic(by)
    said = {"id": id_, "action_name": "pushed to", "created_at": at, "author": author}
    return said | {"push_data": data | {"commit_from": before, "commit_to": after}}


def version(id_: int, head: str, at: str) -> dict[str, Any]:
    return {"id": id_, "head_commit_sha": head, "created_at": at, "base_commit_sha": C, "start_commit_sha": C}


@dataclass
class Forge:
    """Answers by path; `said` is what was asked. A path in `denied` answers so."""

    pull: dict[str, Any] = field(default_factory=dict)
    discussions: list[dict[str, Any]] = field(default_factory=list)
    authors: list[dict[str, Any]] = field(default_factory=list)
    lists: dict[str, list[Any]] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    denied: dict[str, int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    url: str = ""

    def __call__(self, asked: Asked) -> Say:
        said = self._answer(asked)
        return replace(said, headers={**said.headers, "Content-Type": "application/json"})

    def _answer(self, asked: Asked) -> Say:
        split = urlsplit(asked.path)
        path = unquote(split.path).removeprefix("/api/v4")
        self.said.append(path)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        if path == "/api/graphql":
            return Say(body={"data": self._graph(json.loads(asked.body))})
        if path in self.denied:
            return Say(self.denied[path], {"message": "no"})
        if path == "/users":
            return Say(body=[basic(query["username"])] if query["username"] in USERS else [])
        if path in self.lists:
            return self._page(path, query)
        return Say(body=self.objects[path]) if path in self.objects else Say(404, {"message": "404 Not Found"})

    def _page(self, path: str, query: dict[str, str]) -> Say:
        size, page = int(query.get("per_page", "20")), int(query.get("page", "1"))
        following = {
            "X-Next-Page": str(page + 1),
            "Link": f'<{self.url}/api/v4{quote(path)}?page={page + 1}&per_page={size}>; rel="next"',
        }
        more = len(self.lists[path]) > page * size
        return Say(body=self.lists[path][(page - 1) * size : page * size], headers=following if more else {})

    def _graph(self, asked: dict[str, Any]) -> dict[str, Any]:
        at = int(asked["variables"].get("after") or 0)
        name, nodes = ("commits", self.authors) if "commits(" in asked["query"] else ("discussions", self.discussions)
        info = {"hasNextPage": len(nodes) > at + 100, "endCursor": str(at + 100)}
        connection = {name: {"pageInfo": info, "nodes": nodes[at : at + 100]}}
        whole = {"fullPath": "team/shop", "mergeRequest": self.pull | connection}
        return {"currentUser": {"username": "bot"}, "project": whole}


def forge() -> Forge:
    """A merge request of ada's, which eve approved; two pushes, an hour and a minute before."""
    pull = {
        "state": "opened",
        "draft": False,
        "sourceBranch": "feature",
        "targetBranch": "main",
        "allowCollaboration": False,
        "diffHeadSha": B,
        "diffRefs": {"baseSha": C, "startSha": C, "headSha": B},
        "author": {"username": "ada", "bot": False, "publicEmail": "ada@x.org"},
        "sourceProject": {"fullPath": "team/shop"},
        "labels": {"nodes": []},
        "title": "A title",
        "description": None,
        "updatedAt": T0,
    }
    lists = {
        f"{MR}/versions": [version(2, B, MINUTE_BEFORE), version(1, A, HOUR_BEFORE)],
        f"{MR}/reviewers": [{"user": basic("eve"), "state": "approved", "created_at": T0}],
        f"{MR}/commits": [{"id": A, "author_email": "ada@home", "committer_email": "ada@home"}],
        "/projects/team/shop/events": [pushed(2, "ada", A, B, MINUTE_BEFORE), pushed(1, "ada", None, A)],
    }
    members = {
        f"/projects/team/shop/members/all/{id_}": {"id": id_, "access_level": level, "state": "active"}
        for id_, level in LEVELS.items()
    }
    known = {f"/users/{user['id']}": user | {"username": login} for login, user in USERS.items()}
    project = {"/projects/team/shop": {"id": 1, "visibility": "private"}}
    approvals = {f"{MR}/approvals": {"approved_by": [{"user": basic("eve"), "approved_at": T0}]}}
    author = [{"sha": A, "author": member_of_graph("ada")}]
    return Forge(pull, [], author, lists, members | known | project | approvals | {"/user": basic("bot")})


@pytest.fixture
def here() -> Forge:
    return forge()


@pytest.fixture
def gitlab(here: Forge) -> Iterator[GitLab]:
    with serving(here) as server:
        here.url = server.url
        made = GitLab(server.url, "glpat-x", timeout=5, manners=manners())
        yield made
        made.close()


def facts(gitlab: GitLab, *also: str) -> GateFacts:
    return GitLabGate(gitlab).facts(REF, also)


def members(found: GateFacts) -> dict[str, Member]:
    assert len({one.person.login.casefold() for one in found.members}) == len(found.members)
    return {one.person.login: one for one in found.members}


def test_everything_is_told(gitlab: GitLab):
    found = facts(gitlab)
    assert (found.title, found.description, found.updated, found.merge_commit) == ("A title", "", T, None)
    assert (found.pull.head, found.pull.base_branch, found.problems) == (B, "main", ())
    assert found.spoken == (Spoken(T, "eve", Word.APPROVED, B),)
    assert found.pushes == (Pushed(T - 3600, "ada", A), Pushed(T - 60, "ada", B, A))
    assert found.logins == {A: ("ada",)}
    assert members(found) == {
        "ada": Member(Person("ada"), frozenset({"ada@x.org", "ada@home"})),
        "eve": Member(Person("eve"), frozenset(), Permission.ADMIN),
    }


def test_the_conversation_is_read_once_and_is_the_forges(here: Forge, gitlab: GitLab):
    here.discussions = [discussion(note(f"note {number}", "ada")) for number in range(250)]
    found = facts(gitlab)
    assert here.said.count("/api/graphql") == 3 + 1
    assert found.talk == gitlab.conversation(REF)
    assert len(found.talk.notes) == 250


def test_a_bot_that_approves_is_told_as_one(here: Forge, gitlab: GitLab):
    here.objects[f"{MR}/approvals"] = {"approved_by": [{"user": basic("ci"), "approved_at": T0}]}
    found = facts(gitlab)
    assert found.spoken is not None
    assert [one.by for one in found.spoken] == ["ci"]
    assert members(found)["ci"] == Member(Person("ci", bot=True), frozenset(), Permission.ADMIN)


def test_an_approval_at_the_second_of_a_push_is_of_the_head_before(here: Forge, gitlab: GitLab):
    here.lists[f"{MR}/versions"][0] = version(2, B, T0)
    assert facts(gitlab).spoken == (Spoken(T, "eve", Word.APPROVED, A),)


@pytest.mark.parametrize("said", ["approved this merge request", "requested changes"])
def test_words_of_gitlab_in_a_comment_are_a_comment(here: Forge, gitlab: GitLab, said: str):
    here.objects[f"{MR}/approvals"] = {"approved_by": [{"user": basic("eve")}]}
    here.discussions = [discussion(note(said, "eve"))]
    assert facts(gitlab).spoken == (Spoken(0.0, "eve", Word.APPROVED, ""),)


def test_everything_said_stands_in_its_order(here: Forge, gitlab: GitLab):
    here.objects[f"{MR}/approvals"] = {"approved_by": [{"user": basic("eve")}, {"user": None}]}
    here.lists[f"{MR}/reviewers"] = [{"user": basic("olga"), "state": "requested_changes", "created_at": T0}]
    here.discussions = [
        discussion(note("requested changes", "olga", system=True, at="2026-04-15T08:02:00Z")),
        discussion(note("approved this merge request", "eve", system=True, at="2026-04-15T08:01:00Z")),
        discussion(note("changed target branch from `a` to `main`", "ada", system=True, at="2026-04-15T08:03:00Z")),
    ]
    found = facts(gitlab)
    assert found.spoken == (
        Spoken(T + 60, "eve", Word.APPROVED, B),
        Spoken(T + 120, "olga", Word.CHANGES_REQUESTED),
        Spoken(T + 180, "ada", Word.RETARGETED),
    )
    assert members(found)["olga"].permission is Permission.NONE


@pytest.mark.parametrize("part", ["approvals", "reviewers", "versions"])
@pytest.mark.parametrize("status", [403, 404])
def test_reviews_that_may_not_be_read_are_a_problem(here: Forge, gitlab: GitLab, part: str, status: int):
    here.denied[f"{MR}/{part}"] = status
    found = facts(gitlab)
    assert found.spoken is None
    assert found.problems == (
        "GitLab does not tell who approved gitlab:team/shop#7: give the bot's token the scope api and its account the "
        "role Developer.",
    )


def test_commits_that_may_not_be_read_are_a_problem(here: Forge, gitlab: GitLab):
    here.denied[f"{MR}/commits"] = 403
    found = facts(gitlab)
    assert found.logins == {}
    assert len(found.problems) == 1
    assert found.spoken is not None


@pytest.mark.parametrize("path", ["approvals", "reviewers", "versions", "commits"])
def test_what_cannot_be_read_now_is_an_error(here: Forge, gitlab: GitLab, path: str):
    here.denied[f"{MR}/{path}"] = 500
    with pytest.raises(ForgeUnavailable):
        facts(gitlab)


def test_who_pushed_to_a_fork_is_read_there(here: Forge, gitlab: GitLab):
    here.pull["sourceProject"] = {"fullPath": "eve/shop"}
    here.lists["/projects/eve/shop/events"] = [pushed(1, "eve", None, B)]
    assert facts(gitlab).pushes == (Pushed(T - 3600, "eve", B),)


@pytest.mark.parametrize("status", [403, 404])
def test_a_fork_that_we_may_not_see_tells_nothing(here: Forge, gitlab: GitLab, status: int):
    here.pull["sourceProject"] = {"fullPath": "eve/shop"}
    here.denied["/projects/eve/shop/events"] = status
    found = facts(gitlab)
    assert (found.pushes, found.problems) == ((), ())


def test_a_fork_that_is_gone_tells_nothing(here: Forge, gitlab: GitLab):
    here.pull["sourceProject"] = None
    assert facts(gitlab).pushes == ()


def test_pushes_are_read_back_to_where_the_branch_began(here: Forge, gitlab: GitLab):
    others = [pushed(1000 + number, "eve", A, B) | {"push_data": {"ref": "x"}} for number in range(130)]
    long_ago = [pushed(10 + number, "eve", A, B) for number in range(300)]
    began = pushed(5, "ada", None, A)
    path = "/projects/team/shop/events"
    here.lists[path] = [pushed(2000, None, A, B, MINUTE_BEFORE), *others, began, *long_ago]
    found = facts(gitlab)
    assert found.pushes[-1] == Pushed(T - 60, "ghost", B, A)
    assert Pushed(T - 3600, "ada", A) in found.pushes
    assert here.said.count(path) == 2
    assert "ghost" not in members(found)


def test_more_than_a_hundred_versions_and_commits_are_all_read(here: Forge, gitlab: GitLab):
    ids = [f"{number:040x}" for number in range(250)]
    here.lists[f"{MR}/versions"] += [version(100 + number, id_, T0) for number, id_ in enumerate(ids)]
    here.lists[f"{MR}/commits"] = [{"id": id_, "author_email": f"{id_}@x", "committer_email": ""} for id_ in ids]
    here.authors = [{"sha": id_, "author": member_of_graph("olga")} for id_ in ids]
    found = facts(gitlab)
    assert found.spoken == (Spoken(T, "eve", Word.APPROVED, B),)
    assert found.logins == dict.fromkeys(ids, ("olga",))
    assert len(members(found)["olga"].emails) == 250


def test_those_asked_for_are_told_and_nobody_else_is_asked_about(here: Forge, gitlab: GitLab):
    found = members(facts(gitlab, "olga", "nobody", "ADA", "ghost", ""))
    assert found["olga"] == Member(Person("olga"), frozenset(), Permission.NONE)
    assert found["ada"].permission is Permission.NONE  # GitLab has no ADA here, and it was asked
    assert set(found) == {"ada", "eve", "olga"}
    here.said.clear()
    facts(gitlab)
    assert [path for path in here.said if "/members/" in path] == ["/projects/team/shop/members/all/2"]


def test_whoever_resolved_our_thread_is_asked_about_and_we_are_not(here: Forge, gitlab: GitLab):
    for login, expected in (("olga", Permission.NONE), ("ada", Permission.WRITE), ("bot", None)):
        resolved = {"resolvable": True, "resolved": True, "resolvedBy": member_of_graph(login)}
        here.discussions = [discussion(note("wait", "bot"), **resolved)]
        found = facts(gitlab)
        assert [(one.id, one.resolved_by and one.resolved_by.login) for one in found.holds] == [(C, login)]
        assert login == "bot" or members(found)[login].permission is expected
    assert "/projects/team/shop/members/all/3" not in here.said


@pytest.mark.parametrize(
    ("shown", "commit"),
    [
        ({"merge_commit_sha": A, "squash_commit_sha": C, "sha": B}, A),
        ({"merge_commit_sha": None, "squash_commit_sha": C, "sha": B}, C),
        ({"merge_commit_sha": None, "squash_commit_sha": None, "sha": B}, B),
    ],
)
def test_as_what_it_was_merged(here: Forge, gitlab: GitLab, shown: dict[str, Any], commit: str):
    here.pull["state"] = "merged"
    here.objects[MR] = shown
    assert facts(gitlab).merge_commit == commit


def test_an_account_that_gitlab_hides_reviews_nothing(here: Forge, gitlab: GitLab):
    here.denied["/users/2"] = 404
    here.lists["/projects/team/shop/events"] = [pushed(1, "eve", None, B)]
    found = facts(gitlab)
    assert [one.by for one in found.pushes] == ["eve"]
    assert not members(found)["eve"].person.human


def test_an_account_that_was_deleted_is_nobody(here: Forge, gitlab: GitLab):
    here.pull["author"] = None
    here.discussions = [discussion(note("x", None)), discussion(note("left", None, system=True))]
    found = facts(gitlab)
    assert found.pull.author == "ghost"
    assert "ghost" not in members(found)
