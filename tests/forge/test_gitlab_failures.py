"""Every failure of GitLab ends in the error tree, with a sentence, without the token."""

from __future__ import annotations

import json
import logging
import os
import pickle
import socket
import subprocess
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from gitlab.exceptions import GitlabError, GitlabParsingError

from reviewbot.domain.conversation import Comment, Person, Reaction, Thread
from reviewbot.domain.errors import (
    ForgeDenied,
    ForgeError,
    ForgeRateLimited,
    ForgeRejected,
    ForgeUnavailable,
)
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest
from reviewbot.forge.gitlab import GitLab
from reviewbot.forge.gitlab_errors import (
    DEFAULT_WAIT,
    MAX_WAIT,
    Answered,
    explanation,
    from_status,
    mapped,
    wait_seconds,
)
from reviewbot.forge.gitlab_review import read_version
from reviewbot.forge.protocol import ForgeReview, Status, StatusState
from reviewbot.forge.turns import MustWait
from tests.fakes.github import faults
from tests.fakes.github.faults import Fault
from tests.fakes.gitlab import FakeGitLab
from tests.forge.gitlab_hub import BOT, REF, client, comment, manners, opened, the_pull

FAULTS: dict[str, tuple[Fault, type[ForgeError]]] = {
    "401": (faults.status(401, "401 Unauthorized"), ForgeDenied),
    "403": (faults.status(403, "403 Forbidden"), ForgeDenied),
    "403 scope": (faults.raw(b'{"error": "insufficient_scope", "scope": "api"}', 403), ForgeDenied),
    "404": (faults.status(404, "404 Project Not Found"), ForgeDenied),
    "400": (faults.raw(b'{"message": {"position": ["is incomplete"]}}', 400), ForgeRejected),
    "409": (faults.status(409, "SHA does not match HEAD of source branch"), ForgeRejected),
    "422": (faults.status(422, "Unprocessable"), ForgeRejected),
    "429": (faults.status(429, "Too many requests", retry_after="9"), ForgeRateLimited),
    "429 text": (faults.raw(b"Retry later\n", 429), ForgeRateLimited),
    "500": (faults.status(500), ForgeUnavailable),
    "502 page": (faults.page_instead(502), ForgeUnavailable),
    "503": (faults.status(503), ForgeUnavailable),
    "cut": (faults.CUT_BEFORE, ForgeUnavailable),
    "half": (faults.HALF, ForgeUnavailable),
    "200 page": (faults.page_instead(200), ForgeUnavailable),
    "200 half JSON": (faults.raw(b'{"id": 1, "ba'), ForgeUnavailable),
    "200 not UTF-8": (faults.raw(b"\xff\xfe{}"), ForgeUnavailable),
    "200 number": (faults.raw(b"7"), ForgeUnavailable),
    "200 other list": (faults.raw(b"[1, 2]"), ForgeUnavailable),
    "200 other object": (faults.raw(b'{"id": "x", "username": 7, "data": [], "protected": "no"}'), ForgeUnavailable),
    "400 list": (faults.raw(b"[1]", 400), ForgeRejected),
    "500 odd message": (faults.raw(b'{"message": 7}', 500), ForgeUnavailable),
    "302": (faults.status(302, "Found"), ForgeError),
}
PLACE = CommentRef(CommentKind.NOTE, "7")
THREAD = Thread("a" * 40, "a.py", None, None, None, False, None, (Comment(PLACE, Person("ada"), "x"),))
PULL = PullRequest(
    *(REF, "open", False, "b", "main", "h", "r", "u", False, "ada"), head_branch="feature", head_clone_url="set below"
)
CALLS: dict[str, Callable[[GitLab], object]] = {
    "pull_request": lambda gitlab: gitlab.pull_request(REF),
    "conversation": lambda gitlab: gitlab.conversation(REF),
    "login": lambda gitlab: gitlab.login,
    "version": lambda gitlab: gitlab.version,
    "post_review": lambda gitlab: gitlab.post_review(REF, ForgeReview("0" * 40, "", (comment(1, 1),))),
    "reply": lambda gitlab: gitlab.reply(REF, THREAD, "words"),
    "say": lambda gitlab: gitlab.say(REF, "words"),
    "edit": lambda gitlab: gitlab.edit(REF, PLACE, "words"),
    "delete": lambda gitlab: gitlab.delete(REF, PLACE),
    "set_resolved": lambda gitlab: gitlab.set_resolved(REF, THREAD.id, resolved=True),
    "react": lambda gitlab: gitlab.react(REF, PLACE, Reaction.EYES),
    "comment": lambda gitlab: gitlab.comment(REF, PLACE),
    "permission": lambda gitlab: gitlab.permission(REF, "ada"),
    "is_protected": lambda gitlab: gitlab.is_protected(pull_of(gitlab)),
    "set_status": lambda gitlab: gitlab.set_status(REF, "a" * 40, Status(StatusState.SUCCESS, "c", "d")),
}
WITHOUT_AN_ANSWER = {"edit", "set_resolved", "reply", "react", "set_status"}
"""What these are answered with is not looked at."""

