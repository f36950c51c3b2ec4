"""What a ``.reviewbot.toml`` may say: one declaration, from which it is validated, its schema published and its
documentation checked. ``None`` is always "not said".
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictBool

from reviewbot.domain.tone import Tone
from reviewbot.repo_config.ai import AiTable
from reviewbot.repo_config.fields import MOST_ENTRIES, Confidence, Count, Glob, Globs, Labels, Table, default


class LanguageName(StrEnum):
    """A language that can be reviewed, as ``languages.registry`` calls it."""

    PYTHON = "python"


class SuggestionKind(StrEnum):
    """What may be suggested."""

    FIX = "fix"
    TEST = "test"


_Languages = Annotated[tuple[LanguageName, ...], Field(min_length=1, max_length=MOST_ENTRIES)]
_Kinds = Annotated[tuple[SuggestionKind, ...], Field(max_length=MOST_ENTRIES)]


class ReviewTable(Table):
    """``[review]``: what holds for the whole repository."""

    languages: _Languages | None = Field(
        None,
        description="Only files in these languages are reviewed.",
        json_schema_extra=default("all that reviewbot knows", '["python"]'),
    )
    include: Globs | None = Field(
        None,
        description="Only files that match one of these patterns are reviewed.",
        json_schema_extra=default("every file", '["src/", "tools/*.py"]'),
    )
    exclude: Globs | None = Field(
        None,
        description="Files that match one of these are not; a later pattern that begins with `!` takes it back.",
        json_schema_extra=default("[]", '["tests/", "*_pb2.py", "!tests/tools/"]'),
    )
    max_suggestions: Count | None = Field(
        None,
        description="At most so many suggestions a review; 0 is no limit.",
        json_schema_extra=default("the operator's, 5 unless set", "3"),
    )
    min_confidence: Confidence | None = Field(
        None,
        description="Suggestions that are less sure are not made; from 0 to 1.",
        json_schema_extra=default("the operator's, 0.5 unless set", "0.8"),
    )
    kinds: _Kinds | None = Field(
        None,
        description="What may be suggested: handlers (`fix`), missing tests (`test`).",
        json_schema_extra=default('["fix", "test"]', '["fix"]'),
    )
    drafts: StrictBool | None = Field(
        None,
        description="Whether drafts are reviewed too.",
        json_schema_extra=default("the operator's, false unless set", "true"),
    )
    skip_labels: Labels | None = Field(
        None,
        description="A pull request with one of these labels is not reviewed.",
        json_schema_extra=default("[]", '["no-review", "dependencies"]'),
    )
    force_labels: Labels | None = Field(
        None,
        description="One with one of these is reviewed although it is a draft or has a label that skips.",
        json_schema_extra=default("[]", '["please-review"]'),
    )
    tone: Tone | None = Field(
        None,
        description="The language of the comments: English (`en`) or 中文 (`zh`).",
        json_schema_extra=default('"en"', '"zh"'),
    )
    status: StrictBool | None = Field(
        None,
        description="Whether each review also sets a commit status.",
        json_schema_extra=default("false", "true"),
    )


class PathTable(Table):
    """``[[paths]]``: what holds for some paths instead. Of several that match, the last that says something wins."""

    match: Glob = Field(
        description="The pattern of the paths that are meant.",
        json_schema_extra=default("must be said", '"legacy/"'),
    )
    skip: StrictBool | None = Field(
        None,
        description="`true`: not reviewed. `false`: reviewed, whatever `include` and `exclude` say.",
        json_schema_extra=default("as `include` and `exclude` say", "true"),
    )
    min_confidence: Confidence | None = Field(
        None,
        description="As in `[review]`.",
        json_schema_extra=default("as in `[review]`", "0.95"),
    )
    kinds: _Kinds | None = Field(
        None,
        description="As in `[review]`.",
        json_schema_extra=default("as in `[review]`", '["test"]'),
    )


class Declared(Table):
    """The whole file."""

    review: ReviewTable = Field(default_factory=ReviewTable, description="What holds for the whole repository.")
    ai: AiTable = Field(default_factory=AiTable, description="What is demanded of code that a machine wrote.")
    paths: tuple[PathTable, ...] = Field((), max_length=MOST_ENTRIES, description="What holds for some paths instead.")

    def over(self, below: Declared) -> Declared:
        """These settings, and where they say nothing those ``below``: key by key.

        The ``[[paths]]`` of ``below`` come first, so that ours, which come later, win.
        """
        said = {name: getattr(self.review, name) for name in type(self.review).model_fields}
        ours = {name: value for name, value in said.items() if value is not None}
        review = below.review.model_copy(update=ours)
        return self.model_copy(
            update={"review": review, "ai": self.ai.over(below.ai), "paths": below.paths + self.paths}
        )
