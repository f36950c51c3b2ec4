"""The fake GitLab: the pushes that a project remembers."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import httpx

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import BASE, documented

API = "/api/events/#list-all-visible-events-for-a-project"
URL = "/projects/team%2Fshop/events"


@documented(API)
def test_every_push_is_an_event(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    before = pull.head_sha
    after = hub.push("team/shop", "feature", {"a.py": BASE}, author="eve", message="two\n\nmore")
    hub.delete_branch("team/shop", "feature", author="ann")
    gone, pushed, made = rest.get(URL, params={"action": "pushed"}).json()
    assert (pushed["author"]["username"], pushed["author_username"]) == ("eve", "eve")
    assert pushed["action_name"] == "pushed to" and pushed["created_at"].endswith("Z")
    expected = {"commit_from": before, "commit_to": after, "ref": "feature", "ref_type": "branch", "commit_count": 1}
    assert {name: pushed["push_data"][name] for name in expected} == expected
    assert (pushed["push_data"]["action"], pushed["push_data"]["commit_title"]) == ("pushed", "two")
    assert (made["push_data"]["action"], made["push_data"]["commit_from"]) == ("created", None)
    assert (gone["push_data"]["action"], gone["push_data"]["commit_to"]) == ("removed", None)
    assert (gone["action_name"], gone["author"]["username"]) == ("deleted", "ann")


@documented(API)
def test_events_come_in_pages_newest_first(hub: FakeGitLab, rest: httpx.Client):
    heads = [hub.push("team/shop", "many", {"m.py": f"{i}\n"}) for i in range(22)]
    first = rest.get(URL, params={"action": "pushed"})
    assert [one["push_data"]["commit_to"] for one in first.json()] == heads[::-1][:20]
    assert first.headers["X-Next-Page"] == "2" and 'rel="next"' in first.headers["Link"]
    assert rest.get(URL, params={"sort": "asc"}).json()[1]["push_data"]["commit_to"] == heads[0]
    assert rest.get(URL, params={"action": "closed"}).json() == []
    assert rest.get(URL, params={"action": "nonsense"}).status_code == 400


@documented("/api/events/#date-formatting")
def test_events_between_days(hub: FakeGitLab, rest: httpx.Client):
    day = datetime.datetime.fromtimestamp(hub.now(), datetime.UTC).date()
    yesterday, tomorrow = (str(day + datetime.timedelta(days=n)) for n in (-1, 1))
    assert len(rest.get(URL, params={"after": yesterday, "before": tomorrow}).json()) == 1
    assert rest.get(URL, params={"after": str(day)}).json() == []


@documented(API)
def test_who_pushed_is_not_who_committed(hub: FakeGitLab, rest: httpx.Client, tmp_path: Path):
    hub.grant("team/shop", "eve", "write")
    url = f"{hub.web}/team/shop.git".replace("http://", f"http://x:{hub.token('eve')}@")
    for command in (
        ["git", "clone", "-q", "--branch", "feature", url, "."],
        ["git", "-c", "user.name=ann", "-c", "user.email=ann@example.org", "commit", "-q", "--allow-empty", "-m", "x"],
        ["git", "push", "-q", "origin", "feature"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert rest.get(URL).json()[0]["author_username"] == "eve"
