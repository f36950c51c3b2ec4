"""What a model may put into a hole: words of one line, and nothing else, whatever it answers."""

# ruff: noqa: E501
from __future__ import annotations

import ast
from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.draft import Draft, Shape
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.checking.check import check
from reviewbot.languages.python.guarding.fill import LONGEST, SHORTEST, fill
from tests.languages.python.propose.kit import proposed

FSTRING = "import json\n\n\ndef main(path):\n    with «open(path)» as f:\n        d = «json.load(f)»\n    return d\n"
PERCENT = (
    "import logging\nfrom pathlib import Path\n\nlogger = logging.getLogger(__name__)\n\n\n"
    'def read(path: Path):\n    """The text, or None if there is none."""\n    return «path.read_text()»\n'
)
PLAIN = (
    "from fastapi import APIRouter, HTTPException\n\nrouter = APIRouter()\n\n\n@router.get('/{item}')\n"
    "def show(item: str):\n    count = «int(item)»\n    return count\n"
)


@lru_cache
def draft_of(source: str) -> tuple[SourceFile, Draft]:
    file, _, found = proposed(source)
    return file, found.drafts[0]


def test_the_hole_is_a_part_of_the_applied_file() -> None:
    file, draft = draft_of(FSTRING)
    assert draft.hole is not None
    applied = file.replace(draft.region.lines, draft.replacement).text
    assert draft.hole.prefix + draft.hole.default + draft.hole.suffix == applied
    assert draft.hole.prefix.endswith('raise SystemExit(f"')
    assert draft.hole.default == "cannot read {path}"
    assert draft.hole.suffix.startswith(': {exc}") from exc\n')


GOOD = [
    (FSTRING, "could not load the settings"),
    (FSTRING, "could not load the settings from {path}"),
    (FSTRING, "Fehler beim Öffnen von {path}"),
    (FSTRING, "无法 读取 配置 文件 内容 {path}"),
    (PERCENT, "no text can be read from %s"),
    (PLAIN, "the item must be a number"),
]


@pytest.mark.parametrize(("source", "text"), GOOD)
def test_good_text(source: str, text: str) -> None:
    file, draft = draft_of(source)
    filled = fill(file, draft, text)
    assert filled is not None and draft.hole is not None and filled.hole is not None
    assert filled.replacement == draft.replacement.replace(draft.hole.default, text)
    assert filled.origin == "model" and draft.origin == "template"
    assert (filled.exceptions, filled.shape, filled.region) == (draft.exceptions, draft.shape, draft.region)
    assert all(e.ok for e in check(file, filled))
    assert filled.hole.prefix + filled.hole.default + filled.hole.suffix == (
        file.replace(filled.region.lines, filled.replacement).text
    )
    assert fill(file, filled, f"{text} again") is not None


BAD = [
    "", "short", "x" * (LONGEST + 1), " leading blank here", "trailing blank here ", "ends with colon:", "two\nlines of text",
    'ends") from exc', "it's not possible", "back\\slash in text", "tab\tin the text", "nul\0in the text", "bell\a in the text",
    "{__import__('os').system('id')} here", "{path.read()} is bad", "{path!r} is bad here", "{path:>10} is bad here",
    "{unknown_name} is bad here", "{exc} is bad here", "{f} is bad here", "{d} is bad here", "{} is bad here", "{{path}} is bad here",
    "brace { is bad here", "brace } is bad here", "12345678 90", "--------------", "raise ValueError(exc)  # no",
    "`code` in the text", "<script> in text", "pipe | in the text", "\u202ereversed text here", "line\u2028separator here",
    "surrogate \ud800 here", "$HOME is not there", "%s is not there %s", "100% of the file",
]  # fmt: skip


@pytest.mark.parametrize("text", [b for b in BAD if "%" not in b])
def test_bad_text_in_an_fstring(text: str) -> None:
    file, draft = draft_of(FSTRING)
    assert fill(file, draft, text) is None


@pytest.mark.parametrize(
    "text", [*BAD, "no value in this text", "%d is not a file", "%s and %% of it", "{path} is bad here"]
)
def test_bad_text_in_a_percent_message(text: str) -> None:
    file, draft = draft_of(PERCENT)
    if text != "%s is not there":
        assert fill(file, draft, text) is None


@pytest.mark.parametrize("text", [*BAD, "{item} is no number", "%s is no number at all"])
def test_bad_text_in_a_plain_string(text: str) -> None:
    file, draft = draft_of(PLAIN)
    assert fill(file, draft, text) is None


def test_no_hole_and_no_change() -> None:
    file, draft = draft_of("def f(t):\n    '''The number, or None if there is none.'''\n    return «int(t)»\n")
    assert draft.shape is Shape.RETURN and draft.hole is None
    assert fill(file, draft, "a good text for it") is None
    file, draft = draft_of(FSTRING)
    assert draft.hole is not None
    assert fill(file, draft, draft.hole.default) is draft


def test_a_hole_that_is_more_than_one_string_is_refused() -> None:
    file, draft = draft_of(FSTRING)
    assert draft.hole is not None
    wide = 'cannot read {path}: {exc}") from exc'
    assert wide in draft.replacement
    hole = replace(draft.hole, default=wide, suffix=draft.hole.suffix.removeprefix(wide[18:]))
    assert fill(file, replace(draft, hole=hole), "a good text for it") is None
    changed = draft.replacement.replace('f"cannot read {path}: {exc}"', 'f"cannot read" + f"{path}: {exc}"')
    hole = replace(draft.hole, default='cannot read" + f"{path}: {exc}')
    assert hole.default in changed
    assert fill(file, replace(draft, replacement=changed, hole=hole), "a good text for it") is None


def test_a_hole_of_another_file_is_refused() -> None:
    file, draft = draft_of(FSTRING)
    longer = SourceFile(file.path, "# one more line\n" + file.text)
    assert fill(longer, draft, "a good text for it") is None


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.text(alphabet="ab {}%\"'\\:\n()", max_size=40)),
    st.sampled_from([FSTRING, PERCENT, PLAIN]),
)
def test_whatever_comes_only_the_string_changes(text: str, source: str) -> None:
    file, draft = draft_of(source)
    filled = fill(file, draft, text)
    if filled is None:
        return
    assert SHORTEST <= len(text) <= LONGEST

    def without_text(replacement: str) -> str:
        tree = ast.parse(file.replace(draft.region.lines, replacement).text)
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                for part in ast.walk(node):
                    if isinstance(part, ast.JoinedStr):
                        part.values = [v for v in part.values if isinstance(v, ast.FormattedValue)][-1:]
                    elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                        part.value = part.value.count("%s")  # type: ignore[assignment]
        return ast.dump(tree)

    assert without_text(filled.replacement) == without_text(draft.replacement)
