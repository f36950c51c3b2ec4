"""Any single change of the log is found, and the record that it befell is named."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tracemalloc
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.domain.audit import Clearing, Entry, Judgement, MergeEntry, Override, VerdictEntry, body, read_body
from reviewbot.domain.canonical import NotCanonical, canonical, parse_canonical
from reviewbot.domain.chain import ORIGIN, START, Anchor, Link, chain, line, link_hash, read_line
from reviewbot.domain.change import LineRange
from reviewbot.domain.provenance import Claim
from reviewbot.policy.audit import Expected, Tampered, entry_of, read_expected, read_export, verify
from tests.store.audit_entries import judged, merge, verdict

FUZZ = settings(max_examples=150, deadline=None)


def log(count: int = 6, **fields: Any) -> list[Link]:
    return chain(ORIGIN, [body(verdict(number, **fields)) for number in range(1, count + 1)])


def export(links: list[Link]) -> bytes:
    return b"".join(line(link).encode() + b"\n" for link in links)


def named(links: list[Link], expect: Expected | None = None) -> int:
    with pytest.raises(Tampered) as raised:
        verify(links, expect=expect)
    assert str(abs(raised.value.seq)) in str(raised.value)
    return raised.value.seq


def resealed(links: list[Link]) -> list[Link]:
    """Each record's hash made anew from what it says: what a forger does who knows the format."""
    return [replace(link, hash=link_hash(link.seq, link.previous, link.digest)) for link in links]


# --- canonical form


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, -5]}, '{"a":[true,null,-5],"b":1}'),
        ('\0\x1f\n\t"\\/\x7f', '"\\u0000\\u001f\\n\\t\\"\\\\/\x7f"'),
        ("é中\u2028😀", '"é中\u2028😀"'),
        ("\ud800 \udcff", '"\\ud800 \\udcff"'),
        ("\ud83d\ude00", '"😀"'),
        (2**53 - 1, "9007199254740991"),
    ],
)
def test_canonical_text(value: object, text: str) -> None:
    assert canonical(value) == text and canonical(parse_canonical(text)) == text


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, -(2**53), {"é": 1}, {1: 1}, b"x", {"a": {1.5}}])
def test_what_has_no_canonical_form(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '{"b":1,"a":1}',
        '{"a":1,"a":1}',
        '"\\u0041"',
        "1.0",
        "1e3",
        "-0",
        "NaN",
        " 1",
        "1 ",
        "",
        "{",
        "[" * 10**5,
        "9" * 5000,
        '"\\uD800"',
        '"\\ud83d\\ude00"',
        '"\\/"',
    ],
)
def test_json_that_is_not_canonical(text: str) -> None:
    with pytest.raises(NotCanonical):
        parse_canonical(text)


# --- entries


def test_a_body_is_what_the_docs_show() -> None:
    assert json.loads(body(merge(7))) == {
        "type": "merge",
        "version": 1,
        "at": 1_800_000_000_000,
        "forge": "github",
        "repository": "o/r",
        "number": 7,
        "head": "a" * 40,
        "commit": "d" * 40,
    }


@FUZZ
@given(st.text(), st.text(), st.integers(-(2**53) + 1, 2**53 - 1))
def test_entries_come_back_with_any_text(path: str, reason: str, at: int) -> None:
    """Two halves of a pair that stand side by side are the one character; git's lone bytes stay as they are."""
    one = verdict(at=at, lines=(judged(path), judged(path + "\udc80", 3, 3)), problems=(reason,), patches=(reason,))
    text = body(one)
    text.encode()
    assert body(read_body(text)) == text
    assert read_body(text) == one


_MERGE = json.loads(body(merge()))


