"""The fake GitLab: merge requests, branches, files and statuses."""

from __future__ import annotations

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import BASE, HEAD, MR, documented


@documented("/api/merge_requests/#retrieve-a-merge-request")
def test_a_merge_request_tells_its_diff(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    hub.label(pull, "b", "a")
    told = rest.get(MR).json()
    assert told["diff_refs"] == {"base_sha": pull.refs.base, "start_sha": pull.refs.start, "head_sha": pull.head_sha}
    expected = {"iid": 1, "state": "opened", "draft": False, "sha": pull.head_sha, "labels": ["a", "b"]}
    assert {name: told[name] for name in expected} == expected
    assert told["source_project_id"] == told["target_project_id"] == pull.repo.id
    assert told["detailed_merge_status"] == "mergeable" and "allow_collaboration" not in told
    assert rest.get("/projects/team%2Fshop/merge_requests/9").status_code == 404


@documented("/user/project/merge_requests/drafts/")
def test_a_title_makes_a_draft(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    hub.convert_to_draft(pull)
    told = rest.get(MR).json()
    assert (told["title"], told["draft"], told["detailed_merge_status"]) == ("Draft: A change", True, "draft_status")
    hub.ready(pull)
    assert rest.get(MR).json()["title"] == "A change"


@documented("/user/project/merge_requests/allow_collaboration/")
def test_a_fork_says_whether_it_may_be_pushed_to(hub: FakeGitLab, rest: httpx.Client):
    hub.fork("team/shop", "ann")
    hub.push("ann/shop", "patch", {"c.py": "c\n"}, author="ann")
    hub.pull("team/shop", "patch", head_repo="ann/shop", author="ann", maintainer_can_modify=False)
    told = rest.get("/projects/team%2Fshop/merge_requests/2").json()
    assert told["allow_collaboration"] is False and told["source_project_id"] != told["target_project_id"]
    hub.delete_repository("ann/shop")
    assert rest.get("/projects/team%2Fshop/merge_requests/2").json()["source_project_id"] is None


@documented("/api/merge_requests/#list-merge-request-diff-versions")
def test_each_push_is_a_version(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    head = hub.push("team/shop", "feature", {"a.py": BASE})
    shas = [one["head_commit_sha"] for one in rest.get(f"{MR}/versions").json()]
    assert shas == [head, pull.versions[0].refs.head]
    first = rest.get(f"{MR}/versions/{pull.versions[0].id}").json()
    assert [one["new_path"] for one in first["diffs"]] == ["a.py", "new.py", "old.py"] and len(first["commits"]) == 1
    assert rest.get(f"{MR}/raw_diffs").text.startswith("diff --git a/new.py b/new.py\nnew file mode 100644\n")


@documented("/api/merge_requests/#list-merge-request-diffs")
def test_the_diffs_of_a_merge_request(rest: httpx.Client):
    files = {one["new_path"]: one for one in rest.get(f"{MR}/diffs").json()}
    assert (files["new.py"]["new_file"], files["old.py"]["deleted_file"]) == (True, True)
    assert files["a.py"]["diff"].startswith("@@ -17,7 +17,8 @@") and "+y = 1\n" in files["a.py"]["diff"]


@documented("/user/project/merge_requests/#close-a-merge-request")
def test_a_deleted_source_branch_closes(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    hub.delete_branch("team/shop", "feature")
    assert rest.get(MR).json()["state"] == "closed"
    store = hub.store(pull.repo)
    assert store.resolve("refs/merge-requests/1/head") == pull.head_sha


@documented("/user/project/merge_requests/methods/")
@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_merging(hub: FakeGitLab, pull: Pull, rest: httpx.Client, how: str):
    hub.push("team/shop", "main", {"other.py": "o\n"})
    sha = hub.merge(pull, how)
    told = rest.get(MR).json()
    assert (told["state"], told["merge_commit_sha"]) == ("merged", sha)
    store = hub.store(pull.repo)
    assert store.read("main", "a.py") == HEAD.encode() and store.read("main", "other.py") == b"o\n"


@documented("/api/branches/#retrieve-a-repository-branch")
def test_a_protected_branch_says_so(hub: FakeGitLab, rest: httpx.Client):
    hub.push("team/shop", "ann/x", {"c.py": "c\n"})
    branches = "/projects/team%2Fshop/repository/branches"
    assert rest.get(f"{branches}/main").json()["protected"] is True
    open_one = rest.get(f"{branches}/ann%2Fx").json()
    assert (open_one["protected"], open_one["can_push"]) == (False, True)
    hub.protect("team/shop", "ann/x")
    assert rest.get(f"{branches}/ann%2Fx").json()["can_push"] is False
    assert rest.get("/projects/team%2Fshop/protected_branches/ann%2Fx").json()["name"] == "ann/x"
    assert rest.get(f"{branches}/none").json() == {"message": "404 Branch Not Found"}


@documented("/api/repository_files/#retrieve-a-file-from-a-repository")
def test_a_file_comes_in_base64(rest: httpx.Client):
    told = rest.get("/projects/team%2Fshop/repository/files/new.py", params={"ref": "feature"}).json()
    assert (told["encoding"], told["content"]) == ("base64", "YQpiCmMK")
