"""What GitHub tells the gate: reviews, new words, who pushed, check runs, merge queues, pushes to a base branch."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.event import CommentEvent, CommentKind, Event, HeadAction, HeadEvent, PullRequestEvent, PushedHead
from reviewbot.domain.gate import CHECK, LABEL
from reviewbot.forge import github_gate_runs as runs
from reviewbot.forge.github_webhook import Ignored, PayloadError, parse
from reviewbot.forge.pushed_files import DECIDING
from reviewbot.policy.owners import PLACES
from reviewbot.repo_config.config import FILE
from tests.fakes.deliveries import recorded, signed
from tests.forge.junk import JUNK

SECRET = "it's a secret"
OURS = 4711
HEAD, BASE, NONE = "c" * 40, "b" * 40, "0" * 40
ADA = {"login": "ada", "id": 7, "type": "User"}
BOT = {"login": "copilot[bot]", "id": 8, "type": "Bot"}


def example(name: str) -> dict[str, Any]:
    return json.loads(next(one.body for one in recorded() if one.name == name))


def changed(payload: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """`payload` with `a__b=…` set at `a.b`; `...` takes a field away."""
    made = copy.deepcopy(payload)
    for name, value in fields.items():
        *way, last = name.split("__")
        at = made
        for step in way:
            at = at[step]
        if value is ...:
            at.pop(last, None)
        else:
            at[last] = value
    return made


PULL = example("pull_request.opened")
SYNC = example("pull_request.synchronize")
LABELED = example("pull_request.labeled")
REVIEW = example("pull_request_review.submitted")
DISMISSED = example("pull_request_review.dismissed")
MINE = {"check_run__name": CHECK, "check_run__app__id": OURS, "check_run__head_sha": HEAD}
AGAIN = changed(example("check_run.rerequested"), **MINE)
PRESSED = changed(example("check_run.requested_action"), requested_action={"identifier": "reviewed"}, **MINE)
SUITE = changed(example("check_suite.rerequested"), check_suite__app__id=OURS, check_suite__head_sha=HEAD)
GROUP = example("merge_group.checks_requested")
CREATED = example("push")
PUSH = changed(CREATED, ref="refs/heads/release/4.2", created=False, before=BASE, after=HEAD)


def send(payload: object, event: str, app: int | None = OURS, **headers: str) -> Event | Ignored:
    body = json.dumps(payload).encode()
    return parse(signed(event, body, SECRET, "d-1") | headers, body, [SECRET], app)


def said(outcome: Event | Ignored) -> str | None:
    assert isinstance(outcome, Event | Ignored)
    return None if isinstance(outcome, Ignored) else str(outcome.action)


# Pull requests


EDITED = changed(PULL, action="edited")
FROM = {"from": "before"}


@pytest.mark.parametrize(
    ("payload", "action"),
    [
        (changed(EDITED, changes={"title": FROM}), "described"),
        (changed(EDITED, changes={"body": FROM}), "described"),
        (changed(EDITED, changes={"body": {"from": None}}), "described"),
        (changed(EDITED, changes={"base": {"ref": FROM}, "title": FROM}), "retargeted"),
        (changed(EDITED, changes={}), None),
        (LABELED, "labeled"),
        (changed(LABELED, action="unlabeled"), "labeled"),
        (changed(LABELED, action="unlabeled", label=...), "labeled"),
        (changed(LABELED, action="unlabeled", label=None), "labeled"),
        (changed(LABELED, label__name=LABEL), None),
        (changed(LABELED, label__name=LABEL.upper()), None),
        (changed(LABELED, action="unlabeled", label__name=LABEL), None),
        (changed(LABELED, label__name=f"{LABEL} "), "labeled"),
        (changed(PULL, action="converted_to_draft"), None),
        (changed(PULL, action="auto_merge_enabled"), None),
        (changed(PULL, action="enqueued"), None),
        (changed(PULL, action="review_requested"), None),
    ],
)
def test_what_happened_to_a_pull_request(payload: dict[str, Any], action: str | None) -> None:
    assert said(send(payload, "pull_request")) == action


FORK = {"full_name": "ada/Hello-World", "fork": True, "owner": {"login": "ada"}}
AT = 1557933633.0
BEFORE = SYNC["before"]
OPENED_FORK = changed(PULL, sender=ADA, pull_request__head__repo=FORK)


@pytest.mark.parametrize(
    ("payload", "push"),
    [
        (SYNC, PushedHead(AT, "Codertocat", BEFORE)),
        (changed(SYNC, sender=ADA), PushedHead(AT, "ada", BEFORE)),
        (changed(SYNC, sender=BOT), PushedHead(AT, "copilot[bot]", BEFORE)),
        (changed(SYNC, before=NONE), PushedHead(AT, "Codertocat")),
        (changed(SYNC, before=...), PushedHead(AT, "Codertocat")),
        (changed(SYNC, before=None), PushedHead(AT, "Codertocat")),
        # another push came before the delivery was written: whose the head is, the next one says
        (changed(SYNC, after=BASE), None),
        (changed(SYNC, after=...), None),
        (changed(SYNC, after=NONE), None),
        (changed(SYNC, sender=None), None),
        (changed(SYNC, sender=...), None),
        (changed(SYNC, sender__login="no login"), None),
        # whoever opens need not have pushed, but to a fork of their own
        (changed(PULL, sender=ADA), None),
        (OPENED_FORK, PushedHead(AT, "ada")),
        (changed(OPENED_FORK, sender=BOT), None),
        (changed(OPENED_FORK, pull_request__head__repo__owner__login="Ada"), None),
        (changed(OPENED_FORK, pull_request__head__repo__full_name=PULL["repository"]["full_name"]), None),
        (changed(OPENED_FORK, pull_request__head__repo=None), None),
        (changed(OPENED_FORK, sender=None), None),
        (changed(OPENED_FORK, action="reopened"), None),
        (changed(SYNC, action="closed"), None),
    ],
)
def test_who_brought_the_head(payload: dict[str, Any], push: PushedHead | None) -> None:
    outcome = send(payload, "pull_request")
    assert isinstance(outcome, PullRequestEvent) and outcome.push == push
    assert outcome.head == payload["pull_request"]["head"]["sha"]


# Reviews


COMMAND = "Looks fine.\n/seed review"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (REVIEW, "reviewed"),
        (DISMISSED, "reviewed"),
        (changed(REVIEW, action="edited"), "reviewed"),
        (changed(REVIEW, review__state="approved"), "reviewed"),
        (changed(REVIEW, review__body=COMMAND), "created"),
        (changed(REVIEW, review__body=COMMAND, action="edited"), "edited"),
        (changed(REVIEW, review__body=COMMAND, sender=BOT), "reviewed"),
        (changed(DISMISSED, review__body=COMMAND), "reviewed"),
        (changed(DISMISSED, review__body=COMMAND, sender=BOT), "reviewed"),
        (changed(DISMISSED, sender=None), "reviewed"),
        (changed(REVIEW, action="invented"), None),
    ],
)
def test_reviews(payload: dict[str, Any], expected: str | None) -> None:
    """A command in one is a command; the deliveries' store has the gate look at that as well."""
    outcome = send(payload, "pull_request_review")
    assert said(outcome) == expected
    if isinstance(outcome, CommentEvent):
        assert outcome.comment.kind is CommentKind.REVIEW
    elif isinstance(outcome, PullRequestEvent):
        assert outcome.head == payload["pull_request"]["head"]["sha"] and outcome.push is None


