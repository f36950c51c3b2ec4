"""What the long story is told with: people who push, and what a stranger to the bot's code finds on the forge after it.

Nothing here asks the bot. Where a suggestion stands, and what a click on it would replace, is read from the forge's own
state and from git.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.behaviour.bot import Bot
from tests.behaviour.code import AGE, LOAD, PORT, RATE
from tests.behaviour.hub_stage import BOT, GitHubStage, GitLabStage
from tests.behaviour.local_stage import LocalStage
from tests.behaviour.stage import TOPIC, Stage

DEVELOPER, COLLEAGUE, NEWCOMER = "developer", "colleague", "newcomer"
LOCAL_BOT = "reviewbot"
_FENCE = re.compile(r"^```suggestion(?::-(\d+)\+(\d+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _function(name: str, given: str, variable: str, call: str) -> str:
    """A function that fails where ``call`` does, and that nothing else in the story reads like."""
    return (
        f"def {name}({given}: str) -> float | None:\n    if not {given}:\n        return None\n"
        f"    {variable} = {call}({given})\n    return {variable}\n"
    )


CODE = {
    "port": PORT,
    "rate": RATE,
    "load": LOAD,
    "age": AGE,
    "size": _function("size", "label", "pixels", "int"),
    "weight": _function("weight", "scale", "grams", "float"),
    "room": _function("room", "plan", "beds", "int"),
    "tax": _function("tax", "form", "percent", "float"),
    "hour": _function("hour", "clock", "minutes", "int"),
    "door": _function("door", "house", "steps", "int"),
    "lamp": _function("lamp", "bulb", "watts", "int"),
}
"""Every function of the story by its name."""


@dataclass(frozen=True)
class Spot:
    """Lines of a file, from the first to the last."""

    path: str
    start: int
    end: int


@dataclass(frozen=True)
class Posted:
    """A suggestion of the bot's as the forge holds it.

    ``made`` is where it was made, at ``commit``; ``shown`` is where a click would put it on the head, None where the
    forge calls it outdated.
    """

    id: str
    commit: str
    made: Spot
    shown: Spot | None
    new: str
    resolved: bool
    replies: tuple[str, ...]


class Story:
    """One pull request, pushed to by three people, and looked at by the bot after each push.

    ``pushes`` counts them. ``ever`` is every suggestion that was ever seen, those that were deleted included.
    ``may_be_outdated`` names the functions whose open thread the forge may show as outdated, since their text stands
    where it shows no thread: in a renamed file, in another file, or outside the diff. ``twins`` are files that hold the
    same text once more.
    """

    def __init__(self, stage: Stage, bot: Bot) -> None:
        self.stage, self.bot, self.git = stage, bot, stage.work.git
        stage.grant(NEWCOMER, "write")
        self.pushes = 0
        self.ever: dict[str, Posted] = {}
        self.may_be_outdated: set[str] = set()
        self.twins: set[str] = set()

    # What people do.

    def commit(self, login: str, files: dict[str, str | None] | None = None) -> str:
        """Commit what was changed, and ``files``, as somebody; None deletes a file."""
        for name, text in (files or {}).items():
            if text is None:
                (self.stage.work.path / name).unlink()
            else:
                self.stage.work.write(name, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--author", f"{login} <{login}@example.org>", "-m", f"by {login}")
        return self.git("rev-parse", "HEAD")

    def push(self, login: str, files: dict[str, str | None] | None = None) -> str:
        """Commit to the topic branch and push it; the head."""
        self.git("checkout", "-q", TOPIC)
        return self.pushed(self.commit(login, files))

    def pushed(self, head: str) -> str:
        """The topic branch of the work tree is pushed, by force where need be."""
        self.stage.publish(TOPIC)
        self.pushes += 1
        return head

    def main_moves(self, files: dict[str, str | None]) -> None:
        self.git("checkout", "-q", "main")
        self.commit(COLLEAGUE, files)
        self.stage.publish("main")
        self.git("checkout", "-q", TOPIC)

    def thread(self, name: str) -> Any:
        """The bot's thread on a function."""
        at = next(one.id for one in posted(self.stage) if self.name(one) == name and not one.resolved)
        return next(thread for thread in self.stage.mine() if thread.first.ref.id == at)

    # What the bot does, and what stands then.

    def look(self, *, says: bool = True) -> set[str]:
        """Let the bot look; the functions whose suggestion is open then. Without ``says`` it must write nothing."""
        before, written = words(self.stage), writes(self.stage)
        self.bot.look()
        if not says:
            assert words(self.stage) == before
            assert writes(self.stage) == written
        return self.check()

    def check(self) -> set[str]:
        """Everything that must hold after every push; the functions whose suggestion is open."""
        now = posted(self.stage)
        head = self.git("rev-parse", TOPIC)
        for one in now:
            if not one.resolved:
                self._on_its_lines(one, head)
            assert len(set(one.replies)) == len(one.replies), f"said twice in a thread: {one.replies}"
        self.ever.update({one.id: one for one in now})
        told = [one.new for one in self.ever.values()]
        assert len(set(told)) == len(told), "a suggestion was posted twice"
        places = [(one.shown, one.new) for one in now if one.shown is not None and not one.resolved]
        assert len(set(places)) == len(places)
        notes = own_notes(self.stage)
        assert len(notes) <= 1, f"more than one comment that sums up: {notes}"
        return {self.name(one) for one in now if not one.resolved}

    def _on_its_lines(self, one: Posted, head: str) -> None:
        """A click replaces exactly what the suggestion was made for, and leaves a file that parses."""
        old = "".join(self._lines(one.commit, one.made.path)[one.made.start - 1 : one.made.end])
        if one.shown is None:
            assert self.name(one) in self.may_be_outdated, f"open and outdated: {one}"
            assert self._count(old, head) == 1, f"open, and its text is not there: {one}"
            return
        lines = self._lines(head, one.shown.path)
        assert "".join(lines[one.shown.start - 1 : one.shown.end]) == old, f"on other lines: {one}"
        lines[one.shown.start - 1 : one.shown.end] = [one.new]
        ast.parse("".join(lines))

    def name(self, one: Posted) -> str:
        """The function that a suggestion is about."""
        text = "".join(self._lines(one.commit, one.made.path)).splitlines()
        above = text[: one.made.start]
        return next(m[1] for line in reversed(above) if (m := re.match(r"def (\w+)\(", line)))

    def _lines(self, commit: str, path: str) -> list[str]:
        return (self.git("show", f"{commit}:{path}") + "\n").splitlines(keepends=True)

    def _count(self, text: str, head: str) -> int:
        """How often lines stand in the files of a commit, those of twins left out."""
        files = self.git("ls-tree", "-r", "--name-only", head).splitlines()
        return sum("".join(self._lines(head, path)).count(text) for path in files if path not in self.twins)

    def authors(self) -> set[str]:
        """Who wrote the commits of the pull request."""
        return set(self.git("log", "--no-merges", "--format=%an", f"main..{TOPIC}").splitlines())

    def table(self) -> dict[str, tuple[str, str | None, str | None, str | None]]:
        """What became of each suggestion: its state, its outcome, by whom, and their words."""
        return {
            record.suggestion.function or "": (
                record.state.value,
                None if record.outcome is None else record.outcome.value,
                record.by,
                record.reason,
            )
            for record in self.bot.records()
        }


