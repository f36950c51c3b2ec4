"""The proof of one draft: the static checks, then the fault injected in the sandbox."""

from __future__ import annotations

import time
from dataclasses import replace

from reviewbot.domain.draft import Draft
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Evidence, ProofLevel
from reviewbot.languages.protocol import FaultProgram, Language
from reviewbot.verify.sandbox import Job, Result, Sandbox

_PROGRAM = "program"
_SECONDS = 10.0
_MEMORY_MB = 512


def prove(language: Language, file: SourceFile, draft: Draft, sandbox: Sandbox | None) -> tuple[Evidence, ...]:
    """The evidence for a draft, up to the first check that fails.

    Args:
        sandbox: None stops at the static level.

    Raises:
        VerifyError: the region cannot be run apart, or the sandbox does not work.
    """
    static = language.check(file, draft)
    if sandbox is None or not all(evidence.ok for evidence in static):
        return static
    began = time.perf_counter()
    program = language.fault_program(file, draft)
    result = sandbox.run(_job(program))
    told = _judge(language, draft, result)
    share = round((time.perf_counter() - began) / len(told), 4)
    return (*static, *(replace(evidence, seconds=share) for evidence in told))


def _job(program: FaultProgram) -> Job:
    argv = tuple(part.replace("{program}", f"{{job}}/{_PROGRAM}") for part in program.argv)
    return Job(argv, {_PROGRAM: program.source.encode("utf-8")}, _SECONDS, _MEMORY_MB)


def _judge(language: Language, draft: Draft, result: Result) -> tuple[Evidence, ...]:
    if result.timed_out:
        return (_failed(f"the statements did not end within {_SECONDS:g} seconds"),)
    if result.flooded or result.status != 0:
        words = result.stderr.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"]
        return (_failed(f"the statements could not be run apart: {words[-1][:200]}"),)
    return language.judge(draft, result.stdout.decode("utf-8", "replace"))


def _failed(detail: str) -> Evidence:
    return Evidence("fault", False, detail, level=ProofLevel.REGION)