NOT_A_FAILURE = {
    ("delete", "404"),
    ("comment", "404"),
    *(("is_protected", one) for one in ("401", "403", "403 scope", "404")),
}


def pull_of(gitlab: GitLab) -> PullRequest:
    root = repr(gitlab).split("'")[1]
    return PullRequest(**{**vars(PULL), "head_clone_url": f"{root}/team/shop.git"})


@pytest.fixture(scope="module")
def _empty() -> Iterator[FakeGitLab]:
    with FakeGitLab() as made:
        yield made


@pytest.fixture
def failing(_empty: FakeGitLab) -> FakeGitLab:
    """A GitLab that is asked only to fail, so nothing need be in it."""
    _empty.faults.clear()
    _empty.seen.clear()
    return _empty


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_failure_of_every_call(failing: FakeGitLab, fault: str, call: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    secret = failing.token(BOT)
    given, kind = FAULTS[fault]
    failing.fail("*", ".*", given, times=100)
    made = GitLab(failing.web, secret, timeout=5, manners=manners())
    answered = fault.startswith("200") and fault not in ("200 page", "200 half JSON", "200 not UTF-8")
    if (call, fault) in NOT_A_FAILURE or (answered and call in WITHOUT_AN_ANSWER):
        CALLS[call](made)
        made.close()
        return
    with pytest.raises(ForgeError) as caught:
        CALLS[call](made)
    made.close()
    error = caught.value
    assert isinstance(error, kind), error
    assert str(error).endswith(".") and "\n" not in str(error)
    assert error.retryable is isinstance(error, ForgeUnavailable | ForgeRateLimited)
    shown = "".join(traceback.format_exception(error)) + caplog.text + repr(made) + repr(error)
    assert secret not in shown
    assert error.__context__ is None and error.__cause__ is None
    assert secret.encode() not in pickle.dumps(error.args)


WRITES = ("reply", "say", "edit", "delete", "set_resolved", "react", "set_status")


@pytest.mark.parametrize("call", WRITES)
def test_what_writes_is_sent_once(failing: FakeGitLab, call: str):
    failing.fail("*", ".*", faults.status(503), times=100)
    made = client(failing)
    with pytest.raises(ForgeUnavailable):
        CALLS[call](made)
    assert len(failing.seen) == made.calls == 1


@pytest.mark.parametrize("call", ["pull_request", "conversation", "comment", "login"])
def test_what_reads_is_asked_again(call: str):
    with opened() as hub:
        note = hub.comment(the_pull(hub), "ada", "words")
        hub.fail("*", ".*", faults.status(502))
        hub.fail("*", ".*", faults.CUT_BEFORE)
        made = client(hub)
        made.comment(REF, CommentRef(CommentKind.NOTE, str(note.id))) if call == "comment" else CALLS[call](made)
        made.close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("call", ["pull_request", "say", "login"])
def test_the_token_goes_nowhere_else(failing: FakeGitLab, call: str, status: int):
    with FakeGitLab() as elsewhere:
        location = f"http://localhost:{elsewhere.web.rpartition(':')[2]}/api/v4/user"
        heard: list[dict[str, str]] = []
        elsewhere._server.answering = lambda *told: heard.append(told[3]) or faults.status(401, "no").answer
        failing.fail("*", ".*", faults.status(status, location=location), times=100)
        made = client(failing)
        with pytest.raises(ForgeError):
            CALLS[call](made)
        made.close()
        assert not any({"authorization", "private-token"} & set(headers) for headers in heard)
        assert call == "login" or not heard


def test_a_slow_answer_times_out(failing: FakeGitLab):
    failing.fail("GET", ".*", Fault(faults.status(200).answer, seconds=2), times=3)
    with pytest.raises(ForgeUnavailable, match="too long"):
        GitLab(failing.web, failing.token(BOT), timeout=1, manners=manners()).login  # noqa: B018


def test_nobody_listens():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        with pytest.raises(ForgeUnavailable, match="could not be reached"):
            GitLab(f"http://127.0.0.1:{port}", "t", manners=manners()).pull_request(REF)


def test_who_is_asked_to_wait_waits(failing: FakeGitLab):
    """The second request is not even sent."""
    failing.fail("*", ".*", faults.status(429, "slow", retry_after="30"))
    made = client(failing)
    waits = []
    for _ in range(2):
        with pytest.raises(ForgeRateLimited) as caught:
            made.say(REF, "words")
        waits.append(caught.value.retry_after)
    assert waits[0] == 30 and 0 < waits[1] <= 30
    assert made.calls == len(failing.seen) == 1


def test_the_fakes_own_limits_are_understood():
    with opened() as hub:
        hub.limits.notes_a_minute = 1
        made = client(hub)
        made.say(REF, "one")
        with pytest.raises(ForgeRateLimited) as caught:
            made.say(REF, "two")
        assert 1 <= caught.value.retry_after <= 60
        made.close()


def test_a_token_that_expires_or_may_only_read():
    with opened() as hub:
        made = GitLab(hub.web, hub.token(BOT, seconds=3600, writes=False), manners=manners())
        made.comment(REF, CommentRef(CommentKind.NOTE, "7"))
        with pytest.raises(ForgeDenied, match=r"insufficient_scope"):
            made.say(REF, "words")
        hub.elapsed += 3601
        with pytest.raises(ForgeDenied, match="token"):
            made.login  # noqa: B018
        made.close()


ERRORS = [
    ("Timeout on MergeRequest.discussions", ForgeUnavailable),
    ("Internal server error: boom", ForgeUnavailable),
    ("Field 'x' doesn't exist on type 'Note'", ForgeRejected),
    ("Query has complexity of 300, which exceeds max complexity of 250", ForgeRejected),
    ("The resource does not exist or you don't have permission to perform this action", ForgeDenied),
    (None, ForgeRejected),
]


@pytest.mark.parametrize(("message", "kind"), ERRORS)
def test_errors_of_graphql_come_with_status_200(failing: FakeGitLab, message: str | None, kind: type[ForgeError]):
    body = json.dumps({"data": None, "errors": [{"message": message}] if message else [1]}).encode()
    failing.fail("*", ".*", faults.raw(body), times=9)
    with pytest.raises(kind) as caught:
        client(failing).pull_request(REF)
    assert type(caught.value) is kind and str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"project": 7},
        {"project": {}},
        {"project": {"mergeRequest": []}},
        {"project": {"fullPath": "a/b", "mergeRequest": {}}},
        {"project": {"fullPath": "a/b", "mergeRequest": {"state": "invented", "diffRefs": {}}}},
    ],
)
def test_graphql_that_is_not_what_was_asked(failing: FakeGitLab, data: object):
    failing.fail("*", ".*", faults.raw(json.dumps({"data": data}).encode()), times=9)
    for call in ("pull_request", "conversation"):
        with pytest.raises(ForgeUnavailable):
            CALLS[call](client(failing))


