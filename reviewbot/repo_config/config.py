"""The settings of a repository as they hold: what the file says, and a default for what it does not."""

from __future__ import annotations

from dataclasses import dataclass, field

from reviewbot.domain.tone import Tone
from reviewbot.repo_config.ai import AiPolicy
from reviewbot.repo_config.declared import Declared, PathTable, SuggestionKind

FILE = ".reviewbot.toml"
"""The path of the file, in a repository and in the owner's repository ``.reviewbot``."""


@dataclass(frozen=True)
class RepoConfig:
    """A repository's settings. Where a value is None the operator's holds.

    Attributes:
        languages: by ``Language.name``; None is all.
        include: patterns of the files that are reviewed; none at all is every file. exclude: of those that are not.
        max_suggestions: a review; 0 is no limit. min_confidence: from 0 to 1.
        kinds: what may be suggested.
        drafts: whether drafts are reviewed. skip_labels, force_labels: see ``rules.labels``.
        tone: the language of comments. status: whether a commit status is set.
        paths: what holds for some paths instead, the last that says something wins.
        ai: what is demanded of code that a machine wrote.
    """

    languages: tuple[str, ...] | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_suggestions: int | None = None
    min_confidence: float | None = None
    kinds: tuple[SuggestionKind, ...] = tuple(SuggestionKind)
    drafts: bool | None = None
    skip_labels: tuple[str, ...] = ()
    force_labels: tuple[str, ...] = ()
    tone: Tone = Tone.EN
    status: bool = False
    paths: tuple[PathTable, ...] = ()
    ai: AiPolicy = field(default_factory=AiPolicy)

    @classmethod
    def of(cls, declared: Declared) -> RepoConfig:
        """What ``declared`` says, the defaults for the rest."""
        review = declared.review
        said = {name: getattr(review, name) for name in type(review).model_fields if getattr(review, name) is not None}
        return cls(**said, paths=declared.paths, ai=AiPolicy.of(declared.ai))