@pytest.mark.parametrize(
    "value",
    [
        {**_MERGE, "version": 2},
        {**_MERGE, "version": True},
        {**_MERGE, "type": "note"},
        {**_MERGE, "type": ["merge"]},
        {**_MERGE, "more": 1},
        {**_MERGE, "number": "7"},
        {**_MERGE, "number": True},
        {**_MERGE, "head": None},
        {name: value for name, value in _MERGE.items() if name != "commit"},
        [_MERGE],
        5,
    ],
)
def test_what_is_no_entry(value: object) -> None:
    with pytest.raises(NotCanonical):
        read_body(canonical(value))


@pytest.mark.parametrize(
    ("name", "value"),
    [("start", 0), ("end", 0), ("kind", "robot"), ("strength", 9), ("strength", "LINE"), ("cleared", {}), ("why", [1])],
)
def test_a_verdict_with_a_part_that_cannot_be(name: str, value: object) -> None:
    said = json.loads(body(verdict()))
    lines = said["lines"][0]
    place = lines if name in lines else lines["lines"] if name in lines["lines"] else lines["claims"][0]
    place[name] = value
    with pytest.raises(NotCanonical):
        read_body(canonical(said))


# --- the chain


def test_the_hash_is_what_the_docs_let_a_shell_compute() -> None:
    one, two = log(2)
    docs = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
    command = next(text for text in docs.splitlines() if text.startswith("printf"))
    environ = {"PATH": os.environ["PATH"], "PREVIOUS": one.hash, "BODY": (two.body or b"").decode()}
    done = subprocess.run(["bash", "-c", command], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == two.hash
    assert one.previous == START


def test_the_docs_name_every_field() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
    parts = (VerdictEntry, MergeEntry, Judgement, Claim, Clearing, Override, LineRange)
    for field in (field for part in parts for field in fields(part)):
        assert f"`{field.name}`" in docs


def test_a_record_with_another_body_than_its_digest_says_does_not_hold() -> None:
    assert named([replace(log(1)[0], body=b"{}")]) == 1


def test_a_log_that_holds() -> None:
    links = log()
    assert verify(links).head == links[-1].anchor
    assert verify([]).head == ORIGIN
    found = verify(links[3:], links[2].anchor)
    assert (found.first, found.count, found.head) == (4, 3, links[-1].anchor)


SIMPLE: list[tuple[str, Any, int]] = [
    ("removed", lambda x: x[:2] + x[3:], 3),
    ("first removed", lambda x: x[1:], 1),
    ("two removed", lambda x: x[:2] + x[4:], 3),
    ("removed and renumbered", lambda x: x[:2] + [replace(i, seq=i.seq - 1) for i in x[3:]], 3),
    ("removed and resealed", lambda x: resealed(x[:2] + [replace(i, seq=i.seq - 1) for i in x[3:]]), 2),
    ("twice", lambda x: x[:3] + x[2:], 3),
    ("twice, renumbered", lambda x: x[:3] + [replace(i, seq=i.seq + 1) for i in x[2:]], 4),
    ("the last twice at the end", lambda x: [*x, replace(x[-1], seq=7)], 7),
    ("neighbours swapped", lambda x: [*x[:2], x[3], x[2], *x[4:]], 3),
    ("far ones swapped", lambda x: [x[0], x[4], *x[2:4], x[1], x[5]], 2),
    ("numbers of neighbours swapped", lambda x: [*x[:2], replace(x[3], seq=3), replace(x[2], seq=4), *x[4:]], 3),
    ("moved to the end", lambda x: [*x[:2], *x[3:], x[2]], 3),
    ("renumbered", lambda x: [*x[:5], replace(x[5], seq=60)], 6),
    ("exchanged and resealed", lambda x: [*x[:2], chain(x[1].anchor, [body(merge())])[0], *x[3:]], 3),
    ("inserted behind the second", lambda x: [*x[:2], chain(x[1].anchor, [body(merge())])[0], *x[2:]], 3),
    (
        "inserted, and the rest renumbered",
        lambda x: [*x[:2], chain(x[1].anchor, [body(merge())])[0], *(replace(i, seq=i.seq + 1) for i in x[2:])],
        3,
    ),
    ("a copy under number 0", lambda x: [replace(x[2], seq=0), *x], 0),
    ("the first under number 0", lambda x: [replace(x[0], seq=0), *x[1:]], 1),
]


@pytest.mark.parametrize(("mutate", "record"), [case[1:] for case in SIMPLE], ids=[case[0] for case in SIMPLE])
def test_a_changed_log_names_its_record(mutate: Any, record: int) -> None:
    assert named(mutate(log())) == record


def test_a_cut_at_the_end_is_found_by_the_head_that_was_kept() -> None:
    links = log()
    head = links[-1].anchor
    verify(links[:4])  # and by nothing else, as the docs say
    assert named(links[:4], Expected(head.hash, head.seq)) == 5
    assert named(links[:4], Expected(head.hash)) == 4
    assert verify(links, expect=read_expected(str(head))).count == 6
    assert verify(links, expect=read_expected(links[2].hash)).count == 6, "the log may have grown since"
    assert verify(links[3:], links[2].anchor, Expected(links[2].hash, 3)).count == 3


def test_a_log_written_anew_is_found_by_the_head_that_was_kept() -> None:
    links, forged = log(), log(state="fail")
    assert verify(forged).count == 6
    assert named(forged, Expected(links[3].hash, 4)) == 4
    assert named(forged, Expected(links[3].hash)) == 6
    with pytest.raises(Tampered, match="not looked at"):
        verify(links[3:], links[2].anchor, Expected(links[0].hash, 1))


@FUZZ
@given(st.data())
def test_any_single_mutation_is_found_and_named(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 7), "count")
    texts = data.draw(st.lists(st.text(), min_size=count, max_size=count), "texts")
    links = chain(ORIGIN, [body(verdict(i, problems=(text,))) for i, text in enumerate(texts)])
    head = Expected(links[-1].hash, count)
    at = data.draw(st.integers(0, count - 1), "at")
    kind = data.draw(st.sampled_from(["flip", "delete", "duplicate", "swap", "insert"]), "kind")
    if kind == "flip":
        field = data.draw(st.sampled_from(["body", "hash", "previous", "seq"]), "field")
        changed = [*links[:at], _flipped(links[at], field, data), *links[at + 1 :]]
        if field == "seq":
            changed.sort(key=lambda link: link.seq)  # as a database gives them
            assert named(changed, head) in (at + 1, next(i.seq for i in changed if i not in links))
        else:
            assert named(changed, head) == at + 1
    elif kind == "delete":
        assert named(links[:at] + links[at + 1 :], head) == at + 1
    elif kind == "duplicate":
        to = data.draw(st.integers(0, count), "to")
        found = named([*links[:to], links[at], *links[to:]], head)
        assert found in (at + 1, to + 1), "the copy, or the record whose place it took"
    elif kind == "swap":
        other = data.draw(st.integers(0, count - 1).filter(lambda i: i != at), "other")
        changed = list(links)
        changed[at], changed[other] = changed[other], changed[at]
        assert named(changed, head) == min(at, other) + 1
    else:
        forged = chain(links[at - 1].anchor if at else ORIGIN, [body(merge(number=99))])
        assert named(links[:at] + forged + links[at:], head) == at + 1


