"""The doctor on the gate: whether a rule makes a merge wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewbot.doctor.finding import State
from reviewbot.doctor.forge import Reply
from reviewbot.doctor.gate import examine_gate, judge_gate, read_branch
from reviewbot.domain.gate import Requirement
from reviewbot.settings import Settings, load_settings
from tests.fakes.gitlab import FakeGitLab


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (Requirement(True, "In force."), State.GOOD),
        (Requirement(True, "In force.", pinned=True), State.GOOD),
        (Requirement(True, "From anybody.", pinned=False), State.ADVICE),
        (Requirement(False, "Nothing requires it."), State.ADVICE),
        (Requirement(None, "May not be read."), State.ADVICE),
    ],
)
def test_what_a_rule_means(found: Requirement, state: State):
    finding = judge_gate(found)
    assert (finding.check, finding.state, finding.detail) == ("gate", state, found.how)


@pytest.mark.parametrize(
    ("reply", "branch"),
    [
        (Reply(200, {}, {"default_branch": "trunk"}), "trunk"),
        (Reply(200, {}, {"default_branch": None}), None),
        (Reply(200, {}, {"default_branch": ""}), None),
        (Reply(404, {}, {"default_branch": "main"}), None),
        (Reply(None), None),
    ],
)
def test_the_default_branch(reply: Reply, branch: str | None):
    assert read_branch(reply) == branch


@pytest.fixture
def lab() -> Iterator[FakeGitLab]:
    with FakeGitLab() as hub:
        hub.repository("team/shop")
        hub.grant("team/shop", "seed-bot", "write")
        yield hub
        assert hub.violations == []


def of_gitlab(lab: FakeGitLab, place: Path) -> Settings:
    environ = {"REVIEWBOT_STATE_DIR": str(place), "REVIEWBOT_GITLAB_URL": lab.web}
    return load_settings({**environ, "REVIEWBOT_GITLAB_TOKEN": lab.token("seed-bot")})


def test_on_gitlab(lab: FakeGitLab, tmp_path: Path):
    (finding,) = examine_gate(of_gitlab(lab, tmp_path), "team/shop")
    assert finding.state is State.ADVICE and "All threads must be resolved" in finding.detail
    lab.require_threads("team/shop")
    (finding,) = examine_gate(of_gitlab(lab, tmp_path), "team/shop")
    assert finding.state is State.GOOD


def test_a_repository_that_is_not_there_is_said_elsewhere(lab: FakeGitLab, tmp_path: Path):
    assert list(examine_gate(of_gitlab(lab, tmp_path), "team/other")) == []


def test_without_a_forge_there_is_nothing_to_say(tmp_path: Path):
    assert list(examine_gate(load_settings({"REVIEWBOT_STATE_DIR": str(tmp_path)}), "team/shop")) == []
