"""Finds the mends of a text and proves them for real, in bubblewrap."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from textwrap import dedent

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import VerifyError
from reviewbot.domain.mend import Mend
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Evidence
from reviewbot.languages.python.mending.mender import PythonMender
from reviewbot.languages.python.reading import knowledge
from reviewbot.resources import rules_dir
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.verify.prove import prove
from reviewbot.verify.sandbox import Job


class Files:
    """A tree that is made by hand."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files

    def read(self, path: str) -> bytes | None:
        return self.files[path].encode() if path in self.files else None

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def grep(self, words: tuple[str, ...], suffix: str) -> tuple[str, ...]:
        return ()


@cache
def mender() -> PythonMender:
    return PythonMender(knowledge.load(rules_dir()))


@cache
def sandbox() -> Bubblewrap:
    return Bubblewrap()


def source(text: str) -> SourceFile:
    return SourceFile("app.py", dedent(text.removeprefix("\n")))


EVERY = (LineRange(1, 10_000),)
NOTHING_ELSE = Files({})


def found(text: str, rule: str, changed: tuple[LineRange, ...] = EVERY, tree: Files = NOTHING_ELSE) -> list[Mend]:
    return [mend for mend in mender().find(source(text), changed, tree) if mend.rule == rule]


def only(text: str, rule: str) -> tuple[SourceFile, Mend]:
    """The file and its one mend of that rule."""
    (mend,) = found(text, rule)
    return source(text), mend


def applied(file: SourceFile, mend: Mend) -> str:
    return file.replace(mend.lines, mend.replacement).text


def failures(file: SourceFile, mend: Mend) -> list[Evidence]:
    return [one for one in prove(mender(), file, mend, sandbox()) if not one.ok]


def edited(file: SourceFile, mend: Mend, text: str) -> Mend:
    """The mend, if it made ``text`` of the whole file: what a wrong one would do."""
    whole = LineRange(1, len(file.lines))
    return replace(mend, lines=whole, replacement=dedent(text.removeprefix("\n")))


def unproven(file: SourceFile, mend: Mend) -> str:
    """What the sandbox alone, without the static checks, says against a mend; empty where nothing."""
    try:
        program = mender().fault_program(file, mend)
    except VerifyError as error:
        return str(error)
    argv = tuple(part.replace("{program}", "{job}/program") for part in program.argv)
    result = sandbox().run(Job(argv, {"program": program.source.encode()}))
    told = mender().judge(mend, result.stdout.decode())
    return "; ".join(one.detail for one in told if not one.ok)
