"""The one comment of the gate, edited in place, and its label."""

from __future__ import annotations

from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.domain.gate import LABEL, CheckReport
from reviewbot.gate.comment import comment_of, is_gate_comment
from reviewbot.gate.keeper import Keeper
from reviewbot.gate.label import wants_label
from reviewbot.gate.scene import Scene
from reviewbot.policy.verdict import Verdict


def say(scene: Scene, verdict: Verdict, report: CheckReport, known: str | None, keeper: Keeper) -> str | None:
    """Have the conversation show the verdict in one comment of ours; its id, None where there is nothing to say.

    Args:
        known: the id of the comment as we remember it; one that stands is found again by its marker.

    Raises:
        ForgeError: it could not be said.
    """
    ref = scene.pull.ref
    mine = [note for note in scene.facts.talk.notes if note.author.ours and is_gate_comment(note.body)]
    text = comment_of(
        verdict,
        report,
        exists=bool(mine) or known is not None,
        can_hold=keeper.gate.can_hold,
        commands=True,
        overriders=scene.policy.override,
    )
    if text is None:
        return None
    for double in mine[1:]:  # a worker died between saying it and remembering that
        keeper.forge.delete(ref, double.ref)
    if not mine:
        return keeper.forge.say(ref, text).id
    if mine[0].body.strip() != text.strip():
        keeper.forge.edit(ref, CommentRef(CommentKind.NOTE, mine[0].ref.id), text)
    return mine[0].ref.id


def label(scene: Scene, verdict: Verdict, keeper: Keeper) -> None:
    """Have the label stand where the verdict wants it, and nowhere else. It is a courtesy: it may be denied."""
    _set(scene, keeper, on=wants_label(verdict))


def unlabel(scene: Scene, keeper: Keeper) -> None:
    """Take the label off."""
    _set(scene, keeper, on=False)


def _set(scene: Scene, keeper: Keeper, *, on: bool) -> None:
    if (LABEL in scene.pull.labels) is on:
        return
    try:
        keeper.gate.set_label(scene.pull.ref, LABEL, on=on)
    except ForgeDenied:
        return  # the check says the same, and is what blocks
