"""The forge in memory as the gate speaks to it: ``Forge``, ``GateForge``, and the mirrors of its repository."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from reviewbot.domain.conversation import Comment, Conversation
from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.event import CommentKind, CommentRef, PullRequest, PullRequestRef
from reviewbot.domain.gate import (
    CheckReport,
    GateFacts,
    Hold,
    OpenPull,
    Requirement,
)
from tests.gate.random.ground import Ground
from tests.gate.random.hub import REPOSITORY, US, Hub, Note, Pull, Thread, members, spoken_of


@dataclass
class MemoryForge:
    """``Forge`` and ``GateForge`` over a hub. ``before`` and ``after`` are told of each request, and may raise."""

    hub: Hub
    before: Callable[[str], None]
    after: Callable[[str], None]
    calls: int = 0

    @property
    def name(self) -> str:
        return self.hub.kind

    @property
    def can_hold(self) -> bool:
        return self.hub.holds

    def _pull(self, ref: PullRequestRef) -> Pull:
        return self.hub.pulls[ref.number]

    def pull_request(self, ref: PullRequestRef) -> PullRequest:
        self.before("pull_request")
        made = self._seen(self._pull(ref))
        self.after("pull_request")
        return made

    def _seen(self, pull: Pull) -> PullRequest:
        base = self.hub.ground.branches[pull.base_branch]
        return PullRequest(
            PullRequestRef(self.hub.kind, REPOSITORY, pull.number),
            pull.state,
            False,
            base,
            pull.base_branch,
            pull.head,
            f"refs/pull/{pull.number}/head",
            "memory://team/shop.git",
            False,
            pull.author,
            head_branch=f"topic-{pull.number}",
            labels=tuple(sorted(pull.labels)),
        )

    def facts(self, ref: PullRequestRef, also: Collection[str] = ()) -> GateFacts:
        self.before("facts")
        hub, pull = self.hub, self._pull(ref)
        notes = tuple(Comment(CommentRef(CommentKind.NOTE, one.id), one.by, one.body) for one in pull.notes)
        hands = {one.after: (hub.ground.commits[one.after].author,) for one in pull.pushes}
        holds = tuple(
            Hold(one.id, CommentRef(CommentKind.NOTE, one.id), one.body, one.resolved_by is not None, one.resolved_by)
            for one in pull.threads
        )
        made = GateFacts(
            Conversation(self._seen(pull), (), notes),
            pull.title,
            pull.description,
            pull.updated,
            spoken_of(hub, pull),
            tuple(pull.pushes),
            members(frozenset(hub.writers)),
            hands,
            pull.head if pull.state == "merged" else None,
            holds,
        )
        self.after(f"facts {ref.number}")
        return made

    def open_pulls(self, repository: str) -> tuple[OpenPull, ...]:
        self.before("open_pulls")
        found = [one for one in self.hub.pulls.values() if one.state == "open"]
        made = tuple(OpenPull(one.number, one.head, one.base_branch, one.updated) for one in found)
        self.after("open_pulls")
        return made

    def repositories(self) -> tuple[str, ...]:
        self.before("repositories")
        self.after("repositories")
        return (REPOSITORY,)

    def show(self, ref: PullRequestRef, report: CheckReport) -> None:
        self.before("show green" if report.state.lets_merge else "show")
        self.hub.checks[report.head] = report
        self.after(f"show {report.head}")

    def shown(self, ref: PullRequestRef, head: str) -> str | None:
        self.before("shown")
        check = self.hub.checks.get(head)
        self.after("shown")
        return None if check is None else check.digest

    def set_label(self, ref: PullRequestRef, name: str, *, on: bool) -> None:
        self.before("set_label")
        pull = self._pull(ref)
        (pull.labels.add if on else pull.labels.discard)(name)
        self.hub.touch(pull)
        self.after("set_label")

    def begin_hold(self, ref: PullRequestRef, body: str) -> str:
        self.before("begin_hold")
        made = Thread(f"t{self.hub.fresh()}", body)
        self._pull(ref).threads.append(made)
        self.hub.touch(self._pull(ref))
        self.after(f"begin_hold {ref.number} {made.id}")
        return made.id

    def set_resolved(self, ref: PullRequestRef, thread: str, *, resolved: bool) -> None:
        self.before("set_resolved")
        found = next((one for one in self._pull(ref).threads if one.id == thread), None)
        if found is None:
            raise ForgeDenied("There is no such thread any more.")
        if resolved is not (found.resolved_by is not None):
            found.resolved_by = US if resolved else None
            found.resolved_at = self.hub.now
            self.hub.touch(self._pull(ref))
        self.after(f"set_resolved {ref.number}")

    def say(self, ref: PullRequestRef, body: str) -> CommentRef:
        self.before("say")
        made = Note(f"n{self.hub.fresh()}", US, body)
        self._pull(ref).notes.append(made)
        self.hub.touch(self._pull(ref))
        self.after("say")
        return CommentRef(CommentKind.NOTE, made.id)

    def edit(self, ref: PullRequestRef, comment: CommentRef, body: str) -> None:
        self.before("edit")
        found = next((one for one in self._pull(ref).notes if one.id == comment.id), None)
        if found is None:
            raise ForgeDenied("There is no such comment any more.")
        found.body = body
        self.hub.touch(self._pull(ref))
        self.after("edit")

    def delete(self, ref: PullRequestRef, comment: CommentRef) -> None:
        self.before("delete")
        pull = self._pull(ref)
        pull.notes = [one for one in pull.notes if one.id != comment.id]
        self.hub.touch(pull)
        self.after("delete")

    def members_of(self, ref: PullRequestRef, name: str) -> frozenset[str] | None:
        return None

    def queued(self, repository: str, branch: str, head: str) -> tuple[int, ...]:
        return ()

    def requirement(self, repository: str, branch: str) -> Requirement:
        self.before("requirement")
        self.after("requirement")
        return Requirement(True, "a rule", expects=not self.hub.holds)

    def clone_environment(self, ref: PullRequestRef) -> dict[str, str]:
        return {}

    def page(self, ref: PullRequestRef) -> str:
        return f"https://forge.example/{ref.number}"


@dataclass
class MemoryMirrors:
    """``Mirrors`` over the ground. What was fetched stays as it was until it is fetched again."""

    hub: Hub
    before: Callable[[str], None]
    after: Callable[[str], None]

    def fetch(
        self, _url: str, refs: Collection[str], _environment: Mapping[str, str], *, optional: str | None = None
    ) -> Ground:
        self.before("fetch")
        ground = self.hub.ground
        for ref in refs:
            if ref.startswith("refs/heads/"):
                ground.fetched[ref] = ground.branches[ref.removeprefix("refs/heads/")]
        self.after("fetch")
        return ground

    @staticmethod
    def name(ref: str) -> str:
        return ref

    def keep(self, _ground: Ground, _commit: str) -> None:
        self.before("keep")
        self.after("keep")
