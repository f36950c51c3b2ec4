"""What a visit says: new suggestions in one review, one comment that sums up, and errors in the settings, each once."""

from __future__ import annotations

from dataclasses import replace

from reviewbot.domain.conversation import Comment, Conversation
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.domain.record import Record, State
from reviewbot.domain.review import Review
from reviewbot.life.twins import select
from reviewbot.publish import markers
from reviewbot.publish.prose import code_span, prose
from reviewbot.publish.publish import Published, own_markers, publish
from reviewbot.publish.summary import summary_body
from reviewbot.repo_config import FILE, brought_in
from reviewbot.visit.carriers import Carriers
from reviewbot.visit.collaborators import Collaborators
from reviewbot.visit.scene import Scene
from reviewbot.visit.settle import Settled
from reviewbot.visit.threads import say_aside, take_back


def tell_suggestions(scene: Scene, done: Review, settled: Settled, using: Collaborators) -> Published:
    """Post what was found and does not stand yet. It is written down before it is posted, so that nobody else does.

    Raises:
        ForgeError: see ``publish``.
    """
    ref, head = scene.pull.ref, scene.change.head
    marked = own_markers(scene.talk)
    known = using.records.of(ref)  # a review takes minutes, in which a person may have rejected what stood before
    chosen = [one for one in select(done.suggestions, known, settled.sights) if one.id not in marked]
    mine = using.records.propose(ref, chosen, head, using.clock())
    published = publish(using.forge, ref, scene.change, mine, scene.words)
    if published.superseded:
        using.records.forget(ref, [one.id for one in mine])
        return published
    up = {*published.posted, *published.standing}
    standing = [Record(one, head, State.STANDING) for one in mine if one.id in up]
    using.records.save(ref, standing, using.clock())
    if standing:
        _learn_threads(scene, standing, using)
    return published


def _learn_threads(scene: Scene, standing: list[Record], using: Collaborators) -> None:
    """Note which thread carries which suggestion, so that one that a person deletes is known to have stood."""
    carriers = Carriers(using.forge.conversation(scene.pull.ref))
    met = [replace(one, thread=thread.id) for one in standing if (thread := carriers.thread_of(one)) is not None]
    using.records.save(scene.pull.ref, met, using.clock())


def tell_summary(scene: Scene, done: Review, published: Published, using: Collaborators, *, full: bool = False) -> None:
    """Write, or write anew, the comment that sums up. On a pull request without a suggestion there is none.

    Where everything was looked at again (``full``) and nothing is left unsaid, it is taken back.
    """
    ref = scene.pull.ref
    body = summary_body(done, scene.words, scene.notes)
    standing = summary_of(scene.talk)
    if body is None:
        if full and standing is not None:
            take_back(using.forge, ref, standing)
    elif standing is not None:
        if standing.body.strip() != body.strip():
            say_aside(using.forge, ref, body, standing.ref)
    elif published.url is not None or _cut_short(scene, using):
        said = say_aside(using.forge, ref, body)
        using.pulls.set_summary(ref, None if said is None else said.id)


def _cut_short(scene: Scene, using: Collaborators) -> bool:
    """Whether a worker died in the first review, between what it posted and the comment that sums up."""
    ref = scene.pull.ref
    return using.pulls.get(ref).reviewed_head is None and bool(using.records.of(ref))


def summary_of(talk: Conversation) -> Comment | None:
    """Our comment that sums up, where it stands."""
    ours = (note for note in talk.notes if note.author.ours and note.ref.kind is CommentKind.NOTE)
    return next((note for note in ours if markers.SUMMARY in markers.read_one(note.body)), None)


def tell_config(scene: Scene, using: Collaborators) -> CommentRef | None:
    """Report the error that the pull request brings into the repository's settings, once."""
    changed = next((file for file in scene.change.files if file.path == FILE), None)
    problem = None if changed is None else brought_in(scene.base, scene.head)
    if problem is None:
        return None
    ref, marker = scene.pull.ref, markers.config_marker(problem.digest)
    if marker in own_markers(scene.talk) or using.pulls.get(ref).config_told == problem.digest:
        return None
    told = scene.words.config.format(path=code_span(FILE), line=problem.line, problem=prose(problem.sentence))
    comment = say_aside(using.forge, ref, f"{told}\n\n{markers.write([marker])}")
    using.pulls.set_config_told(ref, problem.digest)
    return comment
