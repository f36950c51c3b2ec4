"""Threads that hold a merge back while they are open (GitLab, every tier): begun, opened again, and let go.

What resolving one signs off is written down when it is begun, and never changed: lines that are new since need a thread
of their own. So nobody can sign off what was put into a thread behind their back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import SourceError
from reviewbot.domain.gate import GateFacts, Hold, Word
from reviewbot.gate.comment import hold_text
from reviewbot.gate.keeper import Keeper
from reviewbot.gate.scene import Scene
from reviewbot.policy.verdict import Verdict
from reviewbot.source.linemap import line_map
from reviewbot.store.gates import GateNote
from reviewbot.store.holds import HoldNote
from reviewbot.store.sign_offs import SignOff

Place = tuple[str, LineRange]

_JUST_BEFORE = 0.001
"""Seconds; GitLab's times have milliseconds."""

_TAKES_BACK = frozenset({Word.RETARGETED, Word.CHANGES_REQUESTED, Word.DISMISSED})


def note_resolved(facts: GateFacts, note: GateNote, keeper: Keeper) -> bool:
    """Write down who resolved which thread, and so which lines they signed off; whether anything of it is new.

    GitLab does not tell when. A resolution is taken to be older than whatever takes words back and came since we looked
    last (another base, a request for changes), so that it does not count after it.
    """
    known = {one.thread: one for one in keeper.memory.holds.of(facts.pull.ref)}
    at = _no_later(facts, note)
    new = False
    for hold in facts.holds:
        by, what = hold.resolved_by, known.get(hold.id)
        if not hold.resolved or by is None or not by.human or what is None:
            continue
        for path, lines in what.places:
            key = f"hold:{hold.id}:{by.login}:{lines.start}:{path}"
            said = SignOff(key, at, by.login, "resolved", what.head, path, lines, "")
            new = keeper.memory.sign_offs.add(facts.pull.ref, said) or new
    return new


def _no_later(facts: GateFacts, note: GateNote) -> float:
    against = [one.at for one in facts.spoken or () if one.word in _TAKES_BACK and one.at > note.updated]
    return min([facts.updated, *(at - _JUST_BEFORE for at in against)])


def reopen(scene: Scene, keeper: Keeper) -> None:
    """While we are at it a thread that we had let go holds the merge back again."""
    if _holds_back(scene, keeper) and scene.facts.holds and all(one.resolved for one in scene.facts.holds):
        keeper.forge.set_resolved(scene.pull.ref, scene.facts.holds[-1].id, resolved=False)


def stands(scene: Scene, keeper: Keeper, *, blocks: bool) -> bool:
    """Whether a thread of ours is open exactly where the verdict blocks: anybody may have resolved it, or opened it."""
    if not _holds_back(scene, keeper):
        return True
    return any(not one.resolved for one in scene.facts.holds) is blocks


def hold_anyway(facts: GateFacts, keeper: Keeper) -> None:
    """Have something hold the merge back though nobody knows which lines: a thread that signs nothing off."""
    if not keeper.gate.can_hold or any(not one.resolved for one in facts.holds):
        return
    ref = facts.pull.ref
    thread = keeper.gate.begin_hold(ref, hold_text(()))
    keeper.memory.holds.add(ref, HoldNote(thread, facts.pull.head, ()))


def hold(scene: Scene, verdict: Verdict, keeper: Keeper) -> None:
    """Have an open thread hold the merge back, one that means every line that waits, and only that one."""
    if not _holds_back(scene, keeper):
        release(scene, keeper)
        return
    ref, places = scene.pull.ref, [(one.path, one.lines) for one in verdict.unreviewed]
    standing = _meaning(places, scene, keeper)
    if standing is None:
        thread = keeper.gate.begin_hold(ref, hold_text(places))
        keeper.memory.holds.add(ref, HoldNote(thread, scene.pull.head, tuple(places)))
    elif standing.resolved:
        keeper.forge.set_resolved(ref, standing.id, resolved=False)
    _end(scene, keeper, but=standing)


def release(scene: Scene, keeper: Keeper) -> None:
    """Let the merge go."""
    _end(scene, keeper)


def _end(scene: Scene, keeper: Keeper, but: Hold | None = None) -> None:
    """End our threads. The last one is ended whatever it was, since ``reopen`` may have opened it again."""
    for at, one in enumerate(reversed(scene.facts.holds)):
        if one != but and (not one.resolved or at == 0):
            keeper.forge.set_resolved(scene.pull.ref, one.id, resolved=True)


def _holds_back(scene: Scene, keeper: Keeper) -> bool:
    return keeper.gate.can_hold and scene.enforced


def _meaning(places: Sequence[Place], scene: Scene, keeper: Keeper) -> Hold | None:
    """The newest of our threads that means each of these lines of the head, as they stood when it was begun."""
    known = {one.thread: one for one in keeper.memory.holds.of(scene.pull.ref)}
    wanted = _lines(places)
    for one in reversed(scene.facts.holds):
        note = known.get(one.id)
        if note is not None and wanted <= _lines(_now(note, scene)):
            return one
    return None


def _now(note: HoldNote, scene: Scene) -> list[Place]:
    """Where a thread's lines are at the head, those that stand as they did."""
    if note.head == scene.pull.head:
        return list(note.places)
    try:
        there = line_map(scene.repository, note.head, scene.pull.head)
    except SourceError:  # its commit is gone: nobody can tell
        return []
    found: list[Place] = []
    for path, lines in note.places:
        file = there.of(path)
        if file.new_path is not None:
            found += [(file.new_path, image) for image in file.images(lines)]
    return found


def _lines(places: Iterable[Place]) -> set[tuple[str, int]]:
    return {(path, line) for path, lines in places for line in range(lines.start, lines.end + 1)}
