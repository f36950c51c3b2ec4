"""Sites: places on changed lines that can fail with nothing to handle it."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.change import LineRange


@dataclass(frozen=True)
class Failure:
    """One exception that a callable can raise.

    Attributes:
        exception: canonical dotted name, built-ins without a module: ``json.JSONDecodeError``, ``OSError``.
        when: completes "raises X when …": ``the file is not JSON``.
        source: the documentation or code that says so.
        rule: the rule's id, such as ``py.unhandled.json-decode``.
        ancestors: base classes by canonical name, nearest first, up to but without ``Exception``.
    """

    exception: str
    when: str
    source: str
    rule: str
    ancestors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """An expression's place: 1-based lines, 0-based columns in characters, the end exclusive as in ``ast``."""

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def lines(self) -> LineRange:
        """The lines the expression stands on."""
        return LineRange(self.line, self.end_line)


@dataclass(frozen=True)
class Site:
    """A call, subscript or conversion whose failure nothing handles.

    Attributes:
        path: the file, relative to the repository's root.
        span: the failing expression.
        callee: what fails, by canonical name: ``json.load``, ``int``, ``os.environ[]``.
        failures: what it can raise that nothing handles, most likely first; never empty.
        function: dotted name of the function it stands in, None at module level.
        why: the reason in one sentence that a developer accepts.
        confidence: how sure that this wants a guard, 0 to 1.
        calibrated: of sites with that confidence, so many do want one, counted over repositories; else it is a guess
            from the call alone.
        manner: what handlers of such failures end with in other code, each kind with its share, the most common first;
            empty where that is not known.
    """

    path: str
    span: Span
    callee: str
    failures: tuple[Failure, ...]
    function: str | None
    why: str
    confidence: float
    calibrated: bool = False
    manner: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Region:
    """The smallest run of statements that holds failing expressions and can be guarded as one.

    ``lines`` are whole lines of the head's file: a suggestion replaces exactly these.
    """

    path: str
    lines: LineRange
    sites: tuple[Site, ...]
    function: str | None

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What the region can raise, each exception once, in the order of the sites."""
        seen: dict[str, Failure] = {}
        for site in self.sites:
            for failure in site.failures:
                seen.setdefault(failure.exception, failure)
        return tuple(seen.values())
