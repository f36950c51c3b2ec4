"""Drafts: handlers that could guard a region, before anything is proven."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviewbot.domain.site import Region


class Shape(StrEnum):
    """What a handler does with the failure."""

    RERAISE = "re-raise"
    LOG = "log"
    LOG_RETURN = "log-and-return"
    RETURN = "return"
    ASSIGN = "assign"
    CONTINUE = "continue"
    BREAK = "break"
    EXIT = "exit"
    HTTP_ERROR = "http-error"


@dataclass(frozen=True)
class Hole:
    """The free text of a handler, for a model to fill.

    Attributes:
        prefix: the file's text, with the draft applied, up to the hole.
        suffix: the same from the hole on.
        default: what stands there when no model fills it.
        stop: strings that end a completion.
        max_tokens: at most so many tokens.
        imports, definitions, near: what to keep of ``prefix`` when it is too long for a model: its import lines, the
            definitions that the region uses (nearest first), and how many characters at its end are the edit itself.
    """

    prefix: str
    suffix: str
    default: str
    stop: tuple[str, ...] = ("\n",)
    max_tokens: int = 48
    imports: str = ""
    definitions: tuple[str, ...] = ()
    near: int = 0


@dataclass(frozen=True)
class Draft:
    """One way to guard a region.

    Attributes:
        region: what is guarded.
        shape: what the handler does.
        replacement: the new text of the region's lines, complete with line ends; parses as it stands.
        exceptions: what the handlers catch, canonical names, in the order of the ``except`` clauses.
        prior: how well the shape fits by analysis alone, 0 to 1.
        because: why this shape, in half a sentence: ``load_user guards the same call so``.
        hole: the free text that a model may fill better; None where there is none.
        origin: ``template``, or ``model`` once a model filled the hole.
        share: of the place's confidence, how much is left with this handler; one that only says the failure in other
            words is worth less than one that does something about it.
    """

    region: Region
    shape: Shape
    replacement: str
    exceptions: tuple[str, ...]
    prior: float
    because: str
    hole: Hole | None = None
    origin: str = "template"
    share: float = 1.0
