"""Find the sites of a file by weighing: what each statement may fail with, and whether that wants a guard here."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewbot.domain.change import LineRange
from reviewbot.domain.site import Failure, Site
from reviewbot.domain.source_file import SourceFile
from reviewbot.domain.suggestion import Withheld
from reviewbot.languages.protocol import Found
from reviewbot.languages.python.finding import detect, wording
from reviewbot.languages.python.finding.sites import Sites
from reviewbot.languages.python.finding.skipped import Skipped
from reviewbot.languages.python.reading import files, syntax
from reviewbot.languages.python.reading.knowledge import Knowledge
from reviewbot.languages.python.reading.syntax import Syntax, Unparsable
from reviewbot.languages.python.weighing.choose import Choice, Rated, choose
from reviewbot.languages.python.weighing.failures import failure
from reviewbot.languages.python.weighing.field import Field, load_field
from reviewbot.languages.python.weighing.forest import Forest, load_forest
from reviewbot.languages.python.weighing.keys import Risky
from reviewbot.languages.python.weighing.manner import Manner, load_manner
from reviewbot.languages.python.weighing.reasons import Evidence, reasons
from reviewbot.languages.python.weighing.repository import Repository
from reviewbot.languages.python.weighing.weigh import Weighed, Weigher

_FLOOR = 0.02
"""What is less sure is not worth telling anyone."""
_MOST_LINES = 10_000
"""More changed lines of one file were not written by people, and weighing a thousand takes some three seconds."""


@dataclass(frozen=True)
class Weights:
    """What was learned: the field's counts, which guards are wanted, and what their handlers do."""

    field: Field
    forest: Forest
    manner: Manner = dataclasses.field(default_factory=lambda: Manner({}))


def load_weights(rules: Path) -> Weights:
    """The shipped ones, read once a process.

    Raises:
        KnowledgeError: a file is missing or broken; the message says how to make it anew.
    """
    data = rules / "guards"
    return Weights(
        load_field(data / "field.json"), load_forest(data / "forest.json"), load_manner(data / "manner.json")
    )


@dataclass(frozen=True, eq=False)
class Finder:
    """Finds the sites of a commit's files.

    In functions of a repository with a manner of its own they are weighed. At module level, in a repository too small
    to have one, or without weights, analysis alone says how sure a site is.
    """

    knowledge: Knowledge
    weights: Weights | None
    repository: Repository | None

    def find_sites(self, file: SourceFile, changed: Sequence[LineRange]) -> Found:
        """See ``Language.find_sites``."""
        found = detect.find_sites(file, changed, self.knowledge)
        people = not found.withheld and not files.generated(file.text) and sum(map(len, changed)) <= _MOST_LINES
        weighing = self._weighing(file) if people else None
        if weighing is None:
            return found
        try:
            weighed = tuple(weighing.sites(changed))
        except RecursionError:
            return Found(withheld=(Withheld(file.path, changed[0].start, "the file is nested too deep"),))
        return Found((*(s for s in found.sites if s.function is None), *weighed), found.withheld)

    def fails(self, file: SourceFile, lines: LineRange, rule: str) -> bool:
        """See ``Language.fails``."""
        found = detect.find_sites(file, (lines,), self.knowledge).sites
        if any(failure.rule == rule for site in found for failure in site.failures):
            return True
        weighing = self._weighing(file)
        return weighing is not None and any(failure.rule == rule for failure in weighing.failures((lines,)))

    def _weighing(self, file: SourceFile) -> Weighing | None:
        if self.weights is None or self.repository is None or not self.repository.has_manner:
            return None
        try:
            return Weighing(syntax.parse(file), self.knowledge, self.repository, self.weights)
        except Unparsable:
            return None


@dataclass(frozen=True, eq=False)
class Weighing:
    """Finds the sites in functions of one file, with the whole repository at hand."""

    syntax: Syntax
    knowledge: Knowledge
    repository: Repository
    weights: Weights

    def sites(self, changed: Sequence[LineRange]) -> Iterator[Site]:
        """The sites of changed statements, each with its calibrated confidence."""
        forest, skipped = self.weights.forest, Skipped(self.syntax)
        rated = [
            Rated(one, one.candidate.function, one.candidate.statement, forest.raw(one.features) * one.left)
            for one in self._weighed(changed)
            if not skipped(one.candidate.node)
        ]
        for choice in choose(rated):
            confidence = forest.calibrated(choice.confidence)
            if confidence >= _FLOOR:
                yield from self._sites(choice, round(confidence, 4))

    def failures(self, changed: Sequence[LineRange]) -> Iterator[Failure]:
        """Everything that the changed statements may fail with, however unlikely."""
        return (self._failure(one) for one in self._weighed(changed))

    def _weighed(self, changed: Sequence[LineRange]) -> Iterator[Weighed]:
        path = self.syntax.file.path
        return Weigher(
            path, self.syntax, Sites(self.syntax, self.knowledge), self.repository, self.weights.field
        ).weighed(changed)

    def _sites(self, choice: Choice[Weighed], confidence: float) -> Iterator[Site]:
        """One site for each expression that the kept exceptions come from."""
        by_node: dict[Risky, list[Weighed]] = {}
        for one in choice.kept:
            by_node.setdefault(one.candidate.node, []).append(one)
        for node, kept in by_node.items():
            function = kept[0].candidate.function
            here = None if function is None else self.syntax.qualified(function)
            failures = _widest([self._failure(one) for one in kept])
            why = self._why(kept, failures, here)
            callee = kept[0].callee
            manner = self.weights.manner.likely(kept[0].features)
            path, span = self.syntax.file.path, self.syntax.span(node)
            yield Site(path, span, callee, failures, here, why, confidence, calibrated=True, manner=manner)

    def _failure(self, one: Weighed) -> Failure:
        return failure(one.candidate, one.failure, self.repository, self.knowledge)

    def _why(self, kept: Sequence[Weighed], failures: Sequence[Failure], here: str | None) -> str:
        node = kept[0].candidate.node
        spelled = f".{node.attr}" if isinstance(node, ast.Attribute) else wording.spelled(node, kept[0].callee)
        names = {f: _last_names(f.exception) for f in failures}
        told = wording.why(spelled, [(names[f], f) for f in failures], here, here)
        evidence = Evidence(kept[0].candidate, kept[0].features, self.repository, self.weights.field)
        moved: Mapping[str, float] = self.weights.forest.reasons(kept[0].features)
        return " ".join((told, *reasons(moved, evidence)))


def _widest(failures: Sequence[Failure]) -> tuple[Failure, ...]:
    """Each once, and none beside a base class of its own: that one's handler catches both."""
    named = {f.exception for f in failures}
    return tuple(f for f in dict.fromkeys(failures) if not named & set(f.ancestors))


def _last_names(exception: str) -> str:
    """``JSONDecodeError`` of ``json.JSONDecodeError``, but ``zlib.error``."""
    last = exception.rpartition(".")[2]
    return last if last[:1].isupper() and last != "Error" else exception.lstrip(".")
