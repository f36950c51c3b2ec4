"""What a ``.reviewbot.toml`` may say: one declaration, from which it is validated, its schema published and its
documentation checked. ``None`` is always "not said".
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from reviewbot.domain.tone import Tone
from reviewbot.repo_config.globs import MOST_CHARACTERS, GlobError, compile_glob

MOST_ENTRIES = 100
"""Of one list."""


class LanguageName(StrEnum):
    """A language that can be reviewed, as ``languages.registry`` calls it."""

    PYTHON = "python"


class SuggestionKind(StrEnum):
    """What may be suggested."""

    FIX = "fix"
    TEST = "test"


def _compiles(text: str) -> str:
    try:
        compile_glob(text)
    except GlobError as error:
        raise ValueError(f"the pattern {error}") from None
    return text


def _says(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("a label is a name that prints")
    return text


_Glob = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS), AfterValidator(_compiles)]
_Label = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS), AfterValidator(_says)]
_Few = Field(max_length=MOST_ENTRIES)
_Languages = Annotated[tuple[LanguageName, ...], Field(min_length=1, max_length=MOST_ENTRIES)]
_Kinds = Annotated[tuple[SuggestionKind, ...], Field(max_length=MOST_ENTRIES)]
_Globs = Annotated[tuple[_Glob, ...], _Few]
_Labels = Annotated[tuple[_Label, ...], _Few]
_Confidence = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
_Count = Annotated[StrictInt, Field(ge=0, le=100)]


def _default(text: str, example: str) -> dict[str, Any]:
    """For the documentation: what holds where nothing is said, and an example, both as TOML or in words."""
    return {"x-default": text, "x-example": example}


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReviewTable(_Table):
    """``[review]``: what holds for the whole repository."""

    languages: _Languages | None = Field(
        None,
        description="Only files in these languages are reviewed.",
        json_schema_extra=_default("all that reviewbot knows", '["python"]'),
    )
    include: _Globs | None = Field(
        None,
        description="Only files that match one of these patterns are reviewed.",
        json_schema_extra=_default("every file", '["src/", "tools/*.py"]'),
    )
    exclude: _Globs | None = Field(
        None,
        description="Files that match one of these are not; a later pattern that begins with `!` takes it back.",
        json_schema_extra=_default("[]", '["tests/", "*_pb2.py", "!tests/tools/"]'),
    )
    max_suggestions: _Count | None = Field(
        None,
        description="At most so many suggestions a review; 0 is no limit.",
        json_schema_extra=_default("the operator's, 5 unless set", "3"),
    )
    min_confidence: _Confidence | None = Field(
        None,
        description="Suggestions that are less sure are not made; from 0 to 1.",
        json_schema_extra=_default("the operator's, 0.5 unless set", "0.8"),
    )
    kinds: _Kinds | None = Field(
        None,
        description="What may be suggested: handlers (`fix`), missing tests (`test`).",
        json_schema_extra=_default('["fix", "test"]', '["fix"]'),
    )
    drafts: StrictBool | None = Field(
        None,
        description="Whether drafts are reviewed too.",
        json_schema_extra=_default("the operator's, false unless set", "true"),
    )
    skip_labels: _Labels | None = Field(
        None,
        description="A pull request with one of these labels is not reviewed.",
        json_schema_extra=_default("[]", '["no-review", "dependencies"]'),
    )
    force_labels: _Labels | None = Field(
        None,
        description="One with one of these is reviewed although it is a draft or has a label that skips.",
        json_schema_extra=_default("[]", '["please-review"]'),
    )
    tone: Tone | None = Field(
        None,
        description="The language of the comments: English (`en`) or 中文 (`zh`).",
        json_schema_extra=_default('"en"', '"zh"'),
    )
    status: StrictBool | None = Field(
        None,
        description="Whether each review also sets a commit status.",
        json_schema_extra=_default("false", "true"),
    )


class PathTable(_Table):
    """``[[paths]]``: what holds for some paths instead. Of several that match, the last that says something wins."""

    match: _Glob = Field(
        description="The pattern of the paths that are meant.",
        json_schema_extra=_default("must be said", '"legacy/"'),
    )
    skip: StrictBool | None = Field(
        None,
        description="`true`: not reviewed. `false`: reviewed, whatever `include` and `exclude` say.",
        json_schema_extra=_default("as `include` and `exclude` say", "true"),
    )
    min_confidence: _Confidence | None = Field(
        None,
        description="As in `[review]`.",
        json_schema_extra=_default("as in `[review]`", "0.95"),
    )
    kinds: _Kinds | None = Field(
        None,
        description="As in `[review]`.",
        json_schema_extra=_default("as in `[review]`", '["test"]'),
    )


class Declared(_Table):
    """The whole file."""

    review: ReviewTable = Field(default_factory=ReviewTable, description="What holds for the whole repository.")
    paths: tuple[PathTable, ...] = Field((), max_length=MOST_ENTRIES, description="What holds for some paths instead.")

    def over(self, below: Declared) -> Declared:
        """These settings, and where they say nothing those ``below``: key by key.

        The ``[[paths]]`` of ``below`` come first, so that ours, which come later, win.
        """
        said = {name: getattr(self.review, name) for name in type(self.review).model_fields}
        ours = {name: value for name, value in said.items() if value is not None}
        review = below.review.model_copy(update=ours)
        return self.model_copy(update={"review": review, "paths": below.paths + self.paths})
