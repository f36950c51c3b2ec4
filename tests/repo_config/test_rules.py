"""What the settings mean for a path and for labels."""

from __future__ import annotations

import pytest

from reviewbot.languages.registry import load_languages
from reviewbot.repo_config import LabelRule, Rules, labels, parse
from reviewbot.repo_config.declared import LanguageName, SuggestionKind
from reviewbot.resources import rules_dir

FIX, TEST = SuggestionKind


def rules(text: str) -> Rules:
    return Rules(parse(text.encode()))


@pytest.mark.parametrize(
    ("text", "path", "reviewed", "why"),
    [
        ("", "a.py", True, "nothing excludes it"),
        ("[review]\ninclude = []", "a.py", True, "nothing excludes it"),
        ("[review]\ninclude = ['src/']", "src/a.py", True, "include: src/"),
        ("[review]\ninclude = ['src/']", "a.py", False, "include"),
        ("[review]\ninclude = ['src/', '!src/x/']", "src/x/a.py", False, "include: !src/x/"),
        ("[review]\nexclude = ['tests/']", "tests/a.py", False, "exclude: tests/"),
        ("[review]\nexclude = ['tests/']", "x/tests/a.py", False, "exclude: tests/"),
        ("[review]\nexclude = ['/tests/']", "x/tests/a.py", True, "nothing excludes it"),
        ("[review]\nexclude = ['tests/', '!tests/tools/']", "tests/tools/a.py", True, "nothing excludes it"),
        ("[review]\nexclude = ['!tests/tools/', 'tests/']", "tests/tools/a.py", False, "exclude: tests/"),
        ("[review]\ninclude = ['src/']\nexclude = ['*_pb2.py']", "src/a_pb2.py", False, "exclude: *_pb2.py"),
        ("[[paths]]\nmatch = 'old/'\nskip = true", "old/a.py", False, "paths: old/"),
        ("[[paths]]\nmatch = 'old/'\nskip = true", "new/a.py", True, "nothing excludes it"),
        ("[[paths]]\nmatch = '!new/'\nskip = true", "old/a.py", False, "paths: !new/"),
        ("[[paths]]\nmatch = '!new/'\nskip = true", "new/a.py", True, "nothing excludes it"),
        ("[review]\nexclude = ['a/']\n[[paths]]\nmatch = 'a/b.py'\nskip = false", "a/b.py", True, "paths: a/b.py"),
        (
            "[[paths]]\nmatch = 'a/'\nskip = true\n[[paths]]\nmatch = '*.py'\nskip = false",
            "a/b.py",
            True,
            "paths: *.py",
        ),
        ("[[paths]]\nmatch = 'a/'\nskip = true\n[[paths]]\nmatch = '*.py'", "a/b.py", False, "paths: a/"),
    ],
)
def test_which_files_are_reviewed(text: str, path: str, reviewed: bool, why: str):
    rule = rules(text).path(path)
    assert (rule.reviewed, rule.why) == (reviewed, why)


PATHS = """
[review]
min_confidence = 0.6
kinds = ["fix"]
[[paths]]
match = "core/"
min_confidence = 0.9
[[paths]]
match = "core/x.py"
kinds = ["test"]
[[paths]]
match = "*.py"
skip = false
[[paths]]
match = "core/y.py"
min_confidence = 0.0
kinds = []
"""


@pytest.mark.parametrize(
    ("path", "confidence", "kinds"),
    [
        ("a.py", 0.6, (FIX,)),
        ("core/a.py", 0.9, (FIX,)),
        ("core/x.py", 0.9, (TEST,)),
        ("core/y.py", 0.0, ()),
    ],
)
def test_the_last_that_says_something_wins(path: str, confidence: float, kinds: tuple[SuggestionKind, ...]):
    rule = rules(PATHS).path(path)
    assert (rule.min_confidence, rule.kinds) == (confidence, kinds)


def test_what_is_not_said_is_the_operators():
    rule = rules("").path("a.py")
    assert (rule.min_confidence, rule.kinds) == (None, (FIX, TEST))


@pytest.mark.parametrize(
    ("on_it", "rule"),
    [
        ([], None),
        (["bug"], None),
        (["no-review"], LabelRule.SKIP),
        (["bug", "No-Review"], LabelRule.SKIP),
        (["please"], LabelRule.FORCE),
        (["no-review", "please"], LabelRule.FORCE),
    ],
)
def test_labels(on_it: list[str], rule: LabelRule | None):
    config = parse(b"[review]\nskip_labels = ['no-review']\nforce_labels = ['Please']")
    assert labels(config, on_it) is rule


def test_the_languages_are_those_that_can_be_reviewed():
    class Empty:
        def paths(self):
            return ()

    known, _ = load_languages(rules_dir(), Empty())
    assert sorted(language.name for language in known) == sorted(LanguageName)
