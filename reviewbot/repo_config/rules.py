"""What the settings mean for one path, and for the labels of one pull request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reviewbot.repo_config.config import RepoConfig
from reviewbot.repo_config.declared import PathTable, SuggestionKind
from reviewbot.repo_config.globs import Glob, compile_glob


@dataclass(frozen=True)
class PathRule:
    """What is wanted of one file.

    Attributes:
        reviewed: whether it is looked at.
        min_confidence: for suggestions in it; None where the operator's holds. kinds: what may be suggested.
        why: which setting decided whether it is reviewed, in a few words.
    """

    reviewed: bool
    min_confidence: float | None
    kinds: tuple[SuggestionKind, ...]
    why: str


class Rules:
    """The settings, ready to be asked about many paths."""

    def __init__(self, config: RepoConfig) -> None:
        self._config = config
        self._include = [compile_glob(text) for text in config.include]
        self._exclude = [compile_glob(text) for text in config.exclude]
        self._paths = [(compile_glob(table.match), table) for table in config.paths]

    def path(self, path: str) -> PathRule:
        """What is wanted of the file ``path``."""
        meant = [table for glob, table in self._paths if glob.matches(path) is not glob.negated]
        confidence = next((t.min_confidence for t in reversed(meant) if t.min_confidence is not None), None)
        kinds = next((t.kinds for t in reversed(meant) if t.kinds is not None), None)
        reviewed, why = self._reviewed(path, meant)
        return PathRule(
            reviewed,
            self._config.min_confidence if confidence is None else confidence,
            self._config.kinds if kinds is None else kinds,
            why,
        )

    def _reviewed(self, path: str, meant: list[PathTable]) -> tuple[bool, str]:
        table = next((table for table in reversed(meant) if table.skip is not None), None)
        if table is not None:
            return not table.skip, f"paths: {table.match}"
        out = _last(self._exclude, path)
        if out is not None and not out.negated:
            return False, f"exclude: {out.text}"
        within = _last(self._include, path)
        if self._include and (within is None or within.negated):
            return False, "include" if within is None else f"include: {within.text}"
        return True, "nothing excludes it" if within is None else f"include: {within.text}"


def _last(globs: list[Glob], path: str) -> Glob | None:
    """The pattern that decides: the last that matches, as in ``.gitignore``."""
    return next((glob for glob in reversed(globs) if glob.matches(path)), None)


class LabelRule(StrEnum):
    """What the labels of a pull request ask for."""

    SKIP = "skip"
    FORCE = "force"


def labels(config: RepoConfig, on_it: Iterable[str]) -> LabelRule | None:
    """What the labels ``on_it`` ask for; None where they ask for nothing.

    A label that forces wins over one that skips: what skips is mostly put there by a machine for all pull requests of
    a kind, what forces by a person for this one. Capitals do not count, as on GitHub.
    """
    names = {label.casefold() for label in on_it}
    if names & {label.casefold() for label in config.force_labels}:
        return LabelRule.FORCE
    return LabelRule.SKIP if names & {label.casefold() for label in config.skip_labels} else None
