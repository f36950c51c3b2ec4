"""Random histories whose lines are all different, so that there is one answer to who wrote which.

Each line knows its own past. That is the slow reference: no diff is made, every commit is played through by hand.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import strategies as st

from tests.policy.provenance.histories import CLAUDE, fast_import

NAMES = ("a.py", "b.py")


@dataclass(frozen=True)
class Line:
    """A line's text and truth. ``commit``: which brought it as it is, by its number; 0 is the base."""

    words: tuple[str, ...]
    kind: str
    commit: int
    indent: str = ""

    @property
    def text(self) -> str:
        return self.indent + " ".join(self.words) + "\n"


State = dict[str, tuple[Line, ...]]


@dataclass(frozen=True)
class Edit:
    """What a commit does to a file, at a place that is taken modulo what there is."""

    kind: str
    file: int
    at: int
    count: int


@dataclass(frozen=True)
class Step:
    """A commit: on the tip of one of two branches, by a machine or a person; or the merge of both into the first."""

    ai: bool
    branch: int
    edits: tuple[Edit, ...]
    merge: bool = False


EDITS = st.builds(
    Edit,
    st.sampled_from(("insert", "change", "indent", "delete", "rewrite")),
    st.integers(0, 1),
    st.integers(0, 30),
    st.integers(1, 4),
)
STEPS = st.lists(
    st.builds(
        Step, st.booleans(), st.integers(0, 1), st.lists(EDITS, min_size=1, max_size=3).map(tuple), st.booleans()
    ),
    min_size=1,
    max_size=8,
)


@dataclass
class Played:
    """A history that was played: what the head holds, and the stream that makes it in git."""

    stream: list[bytes] = field(default_factory=list)
    head: State = field(default_factory=dict)
    count: int = 0
    _word: int = 0

    def fresh(self, commit: int, kind: str) -> Line:
        self._word += 1
        return Line(tuple(f"w{self._word}x{part}" for part in range(6)), kind, commit)

    def changed(self, line: Line, commit: int, ai: bool) -> Line:
        """One word of six is another."""
        self._word += 1
        words = (*line.words[:-1], f"v{self._word}")
        return replace(line, words=words, commit=commit, kind="ai" if ai else _edited(line.kind))


def _edited(kind: str) -> str:
    return "mixed" if kind in ("ai", "mixed") else "unknown"


def play(steps: Sequence[Step]) -> Played:
    """Play the commits; the head is the first branch's, after a last merge of the other."""
    played = Played()
    base: State = {name: tuple(played.fresh(0, "unknown") for _ in range(12)) for name in NAMES}
    tips: list[tuple[int, State]] = [(0, base), (0, base)]
    _commit(played, False, base, ())
    for step in [*steps, Step(False, 0, (), merge=True)]:
        number = played.count
        if step.merge and tips[0][0] != tips[1][0]:
            state = _merged(tips[0][1], tips[1][1])
            _commit(played, False, state, (tips[0][0], tips[1][0]))
            tips = [(number, state), (number, state)]
        elif step.edits:
            parent, state = tips[step.branch]
            for edit in step.edits:
                state = _edit(played, state, edit, number, step.ai, step.branch)
            _commit(played, step.ai, state, (parent,))
            tips[step.branch] = (number, state)
    played.head = tips[0][1]
    return played


def _merged(ours: State, theirs: State) -> State:
    """One file of each side, as a merge without conflicts would take those that only one side changed."""
    return {NAMES[0]: ours[NAMES[0]], NAMES[1]: theirs[NAMES[1]]}


def _edit(played: Played, state: State, edit: Edit, number: int, ai: bool, side: int) -> State:
    name = NAMES[edit.file]
    lines = list(state[name])
    at = edit.at % (len(lines) + 1)
    end = min(at + edit.count, len(lines))
    brought = "ai" if ai else "unknown"
    match edit.kind:
        case "insert":
            lines[at:at] = [played.fresh(number, brought) for _ in range(edit.count)]
        case "rewrite":
            lines[at:end] = [played.fresh(number, brought) for _ in range(at, end)]
        case "change":
            lines[at:end] = [played.changed(line, number, ai) for line in lines[at:end]]
        case "indent":
            lines[at:end] = [
                replace(
                    line, indent=line.indent + ("\t" if side else "    "), commit=number, kind="ai" if ai else line.kind
                )
                for line in lines[at:end]
            ]
        case "delete" if len(lines) - (end - at) >= 4:
            del lines[at:end]
    return {**state, name: tuple(lines)}


def _commit(played: Played, ai: bool, state: State, parents: Sequence[int]) -> None:
    number = played.count
    played.count += 1
    message = f"commit {number}\n" + (f"\n{CLAUDE}\n" if ai else "")
    who = f"Alice Example <alice@example.org> {1700000000 + number} +0000"
    lines = [f"commit refs/heads/c{number}", f"mark :{number + 1}", f"author {who}", f"committer {who}"]
    parts = ["\n".join(lines).encode(), _data(message)]
    parts += [f"{'from' if not at else 'merge'} :{parent + 1}".encode() for at, parent in enumerate(parents)]
    parts.append(b"deleteall")
    for name, of in state.items():
        parts += [f"M 100644 inline {name}".encode(), _data("".join(line.text for line in of))]
    played.stream.append(b"\n".join(parts) + b"\n")


def _data(text: str) -> bytes:
    data = text.encode()
    return b"data %d\n%s" % (len(data), data)


def repository_of(played: Played) -> Path:
    """The history in a bare repository of its own; the caller removes it."""
    place = Path(tempfile.mkdtemp(prefix="random-history-")) / "r.git"
    fast_import(place, b"".join(played.stream))
    return place
