"""The fake GitLab: faults on demand, and its pages for people."""

from __future__ import annotations

import html

import httpx
import pytest

from tests.fakes.github.faults import CUT_AFTER, CUT_BEFORE, HALF, page_instead
from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.access import status
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import MR, documented
from tests.forge.fake_gitlab.told import NOWHERE

NOTES = r"/projects/[^/]+/merge_requests/1/notes"


@documented("/api/rest/troubleshooting/#status-codes")
def test_faults(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    hub.fail("POST", NOTES, status(503))
    hub.fail("POST", NOTES, page_instead(502))
    assert rest.post(f"{MR}/notes", json={"body": "x"}).json() == {"message": "503 injected 503"}
    assert rest.post(f"{MR}/notes", json={"body": "x"}).text.startswith("<html>")
    for fault, kept in ((CUT_BEFORE, 0), (CUT_AFTER, 1), (HALF, 2)):
        hub.fail("POST", NOTES, fault)
        with pytest.raises(httpx.HTTPError):
            rest.post(f"{MR}/notes", json={"body": "x"})
        assert len(pull.notes) == kept
    assert [(one.method, one.status) for one in hub.seen] == [("POST", s) for s in (503, 502, 0, 0, 0)]
    hub.fail("POST", "/api/graphql", status(500))
    assert rest.post(hub.graphql, json={"query": "{ currentUser { id } }"}).status_code == 500


@documented("/user/project/merge_requests/reviews/suggestions/")
def test_the_page_shows_threads_and_suggestions(hub: FakeGitLab, pull: Pull):
    hub.edit(pull, "<b>bold</b>")
    note = hub.review_comment(pull, "bot", "a.py", 21, "look\n```suggestion:-1+0\nw = 3\n```\n")
    hub.comment(pull, "ann", "<script>alert(1)</script> hi")
    page = httpx.get(hub.url(pull)).text
    assert "<script>" not in page and html.escape("<b>bold</b>") in page
    assert "Apply suggestion" in page and "Suggested change" in page and "Outdated" not in page
    removed = page.split('<div class="suggestion">')[1].split("</table>")[0]
    assert removed.count('class="del"') == 2 and removed.count('class="add"') == 1
    hub.apply_suggestion(note, "ann")
    page = httpx.get(hub.url(pull)).text
    assert "Applied" in page and "resolved by ann" in page and "Outdated" in page
    assert httpx.get(f"{hub.web}/").text.count("<li>") == 1
    assert httpx.get(f"{hub.web}/team/none/-/merge_requests/1").status_code == 404


@documented("/api/rest/troubleshooting/#status-codes")
def test_down_it_answers_nobody(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    hub.down(True)
    for url in (hub.url(pull), f"{hub.web}/team/shop.git/info/refs?service=git-upload-pack", f"{hub.api}{MR}"):
        answer = rest.get(url)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html")
    assert rest.post(hub.graphql, json={"query": "{ currentUser { id } }"}).status_code == 503
    hub.down(False)
    assert rest.get(MR).status_code == 200


@documented("/user/project/integrations/webhooks/#webhook-fails-or-multiple-webhook-requests-are-triggered")
def test_what_is_lost_is_recorded_and_can_be_sent_again(hub: FakeGitLab, pull: Pull):
    hook = hub.hook("team/shop", NOWHERE, "")
    hub.losing(True)
    hub.comment(pull, "ann", "hello")
    [lost] = hub.delivered()
    assert (lost.event, lost.lost, lost.answer, hook.failures) == ("note", True, "", 0)
    hub.losing(False)
    hub.courier.redeliver(hook, lost)
    again = hub.delivered()[-1]
    assert (again.id, again.lost, hook.failures) == (lost.id, False, 1) and "not delivered" in again.answer
