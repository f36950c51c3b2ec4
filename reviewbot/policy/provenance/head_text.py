"""What the head's own text says: marks in files, and our suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reviewbot.domain.change import Change, LineRange
from reviewbot.domain.provenance import Claim
from reviewbot.policy.provenance.applied import ours
from reviewbot.policy.provenance.facts import Facts
from reviewbot.policy.provenance.in_file import marked
from reviewbot.policy.provenance.spans import Spans
from reviewbot.source.tree import MAX_BYTES, GitTree


@dataclass
class HeadText:
    """The head's files to which the change adds lines.

    Args:
        tree: of the head. change: whose head it is.
    """

    tree: GitTree
    change: Change
    problems: list[str] = field(default_factory=list)
    _lines: dict[str, list[bytes]] = field(default_factory=dict)

    @property
    def added(self) -> Mapping[str, Sequence[LineRange]]:
        """The added lines, by path."""
        return {file.path: file.added for file in self.change.files if file.added}

    def read(self, paths: Iterable[str]) -> Mapping[str, list[bytes]]:
        """The lines of files, without their ends; those that are too large are named in ``problems``."""
        for path in paths:
            if path not in self._lines:
                data = self.tree.read(path)
                if data is None:
                    self.problems.append(
                        f"{path!r} is larger than {MAX_BYTES} bytes: no records were looked for in it."
                    )
                self._lines[path] = (data or b"").split(b"\n")
        return self._lines

    def said(self, facts: Facts, traced: Mapping[str, Sequence[tuple[LineRange, Claim]]]) -> dict[str, Spans]:
        """By path, what is said of the lines by ``traced``, by marks in the text and as our own suggestions."""
        added, asked = self.added, bool(facts.markers or facts.own)
        raw = self.read(added) if asked else {}
        text = {
            path: [line.decode("utf-8", "replace").removesuffix("\r") for line in raw[path]] for path in added if asked
        }
        claims = {path: list(of) for path, of in traced.items()}
        for path, of in ours(facts.own, text, added).items():
            claims.setdefault(path, []).extend(of)
        for path, lines in text.items():
            claims.setdefault(path, []).extend(marked(lines, facts.markers))
        return {path: Spans(of) for path, of in claims.items() if of}
