"""What a review of a pull request is asked for: the lines that are new, in the files that the repository wants."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.domain.change import Change
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.review import ReviewOptions
from reviewbot.life.fresh import fresh
from reviewbot.source.linemap import line_map
from reviewbot.store.pulls import PullNote
from reviewbot.visit.scene import Scene


def fresh_change(scene: Scene, note: PullNote, *, full: bool) -> Change:
    """The change with only those of its lines that were not reviewed before.

    Where the head that was reviewed is gone for good everything is looked at again; what stands is not repeated.
    """
    if full or note.reviewed_head is None or note.reviewed_base is None:
        return scene.change
    try:
        before = scene.repository.change(note.reviewed_base, note.reviewed_head)
    except RevisionNotFound:
        return scene.change
    return fresh(scene.change, before, line_map(scene.repository, note.reviewed_head, scene.change.head))


def wanted(change: Change, scene: Scene) -> Change:
    """The change without the files that the repository does not want reviewed."""
    files = [file for file in change.files if _wanted(file.path, scene)]
    return replace(change, files=tuple(files))


def _wanted(path: str, scene: Scene) -> bool:
    rule = scene.rules.path(path)
    return rule.reviewed and "fix" in rule.kinds


def options(change: Change, scene: Scene, operators: ReviewOptions) -> ReviewOptions:
    """The operator's options with what the repository says above them."""
    config = scene.config
    floors = {file.path: scene.rules.path(file.path).min_confidence for file in change.files}
    return replace(
        operators,
        max_suggestions=operators.max_suggestions if config.max_suggestions is None else config.max_suggestions,
        min_confidence=operators.min_confidence if config.min_confidence is None else config.min_confidence,
        languages=config.languages,
        floors={path: floor for path, floor in floors.items() if floor is not None},
    )
