"""What a comment commands: lines that begin with ``/seed``, read into commands or into what is wrong with them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum

from reviewbot.commands.typed import MOST_CHARACTERS, Kind, kinds, split
from reviewbot.publish.visible import visible_line

PREFIX = "/seed"
MOST_COMMANDS = 5
"""Of one comment that are read, each one once; a comment with more is a mistake or a nuisance."""
MOST_WORDS = 500
"""Characters of a command's free text that are kept."""

# Letter by letter: what ignores case also takes the long s (U+017F) for an s.
_SEED = re.compile(r"/[sS][eE][eE][dD](?!\S).*", re.DOTALL)
_MENTION = re.compile(r"(?:\A|[\r\n])[ \t]*/[sS][eE][eE][dD](?!\S)")
# An option begins with a dash and a letter, also with the long dash that telephones make of two. A lone dash and a
# negative number are words.
_OPTION = re.compile(r"(?:--?|[\u2013\u2014\u2212]+)(?=[^\W\d_]).*", re.DOTALL)
# A step up, a path from the root or from a home folder, a drive or a share of Windows.
_OUTSIDE = re.compile(r"(?:.*[/\\])?\.\.(?:[/\\].*)?|~?/.+|\\\\.+|[A-Za-z]:[/\\].*", re.DOTALL)
_SHOWN = 60
_UNSAID = (Kind.BLANK, Kind.QUOTED)


class Name(StrEnum):
    """The commands, as they are typed."""

    FIX = "fix"
    TEST = "test"
    REVIEW = "review"
    REJECT = "reject"
    EXPLAIN = "explain"
    REVIEWED = "reviewed"
    OVERRIDE = "override"
    PAUSE = "pause"
    RESUME = "resume"
    HELP = "help"
    STATUS = "status"


