"""Decisions over GitHub's answers: rights, protection, names and addresses."""

from __future__ import annotations

from typing import Any

import pytest

from reviewbot.domain.conversation import Permission
from reviewbot.domain.errors import ForgeRejected, ForgeUnavailable
from reviewbot.domain.event import CommentKind, CommentRef
from reviewbot.forge.github_rights import OPEN_RULES, is_login, protects, read_permission, read_protected, repository_of
from reviewbot.forge.github_wire import (
    MAX_DESCRIPTION,
    comment_number,
    is_pushable,
    is_repository,
    repository_path,
    write_status,
)
from reviewbot.forge.protocol import Status, StatusState


@pytest.mark.parametrize(
    ("permission", "role", "may"),
    [
        ("admin", "admin", Permission.ADMIN),
        ("write", "maintain", Permission.WRITE),
        ("write", "write", Permission.WRITE),
        ("read", "triage", Permission.READ),
        ("read", "read", Permission.READ),
        ("none", "", Permission.NONE),
        ("maintain", None, Permission.WRITE),
        ("triage", None, Permission.READ),
        ("write", "security-champion", Permission.WRITE),
        ("read", "admin", Permission.READ),
        ("new word", "write", Permission.WRITE),
    ],
)
def test_permission(permission: str, role: object, may: Permission):
    assert read_permission({"permission": permission, "role_name": role}) is may


@pytest.mark.parametrize("data", [None, [], {}, {"permission": 1}, {"permission": "x"}, {"role_name": "admin"}])
def test_a_permission_that_is_none(data: object):
    with pytest.raises(ForgeUnavailable):
        read_permission(data)


@pytest.mark.parametrize(
    ("login", "good"),
    [
        ("octocat", True),
        ("a-b", True),
        ("ada_acme", True),
        ("dependabot[bot]", True),
        ("", False),
        ("..", False),
        ("a/b", False),
        ("a%2e", False),
        ("a b", False),
        ("a\n", False),
        ("[bot]", False),
        ("a[bot]x", False),
        ("ada?x=1", False),
        ("é", False),
        ("x" * 101, False),
    ],
)
def test_logins(login: str, good: bool):
    assert is_login(login) is good


def rule(kind: object) -> dict[str, Any]:
    return {"type": kind, "ruleset_source_type": "Repository", "ruleset_source": "team/shop", "ruleset_id": 1}


PROTECTING = [
    "update",
    "pull_request",
    "merge_queue",
    "required_status_checks",
    "required_deployments",
    "required_signatures",
    "workflows",
    "code_scanning",
]


@pytest.mark.parametrize("kind", [*PROTECTING, "a rule of tomorrow", None, 7])
def test_rules_that_protect(kind: object):
    assert protects([rule("deletion"), rule(kind)], {}) is True


@pytest.mark.parametrize("kind", sorted(OPEN_RULES))
def test_rules_that_let_a_commit_in(kind: str):
    assert protects([rule(kind)], {}) is False


@pytest.mark.parametrize(
    ("rules", "headers", "protected"),
    [
        ([], {}, False),
        ([], {"link": '<https://api.github.com/x?page=2>; rel="next", <x>; rel="last"'}, True),
        ([rule("deletion")], {"link": '<https://api.github.com/x?page=1>; rel="prev"'}, False),
        ({}, {}, True),
        (None, {}, True),
        (["update"], {}, True),
        ([{}], {}, True),
    ],
)
def test_what_is_not_known_protects(rules: object, headers: dict[str, str], protected: bool):
    assert protects(rules, headers) is protected


def test_protected():
    assert [read_protected({"protected": value}) for value in (True, False)] == [True, False]
    for data in (None, {}, {"protected": "false"}):
        with pytest.raises(ForgeUnavailable):
            read_protected(data)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/team/shop.git", "team/shop"),
        ("https://github.com/team/shop", "team/shop"),
        ("https://github.com/team/a.b.git", "team/a.b"),
        (None, None),
        ("https://github.com.evil.org/team/shop.git", None),
        ("https://evil.org/https://github.com/team/shop.git", None),
        ("http://github.com/team/shop.git", None),
        ("https://github.com/../shop.git", None),
        ("https://github.com/a/b/c.git", None),
        ("https://github.com/team/.git", None),
        ("ssh://git@github.com/team/shop.git", None),
    ],
)
def test_the_repository_of_an_address(address: str | None, name: str | None):
    assert repository_of("https://api.github.com", address) == name


@pytest.mark.parametrize(
    ("there", "fork", "allowed", "pushable"),
    [
        (True, False, False, True),
        (True, False, None, True),
        (True, True, True, True),
        (True, True, False, False),
        (True, True, None, False),
        (True, True, "true", False),
        (False, True, True, False),
    ],
)
def test_pushable(there: bool, fork: bool, allowed: object, pushable: bool):
    assert is_pushable(there, from_fork=fork, allowed=allowed) is pushable


@pytest.mark.parametrize(
    "name", ["shop", "a/b/c", "../..", "a/..", "a/b?x", "a/b#x", "a/b\n", "", "é/b", "a/" + "b" * 101]
)
def test_what_is_no_repository(name: str):
    assert not is_repository(name)
    with pytest.raises(ForgeRejected, match="owner/name"):
        repository_path(name)


@pytest.mark.parametrize("id_", ["", "x", "1/2", "-1", "²", "1\n", "9" * 30])
def test_what_is_no_comment(id_: str):
    with pytest.raises(ForgeRejected, match="number"):
        comment_number(CommentRef(CommentKind.NOTE, id_))


def test_a_status_is_cut_to_what_github_takes():
    long = Status(StatusState.FAILURE, "reviewbot", "x" * 200, "https://ci.example.org/1")
    assert write_status(long) == {
        "state": "failure",
        "context": "reviewbot",
        "description": "x" * (MAX_DESCRIPTION - 1) + "…",
        "target_url": "https://ci.example.org/1",
    }
    short = Status(StatusState.SUCCESS, "reviewbot", "fine")
    assert write_status(short) == {"state": "success", "context": "reviewbot", "description": "fine"}