# Check runs


def test_our_buttons_are_called_as_they_are_read() -> None:
    assert (HeadAction.RECHECK.value, HeadAction.REVIEWED.value) == (runs.RECHECK, runs.REVIEWED)


@pytest.mark.parametrize(
    ("event", "payload", "action"),
    [
        ("check_run", AGAIN, HeadAction.RECHECK),
        ("check_run", changed(AGAIN, sender=BOT), HeadAction.RECHECK),
        ("check_run", changed(AGAIN, sender=None), HeadAction.RECHECK),
        ("check_run", PRESSED, HeadAction.REVIEWED),
        ("check_run", changed(PRESSED, requested_action__identifier="recheck"), HeadAction.RECHECK),
        ("check_run", changed(PRESSED, requested_action__identifier="lgtm|26764"), None),
        ("check_run", changed(PRESSED, sender=BOT), None),
        ("check_run", changed(PRESSED, sender__type="Organization"), None),
        ("check_run", changed(PRESSED, sender__login="no login"), None),
        ("check_run", changed(AGAIN, action="created"), None),
        ("check_run", changed(AGAIN, action="completed"), None),
        ("check_run", changed(PRESSED, check_run__name="reviewbot/gate "), None),
        ("check_run", changed(AGAIN, check_run__name="Reviewbot/Gate"), None),
        ("check_run", changed(PRESSED, check_run__app__id=OURS + 1), None),
        ("check_run", changed(AGAIN, check_run__app__id=OURS + 1), None),
        ("check_run", changed(PRESSED, check_run__app=None), None),
        ("check_suite", SUITE, HeadAction.RECHECK),
        ("check_suite", changed(SUITE, check_suite__app__id=OURS + 1), None),
        ("check_suite", changed(SUITE, check_suite__app=None), None),
        ("check_suite", changed(SUITE, action="requested"), None),
        ("check_suite", changed(SUITE, action="completed"), None),
    ],
)
def test_checks(event: str, payload: dict[str, Any], action: HeadAction | None) -> None:
    outcome = send(payload, event)
    assert said(outcome) == (None if action is None else action.value)
    if isinstance(outcome, HeadEvent):
        by = "" if payload["sender"] is None else payload["sender"]["login"]
        assert (outcome.head, outcome.base, outcome.branch, outcome.by) == (HEAD, "", "", by)
        assert (outcome.ref.repository, outcome.ref.number) == (payload["repository"]["full_name"], 0)
        assert outcome.installation == payload.get("installation", {}).get("id")


