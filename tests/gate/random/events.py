"""What people do in a story, and what goes wrong. Each takes its choices from its own number alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from random import Random

from reviewbot.domain.conversation import Person
from reviewbot.domain.errors import ForgeUnavailable, SourceError, SourceUnavailable
from reviewbot.domain.gate import LABEL, CheckReport, CheckState, Word
from reviewbot.domain.provenance import OriginKind
from reviewbot.gate.patrol import patrol
from reviewbot.repo_config.ai import MixedAs, Mode
from tests.gate.random.forge import GITLAB, PEOPLE, Note, Pull, Said
from tests.gate.random.ground import Config, Tree
from tests.gate.random.story import Injection, Look, Story, cut_off, kill, kill_for_good

Event = Callable[[Story, Random], None]

BRANCHES = ("main", "main", "release", "play")
_CONFIGS = (
    Config(),
    Config(),
    Config(reviewers=2),
    Config(mixed=MixedAs.HUMAN),
    Config(mode=Mode.REPORT),
    Config(mode=Mode.OFF),
)
_PUSHERS = ("alice", "alice", "alice", "alice2", "bob", "dave")
_REVIEWERS = ("bob", "bob", "carol", "carol", "dave", "alice", "alice2", "erin", "ci[bot]")


def begin(story: Story, rng: Random) -> None:
    """Three base branches, and a pull request of alice's with AI lines."""
    ground = story.ground
    root = ground.commit([], {ground.line(rng) for _ in range(4)}, "dave", config=Config())
    ground.branches |= {"main": root}
    ground.branches["release"] = ground.commit([root], ground.commits[root].tree, "dave", config=rng.choice(_CONFIGS))
    ground.branches["play"] = ground.commit([root], ground.commits[root].tree, "dave", config=rng.choice(_CONFIGS[4:]))
    lines = {ground.line(rng): OriginKind.AI for _ in range(rng.randint(1, 3))}
    head = ground.commit([root], ground.commits[root].tree | {*lines}, "alice", records=lines)
    open_pull(story, rng, "alice", "main", head)
    if rng.random() < 0.25:
        open_pull(story, rng, rng.choice(("alice", "dave")), rng.choice(BRANCHES), head)


def open_pull(story: Story, rng: Random, author: str, base: str, head: str) -> Pull:
    hub = story.hub
    pull = Pull(len(hub.pulls) + 1, author, base, "", hub.now)
    hub.pulls[pull.number] = pull
    story.arrived[pull.number] = story.moment
    story.hook(pull, rng, hub.push(pull, head, author))
    return pull


def _pick(story: Story, rng: Random) -> Pull:
    return rng.choice([*story.hub.pulls.values()])


def _tree(story: Story, pull: Pull) -> Tree:
    return story.ground.commits[pull.head].tree


def _push(story: Story, rng: Random, pull: Pull, sha: str, by: str) -> None:
    if pull.state != "open" or sha == pull.head:
        return
    pushed = story.hub.push(pull, sha, by)
    story.arrived[pull.number] = story.moment
    story.hook(pull, rng, pushed)


def _change(
    story: Story, rng: Random, tree: Iterable[int], records: Mapping[int, OriginKind], pull: Pull | None = None
) -> None:
    pull, by = pull or _pick(story, rng), rng.choice(_PUSHERS)
    _push(story, rng, pull, story.ground.commit([pull.head], tree, by, records=records), by)


def push_ai(story: Story, rng: Random) -> None:
    pull = _pick(story, rng)
    lines = {story.ground.line(rng): OriginKind.AI for _ in range(rng.randint(1, 2))}
    _change(story, rng, _tree(story, pull) | {*lines}, lines, pull)


def push_human(story: Story, rng: Random) -> None:
    pull = _pick(story, rng)
    _change(story, rng, _tree(story, pull) | {story.ground.line(rng)}, {}, pull)