@pytest.mark.parametrize("broken", ["id", "notes", "resolved", "system", "body", "awardEmoji", "pageInfo"])
def test_half_a_conversation_is_never_given(broken: str, monkeypatch: pytest.MonkeyPatch):
    """Each field that is missing in one note of many spoils it all."""
    with opened() as hub:
        hub.review_comment(the_pull(hub), "ada", "a.py", 20, "words")
        made = client(hub)
        real = made._api.ask

        def ask(*args: object, **variables: object) -> object:
            data = json.loads(json.dumps(real(*args, **variables)))  # type: ignore[arg-type]
            node = data["project"]["mergeRequest"]["discussions"]["nodes"][0]
            holder = node if broken in ("id", "notes", "resolved") else node["notes"]["nodes"][0]
            (node["notes"] if broken == "pageInfo" else holder).pop(broken)
            return data

        monkeypatch.setattr(made._api, "ask", ask)
        with pytest.raises(ForgeUnavailable, match=broken):
            made.conversation(REF)


@pytest.mark.parametrize("lost", ["discussions", "currentUser"])
def test_a_conversation_without_its_head_is_none(lost: str, monkeypatch: pytest.MonkeyPatch):
    with opened() as hub:
        made = client(hub)
        real = made._api.ask

        def ask(*args: object, **variables: object) -> object:
            data = json.loads(json.dumps(real(*args, **variables)))  # type: ignore[arg-type]
            (data if lost == "currentUser" else data["project"]["mergeRequest"])[lost] = None
            return data

        monkeypatch.setattr(made._api, "ask", ask)
        with pytest.raises(ForgeUnavailable, match=lost):
            made.conversation(REF)