TO_APP = {
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    "X-GitHub-Hook-Installation-Target-ID": str(OURS),
}


@pytest.mark.parametrize(
    ("app", "headers", "taken"),
    [
        (OURS, {}, True),
        (OURS, {**TO_APP, "X-GitHub-Hook-Installation-Target-ID": "1"}, True),
        (OURS + 1, TO_APP, False),
        (None, TO_APP, True),
        (None, {name.lower(): value for name, value in TO_APP.items()}, True),
        (None, {}, False),
        (None, {**TO_APP, "X-GitHub-Hook-Installation-Target-Type": "repository"}, False),
        (None, {**TO_APP, "X-GitHub-Hook-Installation-Target-ID": "1"}, False),
        (None, {**TO_APP, "X-GitHub-Hook-Installation-Target-ID": f"{OURS}\n"}, False),
        (None, {**TO_APP, "X-GitHub-Hook-Installation-Target-ID": "٤٧١١"}, False),
        (None, {**TO_APP, "X-GitHub-Hook-Installation-Target-ID": "9" * 10_000}, False),
    ],
)
def test_whose_check_run_counts(app: int | None, headers: dict[str, str], taken: bool) -> None:
    """The settings say which App is ours; where they do not, whoever the delivery is sent to."""
    assert isinstance(send(PRESSED, "check_run", app, **headers), HeadEvent) == taken


# Merge queues and pushes


QUEUE = "gh-readonly-queue/main/pr-104-929f8209d40f77f4abc622a499c93a83babdbe64"


def test_a_merge_queue() -> None:
    outcome = send(GROUP, "merge_group")
    group = GROUP["merge_group"]
    assert isinstance(outcome, HeadEvent)
    assert (outcome.action, outcome.head, outcome.base) == (HeadAction.QUEUED, group["head_sha"], group["base_sha"])
    assert (outcome.branch, outcome.by, outcome.ref.number) == (QUEUE, "Codertocat", 0)
    assert said(send(changed(GROUP, action="destroyed", reason="merged"), "merge_group")) is None


def commit(**paths: list[str]) -> dict[str, Any]:
    return {"id": HEAD, "added": [], "modified": [], "removed": [], **paths}


def pushed(*commits: Any, **fields: Any) -> dict[str, Any]:
    return changed(PUSH, commits=list(commits), **fields)


CODE, SETTINGS = commit(modified=["a.py"], added=["b/c.md"]), commit(modified=[".reviewbot.toml"])