def _flipped(link: Link, field: str, data: st.DataObject) -> Link:
    if field == "seq":
        return replace(link, seq=link.seq ^ (1 << data.draw(st.integers(3, 40))))
    mask = data.draw(st.integers(1, 127))
    if field == "body":
        assert link.body is not None
        raw = bytearray(link.body)
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= mask
        return replace(link, body=bytes(raw), digest=hashlib.sha256(raw).hexdigest())
    text = bytearray(getattr(link, field).encode())
    text[data.draw(st.integers(0, len(text) - 1))] ^= mask
    return replace(link, hash=text.decode()) if field == "hash" else replace(link, previous=text.decode())


# --- the export


@FUZZ
@given(st.data())
def test_a_flipped_byte_of_an_export_is_found_and_named(data: st.DataObject) -> None:
    links = [replace(link, body=None) if link.seq == 2 else link for link in log(4)]
    raw = bytearray(export(links))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    record = export(links)[:at].count(b"\n") + 1
    with pytest.raises(Tampered) as raised:
        verify(read_export(io.BytesIO(raw)), expect=Expected(links[-1].hash, 4))
    assert raised.value.seq == record


def test_an_export_comes_back() -> None:
    links = log()
    assert list(read_export(io.BytesIO(export(links)))) == links
    assert [json.loads(text)["seq"] for text in export(links).splitlines()] == [1, 2, 3, 4, 5, 6]