def test_a_summary_goes_with_the_publishing_where_gitlab_takes_one(monkeypatch: pytest.MonkeyPatch):
    """From 19.2 on; the fake is older, so what is sent is looked at."""
    with opened() as hub:
        made = client(hub)
        sent: list[tuple[str, object]] = []
        real = made._api.post

        def post(doing: str, path: str, data: dict[str, object] | None = None) -> object:
            sent.append((path.rpartition("/")[2], data))
            return real(doing, path, None if path.endswith("bulk_publish") else data)

        monkeypatch.setattr(made._api, "post", post)
        monkeypatch.setitem(vars(made), "version", (19, 2))
        made.post_review(REF, ForgeReview(the_pull(hub).head_sha, "/words", (comment(20, 20),)))
        assert [name for name, _ in sent] == ["draft_notes", "bulk_publish"]
        assert sent[1][1] == {"note": "\\/words"}


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("19.2.0-ee", (19, 2)), ("17.0.1", (17, 0)), ("19.10.0-pre", (19, 10)), ("18.5", (18, 5))],
)
def test_versions(version: str, numbers: tuple[int, int]):
    assert read_version({"version": version}) == numbers


@pytest.mark.parametrize(
    "data", [None, {}, {"version": 19}, {"version": "19"}, {"version": "a.b"}, {"version": "1٣.2"}]
)
def test_versions_that_are_none(data: object):
    with pytest.raises(ForgeUnavailable):
        read_version(data)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after": "30", "ratelimit-reset": "1100"}, 30),
        ({"ratelimit-reset": "1100"}, 100),
        ({"ratelimit-reset": "5"}, 1),
        ({}, DEFAULT_WAIT),
        ({"retry-after": "soon"}, DEFAULT_WAIT),
        ({"retry-after": "-1"}, DEFAULT_WAIT),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "999999"}, MAX_WAIT),
        ({"retry-after": "9" * 400}, DEFAULT_WAIT),
    ],
)
def test_waits(headers: dict[str, str], wait: float):
    assert wait_seconds(headers, 1000.0) == wait


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message": "404 Not found"}', "404 Not found"),
        (b'{"message": {"position": ["is incomplete", "is odd"]}}', "position is incomplete, is odd"),
        (b'{"message": {"base": {"deep": ["x"]}}}', "base deep x"),
        (b'{"message": ["a", "b"]}', "a, b"),
        (b'{"error": "body is missing"}', "body is missing"),
        (b'{"message": ""}', "no reason given"),
        (b'{"message": "two\\nlines"}', "two lines"),
        (b"[1]", "no reason given"),
        (b"<html>", "no reason given"),
        (b"", "no reason given"),
        (b"[" * 100_000, "no reason given"),
        (json.dumps({"message": "x" * 400}).encode(), "x" * 300 + "…"),
    ],
)
def test_gitlabs_own_words(body: bytes, words: str):
    assert explanation(body) == words


