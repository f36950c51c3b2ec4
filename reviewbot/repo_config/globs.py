"""Globs as ``.gitignore`` has them (https://git-scm.com/docs/gitignore), matched without backtracking.

A pattern with a slash at its beginning or in its middle is anchored at the root; any other matches at each level. What
matches a folder holds for everything below it. ``*`` and ``?`` match no slash, ``**`` as a whole part matches any
number of folders, ``[a-z]`` and ``[!a-z]`` one character, ``\\`` takes the next character as it is. No regular
expression is made of a pattern: a stranger's could take exponential time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

MOST_CHARACTERS = 200
"""Of one pattern."""

_T = TypeVar("_T")
_P = TypeVar("_P")


class GlobError(ValueError):
    """A text that is no pattern; the message completes a sentence that begins with it."""


@dataclass(frozen=True)
class _Any:
    """One character of any kind, or of some ranges, or of all but these."""

    ranges: tuple[tuple[str, str], ...] = ()
    negated: bool = True

    def takes(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) is not self.negated


_Token = str | _Any | None
"""A character itself, one of several, or None: any number of any."""
_Part = tuple[_Token, ...] | None
"""One name of a path; None stands for any number of names."""
_FOLDERS: _Part = None
_ANY_NAME: _Part = (None,)


@dataclass(frozen=True)
class Glob:
    """A compiled pattern.

    Attributes:
        text: as it was written. negated: it began with ``!`` and takes back what an earlier pattern said.
    """

    text: str
    negated: bool
    _parts: tuple[_Part, ...]

    def matches(self, path: str) -> bool:
        """Whether it matches the file ``path`` or one of the folders above it."""
        return _wild(self._parts, path.split("/"), lambda part: part is None, _name_matches)


def compile_glob(text: str, *, exact: bool = False) -> Glob:
    """The pattern in ``text``.

    Args:
        exact: it matches files alone, unless it ends in a slash; what lies below a folder that it names is not meant.

    Raises:
        GlobError: it is empty, too long, holds control characters or ``..``, or a bracket is not closed.
    """
    _check(text)
    negated = text.startswith("!")
    body = text.removeprefix("!")
    bare = body.removesuffix("/")
    names = bare.removeprefix("/").split("/")
    if not all(names):
        raise GlobError("has an empty part")
    parts = [_FOLDERS if name == "**" else _name(name) for name in names]
    # ``a/`` is what lies below ``a``, and so is ``a/**``; ``**/`` is what lies in any folder.
    below = (body != bare) + (parts[-1] is None and (len(parts) > 1 or body != bare))
    start = () if "/" in bare else (_FOLDERS,)
    end = () if exact and body == bare else (_FOLDERS,)
    return Glob(text, negated, (*start, *parts, *(_ANY_NAME,) * below, *end))


def _check(text: str) -> None:
    if not text.strip("!/ "):
        raise GlobError("matches nothing")
    if len(text) > MOST_CHARACTERS:
        raise GlobError(f"is longer than {MOST_CHARACTERS} characters")
    if not text.isprintable():
        raise GlobError("holds a character that does not print")
    if ".." in text.removeprefix("!").split("/"):
        raise GlobError("leaves the repository with ..")


def _name(text: str) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        token, at = _token(text, at)
        if token is not None or not tokens or tokens[-1] is not None:  # ** within a name is *
            tokens.append(token)
    return tuple(tokens)


def _token(text: str, at: int) -> tuple[_Token, int]:
    character = text[at]
    if character == "*":
        return None, at + 1
    if character == "?":
        return _Any(), at + 1
    if character == "[":
        return _bracket(text, at + 1)
    if character == "\\":
        if at + 1 == len(text):
            raise GlobError("ends in a backslash")
        return text[at + 1], at + 2
    return character, at + 1


def _bracket(text: str, at: int) -> tuple[_Any, int]:
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    ranges: list[tuple[str, str]] = []
    while at < len(text) and (text[at] != "]" or not ranges):
        low, at = _literal(text, at)
        high = low
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] not in ("", "]"):
            high, at = _literal(text, at + 1)
        ranges.append((low, high))
    if at >= len(text):
        raise GlobError("has a [ that is not closed")
    return _Any(tuple(ranges), negated), at + 1


def _literal(text: str, at: int) -> tuple[str, int]:
    if text[at] == "\\" and at + 1 < len(text):
        return text[at + 1], at + 2
    return text[at], at + 1


def _name_matches(part: _Part, name: str) -> bool:
    return part is not None and _wild(part, name, lambda token: token is None, _takes)


def _takes(token: _Token, character: str) -> bool:
    return token.takes(character) if isinstance(token, _Any) else token == character


def _wild(pattern: Sequence[_P], text: Sequence[_T], many: Callable[[_P], bool], one: Callable[[_P, _T], bool]) -> bool:
    """Whether ``pattern`` matches all of ``text``, where ``many`` of its items match any number of elements.

    Only the last such item is ever tried again, which is enough: an earlier one that took more would leave less.
    At most ``len(pattern) * len(text)`` steps.
    """
    at = here = 0
    star, resume = -1, 0
    while here < len(text):
        if at < len(pattern) and many(pattern[at]):
            star, resume = at, here
            at += 1
        elif at < len(pattern) and one(pattern[at], text[here]):
            at, here = at + 1, here + 1
        elif star >= 0:
            resume += 1
            at, here = star + 1, resume
        else:
            return False
    return all(many(item) for item in pattern[at:])