@pytest.mark.parametrize(
    ("payload", "branch"),
    [
        (pushed(SETTINGS), "release/4.2"),
        (pushed(CODE, SETTINGS), "release/4.2"),
        (pushed(commit(removed=["docs/CODEOWNERS"])), "release/4.2"),
        (pushed(commit(added=[".github/CODEOWNERS"])), "release/4.2"),
        (pushed(SETTINGS, ref="refs/heads/main", sender=None), "main"),
        (pushed(SETTINGS, ref="refs/heads/-x"), "-x"),
        (pushed(SETTINGS, ref="refs/heads/refs/heads/main"), "refs/heads/main"),
        (pushed(SETTINGS, ref="refs/heads/grün"), "grün"),
        # what is not told whole may hold anything, and so may what was taken back
        (pushed(), "release/4.2"),
        (pushed(CODE, forced=True), "release/4.2"),
        (pushed(*[CODE] * 2048), "release/4.2"),
        (pushed(CODE, {"id": HEAD}), "release/4.2"),
        (pushed(CODE), None),
        (pushed(*[CODE] * 2047), None),
        (pushed(commit(added=["CODEOWNERS/a.py", "x.reviewbot.toml"])), None),
        (pushed(SETTINGS, ref="refs/tags/main"), None),
        (pushed(SETTINGS, ref="refs/tags/heads/main"), None),
        (pushed(SETTINGS, ref="main"), None),
        (pushed(SETTINGS, ref=f"refs/heads/{QUEUE}"), None),
        (pushed(SETTINGS, deleted=True, after=NONE), None),
        (pushed(SETTINGS, created=True), None),
        (CREATED, None),
    ],
)
def test_pushes(payload: dict[str, Any], branch: str | None) -> None:
    outcome = send(payload, "push")
    assert said(outcome) == (None if branch is None else "ruled")
    if isinstance(outcome, HeadEvent):
        assert (outcome.branch, outcome.head, outcome.ref.number) == (branch, HEAD, 0)


def test_what_decides_is_called_as_it_is_read() -> None:
    places = {place for names in PLACES.values() for place in names}
    assert {FILE, *(place.rpartition("/")[2] for place in places)} == DECIDING


# Hostile


