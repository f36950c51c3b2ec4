"""Pages for people: a list of pull requests, and one with its reviews as GitHub shows them."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.github import markdown
from tests.fakes.github.access import Answer
from tests.fakes.github.model import Comment, IssueComment, Pull, Review, User

if TYPE_CHECKING:
    from tests.fakes.github.server import FakeGitHub

_PULL = re.compile(r"/([^/]+/[^/]+)/pull/(\d+)")
_HEADER = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_STYLE = Path(__file__).with_name("style.css")
_SIGNS = {
    "+1": "👍",
    "-1": "👎",
    "laugh": "😄",
    "hooray": "🎉",
    "confused": "😕",
    "heart": "❤️",
    "rocket": "🚀",
    "eyes": "👀",
}
_QUOTED = 4
"""Lines of a hunk above a comment, as many as GitHub shows."""


def answer(hub: FakeGitHub, path: str) -> Answer:
    """The page at `path`. Comments are shown to whoever asks: it is a fake."""
    match = _PULL.fullmatch(path.rstrip("/"))
    with hub.lock:
        if path == "/":
            return _page("Pull requests", _index(hub))
        repo = hub.repositories.get(match[1]) if match else None
        pull = repo.pulls.get(int(match[2])) if repo and match else None
        if pull is None:
            return Answer(404, body=b"Not Found", kind="text/plain")
        return _page(f"{pull.title} · Pull Request #{pull.number}", conversation(hub, pull))


def _page(title: str, body: str) -> Answer:
    style = _STYLE.read_text(encoding="utf-8")
    text = f"<!doctype html><html><head><meta charset=utf-8><title>{escape(title)}</title><style>{style}</style></head>"
    return Answer(200, body=f"{text}<body><main>{body}</main></body></html>".encode(), kind="text/html; charset=utf-8")


def _index(hub: FakeGitHub) -> str:
    pulls = [pull for repo in hub.repositories.values() for pull in repo.pulls.values()]
    links = "".join(
        f'<li><a href="{hub.url(p)}">{escape(p.repo.full_name)} #{p.number}: {escape(p.title)}</a>' for p in pulls
    )
    return f"<h1>Pull requests</h1><ul>{links}</ul>"


def conversation(hub: FakeGitHub, pull: Pull) -> str:
    """A pull request: its head, its description, and what was said, in order of time."""
    count = len(hub.commits(pull))
    label = pull.head_ref if pull.head_repo is pull.repo else f"{pull.head_repo.owner.login}:{pull.head_ref}"
    state = "merged" if pull.merged else "draft" if pull.draft and pull.state == "open" else pull.state
    labels = "".join(f'<span class="label">{escape(one.name)}</span>' for one in pull.labels)
    head = (
        f'<p class="crumbs">{escape(pull.repo.full_name)}</p>'
        f"<h1>{escape(pull.title)} <span>#{pull.number}</span></h1>"
        f'<p class="meta"><span class="state {state}">{state.capitalize()}</span><b>{escape(pull.user.login)}</b> '
        f"wants to merge {count} commit{'s' * (count != 1)} into <code>{escape(pull.base_ref)}</code> from "
        f"<code>{escape(label)}</code>{labels}</p>"
    )
    opening = _box(pull.user, "opened this pull request", markdown.render(pull.body or "_No description provided._"))
    said: list[Review | IssueComment] = [*pull.reviews, *pull.issue_comments]
    return head + opening + "".join(_shown(hub, pull, one) for one in sorted(said, key=lambda one: one.id))


def _shown(hub: FakeGitHub, pull: Pull, one: Review | IssueComment) -> str:
    return _review(hub, pull, one) if isinstance(one, Review) else _note(one)


def _note(comment: IssueComment) -> str:
    said = markdown.render(comment.body) + _reactions(comment)
    if comment.minimized:
        hidden = f"This comment was marked as {escape(comment.minimized.lower())}."
        return f'<details class="hidden"><summary>{hidden}</summary>{_box(comment.user, "commented", said)}</details>'
    return _box(comment.user, f"commented{_edited(comment)}", said)


def _review(hub: FakeGitHub, pull: Pull, review: Review) -> str:
    """A review with the threads that it began; one that is but a reply is shown in its thread alone."""
    mine = [comment for comment in pull.comments if comment.review is review and comment.reply_to is None]
    said = markdown.render(review.body)
    if not mine and not said.strip():
        return ""
    top = f'<p class="event">{_avatar(review.user)}{_name(review.user)} reviewed <a>View reviewed changes</a></p>'
    box = _box(review.user, "left a comment", said) if said.strip() else ""
    return f"<section>{top}{box}{''.join(_thread(hub, pull, one) for one in mine)}</section>"


def _thread(hub: FakeGitHub, pull: Pull, first: Comment) -> str:
    """Folded where it is resolved, as GitHub does."""
    outdated = hub.place(pull, first) is None
    old = '<span class="outdated">Outdated</span>' if outdated else ""
    said = "".join(_comment(hub, pull, one) for one in pull.comments_of(first.thread))
    file = f'<div class="file">{escape(first.path)}{old}</div>'
    by = first.thread.resolved_by
    if by is None:
        return f"<article>{file}{_hunk(first)}{said}</article>"
    told = f'<p class="resolved">{_name(by)} marked this conversation as resolved.</p>'
    summary = f"<summary>{escape(first.path)}{old}<span>Show resolved</span></summary>"
    return f'<article><details class="thread">{summary}{_hunk(first)}{said}{told}</details></article>'


def _comment(hub: FakeGitHub, pull: Pull, comment: Comment) -> str:
    lines = [] if comment.reply_to else _lines(hub, pull, comment)
    said = markdown.render(comment.body, comment.path, lines)
    small = "" if comment.reply_to else f"<small>Comment on {_span(hub, pull, comment)}</small>"
    who = f'<p class="who">{_avatar(comment.user)}{_name(comment.user)} {small}{_edited(comment)}</p>'
    return f'<div class="said">{who}{said}{_reactions(comment)}</div>'


def _lines(hub: FakeGitHub, pull: Pull, comment: Comment) -> list[str]:
    """The lines that a suggestion replaces, as they were when it was made."""
    blob = hub.store(pull.repo).read(comment.commit, comment.path) or b""
    return blob.decode("utf-8", "replace").split("\n")[(comment.start_line or comment.line) - 1 : comment.line]


def _span(hub: FakeGitHub, pull: Pull, comment: Comment) -> str:
    place = hub.place(pull, comment)
    line, start = (place.line, place.start_line) if place else (comment.line, comment.start_line)
    return f"lines +{start} to +{line}" if start else f"line +{line}"


def _reactions(one: Comment | IssueComment) -> str:
    pills = []
    for content, sign in _SIGNS.items():
        who = [reaction.user.login for reaction in one.reactions if reaction.content == content]
        if who:
            pills.append(f'<span title="{escape(", ".join(who))}">{sign} {len(who)}</span>')
    return f'<p class="reactions">{"".join(pills)}</p>' if pills else ""


def _edited(one: Comment | IssueComment) -> str:
    return " <small>· edited</small>" if one.updated else ""


def _hunk(comment: Comment) -> str:
    """The last lines of the quoted hunk, with the numbers of the head's side."""
    lines = comment.hunk.split("\n")
    header = _HEADER.match(lines[0])
    number = int(header[2]) if header else 1
    rows = []
    for line in lines[1:]:
        gone = line.startswith("-")
        rows.append(markdown.row(line[:1], line[1:], comment.path, "" if gone else str(number)))
        number += not gone
    first = comment.start_line or comment.line
    return f'<table class="diff">{"".join(rows[-max(_QUOTED, comment.line - first + 1) :])}</table>'


def _box(user: User, what: str, said: str) -> str:
    return (
        f'<div class="box"><p class="who">{_avatar(user)}{_name(user)} {what}</p><div class="said">{said}</div></div>'
    )


def _avatar(user: User) -> str:
    return f'<i class="avatar h{user.id % 5}">{escape(user.login[:1].upper())}</i>'


def _name(user: User) -> str:
    badge = '<span class="bot">bot</span>' if user.kind == "Bot" else ""
    return f"<b>{escape(user.login.removesuffix('[bot]'))}</b>{badge}"
