"""A handler before it is put into the file: what it does, and how well that fits."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.draft import Shape
from reviewbot.languages.python.guarding.loggers import Logger
from reviewbot.languages.python.guarding.messages import Message
from reviewbot.languages.python.guarding.scene import Scene

LEAST = 0.5
"""A plan below fits too badly to be shown to anyone."""


@dataclass(frozen=True)
class Plan:
    """One handler.

    Attributes:
        shape: what it does. body: its statements, one a line, not indented.
        hole: its free text as it stands between the quotes; None where it has none.
        prior, because, share: as of a ``Draft``.
    """

    shape: Shape
    body: tuple[str, ...]
    hole: str | None
    prior: float
    because: str
    share: float = 1.0


@dataclass(frozen=True)
class Pen:
    """Writes handlers in the file's own way.

    Attributes:
        scene: where. exc: the name of the caught exception. text: what to say.
        quote: the quotes of strings. logger: the file's own; None where it has none.
    """

    scene: Scene
    exc: str
    text: Message
    quote: str
    logger: Logger | None

    def literal(self, *, cause: bool = True) -> tuple[str, str]:
        """The message as a string literal, with the failure at its end if ``cause``, and its free text."""
        text = self.text.fstring
        if not (cause and self.text.cause):
            return f"{'f' if self.text.arguments else ''}{self.quote}{text}{self.quote}", text
        return f"f{self.quote}{text}: {{{self.exc}}}{self.quote}", text

    def raising(self, error: str, prior: float, because: str, shape: Shape) -> Plan:
        """``raise Error("…") from exc``."""
        literal, hole = self.literal()
        return Plan(shape, (f"raise {error}({literal}) from {self.exc}",), hole, prior, because)

    def logged(self, shape: Shape, last: str, prior: float, because: str, *, more: str = "") -> Plan | None:
        """A warning, then ``last``; None without a logger."""
        if self.logger is None:
            return None
        text = self.text.and_then(more) if more else self.text
        call, hole = self.logger.call(text, self.exc, self.quote)
        return Plan(shape, (call, last), hole, prior, because)

    def reported(self, prior: float, because: str) -> Plan | None:
        """A warning and nothing else, so that the function goes on; None without a logger."""
        if self.logger is None:
            return None
        call, hole = self.logger.call(self.text, self.exc, self.quote)
        return Plan(Shape.LOG, (call,), hole, prior, because)

    def silent(self, shape: Shape, last: str, prior: float, because: str) -> Plan:
        """Nothing but ``last``."""
        return Plan(shape, (last,), None, prior, because)
