"""GitLab's deliveries: the proof first, then only the fields that are used."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.errors import ConfigError
from reviewbot.domain.event import (
    CommentEvent,
    CommentKind,
    CommentRef,
    Event,
    HeadAction,
    HeadEvent,
    PullRequestEvent,
    PullRequestRef,
    PushedHead,
)
from reviewbot.domain.gate import LABEL
from reviewbot.forge import gitlab_signing, gitlab_webhook
from reviewbot.forge.gitlab_signing import sign
from reviewbot.forge.gitlab_webhook import Ignored, PayloadError, Secrets, SignatureError, WebhookError, parse
from reviewbot.server.answers import Refused
from reviewbot.server.gitlab import receiver
from tests.forge.gitlab_deliveries import NOW, SIGNING, TOKEN, Documented, documented, headers, signed
from tests.forge.junk import JUNK

DOCUMENTED = documented()
PLAIN = Secrets(tokens=(TOKEN,))
SIGNED = Secrets(signing=(SIGNING,))
SHA = "da1560886d4f094c3e6c9ef40349f7d38b5d27d7"


def example(name: str) -> dict[str, Any]:
    return json.loads(next(one for one in DOCUMENTED if one.name == name).body)


MR = example("Merge Request Hook: merge-request-events")
NOTE = example("Note Hook: comment-on-a-merge-request")
EMOJI = example("Emoji Hook: emoji-events")
EMOJI_MR = {
    **{name: value for name, value in EMOJI.items() if name != "issue"},
    "object_attributes": {**EMOJI["object_attributes"], "name": "thumbsdown"},
    "note": {**EMOJI["note"], "noteable_type": "MergeRequest", "type": "DiffNote"},
    "merge_request": {"id": 7, "iid": 42, "target_branch": "main", "state": "opened"},
}


def with_fields(payload: dict[str, Any], **fields: Any) -> dict[str, Any]:
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


def send(payload: object, event: str = "Merge Request Hook") -> Event | Ignored:
    body = json.dumps(payload).encode()
    return parse(headers(event, "d-1", **{"X-Gitlab-Token": TOKEN}), body, PLAIN, NOW)


@pytest.mark.parametrize("one", DOCUMENTED, ids=lambda one: one.name)
def test_every_documented_delivery(one: Documented):
    outcome = parse(signed(one.event, one.body), one.body, SIGNED, NOW)
    if one.name == "Push Hook: push-events":  # of four commits, two of which are shown
        assert isinstance(outcome, HeadEvent)
    elif json.loads(one.body).get("object_kind") == "merge_request":
        assert outcome == PullRequestEvent("d-1", PullRequestRef("gitlab", "gitlabhq/gitlab-test", 1), "opened", SHA)
    else:
        assert isinstance(outcome, Ignored)
        assert outcome.delivery == "d-1" and outcome.reason


def update(changes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return with_fields(MR, object_attributes__action="update", changes=changes, **fields)


OLD = {"object_attributes__oldrev": "0" * 40}
READY = {"draft": {"previous": True, "current": False}}
LABELS = {"labels": {"previous": [], "current": []}}
TARGET = {"target_branch": {"previous": "a", "current": "b"}}
TITLE = {"title": {"previous": "a", "current": "b"}}
TEXT = {"description": {"previous": None, "current": "b"}}
REVIEWERS = {"reviewers": [[{"username": "ada", "state": "unreviewed"}], [{"username": "ada", "state": "reviewed"}]]}


def relabelled(before: list[str], now: list[str]) -> dict[str, Any]:
    return {"labels": {"previous": [{"title": one} for one in before], "current": [{"title": one} for one in now]}}


@pytest.mark.parametrize(
    ("payload", "action"),
    [
        (MR, "opened"),
        (with_fields(MR, object_attributes__action="reopen"), "reopened"),
        (with_fields(MR, object_attributes__action="close"), "closed"),
        (with_fields(MR, object_attributes__action="merge"), "closed"),
        (with_fields(MR, object_attributes__action="approved"), "reviewed"),
        (with_fields(MR, object_attributes__action="unapproval"), "reviewed"),
        (with_fields(MR, object_attributes__action="invented"), None),
        (with_fields(MR, object_attributes__action=...), None),
        (update({}, **OLD), "synchronize"),
        (update(READY, **OLD), "synchronize"),
        (update(READY), "ready_for_review"),
        (update({"draft": {"previous": False, "current": True}}), None),
        (update({"draft": None}), None),
        (update(TARGET), "retargeted"),
        (update({**TARGET, **LABELS}), "retargeted"),
        (update(LABELS), "labeled"),
        (update(relabelled(["a"], ["a", "b"])), "labeled"),
        (update(relabelled([LABEL], ["b"])), "labeled"),
        (update(relabelled([], [LABEL])), None),
        (update(relabelled(["a", LABEL], ["a"])), None),
        (update(relabelled([], [LABEL.upper()])), "labeled"),
        (update({**TITLE, **relabelled([], [LABEL])}), "described"),
        (update({**TITLE, **LABELS}), "edited"),
        (update({**REVIEWERS, **LABELS}), "edited"),
        (update({**READY, **TITLE}), "ready_for_review"),
        (update({**TARGET, **TEXT}), "retargeted"),
        (update(TITLE), "described"),
        (update(TEXT), "described"),
        (update(REVIEWERS), "reviewed"),
        (update({"milestone_id": {}}), None),
        (update({}), "answered"),
        (update({"updated_at": {}, "updated_by_id": {}}), "answered"),
        (with_fields(update({}), changes=...), "answered"),
    ],
)
def test_what_happened_to_a_merge_request(payload: dict[str, Any], action: str | None):
    outcome = send(payload)
    if action is None:
        assert isinstance(outcome, Ignored)
    else:
        assert isinstance(outcome, PullRequestEvent)
        assert (outcome.action, outcome.head, outcome.draft) == (action, SHA, False)


PROJECT = MR["project"]["path_with_namespace"]
MOMENT = 1386091414.0
SYNC = update({}, object_attributes__oldrev="b" * 40)
FORK = with_fields(MR, object_attributes__source__path_with_namespace="root/gitlab-test")


@pytest.mark.parametrize(
    ("payload", "push"),
    [
        (SYNC, PushedHead(MOMENT, "root", "b" * 40)),
        (
            with_fields(SYNC, object_attributes__updated_at="2013-12-03 17:23:34 UTC"),
            PushedHead(MOMENT, "root", "b" * 40),
        ),
        (with_fields(SYNC, object_attributes__oldrev="0" * 40), PushedHead(MOMENT, "root")),
        (with_fields(SYNC, user=None), None),
        (with_fields(SYNC, user__username="no name"), None),
        (with_fields(SYNC, object_attributes__updated_at=None), None),
        (update(TITLE), None),
        # whoever opens need not have pushed, but to a fork of their own
        (MR, None),
        (FORK, PushedHead(MOMENT, "root")),
        (with_fields(FORK, user__username="ada"), None),
        (with_fields(FORK, object_attributes__source__path_with_namespace="root/group/test"), None),
        (with_fields(FORK, project__path_with_namespace="root/gitlab-test"), None),
        (with_fields(FORK, object_attributes__source=None), None),
        (with_fields(FORK, object_attributes__action="reopen"), None),
    ],
)
def test_who_brought_the_head(payload: dict[str, Any], push: PushedHead | None):
    outcome = send(payload)
    assert isinstance(outcome, PullRequestEvent) and outcome.push == push


PUSH = example("Push Hook: push-events")
CODE = {"added": ["a.py"], "modified": ["docs/CODEOWNERS.md"], "removed": []}
SETTINGS = {"added": [], "modified": [".reviewbot.toml"], "removed": []}


def pushed(*commits: Any, **fields: Any) -> dict[str, Any]:
    return with_fields(PUSH, commits=list(commits), **{"total_commits_count": len(commits), **fields})


@pytest.mark.parametrize(
    ("payload", "branch"),
    [
        (pushed(SETTINGS), "master"),
        (pushed(CODE, SETTINGS), "master"),
        (pushed({**CODE, "removed": [".gitlab/CODEOWNERS"]}), "master"),
        (pushed(SETTINGS, ref="refs/heads/release/4.2", ref_protected=False), "release/4.2"),
        (pushed(CODE, total_commits_count=21), "master"),
        (pushed(), "master"),
        (pushed({"id": SHA}), "master"),
        (pushed(CODE), None),
        (pushed(SETTINGS, ref="refs/tags/master"), None),
        (pushed(SETTINGS, before="0" * 40), None),
        (pushed(SETTINGS, after="0" * 40, checkout_sha=None), None),
    ],
)
def test_pushes(payload: dict[str, Any], branch: str | None):
    outcome = send(payload, "Push Hook")
    if branch is None:
        assert isinstance(outcome, Ignored)
    else:
        ref = PullRequestRef("gitlab", "mike/diaspora", 0)
        assert outcome == HeadEvent("d-1", ref, HeadAction.RULED, head=SHA, branch=branch)


def test_fields_of_a_merge_request():
    deep = send(with_fields(MR, project__path_with_namespace="a/b/c.d/e_f", object_attributes__draft=True))
    assert isinstance(deep, PullRequestEvent)
    assert (deep.ref.repository, deep.draft, deep.installation) == ("a/b/c.d/e_f", True, None)
    empty = send(with_fields(MR, object_attributes__last_commit=None))
    assert isinstance(empty, PullRequestEvent) and empty.head == ""
    old = send(with_fields(MR, object_attributes__draft=..., object_attributes__work_in_progress=True), "System Hook")
    assert isinstance(old, PullRequestEvent) and old.draft


def seed(text: str = "/seed fix", **fields: Any) -> dict[str, Any]:
    return with_fields(NOTE, object_attributes__note=text, **fields)


REF = PullRequestRef("gitlab", "gitlab-org/gitlab-test", 1)


@pytest.mark.parametrize(
    ("payload", "action", "kind"),
    [
        (seed(), "created", CommentKind.NOTE),
        (seed("words\n  /seed help"), "created", CommentKind.NOTE),
        (seed("words\r\n/seed"), "created", CommentKind.NOTE),
        (seed("words\r/seed help"), "created", CommentKind.NOTE),
        (seed("/Seed help"), "created", CommentKind.NOTE),
        (seed("/seed fix " + "x" * 1_000_000), "created", CommentKind.NOTE),
        (seed("/seed fix --repo=../../x 😀\x1b[0m"), "created", CommentKind.NOTE),
        (seed(object_attributes__action="update"), "edited", CommentKind.NOTE),
        (seed(object_attributes__type="DiffNote"), "created", CommentKind.LINE),
        (seed(object_attributes__type="DiscussionNote"), "created", CommentKind.NOTE),
        (seed(object_attributes__line_code="a" * 40 + "_1_1"), "created", CommentKind.LINE),
        (seed(user=...), "created", CommentKind.NOTE),
        (seed(user__username="project_leader_bot"), "created", CommentKind.NOTE),
        (seed("/seeds"), None, None),
        (seed("see /seed"), None, None),
        (seed("> /seed"), None, None),
        (seed(""), None, None),
        (seed(object_attributes__system=True), None, None),
        (seed(user__username="project_1_bot_0123abc"), None, None),
        (seed(user__username="group_1_bot"), None, None),
        (seed(object_attributes__action="delete"), None, None),
        (seed(object_attributes__noteable_type="Issue"), None, None),
        (seed(object_attributes__noteable_type=7), None, None),
    ],
)
def test_commands_in_notes(payload: dict[str, Any], action: str | None, kind: CommentKind | None):
    outcome = send(payload, "Note Hook")
    if action is None or kind is None:
        assert isinstance(outcome, Ignored)
    else:
        text = payload["object_attributes"]["note"]
        assert outcome == CommentEvent("d-1", REF, action, CommentRef(kind, "1244"), text)


@pytest.mark.parametrize(
    ("payload", "answers"),
    [
        (EMOJI_MR, True),
        (with_fields(EMOJI_MR, event_type="revoke", object_attributes__action="revoke"), True),
        (with_fields(EMOJI_MR, object_attributes__name="thumbsup"), False),
        (with_fields(EMOJI_MR, object_attributes__awardable_type="MergeRequest"), False),
        (with_fields(EMOJI_MR, merge_request=...), False),
        (with_fields(EMOJI_MR, user__username="project_6_bot_ab"), False),
        (EMOJI, False),
    ],
)
def test_emojis(payload: dict[str, Any], answers: bool):
    outcome = send(payload, "Emoji Hook")
    if answers:
        assert outcome == PullRequestEvent("d-1", PullRequestRef("gitlab", "flightjs/Flight", 42), "answered", "")
    else:
        assert isinstance(outcome, Ignored)


BODY = json.dumps(MR).encode()


@pytest.mark.parametrize(
    ("given", "id_"),
    [
        ({"Idempotency-Key": "a", "X-Gitlab-Webhook-UUID": "b", "X-Gitlab-Event-UUID": "c"}, "a"),
        ({"X-Gitlab-Webhook-UUID": "b", "X-Gitlab-Event-UUID": "c"}, "b"),
        ({"Idempotency-Key": "", "X-Gitlab-Webhook-UUID": "b"}, "b"),
        ({"IDEMPOTENCY-KEY": "a"}, "a"),
        ({"X-Gitlab-Event-UUID": "c"}, None),
        ({}, None),
        ({"Idempotency-Key": "a b"}, None),
        ({"Idempotency-Key": "a" * 101}, None),
        ({"Idempotency-Key": "a\n"}, None),
    ],
)
def test_the_delivery_id_without_a_signature(given: dict[str, str], id_: str | None):
    sent = {"X-Gitlab-Token": TOKEN, "X-Gitlab-Event": "Merge Request Hook", **given}
    if id_ is None:
        with pytest.raises(PayloadError, match="Idempotency-Key"):
            parse(sent, BODY, PLAIN, NOW)
    else:
        outcome = parse(sent, BODY, PLAIN, NOW)
        assert isinstance(outcome, PullRequestEvent) and outcome.delivery == id_


def test_the_delivery_id_that_is_signed_counts():
    """Otherwise a delivery that was overheard could be sent again under another id."""
    sent = signed("Merge Request Hook", BODY, "d-1") | {"Idempotency-Key": "other"}
    outcome = parse(sent, BODY, SIGNED, NOW)
    assert isinstance(outcome, PullRequestEvent) and outcome.delivery == "d-1"


@pytest.mark.parametrize("sent", [None, "", TOKEN[:-1], TOKEN + " ", TOKEN.upper(), "é", "\udcff"])
def test_a_wrong_secret_token(sent: str | None):
    given = headers("Merge Request Hook") | ({} if sent is None else {"X-Gitlab-Token": sent})
    with pytest.raises(SignatureError) as caught:
        parse(given, BODY, PLAIN, NOW)
    assert caught.value.status == 401 and TOKEN not in str(caught.value)


def test_either_of_two_secrets_while_one_is_replaced():
    for token in ("old", "new"):
        given = headers("Merge Request Hook", **{"X-Gitlab-Token": token})
        assert isinstance(parse(given, BODY, Secrets(tokens=("new", "old")), NOW), PullRequestEvent)
    other = "whsec_b3RoZXI="
    for token in (SIGNING, other):
        given = signed("Merge Request Hook", BODY, token=token)
        assert isinstance(parse(given, BODY, Secrets(signing=(other, SIGNING)), NOW), PullRequestEvent)


def test_the_signature_is_that_of_standard_webhooks():
    """The example of the specification's own libraries."""
    token, id_, time = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"
    assert sign(b'{"test": 2432232314}', token, id_, time) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


