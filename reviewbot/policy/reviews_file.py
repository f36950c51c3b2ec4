"""The file that stands in for a forge: who said what about a pull request, as JSON. ``docs/reviews.schema.json``."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError, model_validator

from reviewbot.domain.change import LineRange
from reviewbot.domain.conversation import Permission
from reviewbot.domain.errors import ConfigError
from reviewbot.policy.owners import Dialect
from reviewbot.policy.people import Account, Push
from reviewbot.policy.reviews import Review, Said
from reviewbot.policy.told import Told

MOST_BYTES = 16 * 1024 * 1024
"""Of the file."""

_Text = Annotated[str, Field(max_length=100_000)]
_Login = Annotated[str, Field(min_length=1, max_length=255)]
_Id = Annotated[str, Field(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$")]
_Line = Annotated[StrictInt, Field(ge=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AccountEntry(_Entry):
    """An account as the forge shows it now."""

    login: _Login
    emails: tuple[_Text, ...] = Field((), description="Every address that is known for it.")
    bot: StrictBool = Field(False, description="An App, a token's account, a service account.")
    permission: Literal["none", "read", "write", "admin"] = Field(description="What it may do at this moment.")

    def read(self) -> Account:
        """As the gate wants it."""
        return Account(self.login, frozenset(self.emails), self.bot, Permission[self.permission.upper()])


class PushEntry(_Entry):
    """A push to the head branch."""

    by: _Login
    after: _Id
    before: _Id | None = Field(
        None, description="Where the branch was before; needed to know a clean merge of the base."
    )


class ReviewEntry(_Entry):
    """One thing that a person said."""

    by: Annotated[str, Field(max_length=255)] = Field("", description="The login; only `retargeted` needs none.")
    said: Said
    commit: _Id | None = Field(None, description="The head at which. What has none counts for nothing.")
    path: _Text | None = Field(None, description="Of a sign-off or a thread: the file, as it was called there.")
    start_line: _Line | None = None
    end_line: _Line | None = None
    reason: _Text = Field("", description="Of an override.")

    @model_validator(mode="after")
    def _lines_belong_together(self) -> ReviewEntry:
        start, end = self.start_line, self.end_line
        if (start is None) != (end is None) or (start and end and start > end) or (start and self.path is None):
            raise ValueError("start_line and end_line go together, in that order, with a path")
        return self

    def read(self) -> Review:
        """As the gate wants it."""
        lines = LineRange(self.start_line, self.end_line) if self.start_line and self.end_line else None
        return Review(self.by, self.said, self.commit or "", self.path, lines, self.reason)


class ReviewsFile(_Entry):
    """The whole file."""

    version: Literal[1] = Field(description="Of this form.", alias="schema")
    head: _Id = Field(description="The head that it was written for; for another one the file is refused.")
    author: _Login = Field(description="The login of whoever opened the pull request.")
    accounts: tuple[AccountEntry, ...] = Field(description="Everyone who has to do with it, reviewers and owners too.")
    pushes: tuple[PushEntry, ...] = Field(description="Oldest first. The last must be the one that led to the head.")
    reviews: tuple[ReviewEntry, ...] = Field(description="Oldest first.")
    logins: dict[_Id, tuple[_Login, ...]] = Field({}, description="Whom the forge takes a commit's author for.")
    teams: dict[_Login, tuple[_Login, ...]] = Field({}, description="Members of the teams that CODEOWNERS names.")
    forge: Dialect | None = Field(None, description="By whose rules CODEOWNERS is read.")
    branch: _Text = ""
    title: _Text = ""
    description: _Text = ""

    def read(self) -> Told:
        """As the gate wants it."""
        return Told(
            reviews=tuple(one.read() for one in self.reviews),
            author=self.author,
            accounts=tuple(one.read() for one in self.accounts),
            pushes=tuple(Push(one.by, one.after, one.before or "") for one in self.pushes),
            logins=self.logins,
            teams={name: frozenset(members) for name, members in self.teams.items()},
            dialect=self.forge,
            branch=self.branch,
            title=self.title,
            description=self.description,
        )


def parse(data: bytes, head: str, name: str = "reviews.json") -> Told:
    """What the file says.

    Args:
        data: the file. head: the commit that is decided about. name: of the file, for messages.

    Raises:
        ConfigError: it is too long, no JSON, not what ``ReviewsFile`` allows, or about another head.
    """
    if len(data) > MOST_BYTES:
        raise ConfigError(
            f"{name} is longer than {MOST_BYTES >> 20} MB: leave out what is not about this pull request."
        )
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name} is no JSON: {error}.") from None
    try:
        told = ReviewsFile.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfigError(f"{name}: {where} is wrong: {first['msg']}; see docs/policy.md.") from None
    if told.head != head:
        raise ConfigError(f"{name} was written for {told.head[:12]}, not for {head[:12]}: write it anew.")
    return told.read()


def json_schema() -> dict[str, Any]:
    """The JSON schema of the file."""
    told = ReviewsFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **told, "title": "reviewbot: reviews"}
