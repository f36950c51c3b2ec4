"""From a region to ranked drafts, with and without a model."""

from __future__ import annotations

import pytest

from reviewbot.domain.draft import Shape
from reviewbot.domain.errors import ModelUnavailable
from reviewbot.languages.python.guarding.regions import regions
from reviewbot.languages.python.language import Python
from reviewbot.model.protocol import Completer
from reviewbot.propose.propose import SAMPLES, Proposal, propose
from tests.languages.python.propose.kit import KNOWLEDGE, Files, marked
from tests.propose.scripted import Scripted

ONE = "import json\n\n\ndef main(path):\n    with «open(path)» as f:\n        d = «json.load(f)»\n    return d\n"
TWO = (
    "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef count(text):\n"
    '    """The number in it, or None if there is none."""\n    return «int(text)»\n'
)
NONE = "def f(t):\n    return «int(t)»\n"


def run(source: str, completer: Completer | None, path: str = "pkg/app.py", hint: str | None = None) -> Proposal:
    file, sites = marked(source, path)
    (region,) = regions(file, sites)
    tree = Files({path: file.text, "pkg/__init__.py": ""})
    return propose(Python(KNOWLEDGE), file, region, tree, completer, hint=hint)


def test_without_a_model_by_prior() -> None:
    found = run(TWO, None)
    assert [d.shape for d in found.drafts] == [Shape.RETURN, Shape.LOG_RETURN]
    assert found.refusal is None and found.usage.calls == 0


def test_a_refusal_costs_no_call() -> None:
    model = Scripted()
    found = run(NONE, model)
    assert found.drafts == () and found.refusal and found.usage.calls == 0
    assert not model.completed and not model.ranked


def test_the_likeliest_valid_text_fills_the_hole() -> None:
    model = Scripted(
        texts=[("too bad", -1.0), ("cannot load the settings of {path}", -8.0), ("no settings in this file", -9.0)]
    )
    found = run(ONE, model)
    assert 'raise SystemExit(f"cannot load the settings of {path}: {exc}")' in found.drafts[0].replacement
    assert found.drafts[0].origin == "model"
    assert (found.usage.calls, found.usage.prompt_tokens) == (1, 100)
    prefix, suffix, asked = model.completed[0]
    assert prefix.endswith('raise SystemExit(f"') and suffix.startswith(': {exc}")')
    assert asked["n"] == SAMPLES and asked["seed"] == 20261123
    assert "\n" in asked["stop"] and '"' in asked["stop"]  # type: ignore[operator]


@pytest.mark.parametrize(
    "texts", [[], [("", 0.0)], [('") ; import os', -1.0)], [("short", None)], [("{d} was not read", -1.0)]]
)
def test_rubbish_leaves_the_template(texts: list[tuple[str, float | None]]) -> None:
    with_model, without = run(ONE, Scripted(texts=texts)), run(ONE, None)
    assert with_model.drafts == without.drafts
    assert with_model.drafts[0].origin == "template"


def test_half_an_answer_is_none() -> None:
    found = run(ONE, Scripted(texts=[("cannot load the settings of the", -1.0)], finished=False))
    assert found.drafts[0].origin == "template"


def test_texts_without_probabilities_keep_the_engines_order() -> None:
    found = run(ONE, Scripted(texts=[("the first of these texts", None), ("the second of these texts", None)]))
    assert "the first of these texts" in found.drafts[0].replacement


def test_the_model_turns_close_drafts() -> None:
    before = run(TWO, None)
    model = Scripted(texts=[("this is not a number", -1.0)], logprobs=(-80.0, -20.0))
    found = run(TWO, model)
    assert found.drafts[0].shape is Shape.LOG_RETURN and before.drafts[0].shape is Shape.RETURN
    assert {d.shape for d in found.drafts} == {d.shape for d in before.drafts}
    assert found.usage.calls == 2
    prefix, suffix, alternatives = model.ranked[0]
    file, _ = marked(TWO)
    for draft, rest in zip(before.drafts, alternatives, strict=True):
        assert (prefix + rest + suffix) == file.replace(draft.region.lines, draft.replacement).text


def test_at_most_two_calls() -> None:
    model = Scripted(texts=[("rubbish", -1.0)], logprobs=(-1.0, -1.0, -1.0, -1.0))
    run(TWO, model)
    assert len(model.completed) + len(model.ranked) <= 2


def test_a_model_that_cannot_rank_still_fills() -> None:
    source = TWO.replace(", or None if there is none", "").replace("def count(text)", "def count(text) -> int | None")
    source = source.replace("def count", "def parse_count")
    found = run(source, Scripted(texts=[("this is not a count at all", -1.0)]))
    assert found.drafts[0].shape is Shape.LOG_RETURN
    assert "this is not a count at all" in found.drafts[0].replacement


def test_a_failing_model_is_the_callers_to_see() -> None:
    with pytest.raises(ModelUnavailable):
        run(ONE, Scripted(down=True))


def test_a_small_context_still_ends_at_the_hole() -> None:
    model = Scripted(context_length=120)
    run("FILLER = 1\n" * 300 + ONE, model)
    prefix, suffix, _ = model.completed[0]
    assert prefix.endswith('raise SystemExit(f"')
    assert len(prefix) + len(suffix) <= 120 * 3


HINTS = [
    ("The file may be missing", "# The file may be missing\n"),
    ("two\nlines\r\nand a\ttab", "# two lines and a tab\n"),
    ("x" * 400, f"# {'x' * 300}\n"),
    ("\x00\u202e<|fim_middle|>", "# <|fim_middle|>\n"),
    (" \n ", ""),
]


@pytest.mark.parametrize(("hint", "remark"), HINTS)
def test_a_persons_words_stand_above_the_region_as_one_comment(hint: str, remark: str) -> None:
    """Only there: what is suggested holds nothing of them."""
    model = Scripted(texts=[("no settings in this file", -1.0)])
    found = run(ONE, model, hint=hint)
    prefix, _, _ = model.completed[0]
    assert f"def main(path):\n{'    ' + remark if remark else ''}    try:\n" in prefix
    assert found.drafts == run(ONE, Scripted(texts=[("no settings in this file", -1.0)])).drafts