GOOD = signed("Merge Request Hook", BODY)
FITS = GOOD["webhook-signature"]


@pytest.mark.parametrize(
    ("changed", "good"),
    [
        ({}, True),
        ({"webhook-signature": f"v1,bm90IGl0 {FITS}"}, True),
        ({"webhook-signature": f"v1a,bm90IGl0 {FITS} v2,x"}, True),
        ({"Webhook-Signature": FITS}, True),
        ({"webhook-signature": None}, False),
        ({"webhook-id": None}, False),
        ({"webhook-timestamp": None}, False),
        ({"webhook-signature": ""}, False),
        ({"webhook-signature": FITS.removeprefix("v1,")}, False),
        ({"webhook-signature": FITS.replace("v1,", "v2,")}, False),
        ({"webhook-signature": FITS[:-1]}, False),
        ({"webhook-signature": "v1,\udcff"}, False),
        ({"webhook-signature": " ".join(["v1,x"] * 99 + [FITS])}, False),
        ({"webhook-id": "d-2"}, False),
        ({"webhook-timestamp": str(NOW + 1)}, False),
    ],
)
def test_signatures(changed: dict[str, str | None], good: bool):
    """A right secret token beside it changes nothing."""
    given: dict[str, Any] = {**GOOD, "X-Gitlab-Token": TOKEN, **changed}
    given = {name: value for name, value in given.items() if value is not None}
    secrets = Secrets(signing=(SIGNING,), tokens=(TOKEN,))
    if good:
        assert isinstance(parse(given, BODY, secrets, NOW), PullRequestEvent)
        return
    with pytest.raises(SignatureError) as caught:
        parse(given, BODY, secrets, NOW)
    assert caught.value.status == 401


