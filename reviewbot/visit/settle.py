"""What became of the suggestions that were made: each is carried to the head, settled, and its thread ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from reviewbot.domain.conversation import Conversation, Thread
from reviewbot.domain.errors import RevisionNotFound
from reviewbot.domain.record import Outcome, Record, State
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.registry import load_languages
from reviewbot.life.answers import answer
from reviewbot.life.carry import Sight, carry_all
from reviewbot.life.machine import Action, ActionKind, step
from reviewbot.pipeline.places import still_fails
from reviewbot.publish import markers
from reviewbot.publish.phrases import Phrases, commit_name
from reviewbot.source.linemap import LineMap, line_map
from reviewbot.visit.collaborators import Collaborators
from reviewbot.visit.scene import Scene


def settle(scene: Scene, using: Collaborators) -> tuple[Record, ...]:
    """Settle every suggestion of the pull request, and end the threads of those that are done with.

    May run any number of times: what is said is looked up before it is said, and a settled record stays as it is.

    Returns:
        The records as they are now.

    Raises:
        ForgeError: a thread could not be ended; what was settled before it is recorded.
    """
    ref = scene.pull.ref
    _heal(scene.talk, using)
    records = [_met(record, scene.talk) for record in using.records.of(ref)]
    kept: list[Record] = []
    for record, sight in zip(records, _sights(records, scene), strict=True):
        thread = thread_of(record, scene.talk)
        said = answer(record, thread, using.only_commands)
        fails = _fails(record, sight, scene, using)
        done = step(
            record, sight, said, thread, head=scene.change.head, open=scene.pull.state == "open", still_fails=fails
        )
        for action in done.actions:
            _act(action, scene, using)
        if done.record is None:
            using.records.forget(ref, [record.id])
            continue
        using.records.save(ref, [done.record], using.clock())
        kept.append(done.record)
    return tuple(kept)


def thread_of(record: Record, talk: Conversation) -> Thread | None:
    """The thread that carries a record: the one it names, else the one of ours that is marked with its fingerprint."""
    named = next((thread for thread in talk.threads if thread.id == record.thread), None)
    return named or next((thread for thread in talk.threads if record.id in _marked(thread)), None)


def _met(record: Record, talk: Conversation) -> Record:
    """The record with its thread, as soon as the forge shows it. One told in a review's text has none."""
    if record.thread is None:
        thread = thread_of(record, talk)
        if thread is not None:
            return replace(record, thread=thread.id)
        if record.state is State.PROPOSED and record.id in _noted(talk):
            return replace(record, state=State.STANDING)
    return record


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
            using.forge.delete(talk.pull.ref, thread.first.ref)
        seen |= marked


def _sights(records: Sequence[Record], scene: Scene) -> Sequence[Sight]:
    changed = [file.path for file in scene.change.files]
    maps: dict[str, LineMap] = {}
    for head in {record.head for record in records}:
        maps[head] = _map(head, scene)
    return carry_all(records, maps, _reader(scene), changed)


def _map(old: str, scene: Scene) -> LineMap:
    """From an old head to the new one. Where the old one is gone for good, only the lines' content is left to go by."""
    try:
        return line_map(scene.repository, old, scene.change.head)
    except RevisionNotFound:
        return LineMap(old, scene.change.head, {})


def _reader(scene: Scene) -> Callable[[str], SourceFile | None]:
    files: dict[str, SourceFile | None] = {}

    def read(path: str) -> SourceFile | None:
        if path not in files:
            data = scene.head.read(path)
            files[path] = None if data is None else SourceFile.decode(path, data)
        return files[path]

    return read


def _fails(record: Record, sight: Sight, scene: Scene, using: Collaborators) -> bool:
    """Whether the failure is still found where the lines were changed."""
    if sight.place is not None or sight.applied or sight.remains is None:
        return False
    file = _reader(scene)(sight.remains.path)
    if file is None:
        return False
    languages, _ = load_languages(using.engines.rules, scene.base)
    return still_fails(languages, file, sight.remains.lines, record.suggestion.rule)


def _act(action: Action, scene: Scene, using: Collaborators) -> None:
    ref, forge = scene.pull.ref, using.forge
    thread = next((one for one in scene.talk.threads if one.id == action.thread), None)
    if thread is None:
        return
    if action.kind is ActionKind.REOPEN:
        forge.set_resolved(ref, thread.id, resolved=False)
        return
    if action.outcome is not None and action.commit is not None:
        marker = markers.settled_marker(action.outcome.value, action.commit)
        if not any(marker in markers.read_one(c.body) for c in thread.comments if c.author.ours):
            forge.reply(ref, thread, settled_body(action.outcome, action.commit, scene.words))
    forge.set_resolved(ref, thread.id, resolved=True)


def settled_body(outcome: Outcome, commit: str, words: Phrases) -> str:
    """The short sentence that ends a thread."""
    sentence = words.settled[outcome].format(commit=commit_name(commit))
    return f"{sentence}\n\n{markers.write([markers.settled_marker(outcome.value, commit)])}"
