"""What was seen of lines: kept for the last heads, as it was, whatever a path holds."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import StoreError
from reviewbot.domain.event import PullRequestRef
from reviewbot.domain.provenance import Claim, OriginKind, Seen, Strength
from reviewbot.store.database import Database
from reviewbot.store.schema import SeenRow
from reviewbot.store.seen import HEADS, SeenLines

REF, OTHER = PullRequestRef("github", "team/shop", 7), PullRequestRef("github", "team/shop", 8)
CLAIM = Claim(OriginKind.AI, Strength.LINE, "git-ai", "cursor", None, "a@b.example", "note of 1a2b3c4")


def seen(head: str, path: str = "a.py", *claims: Claim) -> Seen:
    return Seen(head, path, LineRange(3, 9), claims or (CLAIM,))


def test_it_comes_back_as_it_was(database: Database) -> None:
    memory = SeenLines(database)
    given = (seen("a" * 40, "caf\udce9 \x00 'x'.py"), seen("a" * 40, "ü.py", CLAIM, CLAIM))
    memory.save(REF, "a" * 40, given, 1.0)
    assert memory.of(REF) == given
    assert memory.of(OTHER) == ()


def test_a_head_that_is_looked_at_again_is_remembered_as_it_is_now(database: Database) -> None:
    memory = SeenLines(database)
    memory.save(REF, "a" * 40, [seen("a" * 40)], 1.0)
    memory.save(REF, "a" * 40, [seen("a" * 40, "b.py")], 2.0)
    assert [one.path for one in memory.of(REF)] == ["b.py"]


def test_only_the_last_heads_are_kept_and_no_others_are_touched(database: Database) -> None:
    memory = SeenLines(database)
    memory.save(OTHER, "f" * 40, [seen("f" * 40)], 0.0)
    heads = [f"{number:040x}" for number in range(HEADS + 2)]
    for at, head in enumerate(heads):
        memory.save(REF, head, [seen(head)], float(at))
    assert [one.head for one in memory.of(REF)] == heads[2:]
    assert [one.head for one in memory.of(OTHER)] == ["f" * 40]


def test_what_cannot_be_read_is_an_error_and_not_nothing(database: Database) -> None:
    memory = SeenLines(database)
    memory.save(REF, "a" * 40, [seen("a" * 40)], 1.0)
    with database.write() as connection:
        connection.execute(update(SeenRow).values(body='[{"head":"a"}]'))
    with pytest.raises(StoreError, match="cannot read"):
        memory.of(REF)
