"""Bare mirrors, diffs, and the change of a pull request. Nothing of a repository is ever checked out or run."""

from reviewbot.source.mirrors import Mirrors
from reviewbot.source.repository import Repository
from reviewbot.source.tree import GitTree

__all__ = ["GitTree", "Mirrors", "Repository"]
