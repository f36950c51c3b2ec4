"""One look at a pull request, from the forge and back to it: start reading here.

The order of the steps is what keeps the gate from lying. What is red is shown at once, what is green only after the
forge was asked again and the verdict stands in the audit log. A worker that dies in between leaves what blocks.
"""

from __future__ import annotations

from dataclasses import replace

from reviewbot.domain.errors import ForgeError, ReviewbotError, RevisionNotFound
from reviewbot.domain.event import PullRequest, PullRequestRef
from reviewbot.domain.gate import CheckState, GateFacts
from reviewbot.gate import holding, recording, saying, sharing
from reviewbot.gate.keeper import Keeper, Tell
from reviewbot.gate.report import failed_to, left_behind, state_of, working
from reviewbot.gate.scene import Scene, open_scene
from reviewbot.gate.telling import people_of
from reviewbot.policy.check import Checked
from reviewbot.repo_config.ai import Mode
from reviewbot.store.gates import GateNote
from reviewbot.visit.outcome import HeadMoved, NotThereYet, Outcome

_ROUNDS = 3
"""So often it is begun anew at once where the pull request changed meanwhile; then the queue waits a little."""


def look_at(ref: PullRequestRef, keeper: Keeper, still_wanted: Tell, *, afresh: bool = False) -> Outcome:
    """Come to the verdict on the pull request as it is now, and show it.

    Args:
        still_wanted: told what comes next; what it raises ends the work. afresh: also where nothing is new.

    Raises:
        HeadMoved: it changes faster than it can be looked at; try again.
        ReviewbotError: see the keeper's parts. What is shown does not pass then.
    """
    for _ in range(_ROUNDS):
        outcome = _once(ref, keeper, still_wanted, afresh=afresh)
        if outcome is not None:
            return outcome
    raise HeadMoved(f"{ref} changed each time that the gate looked at it: trying again.")


def give_up(ref: PullRequestRef, reason: str, keeper: Keeper) -> None:
    """Say that the verdict cannot be come to, and why. What blocks stays so.

    Raises:
        ForgeError: it could not be said.
    """
    facts, note = ask(ref, keeper), _note_of(ref, keeper)
    pull = facts.pull
    if pull.state != "open":
        return
    holding.note_resolved(facts, note, keeper)
    if note.mode == Mode.ENFORCE.value:
        holding.hold_anyway(facts, keeper)
    report = failed_to(pull.head, reason)
    keeper.gate.show(ref, report)
    keeper.memory.gates.save(
        replace(
            note,
            head=pull.head,
            base_branch=pull.base_branch,
            state=CheckState.ERROR.value,
            report=report.digest,
            facts="",
            updated=facts.updated,
            at=keeper.clock(),
            open=True,
        )
    )


def _once(ref: PullRequestRef, keeper: Keeper, still_wanted: Tell, *, afresh: bool) -> Outcome | None:
    """One look; None where the pull request changed before it could be ended."""
    still_wanted("asking the forge")
    facts = ask(ref, keeper)
    note = _note_of(ref, keeper)
    if facts.pull.state != "open":
        return _closed(facts, note, keeper)
    if holding.note_resolved(facts, note, keeper):
        return None  # whoever resolved one is to be asked about
    still_wanted("fetching")
    scene = _scene(facts, keeper)
    if scene.off:
        return _off(scene, note, keeper, still_wanted)
    if not afresh and _stands(scene, note, keeper):
        keeper.memory.gates.save(replace(note, updated=facts.updated, at=keeper.clock()))
        return Outcome("Nothing that decides has changed.")
    note = _begin(scene, note, keeper, still_wanted)
    still_wanted("coming to the verdict")
    checked = _examined(scene, keeper)
    if state_of(checked.verdict).lets_merge and changed(facts, ask(ref, keeper)):
        return None
    return _settle(scene, checked, note, keeper, still_wanted)


def ask(ref: PullRequestRef, keeper: Keeper) -> GateFacts:
    """What the forge says now."""
    memory = keeper.memory
    return keeper.gate.facts(ref, people_of(memory.sign_offs.of(ref), memory.pushes.of(ref)))


def changed(before: GateFacts, now: GateFacts) -> bool:
    """Whether something that decides is other than it was."""
    return _deciding(before) != _deciding(now)


def _deciding(facts: GateFacts) -> tuple[object, ...]:
    pull = facts.pull
    place = (pull.state, pull.head, pull.base_branch, facts.title, facts.description)
    return (*place, facts.spoken, facts.pushes, facts.members, facts.problems)


def _note_of(ref: PullRequestRef, keeper: Keeper) -> GateNote:
    found = keeper.memory.gates.get(ref)
    if found is not None:
        return found
    return GateNote(ref, "", "", "", "", "", "", "", "", 0.0, 0.0, None, open=True)


def _scene(facts: GateFacts, keeper: Keeper) -> Scene:
    """The code.

    Raises:
        HeadMoved: there is another head by now. NotThereYet: git is behind the forge.
    """
    try:
        return open_scene(facts, keeper)
    except RevisionNotFound as error:
        now = keeper.forge.pull_request(facts.pull.ref)
        if now.head != facts.pull.head:
            raise HeadMoved(f"{now.ref} got a new head while it was fetched: trying again with that.") from error
        raise NotThereYet(str(error)) from error


