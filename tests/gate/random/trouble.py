"""What goes wrong in a story, how often what happens, and what comes between two requests of a look."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random

from reviewbot.domain.errors import ForgeUnavailable, SourceError, SourceUnavailable
from reviewbot.domain.gate import Word
from reviewbot.gate.patrol import patrol
from tests.gate.random import people, reviewing
from tests.gate.random.hub import GITLAB
from tests.gate.random.parts import Injection, Killed, Look
from tests.gate.random.story import Story

Event = Callable[[Story, Random], None]


def go_round(story: Story, rng: Random) -> None:
    """A round of the patrol, as far as it comes."""
    with suppress(ForgeUnavailable):
        patrol(story.keeper, story.hub.now)


def outage(story: Story, rng: Random) -> None:
    story.down_until = story.hub.now + rng.choice([5.0, 40.0, 600.0])


def broken_git(story: Story, rng: Random) -> None:
    story.broken = rng.choice([SourceUnavailable, SourceError, SourceError])
    story.broken_until = story.hub.now + rng.choice([1.0, 30.0])


def purge(story: Story, rng: Random) -> None:
    """Whatever waits in the queue is lost, and so is what was to be told."""
    story.waiting.clear()
    story.heads.clear()
    story.hooks.clear()


def wait(story: Story, rng: Random) -> None:
    story.hub.now += rng.choice([20.0, 70.0, 500.0, 2000.0])


WEIGHTS: dict[Event, int] = {
    people.push_ai: 6,
    people.push_human: 3,
    people.edit_line: 3,
    people.move_line: 2,
    people.delete_line: 2,
    people.revert_lines: 2,
    people.reset: 3,
    people.rebase: 3,
    people.launder: 2,
    people.update_branch: 3,
    people.evil_merge: 2,
    reviewing.approve: 6,
    reviewing.approve_well: 10,
    reviewing.change_of_mind: 2,
    reviewing.request_changes: 3,
    reviewing.dismiss: 4,
    reviewing.comment: 1,
    people.edit_title: 1,
    people.retarget: 3,
    people.close: 2,
    people.base_push: 2,
    people.base_policy: 2,
    people.rights: 2,
    people.twin: 4,
    people.vandal: 2,
    reviewing.resolve: 2,
    people.recheck: 1,
    go_round: 2,
    outage: 1,
    broken_git: 3,
    wait: 2,
    purge: 2,
}
BETWEEN = [one for one in WEIGHTS if one not in (go_round, outage, wait, reviewing.approve_well, purge)]
"""What may happen between two requests of a look."""
RACES = (
    reviewing.dismiss,
    reviewing.dismiss,
    reviewing.request_changes,
    people.retarget,
    people.push_ai,
    people.edit_line,
    reviewing.approve,
    reviewing.resolve,
    people.twin,
)
"""Of those, what it matters most to come too late for."""
TROUBLE = frozenset({people.rights, people.vandal, outage, broken_git, purge})
"""What no forge tells of, and what keeps the gate from working at once."""


def plan(story: Story, number: int, rng: Random) -> Look:
    """A look, and what comes between its requests: death, a cut connection, people, another worker."""
    early, late, green = dict[int, Injection](), dict[int, Injection](), None
    while rng.random() < 0.35:
        at, kind, seed = rng.randint(1, 15), rng.randrange(20), rng.getrandbits(32)
        if kind < 7 and story.calm:
            continue
        if kind < 5:
            (early if rng.random() < 0.5 else late)[at] = rng.choice([kill, kill, kill_for_good, cut_off, cut_off])
        elif kind < 7:
            early[at] = frozen(seed)
        elif kind < 10:
            early[at] = other_worker(seed)
        elif kind < 12:
            green = rng.choice([rival, rival, meanwhile])(seed)
        else:
            early[at] = meanwhile(seed)
    return Look(number, early, late, green)


def kill(story: Story) -> None:
    raise Killed


def kill_for_good(story: Story) -> None:
    """And its job is lost."""
    story.looks[-1].lost = True
    raise Killed


def cut_off(story: Story) -> None:
    raise ForgeUnavailable("The connection was cut: this is a test.")


def meanwhile(seed: int) -> Injection:
    rng = Random(seed)
    event = rng.choice(RACES) if rng.random() < 0.6 else rng.choices(BETWEEN, [WEIGHTS[one] for one in BETWEEN])[0]

    def happen(story: Story) -> None:
        if not (story.calm and event in TROUBLE):
            story.trace.append(f"    meanwhile {event.__name__}")
            event(story, rng)

    return happen


def other_worker(seed: int) -> Injection:
    """Another worker does a look at another pull request, between two requests of this one."""

    def happen(story: Story) -> None:
        rng, number = Random(seed), story.looks[-1].number
        others = [one for one in story.hub.pulls if one != number]
        if others and len(story.looks) < 3:
            story.ask(story.ref(rng.choice(others)), "other", {"afresh": rng.random() < 0.5}, story.hub.now)
        job = story.next_job() if len(story.looks) < 3 else None
        if job is not None:
            story.run(job, plan(story, job.number, rng))

    return happen


def rival(seed: int) -> Injection:
    """Every word on another pull request is taken back, and another worker says so, between two requests."""

    def happen(story: Story) -> None:
        rng, number = Random(seed), story.looks[-1].number
        others = [one for one in story.hub.pulls.values() if one.number != number and one.state == "open"]
        others = [one for one in others if one.head == story.hub.pulls[max(1, number)].head]
        if not others or len(story.looks) > 1:
            return
        pull = rng.choice(others)
        for said in pull.said if story.hub.kind != GITLAB else ():
            said.word = Word.DISMISSED
        if story.hub.kind == GITLAB:
            pull.said = []
        story.hub.touch(pull)
        story.ask(story.ref(pull.number), "rival", {}, story.hub.now)
        if pull.number not in {look.number for look in story.looks}:
            story.run(story.waiting.pop(pull.number), Look(pull.number, {}))

    return happen


def frozen(seed: int) -> Injection:
    """The worker freezes for so long that another one takes its job over and ends it."""

    def happen(story: Story) -> None:
        look, rng = story.looks[-1], Random(seed)
        if look.number and len(story.looks) < 3:
            look.wanted = False
            story.ask(story.ref(look.number), "again", {}, story.hub.now)
            if (job := story.next_job()) is not None:
                story.run(job, plan(story, job.number, rng))

    return happen