def edit_line(story: Story, rng: Random) -> None:
    """A line becomes another one where it stood: a person's change of an AI line is mixed."""
    pull = _pick(story, rng)
    tree = _tree(story, pull)
    old, new = rng.choice(sorted(tree)), story.ground.line(rng)
    story.ground.places[new] = story.ground.places[old] + 1e-9
    _change(story, rng, tree - {old} | {new}, {new: rng.choice([OriginKind.MIXED, OriginKind.AI])}, pull)


def move_line(story: Story, rng: Random) -> None:
    pull = _pick(story, rng)
    tree = _tree(story, pull)
    old, new = rng.choice(sorted(tree)), story.ground.line(rng)
    _change(story, rng, tree - {old} | {new}, {new: OriginKind.AI}, pull)


def delete_line(story: Story, rng: Random) -> None:
    pull = _pick(story, rng)
    tree = _tree(story, pull)
    if len(tree) > 1:
        _change(story, rng, tree - {rng.choice(sorted(tree))}, {}, pull)


def revert_lines(story: Story, rng: Random) -> None:
    """Lines as they stood at an earlier head, by another commit, with or without a record."""
    pull = _pick(story, rng)
    old = story.ground.commits[rng.choice(pull.pushes).after].tree
    back = dict.fromkeys(old - _tree(story, pull), OriginKind.AI)
    if back:
        _change(story, rng, _tree(story, pull) | {*back}, back if rng.random() < 0.7 else {}, pull)


def reset(story: Story, rng: Random) -> None:
    """A force-push back to an earlier head."""
    pull = _pick(story, rng)
    _push(story, rng, pull, rng.choice(pull.pushes).after, rng.choice(_PUSHERS))


def rebase(story: Story, rng: Random, *, with_records: bool = True) -> None:
    """Each commit anew on the base's tip, by somebody who need not have written them."""
    pull, ground, by = _pick(story, rng), story.ground, rng.choice(_PUSHERS)
    tip = ground.branches[pull.base_branch]
    below, chain, sha = ground.merge_base(tip, pull.head), list[str](), pull.head
    while sha not in ground.commits[below].ancestors:
        chain.append(sha)
        sha = ground.commits[sha].parents[0]
    for one in reversed(chain):
        commit = ground.commits[one]
        above = [ground.commits[parent].tree for parent in commit.parents]
        tree = ground.commits[tip].tree - (frozenset.intersection(*above) - commit.tree)
        tree |= commit.tree - frozenset().union(*above)
        records = commit.records if with_records else {}
        tip = ground.commit([tip], tree, commit.author, committer=by, records=records)
    _push(story, rng, pull, tip, by)


def launder(story: Story, rng: Random) -> None:
    """Every record is amended away."""
    rebase(story, rng, with_records=False)


def update_branch(story: Story, rng: Random, *, evil: bool = False) -> None:
    """The base is merged in: by git alone, or with a line put in by hand."""
    pull, ground, by = _pick(story, rng), story.ground, rng.choice(("alice", "bob", "carol"))
    tip = ground.branches[pull.base_branch]
    if tip in ground.commits[pull.head].ancestors:
        return
    lines = {ground.line(rng): OriginKind.AI} if evil else {}
    tree = ground.merged(pull.head, tip) | {*lines}
    _push(story, rng, pull, ground.commit([pull.head, tip], tree, by, records=lines), by)


def evil_merge(story: Story, rng: Random) -> None:
    update_branch(story, rng, evil=True)


def approve(story: Story, rng: Random) -> None:
    pull, by, hub = _pick(story, rng), rng.choice(_REVIEWERS), story.hub
    mine = [one for one in pull.said if one.by == by]
    if pull.state == "open":
        if hub.kind == GITLAB:
            if any(one.word is Word.APPROVED for one in mine):
                return
            pull.said = [one for one in pull.said if one not in mine]
        pull.said.append(Said(hub.now, by, Word.APPROVED, pull.head_before(hub.stamp(hub.now))))
        hub.touch(pull)
        story.hook(pull, rng)


