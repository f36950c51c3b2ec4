"""A page for people: a pull request with its rendered review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.github.access import Answer

if TYPE_CHECKING:
    from tests.fakes.github.server import FakeGitHub


def answer(hub: FakeGitHub, path: str) -> Answer:
    return Answer(404, body=b"Not Found", kind="text/plain")