# What the forge holds, read from its own state.


def posted(stage: Stage) -> list[Posted]:
    """Every suggestion of the bot's that stands on a line, oldest first."""
    match stage:
        case GitHubStage():
            return list(_on_github(stage))
        case GitLabStage():
            return list(_on_gitlab(stage))
        case LocalStage():
            return list(_on_local(stage))
    raise AssertionError(stage)


def _on_github(stage: GitHubStage) -> Iterator[Posted]:
    pull = stage.pull
    for first in pull.comments:
        if first.user.login != BOT or first.reply_to is not None:
            continue
        at, (_, _, new) = stage.hub.place(pull, first), _block(first.body)
        shown = None if at is None else Spot(first.path, at.start_line or at.line, at.line)
        made = Spot(first.path, first.start_line or first.line, first.line)
        said = tuple(c.body for c in pull.comments_of(first.thread) if c.reply_to is not None and c.user.login == BOT)
        resolved = first.thread.resolved_by is not None
        yield Posted(str(first.id), first.commit, made, shown, new, resolved, said)


def _on_gitlab(stage: GitLabStage) -> Iterator[Posted]:
    for thread in stage.pull.discussions:
        first = thread.first
        if first.user.login != BOT or first.original_position is None or first.system:
            continue
        above, below, new = _block(first.body)
        was, now = first.original_position, first.position
        made = Spot(was.new_path, was.new_line - above, was.new_line + below)
        here = stage.hub.active(first) and now.new_line is not None
        shown = Spot(now.new_path, now.new_line - above, now.new_line + below) if here else None
        said = tuple(note.body for note in thread.notes[1:] if note.user.login == BOT and not note.system)
        yield Posted(str(first.id), was.refs.head, made, shown, new, thread.resolved, said)


