"""The sentences of the commands' answers, one instance a language, and the one way to fill their gaps.

A gap says how it is filled: ``{sha:code}`` as a code span, ``{names:codes}`` as several of them, ``{reason:prose}`` as
words of which the odd ones become code spans, ``{count:number}``. There is no other way, so nothing that somebody wrote
can reach a comment as it is.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

from reviewbot.commands.grammar import Fault, Name
from reviewbot.commands.rights import Why
from reviewbot.domain.conversation import Permission
from reviewbot.domain.record import Outcome
from reviewbot.domain.tone import Tone
from reviewbot.publish.prose import code_span, prose

_MOST = 500
"""Characters of what fills one gap."""


@dataclass(frozen=True)
class Sentences:
    """Those of one language; what is no mapping is named after what happened.

    Attributes:
        helps: what each command does. needs: who may give a command, by what it takes; needs_review: for ``review``.
        refusals: why a command is not carried out. mistakes: what is wrong with a line. nearest: what was meant.
        outcomes: what became of suggestions, after their number.
    """

    tone: Tone
    help_title: str
    help_header: str
    helps: Mapping[Name, str]
    needs: Mapping[Permission, str]
    needs_review: str
    help_places: str
    refusals: Mapping[Why, str]
    mistakes: Mapping[Fault, str]
    nearest: str
    all_commands: str

    no_place: str
    not_mine: str
    not_open: str
    failed: str
    stands_already: str
    lines_changed: str
    nothing_to_fix: str
    nothing_to_fix_since: str
    fixed_on_line: str
    fixed_on_lines: str
    no_tests_yet: str

    gate_is_off: str
    edited_by_another: str
    not_seen: str
    no_such_lines: str
    name_the_lines: str
    no_overrider: str
    nobody_overrides: str
    no_reason: str

    committed: str
    head_moved: str
    fork_forbids: str
    branch_protected: str
    push_refused: str

    rejected: str
    paused: str
    resumed: str
    nothing_found: str
    explained: str

    never_reviewed: str
    reviewed_now: str
    reviewed_before: str
    standing: str
    outcomes: Mapping[Outcome, str]
    paused_by: str


def say(sentence: str, **values: object) -> str:
    """``sentence`` with its gaps filled.

    Raises:
        KeyError: a gap has no value. ValueError: a gap says no way to fill it. Both are mistakes of ours.
    """
    return "".join(text + _filled(name, way, values) for text, name, way, _ in string.Formatter().parse(sentence))


def gaps(sentence: str) -> frozenset[tuple[str, str]]:
    """The gaps of a sentence: the name of each, and how it is filled."""
    return frozenset((name, way or "") for _, name, way, _ in string.Formatter().parse(sentence) if name is not None)


def _filled(name: str | None, way: str | None, values: Mapping[str, object]) -> str:
    if name is None:
        return ""
    value = values[name]
    if way == "number":
        return str(int(str(value)))
    if way == "codes" and isinstance(value, tuple):
        return ", ".join(code_span(_short(one)) for one in value)
    if way == "code":
        return code_span(_short(value))
    if way == "prose":
        return prose(_short(value))
    raise ValueError(f"The gap {{{name}}} does not say how it is filled.")


def _short(value: object) -> str:
    text = str(value)
    cut = text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
    # Markers are read from a comment's own text, where a code span is no shelter.
    return cut.replace("<!--", "<! --")
