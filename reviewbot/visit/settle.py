"""What became of the suggestions that were made: each is carried to the head, settled, and its thread ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewbot.domain.conversation import Conversation, Thread
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.record import Outcome, Record, State
from reviewbot.domain.review import ReviewOptions
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.protocol import Language
from reviewbot.languages.registry import load_languages
from reviewbot.life.answers import answer
from reviewbot.life.carry import NOTHING, Sight, Spot, carry_all
from reviewbot.life.machine import Action, ActionKind, View, step
from reviewbot.pipeline.accounts import Accounts
from reviewbot.pipeline.mends import find_mends, still_smells
from reviewbot.pipeline.places import find_places, still_fails
from reviewbot.publish import markers
from reviewbot.publish.phrases import Phrases, commit_name
from reviewbot.source.linemap import LineMap, line_map
from reviewbot.visit.carriers import Carriers
from reviewbot.visit.collaborators import Collaborators
from reviewbot.visit.scene import Scene
from reviewbot.visit.threads import say_last, set_resolved, take_back


@dataclass(frozen=True)
class Settled:
    """The records of a pull request as they are now, and what was seen of them at the head, by id."""

    records: tuple[Record, ...]
    sights: Mapping[str, Sight]


def settle(scene: Scene, using: Collaborators) -> Settled:
    """Settle every suggestion of the pull request, and end the threads of those that are done with.

    May run any number of times: what is said is looked up before it is said, and a settled record stays as it is.

    Raises:
        ForgeError: a thread could not be ended; what was settled before it is recorded.
    """
    ref, carriers = scene.pull.ref, Carriers(scene.talk)
    noted = _noted(scene.talk) | carriers.said()
    _heal(scene.talk, using)
    kept = using.records.of(ref)
    records = [_met(record, carriers) for record in kept]
    read = _reader(scene)
    sights = _found_again(records, _sights(records, scene, read), scene, using)
    now: list[Record] = []
    for before, record in zip(kept, records, strict=True):
        thread = carriers.thread_of(record)
        view = View(
            head=scene.change.head,
            sight=sights[record.id],
            answer=answer(record, carriers.said_in(record), using.only_commands),
            thread=thread,
            noted=record.id in noted,
            still_fails=_fails(record, sights[record.id], read, scene, using),
            closing=scene.pull.state != "open",
        )
        done = step(record, view)
        for action in done.actions:
            _act(action, scene, using)
        if done.record is None:
            using.records.forget(ref, [record.id])
            continue
        if done.record != before:
            using.records.save(ref, [done.record], using.clock())
        now.append(done.record)
    return Settled(tuple(now), sights)


def _met(record: Record, carriers: Carriers) -> Record:
    """The record with its thread, as soon as the forge shows it."""
    thread = carriers.thread_of(record) if record.thread is None else None
    return record if thread is None else replace(record, thread=thread.id)


def _noted(talk: Conversation) -> frozenset[str]:
    return markers.read(note.body for note in talk.notes if note.author.ours)


def _marked(thread: Thread) -> frozenset[str]:
    return markers.read_one(thread.first.body) if thread.first.author.ours else frozenset()


def _heal(talk: Conversation, using: Collaborators) -> None:
    """Take back what was posted twice by a worker that froze in the midst of the call, where nobody answered it."""
    seen: set[str] = set()
    for thread in talk.threads:
        marked = _marked(thread)
        if marked and marked <= seen and len(thread.comments) == 1:
            take_back(using.forge, talk.pull.ref, thread.first)
        seen |= marked


Read = Callable[[str], SourceFile | None]


def _sights(records: Sequence[Record], scene: Scene, read: Read) -> Mapping[str, Sight]:
    maps = {head: _map(head, scene) for head in {record.head for record in records}}
    return carry_all(records, maps, read, [file.path for file in scene.change.files])


def _found_again(
    records: Sequence[Record], sights: Mapping[str, Sight], scene: Scene, using: Collaborators
) -> Mapping[str, Sight]:
    """The sights, with code that moved too far for its text alone to tell: the same failure stands elsewhere.

    A few words are too little to know lines again by (see ``life.carry``), but not where analysis finds the very same
    failure in the very same text on lines that the pull request adds, and only there.
    """
    lost = [r for r in records if _just_lost(r, sights[r.id])]
    if not lost:
        return sights
    languages, _ = load_languages(using.engines.rules, scene.base)
    taken = [sight.place for sight in sights.values() if sight.place is not None]
    found = dict(sights)
    for spot, rule, text in _failing(scene, languages):
        same = [r for r in lost if (r.suggestion.rule, r.suggestion.original) == (rule, text)]
        if len(same) == 1 and not any(spot.overlaps(other) for other in taken):
            twice = found[same[0].id].place is not None
            found[same[0].id] = NOTHING if twice else Sight(place=spot)
            lost = [r for r in lost if not (twice and r is same[0])]
    return found


def _just_lost(record: Record, sight: Sight) -> bool:
    """What was gone before comes back only where it stood."""
    return sight == NOTHING and record.state is not State.GONE and not record.suggestion.new_file


def _failing(scene: Scene, languages: Sequence[Language]) -> Iterator[tuple[Spot, str, str]]:
    """Each place of the pull request that can fail, and each smell: where, by which rule, and its text."""
    everything = ReviewOptions(min_confidence=0.0)
    for place in find_places(scene.change, scene.head, languages, everything, Accounts()):
        yield Spot(place.region.path, place.region.lines), place.rule, place.original
    for mend in find_mends(scene.change, scene.head, languages, everything):
        yield Spot(mend.path, mend.lines), mend.mend.rule, mend.original


def _map(old: str, scene: Scene) -> LineMap:
    """From an old head to the new one. Where the old one is gone for good, only the lines' content is left to go by."""
    try:
        scene.repository.resolve(old)
    except RevisionNotFound:
        return LineMap(old, scene.change.head, {}, lost=True)
    return line_map(scene.repository, old, scene.change.head)


