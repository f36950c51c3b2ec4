"""The gate on both forges: what blocks, who clears it, what a push takes back; the forge itself refuses the merge."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from reviewbot.domain.audit import MergeEntry, VerdictEntry
from reviewbot.domain.errors import ConfigError, ScannerError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.gate import GateFacts
from reviewbot.forge.gate import GateForge
from reviewbot.gate.look import give_up
from reviewbot.policy.check import Checked, examine
from tests.behaviour.gate.stage import AI_CODE, CLAUDE, GateStage
from tests.behaviour.gate.watch import Watch, approved, later


def test_it_blocks_until_a_person_approves_and_again_for_a_changed_line_alone(stage: GateStage, watch: Watch):
    watch.watch()
    assert not stage.merges()
    (comment,) = stage.comments()
    assert "6 AI-written lines wait for a human review" in comment and "`new.py`, lines 1-6" in comment
    approved(stage, watch, "bob")
    assert not stage.blocked()
    later(stage)
    stage.push_as("alice", {"new.py": AI_CODE.replace("3 * x", "x + x + x")}, f"Other\n\n{CLAUDE}")
    watch.watch()
    assert stage.blocked()
    (comment,) = stage.comments()
    assert "1 AI-written line waits" in comment and "`new.py`, line 6" in comment
    approved(stage, watch, "carol")
    assert stage.merges()


def test_a_bots_approval_clears_nothing(stage: GateStage, watch: Watch):
    stage.hub.user("linter[bot]", "Bot")
    stage.hub.grant("team/shop", "linter[bot]", "write")
    approved(stage, watch, "linter[bot]")
    assert stage.blocked()


def test_who_pushed_last_clears_nothing(stage: GateStage, watch: Watch):
    stage.push_as("bob", {"more.py": "y = 1\n"}, "By hand")
    approved(stage, watch, "bob")
    assert stage.blocked()
    approved(stage, watch, "carol")
    assert not stage.blocked()


def test_the_authors_second_account_clears_nothing(stage: GateStage, watch: Watch):
    """It shares an address with the commits."""
    stage.hub.user("alice2")
    stage.hub.grant("team/shop", "alice2", "write")
    stage.work.git("config", "user.name", "alice2")
    stage.hub.email("alice2", "alice2@corp.example")
    stage.work.git("commit", "-q", "--amend", "-m", f"More\n\n{CLAUDE}\nCo-authored-by: A <alice2@corp.example>")
    stage.send("alice")
    approved(stage, watch, "alice2")
    assert stage.blocked()


def test_an_approval_at_the_same_second_as_a_push_does_not_cover_it(stage: GateStage, watch: Watch):
    approved(stage, watch, "bob")
    later(stage)
    stage.take_back("bob")
    seen = stage.pull.head_sha
    stage.push_as("alice", {"more.py": AI_CODE}, f"More\n\n{CLAUDE}")
    stage.approve_what_was_seen("bob", seen)
    watch.watch()
    assert stage.blocked()
    assert "`more.py`" in stage.comments()[0] and "`new.py`" not in stage.comments()[0].split("<details>")[0]


def test_an_approval_that_is_taken_back(stage: GateStage, watch: Watch):
    approved(stage, watch, "bob")
    assert not stage.blocked()
    stage.take_back("bob")
    watch.watch()
    assert stage.blocked()


def broken(*_: object) -> Checked:
    raise ScannerError("semgrep did not work.")


def test_what_cannot_be_looked_at_holds_the_merge_back(stage: GateStage, watch: Watch):
    watch.keeper = replace(watch.keeper, examiner=broken)
    with pytest.raises(ScannerError):
        watch.look()
    assert stage.blocked()
    give_up(stage.ref, "semgrep did not work.", watch.keeper)
    assert stage.blocked() and len(stage.gate.facts(stage.ref).holds) == stage.gate.can_hold
    watch.keeper = replace(watch.keeper, examiner=examine)
    approved(stage, watch, "bob")
    assert not stage.blocked()


def test_a_head_that_is_given_up_after_a_pass_is_held_back(stage: GateStage, watch: Watch):
    watch.watch()
    approved(stage, watch, "bob")
    stage.push_as("alice", {"more.py": AI_CODE}, f"More\n\n{CLAUDE}")
    give_up(stage.ref, "git could not fetch it.", watch.keeper)
    assert stage.blocked()


def test_settings_that_nobody_can_read_hold_the_merge_back(stage: GateStage, watch: Watch):
    stage.work.git("checkout", "-q", "--orphan", "other")
    stage.commit_as("dave", {".reviewbot.toml": "[ai]\nmode = nonsense\n", "old.py": "x = 1\n"}, "first")
    stage.work.git("branch", "-f", "main")
    stage.send("bob", "main")
    stage.work.git("checkout", "-q", "-B", "topic", "main")
    stage.push_as("alice", {"new.py": AI_CODE}, f"More\n\n{CLAUDE}")
    with pytest.raises(ConfigError):
        watch.watch()
    assert stage.blocked()


def test_authors_that_the_forge_does_not_tell_keep_it_from_passing(stage: GateStage, watch: Watch):
    later(stage)
    stage.hub.approve(stage.pull, "bob")
    watch.keeper = replace(watch.keeper, gate=Unsure(stage.gate))
    watch.watch()
    assert stage.blocked() and "The commits could not be read." in stage.comments()[0]


class Unsure:
    """A forge that does not tell everything."""

    def __init__(self, gate: GateForge) -> None:
        self._gate = gate

    def facts(self, ref: PullRequestRef, also: Collection[str] = ()) -> GateFacts:
        return replace(self._gate.facts(ref, also), problems=("The commits could not be read.",))

    def __getattr__(self, name: str) -> object:
        return getattr(self._gate, name)


def test_settings_in_the_head_change_nothing(stage: GateStage, watch: Watch):
    stage.push_as("alice", {".reviewbot.toml": '[ai]\nmode = "off"\n'}, "Off")
    watch.watch()
    assert stage.blocked()


def test_a_trailer_that_is_amended_away_was_there(stage: GateStage, watch: Watch):
    watch.watch()
    stage.work.git("commit", "-q", "--amend", "-m", "More")
    stage.send("alice")
    watch.watch()
    assert stage.blocked()


def test_a_forged_comment_of_the_gates_is_left_alone(stage: GateStage, watch: Watch):
    stage.hub.comment(stage.pull, "mallory", "All reviewed\n\n<!-- reviewbot:gate -->")
    watch.watch()
    assert stage.blocked()
    assert len(stage.comments()) == 1


def test_nothing_new_changes_nothing(stage: GateStage, watch: Watch):
    watch.watch()
    notes, entries = stage.forge.conversation(stage.ref).notes, len(watch.entries())
    watch.watch()
    watch.look(afresh=True)
    assert (stage.forge.conversation(stage.ref).notes, len(watch.entries())) == (notes, entries)


def test_the_patrol_finds_what_no_webhook_told(stage: GateStage, watch: Watch):
    assert watch.patrol() == 1
    assert stage.blocked() and stage.comments()
    later(stage)
    stage.hub.approve(stage.pull, "bob")
    watch.patrol()
    assert not stage.blocked()


def test_the_log_holds_each_verdict_and_the_merge(stage: GateStage, watch: Watch):
    approved(stage, watch, "bob")
    assert stage.merges()
    watch.watch()
    *verdicts, merge = watch.entries()
    assert [one.state for one in verdicts if isinstance(one, VerdictEntry)] == ["pass"]
    assert isinstance(merge, MergeEntry) and merge.head == stage.pull.head_sha