def test_a_signature_of_another_body_or_key():
    with pytest.raises(SignatureError):
        parse(GOOD, BODY + b" ", SIGNED, NOW)
    with pytest.raises(SignatureError):
        parse(GOOD, BODY, Secrets(signing=("whsec_b3RoZXI=",)), NOW)


@pytest.mark.parametrize(
    ("off", "good"), [(0, True), (300, True), (-300, True), (301, False), (-301, False), (10**9, False)]
)
def test_old_deliveries_are_refused(off: int, good: bool):
    given = signed("Merge Request Hook", BODY, time=NOW)
    if good:
        parse(given, BODY, SIGNED, NOW + off)
        return
    with pytest.raises(SignatureError, match="too old"):
        parse(given, BODY, SIGNED, NOW + off)


@pytest.mark.parametrize("time", ["-1", "1e9", "", " 1", "٣", "9" * 30, f"{NOW}.0"])
def test_times_that_are_none(time: str):
    sent = {**GOOD, "webhook-timestamp": time, "webhook-signature": sign(BODY, SIGNING, "d-1", time)}
    with pytest.raises(SignatureError):
        parse(sent, BODY, SIGNED, NOW)


@pytest.mark.parametrize(
    "secrets",
    [
        Secrets(),
        Secrets(tokens=("",)),
        Secrets(tokens=("a", "")),
        Secrets(signing=("",), tokens=("a",)),
        Secrets(signing=("whsec_",)),
        Secrets(signing=("whsec_?",)),
        Secrets(signing=("dGVzdA==",)),
        Secrets(signing=("whsec_é",)),
    ],
)
def test_no_usable_secret_is_an_error_whatever_is_sent(secrets: Secrets):
    with pytest.raises(ConfigError):
        parse({**GOOD, "X-Gitlab-Token": ""}, BODY, secrets, NOW)
    assert TOKEN not in repr(PLAIN) and SIGNING not in repr(SIGNED)