@pytest.mark.parametrize(
    ("status", "kind"),
    [(204, ForgeError), (301, ForgeError), (404, ForgeDenied), (408, ForgeUnavailable), (410, ForgeDenied)],
)
def test_other_statuses(status: int, kind: type[ForgeError]):
    assert isinstance(from_status("asking", status, {}, b"", 0), kind)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (Answered(503, {}, b""), ForgeUnavailable),
        (MustWait(12), ForgeRateLimited),
        (requests.exceptions.SSLError("x"), ForgeUnavailable),
        (requests.exceptions.InvalidHeader("x"), ForgeUnavailable),
        (GitlabParsingError("x"), ForgeUnavailable),
        (GitlabError("x"), ForgeUnavailable),
        (KeyError("x"), ForgeUnavailable),
        (RecursionError("x"), ForgeUnavailable),
    ],
)
def test_whatever_the_library_raises(raised: Exception, kind: type[ForgeError]):
    def action() -> None:
        raise raised

    with pytest.raises(kind) as caught:
        mapped("asking", action)
    assert caught.value.__context__ is None


# git


def test_git_clones_and_pushes_with_the_token_in_no_argument_and_no_file(tmp_path: Path):
    with opened() as hub:
        hub.repositories["team/shop"].private = True
        secret = hub.token(BOT, installation=True)
        made = GitLab(hub.web, secret, manners=manners())
        pull = made.pull_request(REF)
        environment = {**os.environ, **made.clone_environment(REF), "GIT_TERMINAL_PROMPT": "0"}

        def git(*arguments: str, cwd: Path = tmp_path, env: dict[str, str] = environment) -> str:
            assert secret not in " ".join(arguments)
            return subprocess.run(
                ["git", *arguments], cwd=cwd, env=env, check=True, capture_output=True, text=True
            ).stdout

        git("clone", "-q", pull.clone_url, "shop")
        work = tmp_path / "shop"
        git("fetch", "-q", "origin", pull.head_ref, cwd=work)
        assert git("rev-parse", "FETCH_HEAD", cwd=work).strip() == pull.head
        assert all(secret not in file.read_text(errors="replace") for file in work.rglob("*") if file.is_file())
        git("checkout", "-q", "-b", "feature", "FETCH_HEAD", cwd=work)
        git("-c", "user.name=b", "-c", "user.email=b@x", "commit", "-q", "--allow-empty", "-m", "m", cwd=work)
        push = {**os.environ, **made.push_environment(pull)}
        git("push", "-q", pull.head_clone_url or "", "feature", cwd=work, env=push)
        assert made.pull_request(REF).head == git("rev-parse", "HEAD", cwd=work).strip()
        made.close()


def test_the_header_is_bound_to_the_host():
    made = GitLab("https://gitlab.example.com/sub/", "secret", ca_bundle=Path(requests.certs.where()))
    found = made.clone_environment(REF)
    assert found["GIT_CONFIG_KEY_0"] == "http.https://gitlab.example.com/sub/.extraHeader"
    assert found["GIT_CONFIG_VALUE_0"] == "Authorization: Basic b2F1dGgyOnNlY3JldA=="
    assert (found["GIT_CONFIG_KEY_2"], found["GIT_CONFIG_VALUE_2"]) == ("http.sslCAInfo", requests.certs.where())
    assert found["GIT_CONFIG_COUNT"] == "3"
    assert made.page(REF) == "https://gitlab.example.com/sub/team/shop/-/merge_requests/1"
    made.close()


@pytest.mark.parametrize("where", [None, "https://elsewhere/team/shop.git"])
def test_a_branch_that_nobody_can_ask_about_is_protected(failing: FakeGitLab, where: str | None):
    made = client(failing)
    assert made.is_protected(PullRequest(**{**vars(PULL), "head_clone_url": where})) is True
    assert failing.seen == []
