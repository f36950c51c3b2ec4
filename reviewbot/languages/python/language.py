"""Python as a ``Language``: each method delegates to the module that knows how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.domain.draft import Draft
from reviewbot.domain.site import Region, Site
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.domain.suggestion import Evidence
from reviewbot.languages.protocol import Drafts, FaultProgram, Found
from reviewbot.languages.python.checking import check
from reviewbot.languages.python.faulting import fault
from reviewbot.languages.python.guarding import drafts, fill, regions, remarks
from reviewbot.languages.python.mending.mender import PythonMender
from reviewbot.languages.python.reading import files
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.weighing.find import Finder, Weights
from reviewbot.languages.python.weighing.survey import SURVEYS


@dataclass(frozen=True)
class Python:
    """Implements ``languages.protocol.Language``; see there for what each method promises.

    Without ``weights`` analysis alone finds the sites, and the rest of the repository is not looked at.
    """

    knowledge: Knowledge
    weights: Weights | None = None
    name: str = "python"
    suffixes: tuple[str, ...] = (".py",)

    @property
    def mender(self) -> PythonMender:
        """What mends lost causes, bare excepts and their like."""
        return PythonMender(self.knowledge)

    def owns(self, path: str) -> bool:
        """Whether ``path`` is Python that may be reviewed."""
        return path.endswith(self.suffixes) and files.reviewable(path)

    def find_sites(self, file: SourceFile, changed: Sequence[LineRange], tree: Tree) -> Found:
        """Calls, subscripts and conversions on changed lines whose failure nothing handles."""
        return self._finder(tree).find_sites(file, changed)

    def fails(self, file: SourceFile, lines: LineRange, rule: str, tree: Tree) -> bool:
        """Whether a failure of ``rule`` is still found there."""
        return self._finder(tree).fails(file, lines, rule)

    def _finder(self, tree: Tree) -> Finder:
        return Finder(self.knowledge, self.weights, SURVEYS.of(tree) if self.weights else None)

    def regions(self, file: SourceFile, sites: Iterable[Site]) -> tuple[Region, ...]:
        """The smallest runs of statements that hold the sites."""
        return regions.regions(file, tuple(sites))

    def drafts(self, file: SourceFile, region: Region, tree: Tree) -> Drafts:
        """Ways to guard the region, best first."""
        return drafts.drafts(file, region, tree, self.knowledge)

    def fill(self, file: SourceFile, draft: Draft, text: str) -> Draft | None:
        """The draft with ``text`` in its hole, or None."""
        return fill.fill(file, draft, text)

    def remark(self, file: SourceFile, region: Region, text: str) -> str:
        """``text`` as one line of comment, as deep as the region."""
        return remarks.remark(file, region, text)

    def check(self, file: SourceFile, draft: Draft) -> tuple[Evidence, ...]:
        """The static checks."""
        return check.check(file, draft)

    def fault_program(self, file: SourceFile, draft: Draft) -> FaultProgram:
        """The program that shows the guard at work."""
        return fault.fault_program(file, draft)

    def judge(self, draft: Draft, output: str) -> tuple[Evidence, ...]:
        """The evidence in what the program printed."""
        return fault.judge(draft, output)