def test_nothing_is_looked_at_before_the_proof(monkeypatch: pytest.MonkeyPatch):
    def touched(*_: object) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr(gitlab_webhook.json, "loads", touched)
    for secrets in (PLAIN, SIGNED):
        with pytest.raises(SignatureError):
            parse(headers("Merge Request Hook"), BODY, secrets, NOW)


@pytest.mark.parametrize("secrets", [Secrets(tokens=(TOKEN, "b", "c")), Secrets(signing=(SIGNING, "whsec_YQ=="))])
def test_compared_in_constant_time_and_against_every_secret(secrets: Secrets, monkeypatch: pytest.MonkeyPatch):
    compared: list[bytes] = []
    real = gitlab_signing.hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return real(one, other)

    monkeypatch.setattr(gitlab_signing.hmac, "compare_digest", compare)
    parse({**GOOD, "X-Gitlab-Token": TOKEN}, BODY, secrets, NOW)
    assert len(compared) == len(secrets.signing or secrets.tokens)


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ([], "object"),
        ("text", "object"),
        ({"object_kind": "merge_request"}, "object_attributes"),
        (with_fields(MR, object_attributes__action=1), "object_attributes.action"),
        (with_fields(MR, object_attributes__iid="1"), "object_attributes.iid"),
        (with_fields(MR, object_attributes__iid=True), "object_attributes.iid"),
        (with_fields(MR, object_attributes__iid=0), "iid"),
        (with_fields(MR, object_attributes__iid=10**30), "iid"),
        (with_fields(MR, object_attributes__draft="no"), "object_attributes.draft"),
        (with_fields(MR, object_attributes__last_commit={"id": "--upload-pack=x"}), "last_commit.id"),
        (with_fields(MR, object_attributes__last_commit={"id": SHA + "\n"}), "last_commit.id"),
        (with_fields(MR, object_attributes__last_commit=[]), "last_commit"),
        (with_fields(MR, object_attributes__action="update", changes=[1]), "changes"),
        (with_fields(MR, project=None), "project"),
        (with_fields(MR, project__path_with_namespace="alone"), "path_with_namespace"),
        (with_fields(MR, project__path_with_namespace="a/../b"), "path_with_namespace"),
        (with_fields(MR, project__path_with_namespace="a/b\n"), "path_with_namespace"),
        (with_fields(MR, project__path_with_namespace="a//b"), "path_with_namespace"),
        (with_fields(MR, project__path_with_namespace="-a/b"), "path_with_namespace"),
        (with_fields(MR, project__path_with_namespace="a/b?c"), "path_with_namespace"),
        (with_fields(MR, project__path_with_namespace="/".join(["a"] * 30)), "path_with_namespace"),
        (seed(object_attributes__id=-1), "object_attributes.id"),
        (seed(object_attributes__id=2**63), "object_attributes.id"),
        (with_fields(NOTE, object_attributes__note=None), "object_attributes.note"),
        (seed("/seed \x00"), "object_attributes.note"),
        (seed("/seed \ud83d"), "object_attributes.note"),
        (seed(object_attributes__action=...), "object_attributes.action"),
        (seed(merge_request=None), "merge_request"),
        (seed(merge_request__iid=None), "merge_request.iid"),
        (with_fields(EMOJI_MR, merge_request__iid=1.5), "merge_request.iid"),
        (update({"labels": []}), "changes.labels"),
        (update({"labels": {"previous": []}}), "changes.labels.current"),
        (update({"labels": {"previous": [], "current": ["bug"]}}), "changes.labels"),
        (update({"labels": {"previous": [], "current": [{"title": 1}]}}), "changes.labels.title"),
        (with_fields(SYNC, object_attributes__oldrev="main"), "object_attributes.oldrev"),
        (with_fields(SYNC, object_attributes__oldrev=[1]), "object_attributes.oldrev"),
        (with_fields(SYNC, object_attributes__updated_at="now"), "object_attributes.updated_at"),
        (with_fields(SYNC, object_attributes__updated_at="2013-12-03 17:23:34"), "object_attributes.updated_at"),
        (with_fields(MR, object_attributes__source=[]), "object_attributes.source"),
        (with_fields(MR, object_attributes__source={}), "source.path_with_namespace"),
        (with_fields(PUSH, ref=None), "ref"),
        (with_fields(PUSH, ref="refs/heads/a..b"), "ref"),
        (with_fields(PUSH, before=None), "before"),
        (with_fields(PUSH, after="HEAD"), "after"),
        (with_fields(PUSH, commits={}), "commits"),
        (with_fields(PUSH, commits=[1]), "commits"),
        (pushed({**CODE, "added": "CODEOWNERS"}), "added"),
        (with_fields(PUSH, total_commits_count=True), "total_commits_count"),
        (pushed(SETTINGS, project={}), "path_with_namespace"),
    ],
)
def test_proven_but_malformed(payload: object, field: str):
    with pytest.raises(PayloadError, match=field) as caught:
        send(payload)
    assert caught.value.status == 400
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"payload=%7B%7D", b"[" * 100_000, b"\xef\xbb\xbf"])
def test_proven_but_not_json(body: bytes):
    with pytest.raises(PayloadError, match="not JSON"):
        parse(signed("Merge Request Hook", body), body, SIGNED, NOW)


