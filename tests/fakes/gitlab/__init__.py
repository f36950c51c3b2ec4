"""A stateful GitLab over real bare git repositories, for tests and the demo."""

from tests.fakes.gitlab.server import FakeGitLab

__all__ = ["FakeGitLab"]
