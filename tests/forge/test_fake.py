"""The fake GitHub is a test part that others lean on: its own strictness is tested."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.github import FakeGitHub, contract, diff, routes
from tests.fakes.github.contract import answer_violation, request_violation
from tests.fakes.github.gitstore import Bare, Entry
from tests.forge.conftest import HEAD

PULL = "/repos/team/shop/pulls/1"


@pytest.fixture
def rest(hub: FakeGitHub) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {hub.token('bot')}", "User-Agent": "tests"}
    with httpx.Client(base_url=hub.api, headers=headers) as client:
        yield client


def test_every_route_is_held_to_the_description():
    described = json.loads(contract.EXTRACT.read_text(encoding="utf-8"))["paths"]
    operations = {(verb.upper(), path) for path, ops in described.items() for verb in ops if verb != "parameters"}
    assert set(routes.ROUTES) == operations


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"event": "COMMENT", "comments": [{"body": "x", "line": 20}]}, "path"),
        ({"event": "SHOUT"}, "SHOUT"),
        ({"comments": [{"path": "a.py", "body": "x", "line": "20"}]}, "20"),
    ],
)
def test_a_request_that_is_not_githubs_is_noted(body: dict[str, Any], words: str):
    violation = request_violation("POST", f"{PULL}/reviews", {}, json.dumps(body).encode())
    assert violation is not None and words in violation


def test_an_answer_that_is_not_githubs_is_noted():
    template = f"{routes.REPO}/pulls/{{pull_number}}"
    violation = answer_violation("GET", PULL, template, {}, 200, b'{"number": "1"}')
    assert violation is not None and "number" in violation
    assert answer_violation("GET", PULL, template, {}, 418, b"{}") is None
    assert answer_violation("GET", PULL, template, {}, 207, b"{}") is not None


def test_a_broken_contract_fails_the_test():
    with pytest.raises(AssertionError, match="noted"), FakeGitHub() as hub:
        hub.violations.append("noted")


def test_pages_have_links(hub: FakeGitHub, rest: httpx.Client):
    for number in range(5):
        rest.post("/repos/team/shop/issues/1/comments", json={"body": str(number)})
    seen, url = [], "/repos/team/shop/issues/1/comments?per_page=2"
    while url:
        answer = rest.get(url)
        seen.append([one["body"] for one in answer.json()])
        url = answer.links.get("next", {}).get("url", "")
    assert seen == [["0", "1"], ["2", "3"], ["4"]]
    assert set(answer.links) == {"prev", "first"}


def test_an_unchanged_answer_is_304_and_free(hub: FakeGitHub, rest: httpx.Client):
    first = rest.get(PULL)
    again = rest.get(PULL, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, hub.not_modified) == (304, b"", 1)
    assert rest.get("/rate_limit").headers["x-ratelimit-used"] == "2"
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    assert rest.get(PULL, headers={"If-None-Match": first.headers["etag"]}).status_code == 200


@pytest.mark.parametrize("authorization", [None, "Bearer nobody", "token x y", "Basic ???"])
def test_without_a_good_token(hub: FakeGitHub, authorization: str | None):
    headers = {"Authorization": authorization} if authorization else {}
    answer = httpx.get(hub.api + PULL, headers=headers)
    assert answer.status_code == 401 and "message" in answer.json()


def test_what_is_not_there(rest: httpx.Client):
    for path in ("/repos/team/none", "/repos/team/shop/pulls/9", "/nothing", "/repos/team/none/pulls/1/reviews"):
        assert rest.get(path).status_code == 404


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"line": 17}, None),
        ({"line": 24}, None),
        ({"line": 16}, "line must be part of the diff and"),
        ({"line": 25}, "line must be part of the diff and"),
        ({"line": 21, "start_line": 17}, None),
        ({"line": 21, "start_line": 16}, "start line must be part of the same hunk"),
        ({"line": 21, "start_line": 21}, "must precede"),
        ({"line": 20, "start_line": 21}, "must precede"),
        ({"line": 40, "start_line": 38}, "part of the diff, Pull request review thread start line must be part"),
        ({"line": 20, "side": "LEFT"}, None),
        ({"line": 16, "side": "LEFT"}, "part of the diff"),
        ({}, "part of the diff"),
    ],
)
def test_where_a_comment_may_stand(hub: FakeGitHub, rest: httpx.Client, entry: dict[str, Any], words: str | None):
    comment = {"path": "a.py", "body": "x", **entry}
    answer = rest.post(f"{PULL}/reviews", json={"event": "COMMENT", "comments": [comment]})
    if words is None:
        assert answer.status_code == 200
        assert rest.get(f"{PULL}/comments").json()[0]["diff_hunk"].startswith("@@ -17,7 +17,8 @@")
    else:
        assert answer.status_code == 422 and answer.json()["message"] == "Unprocessable Entity"
        assert words in answer.json()["errors"][0]
        assert rest.get(f"{PULL}/reviews").json() == []


def test_an_old_comment_has_no_line_any_more(hub: FakeGitHub, rest: httpx.Client):
    rest.post(f"{PULL}/reviews", json={"event": "COMMENT", "comments": [{"path": "a.py", "body": "x", "line": 20}]})
    hub.push("team/shop", "feature", {"b.py": "b = 1\n"})
    assert rest.get(f"{PULL}/comments").json()[0]["line"] == 20
    hub.push("team/shop", "feature", {"a.py": HEAD.replace("y = 1", "y = 2")})
    comment = rest.get(f"{PULL}/comments").json()[0]
    assert (comment["line"], comment["position"], comment["original_line"]) == (None, None, 20)


def test_the_files_are_gits(hub: FakeGitHub, rest: httpx.Client):
    body = "".join(f"line {n}\n" for n in range(30))
    hub.push("team/shop", "main", {"gone.py": "1\n", "old name.py": body, "bin": b"\0\1", "link": "plain\n"})
    changes = {
        "gone.py": None,
        "old name.py": None,
        "neu ü.py": body + "more\n",
        "bin": b"\0\2",
        "link": Entry("120000", b"a.py"),
        'q"uote.py': "1",
    }
    hub.push("team/shop", "odd", changes, onto="main")
    hub.pull("team/shop", "odd")
    files = {one["filename"]: one for one in rest.get("/repos/team/shop/pulls/2/files").json()}
    assert {name: one["status"] for name, one in files.items()} == {
        "gone.py": "removed",
        "neu ü.py": "renamed",
        "bin": "modified",
        "link": "changed",
        'q"uote.py': "added",
    }
    assert "patch" not in files["bin"] and files["neu ü.py"]["previous_filename"] == "old name.py"
    assert files['q"uote.py']["patch"] == "@@ -0,0 +1 @@\n+1\n\\ No newline at end of file"
    assert files["neu ü.py"]["patch"].endswith("+more")


def test_hunks_are_those_of_git(tmp_path: Path):
    """Lines that look like headers are lines all the same."""
    store = Bare(tmp_path / "r.git")
    store.create()
    odd = "--- a\n+++ b\n@@ -1 +1 @@\ndiff --git a/x b/x\n\n"
    first = store.commit("main", {"a": "x\n", "b": "1\n"}, "1", onto=None, when=0, author="a")
    second = store.commit("main", {"a": f"x\n{odd}", "b": "2\n"}, "2", onto=first, when=1, author="a")
    found = diff.files(store, first, second)
    assert [(file.path, file.additions, file.deletions, len(file.hunks)) for file in found] == [
        ("a", 5, 0, 1),
        ("b", 1, 1, 1),
    ]
    assert found[0].hunks[0].until(3, "RIGHT") == "@@ -1 +1,6 @@\n x\n+--- a\n++++ b"


def test_a_big_pull_request_is_quick(hub: FakeGitHub, rest: httpx.Client):
    hub.push("team/shop", "big", {f"d{n % 50}/f{n}.py": f"a = {n}\n" for n in range(10_000)}, onto="main")
    hub.pull("team/shop", "big")
    began = time.monotonic()
    assert rest.get("/repos/team/shop/pulls/2", timeout=60).json()["changed_files"] == 10_000
    assert len(rest.get("/repos/team/shop/pulls/2/files?per_page=100&page=30", timeout=60).json()) == 100
    assert rest.get("/repos/team/shop/pulls/2/files?per_page=100&page=31", timeout=60).json() == []
    assert time.monotonic() - began < 60


def test_a_fork_can_be_read_through_the_base(hub: FakeGitHub, tmp_path: Path):
    fork = hub.fork("team/shop", "stranger")
    sha = hub.push(fork.full_name, "patch", {"b.py": "b = 1\n"}, onto="main")
    hub.pull("team/shop", "patch", head_repo=fork.full_name, author="stranger")
    url = hub.web.replace("http://", f"http://x:{hub.token('bot')}@") + "/team/shop.git"
    listed = subprocess.run(
        ["git", "ls-remote", url, "refs/pull/2/head"], capture_output=True, check=True, cwd=tmp_path
    )
    assert listed.stdout.split() == [sha.encode(), b"refs/pull/2/head"]
    newer = hub.push(fork.full_name, "patch", {"b.py": "b = 2\n"})
    listed = subprocess.run(
        ["git", "ls-remote", url, "refs/pull/2/head"], capture_output=True, check=True, cwd=tmp_path
    )
    assert listed.stdout.split()[0] == newer.encode()


def test_a_deleted_branch_closes_its_pull_request(hub: FakeGitHub, rest: httpx.Client):
    hub.delete_branch("team/shop", "feature")
    assert rest.get(PULL).json()["state"] == "closed"


def test_a_redelivery_keeps_its_id(hub: FakeGitHub):
    hub.hook("team/shop", "http://127.0.0.1:9/nobody", "s")
    hub.ready(hub.repositories["team/shop"].pulls[1])
    first = hub.delivered()[0]
    hub.courier.redeliver(first)
    again = hub.delivered()[1]
    assert (again.id, again.headers, again.body, again.status) == (first.id, first.headers, first.body, None)
    assert "not delivered" in again.answer


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, str]] = []
        self._kind: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._kind = dict(attrs).get("class") or ""
            self.rows.append((self._kind, ""))
        if tag == "div":
            self._kind = None

    def handle_data(self, data: str) -> None:
        if self._kind is not None and self.rows:
            self.rows[-1] = (self.rows[-1][0], self.rows[-1][1] + data)


def test_the_page_shows_the_review_as_github_does(hub: FakeGitHub, rest: httpx.Client):
    folded = "<details>\n<summary>Proof</summary>\n\n- one\n\n</details>"
    body = f"why\n\n```suggestion\ny = 7\n```\n\n{folded}\n\n<!-- a marker -->"
    comment = {"path": "a.py", "body": body, "line": 21, "start_line": 20, "start_side": "RIGHT"}
    rest.post(f"{PULL}/reviews", json={"event": "COMMENT", "body": "<script>x</script>", "comments": [comment]})
    page = httpx.get(f"{hub.web}/team/shop/pull/1").text
    shown = _Shown()
    shown.feed(page)
    assert shown.rows[-3:] == [("del", "-y = 1"), ("del", "-z = 2"), ("add", "+y = 7")]
    assert "Commit suggestion" in page and "<summary>Proof</summary>" in page
    assert "<script>" not in page and "a marker" not in page
    assert "team/shop #1" in httpx.get(hub.web + "/").text
    assert httpx.get(hub.web + "/team/shop/pull/9").status_code == 404