def test_what_was_left_out_is_counted_and_still_chained() -> None:
    links = [link if link.seq in (2, 5) else replace(link, body=None) for link in log()]
    found = verify(read_export(io.BytesIO(export(links))))
    assert (found.count, found.left_out) == (6, 4)
    assert entry_of(links[0]) is None and isinstance(entry_of(links[1]), Entry)
    links[3] = replace(links[3], digest="0" * 64)
    assert named(list(read_export(io.BytesIO(export(links))))) == 4


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda raw: raw[:-1], "Record 3 was altered: line 3 has no end"),
        (lambda raw: raw[:-9], "Record 3 was altered: line 3 is not as it was exported"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), "Record 1 was altered: line 1"),
        (lambda raw: b"\n" + raw, "Record 1 was altered: line 1"),
        (lambda raw: raw + b"\n", "Record 4 was altered: line 4"),
        (lambda raw: raw.replace(b'"seq":2}', b'"seq":2.0}'), "Record 2 was altered"),
        (lambda raw: raw.replace(b'"seq":2}', b'"seq":true}'), "Record 2 was altered"),
        (lambda raw: raw.replace(b'"seq":2}', b'"seq":2,"seq":2}'), "Record 2 was altered"),
        (lambda raw: raw.replace(b'"seq":2}', b'"seq":2,"x":2}'), "Record 2 was altered"),
        (lambda raw: b"[" * 10**5 + b"\n" + raw, "Record 1 was altered"),
        (lambda raw: b"\xff\n" + raw, "Record 1 was altered"),
        (lambda raw: b"5\n" + raw, "Record 1 was altered"),
    ],
)
def test_a_file_that_was_written_anew(change: Any, says: str) -> None:
    with pytest.raises(Tampered, match=says):
        verify(read_export(io.BytesIO(change(export(log(3))))))


@pytest.mark.parametrize("text", ["", "x", "0" * 63, "12:", ":" + "0" * 64, "-1:" + "0" * 64, "F" * 64])
def test_what_cannot_be_expected(text: str) -> None:
    with pytest.raises(Exception, match="--expect takes"):
        read_expected(text)


def test_a_record_that_holds_and_is_no_entry() -> None:
    for text in ("5", '{"type":"verdict","version":1}'):
        with pytest.raises(Tampered, match="Record 1 cannot be read"):
            entry_of(chain(ORIGIN, [text])[0])


def test_a_body_that_looks_like_the_end_of_a_line() -> None:
    text = body(verdict(problems=('","hash":"' + "0" * 64, '},"hash":"')))
    link = chain(ORIGIN, [text])[0]
    assert read_line(line(link)) == link


def test_verifying_takes_no_more_memory_for_a_longer_log() -> None:
    """Fails when the records are gathered."""
    text = body(verdict(problems=("x" * 5000,)))

    def long(count: int) -> Iterator[Link]:
        after = ORIGIN
        for _ in range(count):
            link = chain(after, [text])[0]
            yield link
            after = Anchor(link.seq, link.hash)

    peaks = []
    for count in (50, 2000):
        tracemalloc.start()
        verify(long(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 50_000
