"""What a language must do for the pipeline. ``python/`` is the first; nothing outside ``languages/`` knows a syntax."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from reviewbot.domain.change import LineRange
from reviewbot.domain.draft import Draft
from reviewbot.domain.mend import Mend
from reviewbot.domain.site import Region, Site
from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.domain.suggestion import Evidence, Withheld


@dataclass(frozen=True)
class Found:
    """What one file gave: sites on the changed lines, and what had to be left out with the reason."""

    sites: tuple[Site, ...] = ()
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True)
class Drafts:
    """The ways to guard a region, best first; ``refusal`` says why there is none."""

    drafts: tuple[Draft, ...] = ()
    refusal: str | None = None


@dataclass(frozen=True)
class FaultProgram:
    """A self-contained program that shows a guard at work.

    It is run in the sandbox as ``argv`` (``{program}`` stands for the path of ``source``) and prints one line of
    JSON that ``Language.judge`` understands.
    """

    source: str
    argv: tuple[str, ...]


_Edit_contra = TypeVar("_Edit_contra", contravariant=True)


class Prover(Protocol[_Edit_contra]):
    """What can be proven of one kind of edit: a ``Language`` proves drafts, a ``Mender`` mends."""

    def check(self, file: SourceFile, edit: _Edit_contra, /) -> tuple[Evidence, ...]:
        """The static checks of the edit applied to the file, up to the first that fails."""

    def fault_program(self, file: SourceFile, edit: _Edit_contra, /) -> FaultProgram:
        """A program that runs the edited statements before and after, with faults injected.

        Raises:
            VerifyError: they cannot be run apart from their file; the message says why.
        """

    def judge(self, edit: _Edit_contra, output: str, /) -> tuple[Evidence, ...]:
        """The evidence in what the program printed; output of any other kind is a failed check, never a guess."""


class Mender(Prover[Mend], Protocol):
    """Finds smells in how failures are handled, and the edits that take them away."""

    def find(self, file: SourceFile, changed: Sequence[LineRange], tree: Tree) -> tuple[Mend, ...]:
        """The mends whose edited statements all touch a changed line, in the order of the file.

        Args:
            tree: the repository, whose settings may ask for silence about a smell.
        """


class Language(Protocol):
    """A syntax. Instances are immutable and made a review, with the repository's own knowledge loaded."""

    @property
    def name(self) -> str:
        """Its name, in lower case."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How its files end, with the dot."""

    @property
    def mender(self) -> Mender | None:
        """What mends smells other than a missing guard; None where the language has nothing of the kind yet."""

    def owns(self, path: str) -> bool:
        """Whether a file of this path is in this language and may be reviewed (no test, no generated file)."""

    def find_sites(self, file: SourceFile, changed: Sequence[LineRange], tree: Tree) -> Found:
        """Sites of which at least one line is changed; ``tree`` is the commit that the file is of.

        A file that does not parse gives one ``Withheld``.
        """

    def fails(self, file: SourceFile, lines: LineRange, rule: str, tree: Tree) -> bool:
        """Whether a failure of ``rule`` is found on ``lines`` with nothing to handle it, however unsure that is."""

    def regions(self, file: SourceFile, sites: Iterable[Site]) -> tuple[Region, ...]:
        """The smallest runs of statements that hold the sites; regions never overlap, nested ones are joined."""

    def drafts(self, file: SourceFile, region: Region, tree: Tree) -> Drafts:
        """Ways to guard the region, shaped after the function and after how ``tree`` guards the same call."""

    def fill(self, file: SourceFile, draft: Draft, text: str) -> Draft | None:
        """The draft with the model's ``text`` in its hole; None where the text is not exactly what the hole takes."""

    def remark(self, file: SourceFile, region: Region, text: str) -> str:
        """``text``, whoever wrote it, as lines of comment to stand above the region, for a model to read."""

    def check(self, file: SourceFile, draft: Draft) -> tuple[Evidence, ...]:
        """The static checks ``parse``, ``minimal`` and ``names`` of the draft applied to the file."""

    def fault_program(self, file: SourceFile, draft: Draft) -> FaultProgram:
        """A program that runs the region before and after, without and with each exception injected.

        Raises:
            VerifyError: the region cannot be run apart from its file; the message says why.
        """

    def judge(self, draft: Draft, output: str) -> tuple[Evidence, ...]:
        """The evidence ``fault`` (one an exception) and ``same`` in what the fault program printed.

        Output that is not exactly what the program prints is a failed check, never a guess.
        """
