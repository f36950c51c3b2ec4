"""What somebody may do in a repository, and what may be done to a branch. Decisions over GitHub's answers; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reviewbot.domain.conversation import Permission
from reviewbot.forge.github_git import web_root
from reviewbot.forge.github_json import as_object, get_flag, get_text, wrong
from reviewbot.forge.github_wire import is_repository

# Letters, digits and hyphens; an underscore before an enterprise's short code; an App's suffix.
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?")

_PERMISSIONS = {
    "admin": Permission.ADMIN,
    "maintain": Permission.WRITE,
    "write": Permission.WRITE,
    "triage": Permission.READ,
    "read": Permission.READ,
    "none": Permission.NONE,
}

OPEN_RULES = frozenset(
    {
        "creation",
        "deletion",
        "non_fast_forward",
        "required_linear_history",
        "commit_message_pattern",
        "commit_author_email_pattern",
        "committer_email_pattern",
        "branch_name_pattern",
        "file_path_restriction",
        "max_file_path_length",
        "file_extension_restriction",
        "max_file_size",
        "copilot_code_review",
    }
)
"""Rules of a ruleset that say nothing about who may add a commit on top of a branch, or by which way.

They forbid to create, delete or rewrite it, or look at what a commit holds; organisations put such rules on every
branch. Our push is one commit on top, and where it breaks one of the latter GitHub refuses it. All others protect the
branch: ``update``, ``pull_request``, ``merge_queue``, ``required_status_checks``, ``required_signatures``, and whatever
GitHub may yet invent (https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch).
"""


def is_login(login: str) -> bool:
    """Whether GitHub could have an account of this name."""
    return _LOGIN.fullmatch(login) is not None


def read_permission(data: object) -> Permission:
    """From ``GET /repos/{owner}/{repo}/collaborators/{username}/permission``.

    ``permission`` is one of four words, to which GitHub reduces every role, an organisation's own too; ``role_name`` is
    read where an older Enterprise Server, or a later GitHub, gives a word in ``permission`` that we do not know.

    Raises:
        ForgeUnavailable: neither holds a word we know.
    """
    answer = as_object(data)
    words = (get_text(answer, "permission"), answer.get("role_name"))
    known = [_PERMISSIONS[word] for word in words if isinstance(word, str) and word in _PERMISSIONS]
    if not known:
        raise wrong("permission")
    return known[0]


def read_protected(data: object) -> bool:
    """Whether ``GET /repos/{owner}/{repo}/branches/{branch}`` tells of a branch protection.

    Raises:
        ForgeUnavailable: it does not say.
    """
    return get_flag(as_object(data), "protected")


def protects(rules: object, headers: Mapping[str, str]) -> bool:
    """Whether a page of ``GET /repos/{owner}/{repo}/rules/branches/{branch}`` holds a rule that protects the branch.

    A page that does not hold all of them, or holds what is no rule, protects: what is not known may forbid.

    Args:
        headers: the answer's, in lower case.
    """
    if not isinstance(rules, list) or 'rel="next"' in headers.get("link", ""):
        return True
    return any(not isinstance(rule, Mapping) or rule.get("type") not in OPEN_RULES for rule in rules)


def repository_of(api_url: str, clone_url: str | None) -> str | None:
    """``owner/name`` of an address of this GitHub; None for one of another host, or none at all."""
    root = web_root(api_url)
    if clone_url is None or not clone_url.startswith(root):
        return None
    name = clone_url.removeprefix(root).removesuffix(".git")
    return name if is_repository(name) else None
