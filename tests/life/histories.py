"""Random edits of files, as people and tools make them. A draw is plain data, so that a failing one shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from reviewbot.domain.record import Record
from reviewbot.domain.source_file import SourceFile
from tests.life.edits import record

# Few lines, so that they repeat; some of substance, some of none, some that differ in white space alone.
POOL = (
    "import json\n",
    "\n",
    "def load(path):\n",
    "    data = json.load(open(path))\n",
    "    data = json.loads(path.read_text())\n",
    "        data = json.loads(path.read_text())\n",
    "    return data\n",
    "    return None\n",
    "}\n",
    "x = 1\n",
    "    with open(path) as handle:\n",
    "        rows = list(csv.reader(handle))\n",
    "    value = int(text)\n",
    "    value = int(text)\r\n",
    "\tvalue = int(text)\n",
)
NAMES = ("a.py", "b.py", "c/d.py")
KINDS = (
    "insert", "unique", "delete", "change", "move", "duplicate", "indent", "dedent", "crlf", "lf", "no final newline",
    "swap", "apply",
)  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """``kind`` at the line ``at``, of ``count`` lines, to or with ``to``: each number is taken modulo what there is."""

    kind: str
    at: int
    count: int
    to: int


NUMBER = st.integers(0, 40)
EDITS = st.lists(st.builds(Edit, st.sampled_from(KINDS), NUMBER, st.integers(1, 4), NUMBER), max_size=4)
LINES = st.lists(st.sampled_from(POOL), min_size=1, max_size=20)


def edited(lines: Sequence[str], edits: Sequence[Edit], block: Sequence[str] = (), patch: str = "") -> list[str]:
    """``lines`` after ``edits``. ``apply`` replaces the first place of ``block`` by ``patch``."""
    out = list(lines)
    for number, edit in enumerate(edits):
        out = _one(out, edit, number, list(block), patch)
    return [line if line.endswith("\n") or i == len(out) - 1 else line + "\n" for i, line in enumerate(out)]


def _one(lines: list[str], edit: Edit, number: int, block: list[str], patch: str) -> list[str]:
    at = edit.at % (len(lines) + 1)
    head, some, tail = lines[:at], lines[at : at + edit.count], lines[at + edit.count :]
    rest, to = head + tail, edit.to % (len(head) + len(tail) + 1)
    match edit.kind:
        case "insert":
            return head + [POOL[(edit.to + i) % len(POOL)] for i in range(edit.count)] + some + tail
        case "unique":
            return head + [f"# {number} {i} {edit.to}\n" for i in range(edit.count)] + some + tail
        case "delete":
            return rest
        case "change":
            return head + [line.replace("a", "e") + "#\n" for line in some] + tail
        case "move":
            return rest[:to] + some + rest[to:]
        case "duplicate":
            return lines[:to] + some + lines[to:]
        case "swap":
            return tail + some + head
        case "indent":
            return head + ["    " + line for line in some] + tail
        case "dedent":
            return head + [line.removeprefix("    ") for line in some] + tail
        case "crlf":
            return [line.removesuffix("\n").removesuffix("\r") + "\r\n" for line in lines]
        case "lf":
            return [line.replace("\r\n", "\n") for line in lines]
        case "no final newline":
            return lines[:-1] + [line.removesuffix("\n") for line in lines[-1:]]
        case _:
            places = [i for i in range(len(lines)) if block and lines[i : i + len(block)] == block]
            return lines if not places else [*lines[: places[0]], patch, *lines[places[0] + len(block) :]]


def record_on(text: str, at: int, count: int, path: str = "a.py") -> Record:
    """A standing record on up to ``count`` lines of ``text``, with a guard around them."""
    lines = SourceFile(path, text).lines
    start = at % len(lines) + 1
    end = min(start + count - 1, len(lines))
    guard = "try:\n" + "".join("    " + line for line in lines[start - 1 : end]) + "except OSError:\n    raise\n"
    return record(text, (start, end), guard, path=path)
