"""Who asked a tool, and what of a stranger's message is read."""

from __future__ import annotations

import time

import pytest

from reviewbot.policy.provenance import Facts
from reviewbot.policy.provenance.history import Commit
from reviewbot.policy.provenance.markers import load
from reviewbot.policy.provenance.stamps import hinted, stamped
from reviewbot.resources import rules_dir

MARKERS = load(rules_dir())
AGENT = ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")
ALICE = ("Alice Example", "alice@example.org")
CLAUDE = ("Co-authored-by", "Claude <noreply@anthropic.com>")
OCTO = ("Co-authored-by", "octocat <583231+octocat@users.noreply.github.com>")


def _commit(author: tuple[str, str], *trailers: tuple[str, str], committer: tuple[str, str] = ALICE) -> Commit:
    return Commit("1" * 40, ("2" * 40,), *author, *committer, "Subject", trailers)


ASKED = [
    ("a tool's trailer in a person's commit", _commit(ALICE, CLAUDE), "alice@example.org"),
    ("with a person as co-author", _commit(ALICE, OCTO, CLAUDE), "alice@example.org"),
    ("a tool's own commit, and who asked for it", _commit(AGENT, OCTO), "583231+octocat@users.noreply.github.com"),
    ("a tool's own commit with another tool", _commit(AGENT, CLAUDE, OCTO), "583231+octocat@users.noreply.github.com"),
    ("a tool's own commit that nobody asked for", _commit(AGENT, CLAUDE), None),
    ("aider's commit bears the person's address", _commit(("Alice (aider)", "alice@example.org")), "alice@example.org"),
]


@pytest.mark.parametrize(("commit", "asker"), [(c, a) for _, c, a in ASKED], ids=[name for name, _, _ in ASKED])
def test_who_asked(commit: Commit, asker: str | None) -> None:
    claims, problem = stamped(commit, MARKERS)
    assert problem is None
    assert {claim.requester for claim in claims} == {asker}


def test_the_same_trailer_a_thousand_times_is_one() -> None:
    claims, problem = stamped(_commit(ALICE, *[CLAUDE] * 5000), MARKERS)
    assert (len(claims), problem) == (1, None)


def test_too_many_trailers_are_told() -> None:
    _, problem = stamped(_commit(ALICE, *((f"Key-{n}", "x") for n in range(1001))), MARKERS)
    assert problem == "The commit 1111111 has more than 1000 trailers: the others were not read."


def test_names_that_draw_are_shown_plain() -> None:
    asker = "\u202egro.elpmaxe@ecila\x1b[2J"
    (claim,), _ = stamped(_commit(("\u202eecila", asker), CLAUDE), MARKERS)
    assert claim.requester == "gro.elpmaxe@ecila[2J"


HOSTILE = (
    "(" * 50_000,
    "<" * 50_000,
    "a " * 50_000 + "<",
    "aider: " * 20_000,
    "x:" * 50_000,
    "Claude " * 9000 + "(aider",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()
    keys = ("Co-authored-by", "Assisted-by", "Generated-by", "Co-authored-by-AI", "Entire-Attribution")
    stamped(_commit((text, text), *((key, text) for key in keys), committer=(text, text)), MARKERS)
    hinted(Facts(text, text, "\n".join([text] * 20), text), MARKERS)
    assert time.process_time() - start < 1


def test_a_description_says_a_thing_once() -> None:
    line = "🤖 Generated with [Claude Code](https://claude.com/claude-code)\n"
    assert len(hinted(Facts(description=line * 3, author_login="alice"), MARKERS)) == 1
