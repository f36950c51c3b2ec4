"""The fake GitLab: notes, threads, drafts, emojis and quick actions."""

from __future__ import annotations

import httpx
import pytest

from tests.fakes.gitlab import FakeGitLab
from tests.fakes.gitlab.model import Pull
from tests.forge.fake_gitlab.documented import BASE, MR, at, begin, client_of, documented


@documented("/api/notes/#list-all-merge-request-notes")
def test_notes_come_newest_first(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    for text in ("one", "two"):
        rest.post(f"{MR}/notes", json={"body": text})
    hub.push("team/shop", "feature", {"a.py": BASE})
    bodies = [note["body"] for note in rest.get(f"{MR}/notes").json()]
    assert [body.split("\n")[0] for body in bodies] == ["added 1 commit", "two", "one"]
    plain = {"sort": "asc", "activity_filter": "only_comments"}
    assert [note["body"] for note in rest.get(f"{MR}/notes", params=plain).json()] == ["one", "two"]


@documented("/user/discussions/#create-a-thread-by-replying-to-a-standard-comment")
def test_a_note_becomes_a_thread_when_it_is_answered(rest: httpx.Client):
    rest.post(f"{MR}/notes", json={"body": "alone"})
    [alone] = rest.get(f"{MR}/discussions").json()
    assert (alone["individual_note"], alone["notes"][0]["type"]) == (True, None)
    assert rest.post(f"{MR}/discussions/{alone['id']}/notes", json={"body": "no more"}).status_code == 201
    [thread] = rest.get(f"{MR}/discussions").json()
    assert thread["individual_note"] is False
    assert [note["type"] for note in thread["notes"]] == ["DiscussionNote", "DiscussionNote"]


@documented("/api/discussions/#resolve-a-merge-request-thread")
def test_resolving(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    thread = begin(rest, pull, new_line=20)["id"]
    done = rest.put(f"{MR}/discussions/{thread}", json={"resolved": True}).json()["notes"][0]
    assert (done["resolved"], done["resolved_by"]["username"]) == (True, "bot")
    assert rest.post(f"{MR}/discussions/{thread}/notes", json={"body": "still"}).json()["resolved"] is False
    assert pull.discussions[0].resolved is False
    hub.grant("team/shop", "guest", "read")
    with client_of(hub, "guest") as guest:
        assert guest.put(f"{MR}/discussions/{thread}", json={"resolved": True}).status_code == 403


@documented("/api/discussions/#update-a-merge-request-thread-note")
def test_a_note_of_a_thread_is_edited_or_resolved_not_both(pull: Pull, rest: httpx.Client):
    thread = begin(rest, pull, new_line=20)
    url = f"{MR}/discussions/{thread['id']}/notes/{thread['notes'][0]['id']}"
    assert rest.put(url, json={"body": "x", "resolved": True}).status_code == 400
    assert rest.put(url, json={"body": "better"}).json()["body"] == "better"
    assert rest.delete(url).status_code == 204
    assert pull.discussions == [] and rest.delete(url).status_code == 404


@documented("/user/discussions/#edit-a-comment")
@pytest.mark.parametrize(("role", "status"), [("read", 403), ("write", 403), ("maintain", 200)])
def test_who_may_edit_the_note_of_another(hub: FakeGitLab, pull: Pull, role: str, status: int):
    note = hub.comment(pull, "ann", "mine")
    hub.grant("team/shop", "eve", role)
    with client_of(hub, "eve") as eve:
        assert eve.put(f"{MR}/notes/{note.id}", json={"body": "yours"}).status_code == status


@documented("/api/draft_notes/")
def test_drafts_are_seen_by_their_author_alone(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    draft = rest.post(f"{MR}/draft_notes", json={"note": "later", "position": at(pull, new_line=20)}).json()
    assert draft["line_code"] and draft["position"]["new_line"] == 20 and pull.discussions == []
    assert len(rest.get(f"{MR}/draft_notes").json()) == 1
    with client_of(hub, "ann") as ann:
        assert ann.get(f"{MR}/draft_notes").json() == []
        assert ann.delete(f"{MR}/draft_notes/{draft['id']}").status_code == 404
    assert rest.put(f"{MR}/draft_notes/{draft['id']}", json={"note": "now"}).json()["note"] == "now"
    assert rest.delete(f"{MR}/draft_notes/{draft['id']}").status_code == 204


@documented("/api/draft_notes/#publish-all-pending-draft-notes")
def test_drafts_are_published_as_one_review(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    thread = hub.review_comment(pull, "ann", "a.py", 21, "why?").discussion
    for body in (
        {"note": "on a line", "position": at(pull, new_line=20)},
        {"note": "because", "in_reply_to_discussion_id": thread.id, "resolve_discussion": True},
        {"note": "in general"},
    ):
        assert rest.post(f"{MR}/draft_notes", json=body).status_code == 201
    assert rest.post(f"{MR}/draft_notes/bulk_publish").status_code == 204
    assert [(user.login, count) for _, user, count in hub.reviews] == [("bot", 3)]
    said = [note.body for note in pull.notes if not note.system]
    assert said == ["why?", "on a line", "because", "in general"] and thread.resolved
    assert rest.get(f"{MR}/draft_notes").json() == []


@documented("/api/draft_notes/#create-a-draft-note")
def test_a_draft_that_stands_nowhere_has_no_line_code_and_is_lost(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    body = {"note": "x", "position": at(pull, new_line=18)}
    assert rest.post(f"{MR}/draft_notes", json=body).json()["line_code"] is None
    assert rest.post(f"{MR}/draft_notes/bulk_publish").status_code == 204
    assert pull.discussions == [] and len(hub.lost_drafts) == 1


@documented("/api/draft_notes/#publish-a-draft-note")
def test_one_draft_is_published_alone(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    first, _ = (rest.post(f"{MR}/draft_notes", json={"note": text}).json() for text in ("one", "two"))
    assert rest.put(f"{MR}/draft_notes/{first['id']}/publish").status_code == 204
    assert [note.body for note in pull.notes] == ["one"] and hub.reviews == []


@documented("/api/emoji_reactions/#add-reactions-to-comments")
def test_emojis(hub: FakeGitLab, pull: Pull, rest: httpx.Client):
    note = hub.comment(pull, "ann", "please")
    url = f"{MR}/notes/{note.id}/award_emoji"
    award = rest.post(url, json={"name": "eyes"}).json()
    assert (award["name"], award["awardable_type"]) == ("eyes", "Note")
    again = rest.post(url, json={"name": "eyes"})
    assert again.json() == {"message": "404 Award Emoji Name has already been taken Not Found"}
    hub.downvote(note, "ann")
    assert [one["user"]["username"] for one in rest.get(url).json()] == ["bot", "ann"]
    assert rest.delete(f"{url}/{note.awards[1].id}").status_code == 403
    assert rest.delete(f"{url}/{award['id']}").status_code == 204
    hub.take_back(note, "ann")
    assert rest.get(url).json() == []


@documented("/user/project/quick_actions/")
@pytest.mark.parametrize(
    ("body", "done", "left"),
    [
        ("text\n/close\nmore", ["close"], "text\nmore"),
        ("/label ~bug ~deep", ["label"], None),
        ("/LABEL ~bug", ["label"], None),
        ("/seed fix", [], "/seed fix"),
        ("see /close", [], "see /close"),
        ("```\n/close\n```", [], "```\n/close\n```"),
        (">>>\n/close\n>>>", [], ">>>\n/close\n>>>"),
        ("> /close", [], "> /close"),
        ("a\r\n/approve\r\nb", ["approve"], "a\nb"),
        ("a\n\r/appr\rove\nb", ["approve"], "a\nb"),
        ("a\n/approve \t\nb", ["approve"], "a\nb"),
        ("a\n~~~\n/approve\n~~~", ["approve"], "a\n~~~\n~~~"),
        ("a\n```\n/approve\n", ["approve"], "a\n```"),
        ("<p>\n/approve\n</p>", [], "<p>\n/approve\n</p>"),
        ("/usr/bin/x", [], "/usr/bin/x"),
    ],
)
def test_quick_actions_are_executed_and_taken_out(
    hub: FakeGitLab, pull: Pull, rest: httpx.Client, body: str, done: list[str], left: str | None
):
    answer = rest.post(f"{MR}/notes", json={"body": body})
    assert [name for _, name, _ in hub.quick_actions] == done
    assert answer.status_code == (202 if left is None else 201)
    if left is None:
        assert pull.notes == [] and "summary" in answer.json()
    else:
        assert answer.json()["body"] == left
    assert (pull.state == "closed") == (done == ["close"])


@documented("/user/markdown/#gitlab-specific-references")
def test_whoever_is_named_is_told(hub: FakeGitLab, rest: httpx.Client):
    rest.post(f"{MR}/notes", json={"body": "hey @ann and @team/core, not `@code`, nor a@b.org\n\n    @block"})
    assert [name for _, name, _ in hub.mentions] == ["ann", "team/core"]
