"""Verdicts and merges in the audit log, before anybody sees them."""

from __future__ import annotations

from reviewbot.domain.audit import MergeEntry
from reviewbot.domain.gate import GateFacts
from reviewbot.gate.entry import digest_of, entry_of
from reviewbot.gate.keeper import Keeper
from reviewbot.gate.scene import Scene
from reviewbot.policy.check import Checked
from reviewbot.policy.digest import policy_digest
from reviewbot.policy.released import patches
from reviewbot.store.gates import GateNote


def log(scene: Scene, checked: Checked, note: GateNote, keeper: Keeper) -> str:
    """Log the verdict, unless the last one logged of this pull request is the same; the digest of what stands there.

    Raises:
        StoreError: it is not logged, and so must not be shown.
    """
    entry = entry_of(
        checked.verdict,
        ref=scene.pull.ref,
        base=scene.change.base,
        policy=policy_digest(checked.policy),
        patches=patches(scene.repository, scene.change.base, scene.pull.head),
        at=_now(keeper),
    )
    digest = digest_of(entry)
    if digest != note.logged:
        keeper.memory.log.append([entry])
    return digest


def log_merge(facts: GateFacts, keeper: Keeper) -> None:
    """Log that the pull request was merged, and as what.

    Raises:
        StoreError: it is not logged.
    """
    pull = facts.pull
    commit = facts.merge_commit or pull.head  # a fast-forward makes no commit
    entry = MergeEntry(_now(keeper), pull.ref.forge, pull.ref.repository, pull.ref.number, pull.head, commit)
    keeper.memory.log.append([entry])


def _now(keeper: Keeper) -> int:
    """Milliseconds since the epoch."""
    return round(keeper.clock() * 1000)
