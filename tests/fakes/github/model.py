"""What the fake GitHub remembers. Plain data; the code of a repository lives in git alone."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class User:
    """An account. `kind` is GitHub's `type`: `User`, `Bot` or `Organization`."""

    id: int
    login: str
    kind: str = "User"


@dataclass
class Token:
    """What a token may do. `expires` is in seconds since 1970; None is never."""

    secret: str
    user: User
    expires: float | None = None
    installation: bool = False
    reads: bool = True
    writes: bool = True


@dataclass
class Hook:
    """Where deliveries go."""

    id: int
    url: str
    secret: str


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
    created: float = 0.0
    hooks: list[Hook] = field(default_factory=list)
    pulls: dict[int, Pull] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)

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
    reviews: list[Review] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    issue_comments: list[IssueComment] = field(default_factory=list)


@dataclass
class Review:
    """A review, submitted at once."""

    id: int
    user: User
    body: str
    state: str
    commit: str
    submitted: float


@dataclass
class Comment:
    """A review's comment on lines of one side of the diff."""

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


@dataclass
class IssueComment:
    """A comment in the conversation."""

    id: int
    user: User
    body: str
    created: float


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