@pytest.mark.parametrize(
    ("event", "payload", "field"),
    [
        ("pull_request", changed(EDITED, changes=[]), "changes"),
        ("pull_request", changed(LABELED, label="bug"), "label"),
        ("pull_request", changed(LABELED, label__name=None), "label.name"),
        ("pull_request", changed(SYNC, after="--upload-pack=x"), "after"),
        ("pull_request", changed(SYNC, after=1), "after"),
        ("pull_request", changed(SYNC, before="main"), "before"),
        ("pull_request", changed(SYNC, sender=[]), "sender"),
        ("pull_request", changed(SYNC, sender__login=7), "sender.login"),
        ("pull_request", changed(SYNC, pull_request__updated_at="yesterday"), "updated_at"),
        ("pull_request", changed(SYNC, pull_request__updated_at="2019-05-15T15:20:33"), "updated_at"),
        ("pull_request", changed(SYNC, pull_request__updated_at=...), "updated_at"),
        ("pull_request", changed(OPENED_FORK, pull_request__head__repo=[]), "head.repo"),
        ("pull_request_review", changed(REVIEW, review=None), "review"),
        ("pull_request_review", changed(REVIEW, review__body=7), "review.body"),
        ("pull_request_review", changed(REVIEW, review__body=COMMAND, review__id="7"), "review.id"),
        ("pull_request_review", changed(DISMISSED, pull_request__head__sha="x"), "pull_request.head.sha"),
        ("check_run", changed(PRESSED, sender=None), "sender"),
        ("check_run", changed(PRESSED, sender__type=...), "sender.type"),
        ("check_run", changed(PRESSED, requested_action=...), "requested_action"),
        ("check_run", changed(PRESSED, requested_action__identifier=["reviewed"]), "requested_action.identifier"),
        ("check_run", changed(AGAIN, check_run=[]), "check_run"),
        ("check_run", changed(AGAIN, check_run__name=None), "check_run.name"),
        ("check_run", changed(AGAIN, check_run__app__id="4711"), "check_run.app.id"),
        ("check_run", changed(AGAIN, check_run__app__id=True), "check_run.app.id"),
        ("check_run", changed(AGAIN, check_run__head_sha="HEAD"), "check_run.head_sha"),
        ("check_run", changed(AGAIN, check_run__head_sha="c" * 39), "check_run.head_sha"),
        ("check_run", changed(AGAIN, repository__full_name="a/../b"), "repository.full_name"),
        ("check_suite", changed(SUITE, check_suite=...), "check_suite"),
        ("check_suite", changed(SUITE, check_suite__head_sha=None), "check_suite.head_sha"),
        ("merge_group", changed(GROUP, merge_group=None), "merge_group"),
        ("merge_group", changed(GROUP, merge_group__head_sha=None), "merge_group.head_sha"),
        ("merge_group", changed(GROUP, merge_group__base_sha=HEAD + "\n"), "merge_group.base_sha"),
        ("merge_group", changed(GROUP, merge_group__head_ref="refs/tags/main"), "merge_group.head_ref"),
        ("merge_group", changed(GROUP, merge_group__head_ref="main"), "merge_group.head_ref"),
        ("push", changed(PUSH, ref=None), "ref"),
        ("push", changed(PUSH, deleted="false"), "deleted"),
        ("push", changed(PUSH, created=...), "created"),
        ("push", changed(PUSH, forced=0), "forced"),
        ("push", changed(PUSH, commits={}), "commits"),
        ("push", pushed("x"), "commits"),
        ("push", pushed(commit(added="CODEOWNERS")), "added"),  # type: ignore[arg-type]
        ("push", pushed(commit(removed=[7])), "removed"),  # type: ignore[list-item]
        ("push", pushed(SETTINGS, after=None), "after"),
        ("push", pushed(SETTINGS, repository=None), "repository"),
        ("push", pushed(SETTINGS, installation={"id": 0}), "installation.id"),
    ],
)
def test_signed_but_malformed(event: str, payload: object, field: str) -> None:
    with pytest.raises(PayloadError, match=field) as caught:
        send(payload, event)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "", "/", ".", "..", "a..b", "a/.b", ".a", "a.", "a/", "a//b", "a.lock", "a.lock/b", "a@{b", "a b", "a~b", "a^b",
        "a:b", "a?b", "a*b", "a[b", "a\\b", "a\x00b", "a\x7fb", "a\nb", "a\n", "a\ud800b", "a" * 256,
    ],
)  # fmt: skip
def test_names_that_no_branch_has(name: str) -> None:
    with pytest.raises(PayloadError, match="not a branch's name"):
        send(changed(GROUP, merge_group__head_ref=f"refs/heads/{name}"), "merge_group")


STARTS = [
    *(("pull_request", one) for one in (EDITED, LABELED, SYNC, OPENED_FORK)),
    *(("pull_request_review", one) for one in (REVIEW, DISMISSED)),
    *(("check_run", one) for one in (AGAIN, PRESSED)),
    *(("check_suite", SUITE), ("merge_group", GROUP), ("push", pushed(CODE, SETTINGS))),
]
USED = {
    *("action", "sender", "login", "type", "installation", "id", "full_name", "repository", "label", "name", "after"),
    *("before", "changes", "pull_request", "number", "head", "sha", "repo", "owner", "updated_at", "review", "body"),
    *("check_run", "check_suite", "app", "head_sha", "requested_action", "identifier", "merge_group", "base_sha"),
    *("head_ref", "ref", "created", "deleted", "forced", "commits", "added", "modified", "removed", "draft"),
}


def places(payload: Any) -> list[tuple[Any, Any]]:
    """Every place whose name is one that we read, as what holds it and its key there."""
    if isinstance(payload, list):
        return [found for one in payload for found in places(one)]
    if not isinstance(payload, dict):
        return []
    own: list[tuple[Any, Any]] = [(payload, key) for key in payload if key in USED]
    return own + [found for value in payload.values() for found in places(value)]


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_place_of_any_delivery_may_be_anything(data: st.DataObject) -> None:
    event, start = data.draw(st.sampled_from(STARTS))
    payload = copy.deepcopy(start)
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(places(payload) or [({"x": 0}, "x")]))
        if data.draw(st.booleans()):
            holder.pop(key)
        else:
            holder[key] = data.draw(JUNK)
    try:
        outcome = send(payload, event)
    except PayloadError as error:
        assert str(error).endswith(".")
    else:
        assert isinstance(outcome, Event | Ignored)
