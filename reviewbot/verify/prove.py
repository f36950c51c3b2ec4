"""The proof of one edit, a draft or a mend: the static checks, then the fault injected in the sandbox."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TypeVar

from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Evidence, ProofLevel
from reviewbot.languages.protocol import FaultProgram, Prover
from reviewbot.verify.sandbox import Job, Result, Sandbox

_PROGRAM = "program"
_SECONDS = 10.0
_MEMORY_MB = 512


_Edit = TypeVar("_Edit")


def prove(prover: Prover[_Edit], file: SourceFile, edit: _Edit, sandbox: Sandbox | None) -> tuple[Evidence, ...]:
    """The evidence for an edit, up to the first check that fails.

    Args:
        prover: what knows the edit: a language for a draft, its mender for a mend.
        sandbox: None stops at the static level.

    Raises:
        VerifyError: the region cannot be run apart, or the sandbox does not work.
    """
    static = prover.check(file, edit)
    if sandbox is None or not all(evidence.ok for evidence in static):
        return static
    began = time.perf_counter()
    program = prover.fault_program(file, edit)
    result = sandbox.run(_job(program))
    told = _judge(prover, edit, result)
    share = round((time.perf_counter() - began) / len(told), 4)
    return (*static, *(replace(evidence, seconds=share) for evidence in told))


def _job(program: FaultProgram) -> Job:
    argv = tuple(part.replace("{program}", f"{{job}}/{_PROGRAM}") for part in program.argv)
    return Job(argv, {_PROGRAM: program.source.encode("utf-8")}, _SECONDS, _MEMORY_MB)


def _judge(prover: Prover[_Edit], edit: _Edit, result: Result) -> tuple[Evidence, ...]:
    if result.timed_out:
        return (_failed(f"the statements did not end within {_SECONDS:g} seconds"),)
    if result.flooded or result.status != 0:
        words = result.stderr.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"]
        return (_failed(f"the statements could not be run apart: {words[-1][:200]}"),)
    return prover.judge(edit, result.stdout.decode("utf-8", "replace"))


def _failed(detail: str) -> Evidence:
    return Evidence("fault", False, detail, level=ProofLevel.REGION)
