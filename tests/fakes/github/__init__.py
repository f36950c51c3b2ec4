"""A stateful GitHub over real bare git repositories, for tests and the demo."""

from tests.fakes.github.server import FakeGitHub

__all__ = ["FakeGitHub"]
