"""The kinds of values that a ``.reviewbot.toml`` takes, and what all of its tables have in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

from reviewbot.repo_config.globs import MOST_CHARACTERS, GlobError, compile_glob

MOST_ENTRIES = 100
"""Of one list."""


class Table(BaseModel):
    """A table of the file: a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def default(text: str, example: str) -> dict[str, Any]:
    """For the documentation: what holds where nothing is said, and an example, both as TOML or in words."""
    return {"x-default": text, "x-example": example}


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


Glob = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS), AfterValidator(_compiles)]
Label = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS), AfterValidator(_says)]
Few = Field(max_length=MOST_ENTRIES)
Globs = Annotated[tuple[Glob, ...], Few]
Labels = Annotated[tuple[Label, ...], Few]
Confidence = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[StrictInt, Field(ge=0, le=100)]
