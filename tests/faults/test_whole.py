"""Faults of GitHub and of the worker, through the product's own worker and real reviews."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from functools import partial

import pytest

from tests.fakes.github import FakeGitHub
from tests.fakes.github.faults import CUT_AFTER, CUT_BEFORE, HALF, Fault, page_instead, status
from tests.fakes.github.model import Pull
from tests.faults.test_killed_worker import kill_one, running_pids
from tests.faults.whole import QUIET, REPOSITORY, Whole, make_whole, posted

KILLS = 20


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """One worker and one GitHub for all tests of this module; each has a pull request of its own."""
    with FakeGitHub() as hub:
        made = make_whole(tmp_path_factory.mktemp("state"), hub, lease_seconds=3)
        made.stack.start_worker()
        yield made
        made.stack.close()


def reviewed(whole: Whole, *pulls: Pull) -> list[str]:
    """Deliver, wait, and say how each job ended."""
    ids = whole.deliver(*pulls)
    return [whole.ending(job_id) for job_id in ids]


def path_of(pull: Pull) -> str:
    return f"/repos/{REPOSITORY}/pulls/{pull.number}"


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        (status(401), "dead"),
        (status(404), "dead"),
        (status(403, "Resource not accessible by personal access token"), "dead"),
        (status(403, "You have exceeded a secondary rate limit", **{"retry-after": "1"}), "done"),
        (status(429, "too many requests", **{"retry-after": "1"}), "done"),
        (status(500), "done"),
        (page_instead(502), "done"),
        (CUT_BEFORE, "done"),
        (HALF, "done"),
    ],
    ids=["401", "404", "403", "403 rate limit", "429", "500", "502 page", "cut", "cut in the midst"],
)
def test_a_fault_before_the_review(whole: Whole, fault: Fault, ending: str, request: pytest.FixtureRequest) -> None:
    """What may pass is tried again, what may not ends with its sentence; never with a traceback.

    A visit begins with the conversation, which is one question in GraphQL.
    """
    pull = whole.pull(f"before{abs(hash(request.node.name))}", QUIET)
    whole.hub.fail("POST", "/graphql", fault)
    (ended,) = reviewed(whole, pull)
    assert ended.startswith(ending), ended
    assert "\n" not in ended
    assert "Traceback" not in whole.stack.log()


def test_faults_while_posting_post_once(whole: Whole) -> None:
    """The first did nothing; the second took effect although no answer came, so that the third try must find it.

    Fails when `publish` does not look for what stands.
    """
    pull = whole.pull("posting")
    for fault in (page_instead(502), CUT_AFTER):
        whole.hub.fail("POST", f"{path_of(pull)}/reviews", fault)
    (ended,) = reviewed(whole, pull)
    assert ended.startswith("done: "), ended
    assert posted(pull) == 1
    attempts = [
        seen.status for seen in whole.hub.seen if (seen.method, seen.path) == ("POST", f"{path_of(pull)}/reviews")
    ]
    assert attempts == [502, 0]


def test_a_refused_review_ends_with_its_sentence(whole: Whole) -> None:
    pull = whole.pull("refused")
    whole.hub.fail("POST", f"{path_of(pull)}/reviews", status(422, "Validation Failed"), times=99)
    (ended,) = reviewed(whole, pull)
    assert ended.startswith("dead: "), ended
    assert posted(pull) == 0


def test_a_force_push_during_the_review_gets_the_new_head_reviewed(whole: Whole) -> None:
    """No delivery tells of it. Fails when neither `_publish` nor `publish` asks for the head again."""
    pull = whole.pull("pushed")
    (job_id,) = whole.deliver(pull)
    whole.stack.wait_for(lambda: whole.stack.outcome(job_id).startswith("running"))
    head = whole.hub.push(REPOSITORY, "pushed", {"pushed.py": RENAMED}, onto="main")
    assert whole.ending(job_id).startswith("done: Posted"), whole.stack.outcome(job_id)
    assert [review.commit for review in pull.reviews] == [head]


RENAMED = "import json\n\n\ndef main():\n    settings = json.load(open('config.json'))\n    print(settings)\n"


def test_a_head_that_stays_away_is_given_up_with_its_reason(whole: Whole) -> None:
    closed, lost = whole.pull("closed"), whole.pull("lost")
    whole.hub.delete_branch(REPOSITORY, "closed")
    whole.hub.lose_head(lost)
    first, second = reviewed(whole, closed, lost)
    assert first == "done: The pull request is closed."
    assert second.startswith("dead: Given up after"), second
    assert posted(closed) == posted(lost) == 0


def test_a_pull_request_from_a_fork_is_reviewed(whole: Whole) -> None:
    whole.hub.fork(REPOSITORY, "stranger")
    whole.hub.push("stranger/shop", "topic", {"fork.py": RENAMED})
    pull = whole.hub.pull(REPOSITORY, "topic", head_repo="stranger/shop", author="stranger")
    (ended,) = reviewed(whole, pull)
    assert ended.startswith("done: Posted"), ended
    assert posted(pull) == 1


def settled(whole: Whole, ids: list[int]) -> bool:
    return bool(running_pids(whole.stack)) or whole.all_ended(ids)


def test_kills_in_real_reviews_lose_nothing_and_post_nothing_twice(whole: Whole) -> None:
    """As `test_killed_worker`, with the real review: sandbox, scanners and GitHub."""
    dice, kills, pulls = random.Random(5), 0, []
    ids: list[int] = []
    while kills < KILLS:
        if whole.all_ended(ids):
            pulls.append(whole.pull(f"killed{len(pulls)}"))
            ids.extend(whole.deliver(pulls[-1]))
        whole.stack.wait_for(partial(settled, whole, ids))
        time.sleep(dice.uniform(0, 1.5))
        kills += kill_one(whole.stack, dice)
    assert [whole.ending(job_id).split(":")[0] for job_id in ids] == ["done"] * len(ids)
    assert [posted(pull) for pull in pulls] == [1] * len(pulls)


def test_a_worker_killed_right_after_posting_posts_nothing_more(whole: Whole) -> None:
    """Fails when `publish` does not look for what stands."""
    pull = whole.pull("after")
    (job_id,) = whole.deliver(pull)
    whole.stack.wait_for(lambda: posted(pull) == 1)
    for pid in running_pids(whole.stack):
        os.kill(pid, signal.SIGKILL)
    assert whole.ending(job_id).startswith("done: "), whole.stack.outcome(job_id)
    assert posted(pull) == 1