def _on_local(stage: LocalStage) -> Iterator[Posted]:
    """A local forge moves threads itself; the name that a file has now is asked of git."""
    head = stage.work.git("rev-parse", TOPIC)
    lines = {thread.id: thread.lines for thread in stage.talk().threads}
    for one in stage.forge.store.read().pulls[stage.ref.number - 1].threads:
        first = one.comments[0]
        if first.author != LOCAL_BOT:
            continue
        renamed = stage.work.git("diff", "-M", "--name-status", "--diff-filter=R", one.commit, head).splitlines()
        names = {old: new for _, old, new in (line.split("\t") for line in renamed)}
        at = lines[str(one.id)]
        shown = None if at is None else Spot(names.get(one.path, one.path), at.start, at.end)
        said = tuple(c.body for c in one.comments[1:] if c.author == LOCAL_BOT)
        made = Spot(one.path, one.start, one.end)
        yield Posted(str(first.id), one.commit, made, shown, _block(first.body)[2], one.resolved_by is not None, said)


def _block(body: str) -> tuple[int, int, str]:
    """Lines above, lines below, and the new text of a suggestion. There is one in a comment."""
    (found,) = _FENCE.findall(body)
    return int(found[0] or 0), int(found[1] or 0), found[2]


def words(stage: Stage) -> list[tuple[str, ...]]:
    """Everything that the bot said and did: comments, threads that are resolved, emojis."""
    match stage:
        case GitHubStage(pull=pull):
            said = (*pull.comments, *pull.issue_comments, *pull.reviews)
            mine = [(str(one.id), one.body) for one in said if one.user.login == BOT]
            ended = [(str(one.id), one.resolved_by.login) for one in pull.threads if one.resolved_by]
            signs = [(str(one.id), r.content) for one in said for r in one.reactions if r.user.login == BOT]
        case GitLabStage(pull=pull):
            mine = [(str(one.id), one.body) for one in pull.notes if one.user.login == BOT]
            mine += [(str(one.id), one.body) for one in pull.drafts]
            ended = [(str(one.id), one.resolved_by.login) for one in pull.notes if one.resolved_by]
            signs = [(str(one.id), r.name) for one in pull.notes for r in one.awards if r.user.login == BOT]
        case LocalStage():
            kept = stage.forge.store.read().pulls[stage.ref.number - 1]
            everything = [*kept.notes, *(c for t in kept.threads for c in t.comments)]
            mine = [(str(one.id), one.body) for one in everything if one.author == LOCAL_BOT]
            ended = [(str(one.id), one.resolved_by) for one in kept.threads if one.resolved_by]
            signs = [(str(one.id), sign) for one in everything for sign in one.reactions]
        case _:
            raise AssertionError(stage)
    return [*mine, *ended, *signs]


def own_notes(stage: Stage) -> list[str]:
    """What the bot said in the conversation."""
    match stage:
        case GitHubStage(pull=pull):
            return [one.body for one in pull.issue_comments if one.user.login == BOT]
        case GitLabStage(pull=pull):
            return [n.body for n in pull.notes if n.user.login == BOT and n.kind is None and not n.system]
        case LocalStage():
            return [one.body for one in stage.forge.store.read().pulls[stage.ref.number - 1].notes]
    raise AssertionError(stage)


def writes(stage: Stage) -> int:
    """How many calls of the REST API were more than a question; a folder takes none."""
    if isinstance(stage, LocalStage):
        return 0
    return sum(one.method != "GET" and "graphql" not in one.path for one in stage.hub.seen)  # type: ignore[attr-defined]


def text_of(place: Path) -> str:
    """A file of the work tree."""
    return place.read_text(encoding="utf-8")