def _stands(scene: Scene, note: GateNote, keeper: Keeper) -> bool:
    """Whether the verdict on this very scene was come to before, is shown, and holds the merge back or lets it go."""
    if not note.open or (note.head, note.facts) != (scene.pull.head, scene.print):
        return False
    if not holding.stands(scene, keeper, blocks=not CheckState(note.state).lets_merge):
        return False
    return keeper.gate.shown(scene.pull.ref, scene.pull.head) == note.report


def _begin(scene: Scene, note: GateNote, keeper: Keeper, still_wanted: Tell) -> GateNote:
    """Write down that we are at it, and show it where something green stands or nothing at all."""
    pull = scene.pull
    left, was = note.head, note.state
    _leave(pull, note, keeper)
    begun = replace(
        note,
        head=pull.head,
        base=scene.change.base,
        base_branch=pull.base_branch,
        mode=Mode.ENFORCE.value if scene.enforced else scene.policy.mode.value,
        state=CheckState.WORKING.value,
        facts="",
        at=keeper.clock(),
        open=True,
    )
    keeper.memory.gates.save(begun)
    red = note.open and was in (CheckState.WAITING.value, CheckState.FAILED.value, CheckState.ERROR.value)
    if left != pull.head or not red:  # while it was closed another one of the same head may have passed
        still_wanted("saying that we are at it")
        holding.reopen(scene, keeper)
        keeper.gate.show(pull.ref, working(pull.head))
    if left and left != pull.head:
        sharing.wake_others(pull.ref, left, keeper)
    return begun


def _leave(pull: PullRequest, note: GateNote, keeper: Keeper) -> None:
    """Nothing green stays behind: reviews may be taken back before a force-push makes the old commit the head again."""
    shown = bool(note.report) or note.mode not in ("", "off")
    green = shown and bool(note.state) and CheckState(note.state).lets_merge
    if green and note.head != pull.head and not keeper.gate.can_hold:
        keeper.gate.show(pull.ref, left_behind(note.head))


def _examined(scene: Scene, keeper: Keeper) -> Checked:
    """The verdict. Where it cannot be come to for now that is said, and it is tried again."""
    try:
        return keeper.examiner(scene.repository, scene.change, scene.told, keeper.tools, scene.force)
    except ForgeError:
        raise
    except ReviewbotError as error:
        if scene.enforced:
            holding.hold_anyway(scene.facts, keeper)
        if error.retryable:
            keeper.gate.show(scene.pull.ref, working(scene.pull.head, str(error)))
        raise


def _settle(scene: Scene, checked: Checked, note: GateNote, keeper: Keeper, still_wanted: Tell) -> Outcome:
    """Log the verdict, then show it everywhere."""
    pull, verdict = scene.pull, checked.verdict
    still_wanted("writing the verdict down")
    keeper.mirrors.keep(scene.repository, pull.head)
    keeper.memory.seen.save(pull.ref, pull.head, checked.seen, keeper.clock())
    logged = recording.log(scene, checked, note, keeper)
    settled = replace(note, state=state_of(verdict).value, logged=logged)
    keeper.memory.gates.save(settled)
    green = state_of(verdict).lets_merge
    if not green:
        holding.hold(scene, verdict, keeper)
    report = sharing.show(scene, verdict, keeper, still_wanted)
    if green:
        holding.release(scene, keeper)
    comment = saying.say(scene, verdict, report, note.comment, keeper)
    saying.label(scene, verdict, keeper)
    done = replace(
        settled,
        report=report.digest,
        facts=scene.print,
        updated=scene.facts.updated,
        at=keeper.clock(),
        comment=comment,
    )
    keeper.memory.gates.save(done)
    return Outcome(report.title, url=keeper.forge.page(pull.ref))


def _off(scene: Scene, note: GateNote, keeper: Keeper, still_wanted: Tell) -> Outcome:
    """The gate is off. What demands its word all the same is told so, or it would wait for ever."""
    pull, said, was_on = scene.pull, "", note.mode not in ("", "off")
    demanded = keeper.gate.requirement(pull.ref.repository, pull.base_branch)
    _leave(pull, note, keeper)
    settled = replace(
        note,
        head=pull.head,
        base=scene.change.base,
        base_branch=pull.base_branch,
        state=CheckState.PASSED.value,
        facts="",
        at=keeper.clock(),
        open=True,
    )
    keeper.memory.gates.save(settled)
    if demanded.expects or (note.report and was_on):
        verdict = keeper.examiner(scene.repository, scene.change, scene.told, keeper.tools, scene.force).verdict
        said = sharing.show(scene, verdict, keeper, still_wanted).digest
    if was_on:
        holding.release(scene, keeper)
        saying.unlabel(scene, keeper)
    keeper.memory.gates.save(replace(settled, mode="off", report=said, updated=scene.facts.updated, at=keeper.clock()))
    if note.head and note.head != pull.head:
        sharing.wake_others(pull.ref, note.head, keeper)
    return Outcome("The gate is off here.")


def _closed(facts: GateFacts, note: GateNote, keeper: Keeper) -> Outcome:
    """Nothing more to gate. A merge is logged once; whoever shares the head is free of this pull request."""
    pull = facts.pull
    holding.note_resolved(facts, note, keeper)
    if note.open and note.head:
        if pull.state == "merged" and note.mode not in ("", "off"):
            recording.log_merge(facts, keeper)
        keeper.memory.gates.save(replace(note, open=False, facts="", updated=facts.updated, at=keeper.clock()))
        sharing.wake_others(pull.ref, note.head, keeper)
    return Outcome(f"The pull request is {pull.state}.")
