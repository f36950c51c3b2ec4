"""Python's ``Mender``: each method delegates to the module that knows how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.domain.change import LineRange
from reviewbot.domain.mend import Mend
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.domain.suggestion import Evidence
from reviewbot.languages.protocol import FaultProgram
from reviewbot.languages.python.mending import check, experiment, find, judge
from reviewbot.languages.python.reading.knowledge import Knowledge


@dataclass(frozen=True)
class PythonMender:
    """Implements ``languages.protocol.Mender``; see there for what each method promises."""

    knowledge: Knowledge

    def find(self, file: SourceFile, changed: Sequence[LineRange], tree: Tree) -> tuple[Mend, ...]:
        """The mends on changed lines."""
        return find.find(file, changed, tree, self.knowledge)

    def check(self, file: SourceFile, mend: Mend) -> tuple[Evidence, ...]:
        """The static checks."""
        return check.check(file, mend)

    def fault_program(self, file: SourceFile, mend: Mend) -> FaultProgram:
        """The program that runs the statement before and after the mend."""
        return experiment.program(file, mend, self.knowledge)

    def judge(self, mend: Mend, output: str) -> tuple[Evidence, ...]:
        """The evidence in what the program printed."""
        return judge.judge(mend, output)
