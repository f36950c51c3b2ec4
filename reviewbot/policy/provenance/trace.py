"""From a change to the origin of each line that it adds: start reading here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from pathlib import Path

from reviewbot.domain.change import Change
from reviewbot.policy.provenance.agent_trace import added_records, read_traces
from reviewbot.policy.provenance.assemble import Beside, assembled
from reviewbot.policy.provenance.below import blamed
from reviewbot.policy.provenance.combine import MACHINE, kind_of
from reviewbot.policy.provenance.diffs import diffs_of
from reviewbot.policy.provenance.evidence import Evidence
from reviewbot.policy.provenance.facts import Facts, Traced
from reviewbot.policy.provenance.head_text import HeadText
from reviewbot.policy.provenance.history import commits_named, commits_of
from reviewbot.policy.provenance.markers import Marker, load
from reviewbot.policy.provenance.notes import notes
from reviewbot.policy.provenance.picked import hints_of_picked
from reviewbot.policy.provenance.room import Room, TooMuch, open_room
from reviewbot.policy.provenance.settle import NOTHING, Known, Settled
from reviewbot.policy.provenance.stamps import hinted
from reviewbot.policy.provenance.trace_places import Head, Places, placed
from reviewbot.policy.provenance.walk import Walk, Walked
from reviewbot.resources import rules_dir
from reviewbot.source.repository import Repository

MOST_LINES = 500_000
"""Added lines that are followed."""


def origins(
    repository: Repository, change: Change, facts: Facts, *, rules: Path | None = None, seconds: float = 180.0
) -> Traced:
    """Where each line comes from that ``change`` adds.

    Args:
        repository: holds the change's commits, and the notes under ``refs/notes/ai`` or as a mirror keeps that ref.
        facts: what else is known. rules: the rules folder; by default the installed one.
        seconds: that git may take for it; a third of them for what is older than the change.

    Raises:
        RevisionNotFound: the head or the merge base is not there. SourceUnavailable: git was too slow.
        SourceError: an object between them is missing. KnowledgeError: the rules are broken.
    """
    for revision in (change.head, change.merge_base):
        repository.resolve(revision)
    markers = load(rules or rules_dir())
    text = HeadText(repository.tree(change.head), change)
    if not text.added:
        return Traced((), tuple(text.problems))
    hints = hinted(facts, markers)
    history: Iterator[Known] = repeat(NOTHING)
    with open_room(repository, change.head, seconds) as room:
        try:
            _refuse_too_many(change)
            refs = notes(repository, facts.notes)
            history, places, problems = _followed(refs, room, text, markers, seconds)
        except TooMuch as error:
            places, problems = Places(), [f"The change's history was not read. {error}"]
    beside = Beside(text.said(facts, places.at_head), hints, places.hints, change.head)
    made = tuple(assembled(text.added, history, beside))
    return Traced(made, tuple(dict.fromkeys([*problems, *text.problems])))


def _refuse_too_many(change: Change) -> None:
    if change.changed_lines > MOST_LINES:
        raise TooMuch(f"The change adds more than {MOST_LINES} lines: split it.")


def _followed(
    refs: Sequence[str], room: Room, text: HeadText, markers: Sequence[Marker], seconds: float
) -> tuple[Iterator[Known], Places, list[str]]:
    """History's word on each added line, what traces say beside it, and what could not be read."""
    change = text.change
    commits = commits_of(room, change)
    diffs = diffs_of(room, commits)
    evidence = Evidence(room, refs, markers)
    evidence.read(commits)
    records, unread = added_records(diffs)
    traces, wrong = read_traces(records)
    lines = text.read({one.path for one in traces if one.content_hash and one.path in text.added})
    places = placed(traces, commits, diffs, Head(lines, text.added))
    evidence.add(places.at_commit)
    evidence.add(hints_of_picked(room, refs, commits, diffs))
    walked = Walk(commits, diffs, lambda spot: kind_of(evidence.near(spot)) not in MACHINE).follow(
        change.head, text.added
    )
    count = change.changed_lines
    problems = _older(room.part(seconds / 3), walked)
    at_hand = {commit.id for commit in commits}
    old = dict.fromkeys(spot[0] for spot in walked.spots if spot and spot[0] not in at_hand)
    evidence.read(commits_named(room, list(old)))
    settled = Settled(walked, evidence)
    return map(settled.slot, range(count)), places, [*problems, *unread, *wrong, *evidence.problems]


def _older(room: Room, walked: Walked) -> list[str]:
    """Find out who brought the lines that are older than the change; what could not be found out."""
    spots, problems = blamed(room, {place: [line for line, _ in of] for place, of in walked.older.items()})
    for (commit, path), of in walked.older.items():
        for line, slot in of:
            walked.spots[slot] = spots.get((commit, path, line))
    return problems
