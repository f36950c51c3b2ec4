"""Names of branches in deliveries: git is given them, so they have to be such."""

from __future__ import annotations

import re

BRANCHES = "refs/heads/"
"""Before a branch's name in a full ref."""

# https://git-scm.com/docs/git-check-ref-format, and no name that is longer than a file's
_BRANCH = re.compile(
    r"(?!.*(//|/\.|\.\.|@\{|\.lock(/|$)))(?![./])[^\x00-\x20\x7f~^:?*\[\\\ud800-\udfff]{1,255}(?<![./])"
)


def is_branch(name: str) -> bool:
    """Whether git lets a branch be called so."""
    return _BRANCH.fullmatch(name) is not None
