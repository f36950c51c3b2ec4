"""What a repository wants: its ``.reviewbot.toml``, read from the base branch alone, over its organisation's."""

from reviewbot.repo_config.ai import AiPolicy
from reviewbot.repo_config.config import FILE, RepoConfig
from reviewbot.repo_config.declared import PathTable, SuggestionKind
from reviewbot.repo_config.force import InForce, Problem, brought_in, in_force
from reviewbot.repo_config.reading import RepoConfigError, parse
from reviewbot.repo_config.rules import LabelRule, PathRule, Rules, labels

__all__ = [
    "FILE",
    "AiPolicy",
    "InForce",
    "LabelRule",
    "PathRule",
    "PathTable",
    "Problem",
    "RepoConfig",
    "RepoConfigError",
    "Rules",
    "SuggestionKind",
    "brought_in",
    "in_force",
    "labels",
    "parse",
]