COMMIT = "--commit"
FULL = "--full"
_OPTIONS = {Name.FIX: frozenset({COMMIT}), Name.REVIEW: frozenset({FULL})}
_WITH_WORDS = frozenset({Name.FIX, Name.TEST, Name.REJECT, Name.REVIEWED, Name.OVERRIDE})
_PROSE = frozenset({Name.REJECT, Name.OVERRIDE})
_ELSEWHERE = _PROSE | {Name.REVIEWED}
"""Whose words may name any path: it is never opened, or only looked for among those of a commit."""


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: which. options: those of ``COMMIT`` and ``FULL`` that were given.
        words: the free text, on one line, of at most ``MOST_WORDS`` characters, with every hidden character as an
            escape. A stranger's: a path, an option or a link in it means nothing.
        line: as it was typed, hidden characters as escapes.
    """

    name: Name
    options: frozenset[str]
    words: str
    line: str


class Fault(StrEnum):
    """What is wrong with a line that begins with ``/seed``."""

    UNKNOWN_NAME = "unknown-name"
    UNKNOWN_OPTION = "unknown-option"
    NEEDLESS_WORDS = "needless-words"
    """The command takes none."""
    PATH = "path"
    """A command works where it is written and on no other file."""
    TOO_MANY = "too-many"


@dataclass(frozen=True)
class Mistake:
    """A line that is no command.

    Attributes:
        fault: what is wrong. line: as it was typed, hidden characters as escapes.
        word: the word that is wrong, a stranger's, of at most 60 characters; empty where there is none.
        name: the command that was meant, where that is clear. nearest: the known name or option nearest to ``word``.
    """

    fault: Fault
    line: str
    word: str = ""
    name: Name | None = None
    nearest: str | None = None


def parse(body: str) -> tuple[Command | Mistake, ...]:
    """The commands of a comment in their order, each one once; nothing raises.

    Lines in quotes, code and HTML are left alone (see ``typed.kinds``), and so is whatever lies behind the first
    ``MOST_CHARACTERS``. After ``MOST_COMMANDS`` of them one ``Mistake`` stands for all others.
    """
    found: dict[str, Command | Mistake] = {}
    for line in dict.fromkeys(line for line in _typed(body) if _SEED.fullmatch(line)):
        key = normal(line)
        if key not in found and len(found) == MOST_COMMANDS:
            return (*found.values(), Mistake(Fault.TOO_MANY, visible_line(line)))
        found.setdefault(key, _read(line))
    return tuple(found.values())


def only_commands(body: str) -> bool:
    """Whether the author typed commands and nothing else: no further text, code or HTML. Quotes do not count."""
    if len(body) > MOST_CHARACTERS or not mentions_seed(body):
        return False
    lines = split(body)
    said = [(_bare(line), kind) for line, kind in zip(lines, kinds(lines), strict=True) if kind not in _UNSAID]
    return bool(said) and all(kind is Kind.TYPED and _SEED.fullmatch(line) for line, kind in said)


def mentions_seed(body: str) -> bool:
    """Whether ``parse`` could find anything, told without reading any Markdown."""
    return _MENTION.search(body[:MOST_CHARACTERS]) is not None


def normal(line: str) -> str:
    """The one spelling of a command's line: an edit that leaves it the same asks for nothing new.

    White space, capitals of the command's name and the place of its options do not count; its words do.
    """
    read = _read(_bare(line)) if _SEED.fullmatch(_bare(line)) else None
    if not isinstance(read, Command):
        return " ".join(visible_line(_bare(line)).split())
    parts = (PREFIX, read.name, *sorted(read.options), *read.words.split())
    return " ".join(parts)


def _typed(body: str) -> list[str]:
    if not mentions_seed(body):
        return []
    lines = split(body)
    return [_bare(line) for line, kind in zip(lines, kinds(lines), strict=True) if kind is Kind.TYPED]


def _bare(line: str) -> str:
    """Without the space around it; at the beginning only what Markdown takes for indentation."""
    return line.lstrip(" \t").rstrip()


def _read(line: str) -> Command | Mistake:
    """Read a bare line that ``_SEED`` matches."""
    shown = visible_line(line)
    words = line[len(PREFIX) :].split()
    if not words:
        return Command(Name.HELP, frozenset(), "", shown)
    if _OPTION.fullmatch(words[0]):
        return Mistake(Fault.UNKNOWN_OPTION, shown, _cut(words[0]))
    typed = words[0].lower()
    if typed not in set(Name):
        return Mistake(Fault.UNKNOWN_NAME, shown, _cut(words[0]), nearest=_nearest(typed, list(Name)))
    return _arguments(Name(typed), words[1:], shown)


def _arguments(name: Name, words: list[str], shown: str) -> Command | Mistake:
    given, rest = _options(name, words)
    wrong = next((word for word in given if word.lower() not in _OPTIONS.get(name, ())), None)
    if wrong is not None:
        nearest = _nearest(wrong.lower(), list(_OPTIONS.get(name, ())))
        return Mistake(Fault.UNKNOWN_OPTION, shown, _cut(wrong), name, nearest)
    if rest and name not in _WITH_WORDS:
        return Mistake(Fault.NEEDLESS_WORDS, shown, _cut(" ".join(rest)), name)
    outside = next((word for word in rest if name not in _ELSEWHERE and _OUTSIDE.fullmatch(word)), None)
    if outside is not None:
        return Mistake(Fault.PATH, shown, _cut(outside), name)
    return Command(name, frozenset(word.lower() for word in given), _cut(" ".join(rest), MOST_WORDS), shown)


def _options(name: Name, words: list[str]) -> tuple[list[str], list[str]]:
    """Options and other words. A reason is prose: in it only what comes first can be an option."""
    if name in _PROSE and not (words and _OPTION.fullmatch(words[0])):
        return [], words
    is_option = [_OPTION.fullmatch(word) is not None for word in words]
    given = [word for word, option in zip(words, is_option, strict=True) if option]
    return given, [word for word, option in zip(words, is_option, strict=True) if not option]


def _cut(text: str, most: int = _SHOWN) -> str:
    """At most ``most`` characters of ``text``, hidden ones as escapes."""
    shown = visible_line(text[:most])
    return shown if len(text) <= most and len(shown) <= most else shown[: most - 1].rstrip() + "…"


def _nearest(word: str, known: list[str]) -> str | None:
    """The known word that ``word`` was probably meant to be."""
    near = difflib.get_close_matches(word[:_SHOWN], known, n=1, cutoff=0.5)
    return str(near[0]) if near else None
