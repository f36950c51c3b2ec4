"""``[ai]``: what a repository demands of code that a machine wrote before it is merged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from reviewbot.repo_config.fields import Few, Glob, Table, default
from reviewbot.repo_config.globs import compile_glob


class Mode(StrEnum):
    """What the gate does."""

    OFF = "off"
    REPORT = "report"
    """It says what it would do, and blocks nothing."""
    ENFORCE = "enforce"


class LeastStrength(StrEnum):
    """The weakest record that counts, by the names of ``domain.provenance.Strength``."""

    HINT = "hint"
    COMMIT = "commit"
    LINE = "line"


class MixedAs(StrEnum):
    """What a line counts as that a machine wrote and a person changed."""

    AI = "ai"
    HUMAN = "human"


class UnknownAs(StrEnum):
    """What becomes of a line of which no record says that a machine wrote it."""

    IGNORE = "ignore"
    AI = "ai"


class AiRule(StrEnum):
    """What holds for AI lines of some paths."""

    FORBIDDEN = "forbidden"
    """There may be none, whoever approves them."""
    FREE = "free"
    """Nothing is asked of them."""
    TWO_REVIEWERS = "two-reviewers"
    OWNER = "owner"
    """One of those who review is an owner of the file by CODEOWNERS."""


# A trailer's key as git has it: letters, digits and dashes (git-interpret-trailers(1)).
_Key = Annotated[str, Field(min_length=1, max_length=100, pattern="^[A-Za-z0-9][A-Za-z0-9-]*$")]
# GitHub: letters, digits, dashes, and underscores for managed users. GitLab: dots as well.
_Login = Annotated[str, Field(min_length=1, max_length=255, pattern="^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
# Shorter ones stand in every other line.
_Marker = Annotated[str, Field(min_length=3, max_length=200, pattern="^[^\\x00-\\x1f\\x7f]+$")]


class AiPathTable(Table):
    """``[[ai.paths]]``: what holds for AI lines of some paths. Of several that match, the last wins."""

    match: Glob = Field(
        description="The pattern of the paths that are meant.",
        json_schema_extra=default("must be said", '"auth/"'),
    )
    rule: AiRule = Field(
        description="`forbidden`: no AI line, whoever approves. `free`: nothing is asked. `two-reviewers`: two, or "
        "`reviewers` where that is more. `owner`: one of the reviewers owns the file by CODEOWNERS.",
        json_schema_extra=default("must be said", '"owner"'),
    )


class AiTable(Table):
    """``[ai]``: the gate. Which lines a machine wrote, and what they need before the merge."""

    mode: Mode | None = Field(
        None,
        description="`off`, `report` (say what would block, block nothing) or `enforce`.",
        json_schema_extra=default('"off"', '"enforce"'),
    )
    strength: LeastStrength | None = Field(
        None,
        description="The weakest record that counts: of the pull request (`hint`), the commit, or the line.",
        json_schema_extra=default('"commit"', '"line"'),
    )
    mixed: MixedAs | None = Field(
        None,
        description="What a line counts as that a machine wrote and a person changed: `ai` or `human`.",
        json_schema_extra=default('"ai"', '"human"'),
    )
    unknown: UnknownAs | None = Field(
        None,
        description="Lines of which no record says that a machine wrote them. `ignore`: nothing is asked of them. "
        "`ai`: they count as AI, also where a record says human, since whoever pushes can write one.",
        json_schema_extra=default('"ignore"', '"ai"'),
    )
    reviewers: Annotated[StrictInt, Field(ge=1, le=10)] | None = Field(
        None,
        description="How many people must have reviewed each AI line.",
        json_schema_extra=default("1", "2"),
    )
    disclosure: Annotated[tuple[_Key, ...], Few] | None = Field(
        None,
        description="The commit of an AI line must have one of these trailers, and it must name the tool.",
        json_schema_extra=default("[]", '["Assisted-by", "Generated-by"]'),
    )
    scan: StrictBool | None = Field(
        None,
        description="Whether bandit and semgrep must find nothing on AI lines.",
        json_schema_extra=default("true", "false"),
    )
    override: Annotated[tuple[_Login, ...], Few] | None = Field(
        None,
        description="Who may lift the gate for one head, with a reason that is logged and shown.",
        json_schema_extra=default("[]", '["alice", "bob"]'),
    )
    markers: Annotated[tuple[_Marker, ...], Few] | None = Field(
        None,
        description="Texts that mark AI code within a file. They are no regular expressions.",
        json_schema_extra=default("[]", '["ai-generated:", "@AIGenerated"]'),
    )
    paths: tuple[AiPathTable, ...] = Field((), max_length=100, description="What holds for AI lines of some paths.")

    def over(self, below: AiTable) -> AiTable:
        """These settings, and where they say nothing those ``below``: key by key. The paths of ``below`` come first."""
        keys = [name for name in type(self).model_fields if name != "paths"]
        ours = {name: value for name in keys if (value := getattr(self, name)) is not None}
        return below.model_copy(update={**ours, "paths": below.paths + self.paths})


@dataclass(frozen=True)
class AiPolicy:
    """``[ai]`` as it holds: what the file says, and a default for what it does not. See ``AiTable`` for each."""

    mode: Mode = Mode.OFF
    strength: LeastStrength = LeastStrength.COMMIT
    mixed: MixedAs = MixedAs.AI
    unknown: UnknownAs = UnknownAs.IGNORE
    reviewers: int = 1
    disclosure: tuple[str, ...] = ()
    scan: bool = True
    override: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    paths: tuple[AiPathTable, ...] = ()

    @classmethod
    def of(cls, table: AiTable) -> AiPolicy:
        """What ``table`` says, the defaults for the rest."""
        said = {name: value for name in type(table).model_fields if (value := getattr(table, name)) is not None}
        return cls(**said)

    def rule(self, path: str) -> AiPathTable | None:
        """The table that decides for the file ``path``, the last that matches; None where none does."""
        return next((table for table in reversed(self.paths) if _matches(table.match, path)), None)


_compiled = lru_cache(maxsize=256)(compile_glob)


def _matches(pattern: str, path: str) -> bool:
    """Whether the pattern means the path. One that begins with ``!`` means everything but."""
    glob = _compiled(pattern)
    return glob.matches(path) is not glob.negated
