"""CODEOWNERS, as GitHub and as GitLab read it: who owns a file, and how many of them are asked.

GitHub: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
GitLab: https://docs.gitlab.com/user/project/codeowners/reference/ and …/advanced/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviewbot.domain.source_file import Tree
from reviewbot.repo_config.globs import Glob, GlobError, compile_glob

MOST_BYTES = 3 * 1024 * 1024
"""GitHub does not load a longer file."""

Resolver = Callable[[str], frozenset[str] | None]
"""Logins of the members of ``@org/team``, ``@group`` or ``@@role``; None where it is none, or may not be read."""

_SPLIT = re.compile(r"(?:\\.|[^\\\s])+|\\")
_SECTION = re.compile(r"(\^)?\[([^\[\]]+)\](?:\[(\d{1,4})\])?(?:\s+(.*))?", re.DOTALL)
_OWNER = re.compile(r"@{1,2}[\w.-]+(?:/[\w.-]+)*|[^\s@]+@[^\s@]+")


class Dialect(StrEnum):
    """Whose rules the file is read by."""

    GITHUB = "github"
    GITLAB = "gitlab"


PLACES = {
    Dialect.GITHUB: (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    Dialect.GITLAB: ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
"""Where each looks; the first file that is there is the one."""


@dataclass(frozen=True)
class Ownership:
    """Who owns a file by one section.

    Attributes:
        section: its name, empty for GitHub and for what stands above the first. names: the owners as written.
        people: their logins and addresses, members of teams included. unresolved: teams whose members are not known.
        needed: how many of them must approve. optional: GitLab asks them, and waits for none.
    """

    section: str
    names: tuple[str, ...]
    people: frozenset[str]
    unresolved: tuple[str, ...] = ()
    needed: int = 1
    optional: bool = False


@dataclass(frozen=True)
class _Entry:
    glob: Glob
    excluded: bool
    owners: tuple[str, ...]


@dataclass
class _Section:
    name: str
    needed: int
    optional: bool
    entries: list[_Entry]


class Codeowners:
    """A file that was read. ``skipped``: the lines, from 1, that its forge passes over, with the reason."""

    def __init__(self, text: str, dialect: Dialect, resolve: Resolver | None = None) -> None:
        self.skipped: dict[int, str] = {}
        self._resolve = resolve or (lambda name: None)
        self._known: dict[str, frozenset[str] | None] = {}
        github = dialect is Dialect.GITHUB
        self._sections = [self._github(text)] if github else self._gitlab(text)

    def of(self, path: str) -> tuple[Ownership, ...]:
        """Who owns the file ``path``: one entry for each section that has owners for it, required ones first."""
        found = [self._ownership(section, path) for section in self._sections]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.optional))

    def _ownership(self, section: _Section, path: str) -> Ownership | None:
        meant = [entry for entry in section.entries if entry.glob.matches(path)]
        if not meant or any(entry.excluded for entry in meant) or not meant[-1].owners:
            return None
        names = meant[-1].owners
        found = {name: self._members(name) for name in names}
        unresolved = tuple(name for name, members in found.items() if members is None)
        people = frozenset(one for members in found.values() if members is not None for one in members)
        return Ownership(section.name, names, people, unresolved, section.needed, section.optional)

    def _members(self, name: str) -> frozenset[str] | None:
        if name not in self._known:
            one = frozenset({name.removeprefix("@")})
            is_group = name.startswith("@@") or (name.startswith("@") and "/" in name)
            asked = self._resolve(name) if name.startswith("@") else None
            self._known[name] = asked if asked is not None or is_group else one
        return self._known[name]

    def _github(self, text: str) -> _Section:
        """Last match wins; a line that is not understood is no line."""
        section = _Section("", 1, False, [])
        for number, line in enumerate(text.split("\n"), 1):
            words = _words(line)
            bare = next((words[:i] for i, word in enumerate(words) if word.startswith("#")), words)
            if not bare:
                continue
            pattern, owners = bare[0], tuple(bare[1:])
            if pattern.startswith(("!", "\\#")) or "[" in pattern or not all(map(_OWNER.fullmatch, owners)):
                self.skipped[number] = "GitHub does not read this line"
                continue
            self._add(section, number, pattern, owners, exact=pattern.endswith("/*"))
        return section

    def _gitlab(self, text: str) -> list[_Section]:
        """Sections stand beside each other; in each one the last match wins, and what is excluded stays so."""
        sections = {"": _Section("", 1, False, [])}
        at = sections[""]
        defaults: tuple[str, ...] = ()
        for number, line in enumerate(text.split("\n"), 1):
            bare = line.strip()
            if not bare or bare.startswith("#"):
                continue
            header = _SECTION.fullmatch(bare)
            if header is not None:
                at, defaults = _enter(sections, header), _owners(_words(header[4] or ""))
                continue
            words = _words(bare)
            pattern = words[0].removeprefix("!").removeprefix("\\" if words[0].startswith("\\#") else "")
            anchored = pattern if pattern.startswith("/") else f"**/{pattern}"
            anchored = f"{anchored[:-1]}" if anchored.endswith("/**") else anchored  # Ruby: only **/ is any depth
            owners = _owners(words[1:]) or defaults
            self._add(at, number, anchored, owners, exact=True, excluded=words[0].startswith("!"))
        return list(sections.values())

    def _add(
        self,
        section: _Section,
        number: int,
        pattern: str,
        owners: tuple[str, ...],
        *,
        exact: bool,
        excluded: bool = False,
    ) -> None:
        try:
            section.entries.append(_Entry(compile_glob(pattern, exact=exact), excluded, owners))
        except GlobError as error:
            self.skipped[number] = f"the pattern {error}"


def find(tree: Tree, dialect: Dialect | None = None, resolve: Resolver | None = None) -> Codeowners | None:
    """The file in a commit's tree, the base's; None where there is none.

    Args:
        dialect: whose rules hold; None takes GitLab's for a file that only GitLab finds, or that has sections.
    """
    either = dict.fromkeys((*PLACES[Dialect.GITHUB], *PLACES[Dialect.GITLAB]))
    for place in PLACES[dialect] if dialect else either:
        data = tree.read(place)
        if data is None:
            continue
        text = data[:MOST_BYTES].decode("utf-8", "surrogateescape") if len(data) <= MOST_BYTES else ""
        return Codeowners(text, dialect or _guess(place, text), resolve)
    return None


def _guess(place: str, text: str) -> Dialect:
    sections = any(_SECTION.fullmatch(line.strip()) for line in text.split("\n"))
    return Dialect.GITLAB if sections or place.startswith(".gitlab/") else Dialect.GITHUB


def _enter(sections: dict[str, _Section], header: re.Match[str]) -> _Section:
    """The section of a heading. One that is there twice is one: required if either is, with the greater number."""
    name, needed, optional = header[2].strip(), max(1, int(header[3] or 1)), header[1] is not None
    known = sections.setdefault(name.casefold(), _Section(name, needed, optional, []))
    known.needed, known.optional = max(known.needed, needed), known.optional and optional
    return known


def _owners(words: Sequence[str]) -> tuple[str, ...]:
    """GitLab takes whatever looks like an owner, in remarks as well, and passes over the rest."""
    return tuple(word for word in words if _OWNER.fullmatch(word))


def _words(line: str) -> list[str]:
    """Split at white space; a backslash before a space keeps it in the word."""
    return [word.replace("\\ ", " ").replace("\\\t", "\t") for word in _SPLIT.findall(line)]
