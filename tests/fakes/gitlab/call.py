"""One request of the REST API, taken apart, and what every operation asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.github.access import Answer
from tests.fakes.gitlab import positions
from tests.fakes.gitlab.access import not_found, problem
from tests.fakes.gitlab.hub import Hub
from tests.fakes.gitlab.model import Discussion, Level, Note, Position, Pull, Refs, Repository, Token, User
from tests.fakes.gitlab.shapes import Shapes


class Stop(Exception):
    """The answer is this."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True)
class Call:
    """`names` are of the path, `given` are the parameters, `url` is the whole address without the query."""

    hub: Hub
    shapes: Shapes
    token: Token
    url: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    given: Mapping[str, Any]

    @property
    def user(self) -> User:
        return self.token.user

    def repo(self, least: Level = Level.GUEST) -> Repository:
        """The project; it is not there for who may not see it, and forbidden for who may do too little."""
        wanted = self.names["id"]
        everything = self.hub.repositories.values()
        repo = next((one for one in everything if wanted in (str(one.id), one.full_name)), None)
        level = self.hub.level(repo, self.user) if repo else Level.NONE
        if repo is None or (repo.private and level is Level.NONE):
            raise Stop(not_found("Project"))
        if level < least and (repo.private or least > Level.GUEST):
            raise Stop(problem(403))
        return repo

    def pull(self) -> Pull:
        """The merge request, for who may see the code."""
        repo = self.repo()
        if not self.hub.reads(repo, self.user):
            raise Stop(problem(403))
        pull = repo.pulls.get(int(self.names["iid"]))
        if pull is None:
            raise Stop(not_found())
        return pull

    def discussion(self, pull: Pull) -> Discussion:
        found = next((one for one in pull.discussions if one.id == self.names["discussion_id"]), None)
        if found is None:
            raise Stop(not_found("Discussion"))
        return found

    def note(self, pull: Pull) -> Note:
        found = next((one for one in pull.notes if str(one.id) == self.names["note_id"]), None)
        if found is None:
            raise Stop(not_found())
        return found

    def allow(self, allowed: bool) -> None:
        """Forbidden unless `allowed`."""
        if not allowed:
            raise Stop(problem(403))

    def position(self) -> Position | None:
        """The place that a new note is to stand at."""
        at = self.given.get("position")
        if not at:
            return None
        refs = Refs(at["base_sha"], at["start_sha"], at["head_sha"])
        kind = at.get("position_type") or "text"
        lines = [_number(at.get(name)) for name in ("old_line", "new_line")]
        place = Position(refs, at.get("old_path"), at.get("new_path"), lines[0], lines[1], at.get("line_range"), kind)
        self.hub.violations += positions.wrong_range(self.hub.store(self.repo()), place)
        return place


Operation = Callable[[Call], Answer]


def truth(value: Any) -> bool:
    """A boolean parameter, however it is spelled."""
    return value is True or str(value).lower() in ("true", "1", "t", "yes", "on")


def _number(value: Any) -> int | None:
    return None if value in (None, "") else int(value)
