"""The fake GitLab: answers have the keys that the documentation shows."""

from __future__ import annotations

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab, contract, routes
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import BASE, MR, at, begin, documented


@documented("/api/rest/")
def test_the_documented_answers_are_of_routes_there_are():
    known = {f"{method} {template}" for method, template in routes.ROUTES}
    assert set(contract.documented()["answers"]) <= known
    assert all(one["source"].startswith("https://docs.gitlab.com/") for one in contract.documented()["shapes"].values())


@documented("/api/discussions/#list-all-merge-request-discussion-items")
@pytest.mark.parametrize(
    ("data", "wrong"),
    [({"id": "1", "individual_note": False}, ["notes"]), ({"id": "1", "individual_note": True, "notes": [{}]}, [])],
)
def test_what_an_answer_lacks_is_noted(data: dict[str, object], wrong: list[str]):
    found = contract.violations("GET", "/projects/{id}/merge_requests/{iid}/discussions", 200, [data])
    assert all(any(f": {key} is missing" in one for one in found) for key in wrong)
    assert any("notes.author is missing" in one for one in found) or wrong


@documented("/api/rest/")
def test_answers_lack_nothing_that_is_documented(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    note = begin(rest, pull, new_line=20)["notes"][0]["id"]
    rest.post(f"{MR}/draft_notes", json={"note": "d", "position": at(pull, new_line=21)})
    rest.post(f"{MR}/draft_notes", json={"note": "e"})
    rest.post(f"{MR}/notes/{note}/award_emoji", json={"name": "eyes"})
    rest.post(f"/projects/team%2Fshop/statuses/{pull.head_sha}", json={"state": "success"})
    hub.push("team/shop", "feature", {"a.py": BASE})
    for part in ("", "/discussions", "/notes", "/draft_notes", "/versions", "/diffs", "/commits"):
        assert rest.get(f"{MR}{part}").status_code == 200
    for path in ("branches/main", f"commits/{pull.versions[0].refs.head}/statuses", "commits/main"):
        assert rest.get(f"/projects/team%2Fshop/repository/{path}").status_code == 200
    assert hub.violations == []
