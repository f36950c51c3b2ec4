"""What the fake GitLab remembers. Plain data; the code of a project lives in git alone.

Names that the fake GitHub has too (`Pull`, `Repository`, `number`, …) are kept, so that one story drives both.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from tests.fakes.gitlab.model_checks import Approval, Pipeline, Push, Response, Reviewer, Rules, Status, StatusCheck


class Level(IntEnum):
    """Access levels (https://docs.gitlab.com/api/access_requests/#valid-access-levels)."""

    NONE = 0
    GUEST = 10
    PLANNER = 15
    REPORTER = 20
    DEVELOPER = 30
    MAINTAINER = 40
    OWNER = 50


ROLES = {
    "none": Level.NONE,
    "read": Level.REPORTER,
    "triage": Level.REPORTER,
    "write": Level.DEVELOPER,
    "maintain": Level.MAINTAINER,
    "admin": Level.OWNER,
    **{level.name.lower(): level for level in Level},
}


@dataclass
class User:
    """An account. `kind` is `User`, `Bot` (an access token's, a service account) or `Group`.

    `emails` are confirmed; `public_email` is the one of them that everybody sees.
    """

    id: int
    login: str
    kind: str = "User"
    emails: list[str] = field(default_factory=list)
    public_email: str = ""


@dataclass
class Token:
    """What a token may do. `expires`: seconds since 1970; None is never. Without `writes` its scope is `read_api`."""

    secret: str
    user: User
    expires: float | None = None
    reads: bool = True
    writes: bool = True


EVENTS = frozenset({"merge_request", "note", "push", "emoji"})


@dataclass
class Group:
    """Members of a group, by login. A private one is not there for others."""

    members: dict[str, Level]
    private: bool = True


@dataclass
class Hook:
    """Where deliveries go. `disabled_until` is set while GitLab holds the hook to be broken."""

    id: int
    url: str
    secret: str
    signing: str | None = None
    events: frozenset[str] = EVENTS
    uuid: str = ""
    failures: int = 0
    disabled_until: float | None = None
    disabled: bool = False


@dataclass
class Repository:
    """A project; `parent` is set for a fork. `merges` says who may merge into a branch, where not who may push."""

    id: int
    owner: User
    name: str
    default_branch: str = "main"
    private: bool = True
    parent: Repository | None = None
    deleted: bool = False
    created: float = 0.0
    hooks: list[Hook] = field(default_factory=list)
    pulls: dict[int, Pull] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    members: dict[str, Level] = field(default_factory=dict)
    protected: dict[str, Level] = field(default_factory=dict)
    merges: dict[str, Level] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)
    resolve_outdated: bool = False
    resolve_on_apply: bool = True
    rules: Rules = field(default_factory=Rules)
    pipelines: list[Pipeline] = field(default_factory=list)
    checks: list[StatusCheck] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"


@dataclass
class Label:
    """A project's label."""

    id: int
    name: str


@dataclass(frozen=True)
class Refs:
    """The three commits of a diff: `start` is the target branch then, `base` where the source branch left it."""

    base: str
    start: str
    head: str


@dataclass(frozen=True)
class Position:
    """A place in a diff. An added line has no old number, a removed one no new number, an unchanged one has both."""

    refs: Refs
    old_path: str | None
    new_path: str | None
    old_line: int | None = None
    new_line: int | None = None
    line_range: Any = None
    kind: str = "text"

    @property
    def path(self) -> str:
        return self.new_path or self.old_path or ""

    def at(self, refs: Refs, old_path: str, new_path: str, old_line: int | None, new_line: int | None) -> Position:
        return replace(self, refs=refs, old_path=old_path, new_path=new_path, old_line=old_line, new_line=new_line)


@dataclass
class Version:
    """A version of a merge request's diff: one for every push to its source branch."""

    id: int
    refs: Refs
    created: float


@dataclass
class Pull:
    """A merge request: `base_ref` of its project, `head_ref` of `head_repo`. `number` is its iid."""

    id: int
    number: int
    repo: Repository
    title: str
    body: str
    user: User
    base_ref: str
    head_repo: Repository
    head_ref: str
    head_sha: str
    draft: bool
    created: float
    updated: float
    state: str = "open"
    merged: bool = False
    merged_by: User | None = None
    closed_at: float | None = None
    merge_sha: str | None = None
    allow_collaboration: bool = True
    labels: list[str] = field(default_factory=list)
    squash_sha: str | None = None
    approvals: list[Approval] = field(default_factory=list)
    reviewers: list[Reviewer] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    discussions: list[Discussion] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)

    @property
    def refs(self) -> Refs:
        return self.versions[-1].refs

    @property
    def called(self) -> str:
        """GitLab's word for the state."""
        return "merged" if self.merged else {"open": "opened"}.get(self.state, self.state)

    @property
    def notes(self) -> list[Note]:
        """Every note, oldest first."""
        return sorted((n for d in self.discussions for n in d.notes), key=lambda note: note.id)


@dataclass
class Discussion:
    """A thread, or a single note that nobody has answered (`individual`)."""

    id: str
    pull: Pull
    individual: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def first(self) -> Note:
        return self.notes[0]

    @property
    def resolvable(self) -> bool:
        return any(note.resolvable for note in self.notes)

    @property
    def resolved(self) -> bool:
        return self.resolvable and all(note.resolved for note in self.notes if note.resolvable)


@dataclass
class Note:
    """A comment. `kind` is GitLab's `type`: None, `DiscussionNote` or `DiffNote`."""

    id: int
    discussion: Discussion
    user: User
    body: str
    kind: str | None
    created: float
    updated: float
    system: bool = False
    edited: bool = False
    edited_by: User | None = None
    edited_at: float | None = None
    position: Position | None = None
    original_position: Position | None = None
    change_position: Position | None = None
    line_code: str | None = None
    resolved_by: User | None = None
    resolved_at: float | None = None
    awards: list[Award] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)

    @property
    def resolvable(self) -> bool:
        return self.kind is not None and not self.system

    @property
    def resolved(self) -> bool:
        return self.resolved_at is not None


@dataclass
class Suggestion:
    """A suggestion of a note: `above` and `below` lines around the note's line become `to`. `was` is what they were."""

    id: int
    above: int
    below: int
    was: str
    to: str
    applied: bool = False
    commit: str | None = None


@dataclass
class Draft:
    """A note that only its author sees, until it is published."""

    id: int
    user: User
    body: str
    position: Position | None
    line_code: str | None
    reply_to: Discussion | None
    resolve: bool


@dataclass
class Award:
    """An emoji on a note or a merge request."""

    id: int
    name: str
    user: User
    created: float
