"""Proves a draft for real: in bubblewrap, through ``prove``."""

from __future__ import annotations

from functools import cache

from reviewbot.domain.draft import Draft
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Evidence
from reviewbot.languages.protocol import FaultProgram
from reviewbot.languages.python.checking import check
from reviewbot.languages.python.faulting import fault
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.verify.prove import prove


class Checks:
    """The parts of ``Language`` that a proof uses, static checks left out on demand."""

    def __init__(self, *, static: bool) -> None:
        self._static = static

    def check(self, file: SourceFile, draft: Draft) -> tuple[Evidence, ...]:
        return check.check(file, draft) if self._static else ()

    def fault_program(self, file: SourceFile, draft: Draft) -> FaultProgram:
        return fault.fault_program(file, draft)

    def judge(self, draft: Draft, output: str) -> tuple[Evidence, ...]:
        return fault.judge(draft, output)


@cache
def sandbox() -> Bubblewrap:
    return Bubblewrap()


def proof(file: SourceFile, draft: Draft, *, static: bool = True) -> tuple[Evidence, ...]:
    return prove(Checks(static=static), file, draft, sandbox())  # type: ignore[arg-type]
