"""Sequences of events: made from a number, played, and made shorter where one shows a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from reviewbot.gate.keeper import Memory
from tests.gate.random import people, trouble
from tests.gate.random.parts import Wrong
from tests.gate.random.story import Story

_GAPS = (0.0, 0.0, 0.2, 1.0, 3.0, 9.0, 11.0, 30.0, 65.0)
_EVENTS = list(trouble.WEIGHTS)
_WEIGHTS = list(trouble.WEIGHTS.values())


@dataclass(frozen=True)
class Step:
    """``seed`` decides each of its choices, so that dropping another step changes as little as can be."""

    event: trouble.Event
    seed: int
    gap: float
    works: bool

    def __str__(self) -> str:
        return f"{self.event.__name__}({self.seed}) after {self.gap} s{'' if self.works else ', no worker'}"


@dataclass(frozen=True)
class Script:
    """``kind`` and ``seed`` are all that is needed to play it again. ``calm``: nothing is lost, and nothing fails."""

    kind: str
    seed: int
    calm: bool
    steps: tuple[Step, ...]


def make(kind: str, seed: int, most: int = 20) -> Script:
    rng, calm = Random(f"{kind} {seed}"), seed % 6 > 3
    steps = [
        Step(event, rng.getrandbits(32), rng.choice(_GAPS), rng.random() < 0.75)
        for event in rng.choices(_EVENTS, _WEIGHTS, k=rng.randint(8, most))
    ]
    if calm:
        steps = [one for one in steps if one.event not in trouble.TROUBLE]
    return Script(kind, seed, calm, tuple(steps))


def play(sequence: Script, memory: Memory) -> Story:
    """Play it to its end.

    Raises:
        Wrong: the gate lied.
    """
    story = Story(sequence.kind, memory, calm=sequence.calm)
    try:
        _play(story, sequence)
    except Wrong as error:
        raise Wrong(f"{error}\n" + "\n".join(story.trace)) from None
    return story


def _play(story: Story, sequence: Script) -> None:
    people.begin(story, Random(sequence.seed))
    for step in sequence.steps:
        story.hub.now += step.gap
        story.trace.append(f"{story.hub.now:.3f} {step}")
        step.event(story, Random(step.seed))
        story.check()
        if step.works:
            rng = Random(step.seed + 1)
            story.work(lambda number, rng=rng: trouble.plan(story, number, rng))  # type: ignore[misc]
    story.trace.append("settling")
    story.settle()
    story.at_rest()


def shortest(sequence: Script, fails: Callable[[Script], bool]) -> Script:
    """The same without whatever it does not need to fail."""
    at = 0
    while at < len(sequence.steps):
        left: Sequence[Step] = (*sequence.steps[:at], *sequence.steps[at + 1 :])
        shorter = replace(sequence, steps=tuple(left))
        if fails(shorter):
            sequence = shorter
        else:
            at += 1
    return sequence