def _reader(scene: Scene) -> Read:
    files: dict[str, SourceFile | None] = {}

    def read(path: str) -> SourceFile | None:
        if path not in files:
            data = scene.head.read(path)
            files[path] = None if data is None else SourceFile.decode(path, data)
        return files[path]

    return read


def _fails(record: Record, sight: Sight, read: Read, scene: Scene, using: Collaborators) -> bool:
    """Whether the failure is still found where the lines were changed."""
    if sight.place is not None or sight.applied or sight.remains is None:
        return False
    file = read(sight.remains.path)
    if file is None:
        return False
    languages, _ = load_languages(using.engines.rules, scene.base)
    lines, rule = sight.remains.lines, record.suggestion.rule
    return any(still(languages, file, lines, rule, scene.head) for still in (still_fails, still_smells))


def _act(action: Action, scene: Scene, using: Collaborators) -> None:
    ref, forge = scene.pull.ref, using.forge
    thread = next((one for one in scene.talk.threads if one.id == action.thread), None)
    if thread is None:
        return
    if action.kind is ActionKind.REOPEN:
        set_resolved(forge, ref, thread.id, resolved=False)
        return
    if action.outcome is not None and not _told(action.outcome, action.commit, thread):
        say_last(forge, ref, thread, settled_body(action.outcome, action.commit, scene.words))
    set_resolved(forge, ref, thread.id, resolved=True)


def _told(outcome: Outcome, commit: str, thread: Thread) -> bool:
    """Whether the thread says so already: in that sentence, or in our answer that we made the commit."""
    ours = [comment.body for comment in thread.comments[1:] if comment.author.ours]
    if any(markers.settled_marker(outcome.value, commit) in markers.read_one(body) for body in ours):
        return True
    return outcome is Outcome.APPLIED and any(commit_name(commit) in body for body in ours)


def settled_body(outcome: Outcome, commit: str, words: Phrases) -> str:
    """The short sentence that ends a thread."""
    sentence = words.settled[outcome].format(commit=commit_name(commit))
    return f"{sentence}\n\n{markers.write([markers.settled_marker(outcome.value, commit)])}"