def approve_well(story: Story, rng: Random) -> None:
    """Those who may, after a good look; often at everything that there is."""
    hub, chosen = story.hub, [_pick(story, rng)]
    hub.now += 20.0
    if rng.random() < 0.5:
        chosen = [*hub.pulls.values()]
    for pull in (one for one in chosen if one.state == "open"):
        for by in rng.choice([("bob",), ("carol",), ("dave",), ("bob", "carol"), ("carol", "dave", "bob")]):
            if hub.kind == GITLAB:
                pull.said = [one for one in pull.said if one.by != by]
            pull.said.append(Said(hub.now, by, Word.APPROVED, pull.head_before(hub.stamp(hub.now))))
        hub.touch(pull)
        story.hook(pull, rng)


def change_of_mind(story: Story, rng: Random) -> None:
    """Somebody lets it pass, wants changes a moment later, and a word follows; nobody looks in between."""
    pull, hub, by = _pick(story, rng), story.hub, rng.choice(("bob", "carol"))
    if hub.kind == GITLAB:
        _click(story, pull, by)
        pull.said = [one for one in pull.said if one.by != by]
    else:
        pull.said.append(Said(hub.now, by, Word.APPROVED, pull.head_before(hub.stamp(hub.now))))
    hub.now += 5.0
    pull.said.append(Said(hub.now, by, Word.CHANGES_REQUESTED, pull.head_before(hub.stamp(hub.now))))
    hub.now += 5.0
    hub.touch(pull)
    story.hook(pull, rng)


def request_changes(story: Story, rng: Random) -> None:
    pull, hub, by = _pick(story, rng), story.hub, rng.choice(_REVIEWERS[:5])
    if hub.kind == GITLAB:
        pull.said = [one for one in pull.said if one.by != by or one.word is Word.APPROVED]
    pull.said.append(Said(hub.now, by, Word.CHANGES_REQUESTED, pull.head_before(hub.stamp(hub.now))))
    hub.touch(pull)
    story.hook(pull, rng)


def dismiss(story: Story, rng: Random) -> None:
    """An approval or a request is taken back; GitHub shows where it stood, GitLab nothing of it."""
    pull = _pick(story, rng)
    found = [one for one in pull.said if one.word in (Word.APPROVED, Word.CHANGES_REQUESTED)]
    if not found:
        return
    one = rng.choice(found[-2:])
    if story.hub.kind == GITLAB:
        pull.said.remove(one)
    else:
        one.word = Word.DISMISSED
    story.hub.touch(pull)
    story.hook(pull, rng)


def comment(story: Story, rng: Random) -> None:
    pull = _pick(story, rng)
    if story.hub.kind != GITLAB:
        pull.said.append(Said(story.hub.now, rng.choice(_REVIEWERS), Word.COMMENTED, pull.head))
    pull.notes.append(Note(f"n{story.hub.fresh()}", Person("erin"), "<!-- reviewbot:gate -->"))
    story.hub.touch(pull)
    story.hook(pull, rng)


def edit_title(story: Story, rng: Random) -> None:
    pull = _pick(story, rng)
    pull.title, pull.description = f"Change {rng.random():.3f}", "By hand, all of it."
    story.hub.touch(pull)
    story.hook(pull, rng)


def retarget(story: Story, rng: Random) -> None:
    pull, branch = _pick(story, rng), rng.choice(BRANCHES)
    if pull.state == "open" and branch != pull.base_branch:
        pull.base_branch = branch
        pull.retargets.append((story.hub.now, rng.choice(PEOPLE)))
        story.hub.touch(pull)
        story.hook(pull, rng)


def close(story: Story, rng: Random) -> None:
    pull = _pick(story, rng)
    pull.state = "closed" if pull.state == "open" else "open"
    if pull.state == "open":
        story.arrived[pull.number] = story.moment
    story.hub.touch(pull)
    story.hook(pull, rng)


def base_push(story: Story, rng: Random, config: Config | None = None) -> None:
    """Somebody merges something else into a base branch, or changes its settings."""
    ground, branch = story.ground, rng.choice(BRANCHES)
    old = ground.branches[branch]
    lines = {ground.line(rng): OriginKind.AI} if rng.random() < 0.3 else {}
    tree = ground.commits[old].tree | {ground.line(rng), *lines}
    ground.branches[branch] = ground.commit([old], tree, "carol", records=lines, config=config)
    if config is not None or rng.random() < 0.5:
        story.head_event(rng, action="ruled", branch=branch)


