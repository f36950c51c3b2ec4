"""What the fake GitHub remembers. Plain data; the code of a repository lives in git alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.github.model_checks import CheckRun, Demand
from tests.fakes.github.model_people import Activity, BaseChange


@dataclass
class User:
    """An account. `kind` is GitHub's `type`: `User`, `Bot` or `Organization`."""

    id: int
    login: str
    kind: str = "User"
    emails: list[str] = field(default_factory=list, compare=False)
    deleted: bool = False


@dataclass
class Token:
    """What a token may do. `expires` is in seconds since 1970; None is never."""

    secret: str
    user: User
    expires: float | None = None
    installation: bool = False
    reads: bool = True
    writes: bool = True
    repositories: frozenset[str] | None = None
    permissions: dict[str, str] | None = None
    of: Installation | None = None

    def may(self, what: str, how: str) -> bool:
        """Whether it was granted `how` (`read` or `write`) on `what`; a token without grants was granted all."""
        return self.permissions is None or self.permissions.get(what) in ("write", "admin", how)


@dataclass
class App:
    """A GitHub App. `pem` is its private key; `bot` the account that its installations act as."""

    id: int
    slug: str
    name: str
    owner: User
    pem: str
    webhook_secret: str
    client_id: str
    client_secret: str
    permissions: dict[str, str]
    events: list[str] = field(default_factory=list)
    hook: str | None = None
    created: float = 0.0
    bot: User = field(default_factory=lambda: User(0, "", "Bot"))


@dataclass
class Installation:
    """An App on an account. `repositories` are full names; None is all of them."""

    id: int
    app: App
    account: User
    repositories: frozenset[str] | None
    permissions: dict[str, str]
    created: float = 0.0
    suspended: bool = False


@dataclass
class Hook:
    """Where deliveries go."""

    id: int
    url: str
    secret: str
    events: tuple[str, ...] = ("*",)


@dataclass
class Repository:
    """A repository; `parent` is set for a fork."""

    id: int
    owner: User
    name: str
    default_branch: str = "main"
    private: bool = True
    parent: Repository | None = None
    deleted: bool = False
    archived: bool = False
    created: float = 0.0
    hooks: list[Hook] = field(default_factory=list)
    pulls: dict[int, Pull] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)
    rules: dict[str, list[str]] = field(default_factory=dict)
    demands: dict[str, list[Demand]] = field(default_factory=dict)
    check_runs: list[CheckRun] = field(default_factory=list)
    queues: dict[str, list[Any]] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    dismisses_stale: set[str] = field(default_factory=set)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"


@dataclass
class Pull:
    """A pull request: `base_ref` of its repository, `head_ref` of `head_repo`."""

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
    merge_commit: str | None = None
    merged_onto: str | None = None
    maintainer_can_modify: bool = True
    labels: list[Label] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    issue_comments: list[IssueComment] = field(default_factory=list)
    requested: list[User] = field(default_factory=list)
    base_changes: list[BaseChange] = field(default_factory=list)

    @property
    def threads(self) -> list[Thread]:
        """The threads in which a comment still stands, in the order in which they began."""
        return list({id(comment.thread): comment.thread for comment in self.comments}.values())

    def comments_of(self, thread: Thread) -> list[Comment]:
        """Oldest first."""
        return [comment for comment in self.comments if comment.thread is thread]


@dataclass
class Label:
    """A label of a repository."""

    id: int
    name: str
    color: str = "ededed"


@dataclass
class Reaction:
    """An emoji of somebody on something. `content` is spelt as REST spells it: `+1`, `-1`, `eyes`, …"""

    id: int
    user: User
    content: str
    created: float


@dataclass
class Review:
    """A review, submitted at once."""

    id: int
    user: User
    body: str
    state: str
    commit: str
    submitted: float
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str | None = None


@dataclass
class Thread:
    """A conversation on lines of the diff. `resolved_by` is None while it is open."""

    id: int
    resolved_by: User | None = None


@dataclass
class Comment:
    """A comment in a thread. `commit`, `line`, `start_line` and `side` are where the thread was begun."""

    id: int
    review: Review
    user: User
    path: str
    body: str
    commit: str
    line: int
    start_line: int | None
    side: str
    hunk: str
    created: float
    thread: Thread
    start_side: str | None = None
    reply_to: Comment | None = None
    updated: float | None = None
    editor: User | None = None
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str | None = None


@dataclass
class IssueComment:
    """A comment in the conversation."""

    id: int
    user: User
    body: str
    created: float
    updated: float | None = None
    editor: User | None = None
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str | None = None


@dataclass
class Status:
    """A commit's status of one context."""

    id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    user: User
    created: float


@dataclass
class Delivery:
    """A webhook that was sent, and the status that came back (None: no answer)."""

    id: str
    event: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None
    answer: str = ""
    lost: bool = False