def test_an_event_header_must_be_there():
    given = {name: value for name, value in GOOD.items() if name != "X-Gitlab-Event"}
    with pytest.raises(PayloadError, match="X-Gitlab-Event"):
        parse(given, BODY, SIGNED, NOW)


STARTS = [json.loads(one.body) for one in DOCUMENTED] + [seed(), EMOJI_MR, SYNC, FORK, pushed(CODE, SETTINGS)]
STARTS.append(update({**TITLE, **relabelled([], [LABEL])}))


def places(payload: Any) -> list[tuple[Any, Any]]:
    """Every place in a payload, as what holds it and its key there."""
    found: list[tuple[Any, Any]] = []
    keys = payload if isinstance(payload, dict) else range(len(payload)) if isinstance(payload, list) else ()
    for key in keys:
        found += [(payload, key), *places(payload[key])]
    return found


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_place_of_any_delivery_may_be_anything(data: st.DataObject):
    """Up to three places of a documented delivery are replaced or taken away: an event, ignored, or one sentence."""
    payload = copy.deepcopy(data.draw(st.sampled_from(STARTS)))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(places(payload) or [({"x": 0}, "x")]))
        if isinstance(holder, dict) and data.draw(st.booleans()):
            holder.pop(key)
        elif data.draw(st.booleans()):
            holder[key] = data.draw(JUNK)
    try:
        outcome = send(payload)
    except WebhookError as error:
        assert str(error).endswith(".")
    else:
        assert isinstance(outcome, Event | Ignored)


@settings(deadline=None)
@given(st.binary(max_size=200), st.dictionaries(st.sampled_from(list(GOOD)), st.text(max_size=30)))
def test_any_bytes_and_headers_without_a_proof(body: bytes, given_headers: dict[str, str]):
    for secrets in (PLAIN, SIGNED):
        with pytest.raises(SignatureError):
            parse(given_headers, body, secrets, NOW)


def test_the_servers_receiver():
    receive = receiver(SIGNED, lambda: NOW)
    assert isinstance(receive(GOOD, BODY), PullRequestEvent)
    wiki = next(one for one in DOCUMENTED if one.event == "Wiki Page Hook")
    assert receive(signed(wiki.event, wiki.body), wiki.body) == "an event that asks for no review"
    with pytest.raises(Refused) as caught:
        receive({**GOOD, "webhook-signature": "v1,x"}, BODY)
    assert caught.value.status == 401
    with pytest.raises(Refused) as caught:
        receive(signed("Note Hook", b"{"), b"{")
    assert caught.value.status == 400
