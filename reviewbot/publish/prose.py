"""Words from a repository, a tool or a model, made safe to stand in a comment.

Backslashes are not enough: GitHub looks for mentions, issues, commits and addresses in the finished page, where they
are gone. Inside a code span it looks for none of them. So plain words stay, and every other word becomes a code span.
"""

from __future__ import annotations

import re

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_PUNCTUATION = frozenset(".,;:'\"()?!%–—…’‘“”")
# What GitHub would make a link of although it has no odd character: a commit, an issue of old, an address.
_LINKED = re.compile(r"[0-9a-f]{7,64}|gh-?\d+|.*www\..*", re.IGNORECASE | re.DOTALL)
_EMOJI = re.compile(r":[^:]+:")
_LIST_ITEM = re.compile(r"[-+–]+|\d+[.)]")
_FENCE = re.compile(r"`+")


def code_span(text: str) -> str:
    """``text`` in one line as a Markdown code span, whatever it holds; what does not print becomes U+FFFD."""
    line = " ".join(text.split())
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line) or " "
    ticks = "`" * (longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def prose(text: str) -> str:
    """``text`` in one line of Markdown that shows the same words: code spans stay, odd words become code spans."""
    line = " ".join(text.split())
    parts = []
    at = 0
    for span in _SPAN.finditer(line):
        parts += [_words(line[at : span.start()], first=at == 0), code_span(span[2])]
        at = span.end()
    parts.append(_words(line[at:], first=at == 0))
    return "".join(parts)


def longest_run(text: str) -> int:
    """How many backticks stand in a row at most."""
    return max((len(run) for run in _FENCE.findall(text)), default=0)


def _words(text: str, *, first: bool) -> str:
    pieces = re.split(r"( +)", text)
    done = [piece if piece.isspace() or not piece else _word(piece) for piece in pieces]
    if first and done and _LIST_ITEM.fullmatch(pieces[0]):
        done[0] = code_span(pieces[0])
    return "".join(done)


def _word(word: str) -> str:
    bare = word.strip("".join(_PUNCTUATION))
    plain = all(c.isalnum() or c in _PUNCTUATION or c == "-" for c in word)
    linked = _LINKED.fullmatch(bare) and any(c.isdigit() or c == "." for c in bare)
    return word if plain and not linked and not _EMOJI.search(word) else code_span(word)
