"""What people do in a story. Each takes its choices from its own number alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random

from reviewbot.domain.gate import LABEL, CheckReport, CheckState
from reviewbot.domain.provenance import OriginKind
from reviewbot.repo_config.ai import MixedAs, Mode
from tests.gate.random.ground import Config, Tree
from tests.gate.random.hub import PEOPLE, Pull
from tests.gate.random.story import Story

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


def pick(story: Story, rng: Random) -> Pull:
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
    pull, by = pull or pick(story, rng), rng.choice(_PUSHERS)
    _push(story, rng, pull, story.ground.commit([pull.head], tree, by, records=records), by)


def push_ai(story: Story, rng: Random) -> None:
    pull = pick(story, rng)
    lines = {story.ground.line(rng): OriginKind.AI for _ in range(rng.randint(1, 2))}
    _change(story, rng, _tree(story, pull) | {*lines}, lines, pull)


def push_human(story: Story, rng: Random) -> None:
    pull = pick(story, rng)
    _change(story, rng, _tree(story, pull) | {story.ground.line(rng)}, {}, pull)


def edit_line(story: Story, rng: Random) -> None:
    """A line becomes another one where it stood: a person's change of an AI line is mixed."""
    pull = pick(story, rng)
    tree = _tree(story, pull)
    old, new = rng.choice(sorted(tree)), story.ground.line(rng)
    story.ground.places[new] = story.ground.places[old] + 1e-9
    _change(story, rng, tree - {old} | {new}, {new: rng.choice([OriginKind.MIXED, OriginKind.AI])}, pull)


def move_line(story: Story, rng: Random) -> None:
    pull = pick(story, rng)
    tree = _tree(story, pull)
    old, new = rng.choice(sorted(tree)), story.ground.line(rng)
    _change(story, rng, tree - {old} | {new}, {new: OriginKind.AI}, pull)


def delete_line(story: Story, rng: Random) -> None:
    pull = pick(story, rng)
    tree = _tree(story, pull)
    if len(tree) > 1:
        _change(story, rng, tree - {rng.choice(sorted(tree))}, {}, pull)


def revert_lines(story: Story, rng: Random) -> None:
    """Lines as they stood at an earlier head, by another commit, with or without a record."""
    pull = pick(story, rng)
    old = story.ground.commits[rng.choice(pull.pushes).after].tree
    back = dict.fromkeys(old - _tree(story, pull), OriginKind.AI)
    if back:
        _change(story, rng, _tree(story, pull) | {*back}, back if rng.random() < 0.7 else {}, pull)


def reset(story: Story, rng: Random) -> None:
    """A force-push back to an earlier head."""
    pull = pick(story, rng)
    _push(story, rng, pull, rng.choice(pull.pushes).after, rng.choice(_PUSHERS))


def rebase(story: Story, rng: Random, *, with_records: bool = True) -> None:
    """Each commit anew on the base's tip, by somebody who need not have written them."""
    pull, ground, by = pick(story, rng), story.ground, rng.choice(_PUSHERS)
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
    pull, ground, by = pick(story, rng), story.ground, rng.choice(("alice", "bob", "carol"))
    tip = ground.branches[pull.base_branch]
    if tip in ground.commits[pull.head].ancestors:
        return
    lines = {ground.line(rng): OriginKind.AI} if evil else {}
    tree = ground.merged(pull.head, tip) | {*lines}
    _push(story, rng, pull, ground.commit([pull.head, tip], tree, by, records=lines), by)


def evil_merge(story: Story, rng: Random) -> None:
    update_branch(story, rng, evil=True)


def edit_title(story: Story, rng: Random) -> None:
    pull = pick(story, rng)
    pull.title, pull.description = f"Change {rng.random():.3f}", "By hand, all of it."
    story.hub.touch(pull)
    story.hook(pull, rng)


def retarget(story: Story, rng: Random) -> None:
    pull, branch = pick(story, rng), rng.choice(BRANCHES)
    if pull.state == "open" and branch != pull.base_branch:
        pull.base_branch = branch
        pull.retargets.append((story.hub.now, rng.choice(PEOPLE)))
        story.hub.touch(pull)
        story.hook(pull, rng)


def close(story: Story, rng: Random) -> None:
    pull = pick(story, rng)
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
    pull = pick(story, rng)
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


def recheck(story: Story, rng: Random) -> None:
    story.head_event(rng, action="recheck", head=pick(story, rng).head)
