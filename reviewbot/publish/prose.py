"""Words from a repository, a tool or a model, made safe to stand in a comment.

Backslashes are not enough: GitHub looks for mentions, issues, commits and addresses in the finished page, where they
are gone. Inside a code span it looks for none of them. So plain words stay, and every other word becomes a code span.
"""

from __future__ import annotations

import re

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_PUNCTUATION = frozenset(".,;:'\"()?!%–—…’‘“”")
# What GitHub would make a link of although it has no odd character: a commit, an issue of old, an address.
_LINKED = re.compile(r"\b(?:(?=[a-f]*\d)[0-9a-f]{7,64}\b|gh-?\d)|www\.", re.IGNORECASE)
_EMOJI = re.compile(r":[^:]+:")
_BEFORE = re.compile(r"[(\"'“‘]*")
_AFTER = re.compile(r"(?:'s)?[.,;:!?)\"'”’]*")
# What GitLab makes a link of although it has no odd character: a merge request, a milestone.
_REFERENCE = re.compile(r"[!%](?=\w).*", re.DOTALL)
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
    """``text`` in one line of Markdown that shows the same words: code spans stay, odd words become code spans.

    Two code spans that touch would run together and show what they hide, so where one stands by no word of its own
    (punctuation aside) the whole text becomes one.
    """
    line = " ".join(text.split())
    spans = list(_SPAN.finditer(line))
    if not all(_apart(line, span) for span in spans):
        return code_span(line)
    parts = []
    at = 0
    for span in spans:
        parts += [_words(line[at : span.start()], first=at == 0), code_span(span[2])]
        at = span.end()
    parts.append(_words(line[at:], first=at == 0))
    return "".join(parts)


def _apart(line: str, span: re.Match[str]) -> bool:
    """Whether nothing but punctuation that stays as it is touches a code span."""
    before = line[: span.start()].rpartition(" ")[2]
    after = line[span.end() :].partition(" ")[0]
    return _BEFORE.fullmatch(before) is not None and _AFTER.fullmatch(after) is not None


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
    plain = all(c.isalnum() or c in _PUNCTUATION or c == "-" for c in word)
    linked = _LINKED.search(word) is not None
    return word if plain and not linked and not _EMOJI.search(word) and not _REFERENCE.search(word) else code_span(word)
