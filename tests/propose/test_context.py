"""What is kept around a hole when the file does not fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.domain.draft import Hole
from reviewbot.propose.context import CHARACTERS_PER_TOKEN, RESERVED_TOKENS, pack

IMPORTS = "import json\nimport os\n"
HEAD = '"""A module."""\n' + IMPORTS
DEFINITION = "class ConfigError(Exception):\n    pass\n"
FILLER = "".join(f"FILLER_{n} = {n}\n" for n in range(400))
NEAR = 'def load(path):\n    try:\n        f(path)\n    except ValueError as exc:\n        raise ConfigError(f"'
HOLE = Hole(
    prefix=HEAD + DEFINITION + FILLER + NEAR,
    suffix=': {exc}") from exc\n' + FILLER,
    default="x",
    imports=IMPORTS,
    definitions=(DEFINITION,),
    near=len(NEAR),
)


def length(tokens: int) -> int:
    return tokens + RESERVED_TOKENS + 16


def test_what_fits_is_left_alone() -> None:
    whole = pack(HOLE, 100_000, 16)
    assert (whole.prefix, whole.suffix) == (HOLE.prefix, HOLE.suffix)


def test_order_of_what_is_given_up() -> None:
    """The region first, then imports, then definitions, then the head; the suffix has a fifth."""
    seen = [pack(HOLE, length(tokens), 16) for tokens in (40, 60, 80, 400, 4000)]
    kept = [(NEAR in c.prefix, IMPORTS in c.prefix, DEFINITION in c.prefix, "FILLER_0" in c.prefix) for c in seen]
    assert kept == [
        (True, False, False, False),
        (True, True, False, False),
        (True, True, True, False),
        (True, True, True, True),
        (True, True, True, True),
    ]
    assert all(c.prefix.endswith(NEAR) for c in seen)


def test_nothing_stands_there_twice() -> None:
    for tokens in range(20, 900, 7):
        prefix = pack(HOLE, length(tokens), 16).prefix
        assert prefix.count("import json") <= 1
        assert prefix.count("class ConfigError") <= 1


@given(st.integers(0, 6000))
def test_never_more_than_fits(tokens: int) -> None:
    context = pack(HOLE, tokens, 16)
    room = max(0, tokens - 16 - RESERVED_TOKENS) * CHARACTERS_PER_TOKEN
    assert len(context.prefix) + len(context.suffix) <= room
    assert HOLE.suffix.startswith(context.suffix)


def test_a_region_too_long_keeps_its_end() -> None:
    hole = Hole(prefix="a = 1\n" * 500 + 'raise X("', suffix="", default="x", near=3009)
    context = pack(hole, length(20), 16)
    assert context.prefix.endswith('a = 1\nraise X("') and len(context.prefix) <= 60