def base_policy(story: Story, rng: Random) -> None:
    base_push(story, rng, rng.choice(_CONFIGS))


def rights(story: Story, rng: Random) -> None:
    """Somebody loses the right to write, or gets it back. No forge tells."""
    story.hub.writers ^= {rng.choice(("bob", "carol", "dave", "erin"))}


def twin(story: Story, rng: Random) -> None:
    """A second pull request with the very same head, or the second one is pushed to there."""
    first = story.hub.pulls[1]
    if len(story.hub.pulls) < 2:
        open_pull(story, rng, rng.choice(("alice", "dave", "bob")), rng.choice(BRANCHES), first.head)
    else:
        _push(story, rng, story.hub.pulls[2], first.head, rng.choice(_PUSHERS))


def vandal(story: Story, rng: Random) -> None:
    """A stranger takes the label off, or away what we wrote."""
    pull = _pick(story, rng)
    what, ours = rng.randrange(5), [one for one in pull.notes if one.by.ours]
    if what == 0:
        pull.labels ^= {LABEL}
    elif what == 1 and ours:
        pull.notes.remove(ours[0])
    elif what == 2 and ours:
        ours[0].body = "Nothing to see here."
    elif what == 3 and story.hub.holds and pull.head in story.hub.checks:  # every Developer can post a status
        story.hub.checks[pull.head] = CheckReport(pull.head, CheckState.PASSED, "Fine")
    elif pull.threads:
        pull.threads.remove(rng.choice(pull.threads))
        story.meddled[pull.number] = story.moment
    story.hub.touch(pull)


def resolve(story: Story, rng: Random) -> None:
    """Anybody may resolve a thread."""
    pull = _pick(story, rng)
    _click(story, pull, rng.choice(_REVIEWERS))
    story.hook(pull, rng)


def _click(story: Story, pull: Pull, by: str) -> None:
    for one in [one for one in pull.threads if one.resolved_by is None][-1:]:
        one.resolved_by, one.resolved_at = Person(by, bot=by.endswith("[bot]")), story.hub.now
        story.meddled[pull.number] = story.moment
        story.clicks.setdefault(pull.number, []).append((one, by, story.hub.now))
        story.hub.touch(pull)


def recheck(story: Story, rng: Random) -> None:
    story.head_event(rng, action="recheck", head=_pick(story, rng).head)


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
    push_ai: 6, push_human: 3, edit_line: 3, move_line: 2, delete_line: 2, revert_lines: 2, reset: 3, rebase: 3,
    launder: 2, update_branch: 3, evil_merge: 2, approve: 6, approve_well: 10, change_of_mind: 2, request_changes: 3,
    dismiss: 4, comment: 1, edit_title: 1, retarget: 3, close: 2, base_push: 2, base_policy: 2, rights: 2, twin: 4,
    vandal: 2, resolve: 2, recheck: 1, go_round: 2, outage: 1, broken_git: 3, wait: 2, purge: 2,
}  # fmt: skip
BETWEEN = [one for one in WEIGHTS if one not in (go_round, outage, wait, approve_well, purge)]
"""What may happen between two requests of a look."""
RACES = (dismiss, dismiss, request_changes, retarget, push_ai, edit_line, approve, resolve, twin)
"""Of those, what it matters most to come too late for."""
TROUBLE = frozenset({rights, vandal, outage, broken_git, purge})
"""What no forge tells of, and what keeps the gate from working at once."""


def plan(story: Story, number: int, rng: Random) -> Look:
    """A look, and what comes between its requests: death, a cut connection, people, another worker."""
    early, late = dict[int, Injection](), dict[int, Injection]()
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
            early[at] = rival(seed)
        else:
            early[at] = meanwhile(seed)
    return Look(number, early, late)


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
