"""Pages for people: a list of pull requests, and one with its reviews as GitHub shows them."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.github import markdown
from tests.fakes.github.access import Answer
from tests.fakes.github.model import Comment, Pull, Review, User

if TYPE_CHECKING:
    from tests.fakes.github.server import FakeGitHub

_PULL = re.compile(r"/([^/]+/[^/]+)/pull/(\d+)")
_HEADER = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_STYLE = Path(__file__).with_name("style.css")
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
    """A pull request: its head, its description, its reviews with their comments."""
    count = len(hub.store(pull.repo).commits(hub.base_sha(pull), pull.head_sha))
    label = pull.head_ref if pull.head_repo is pull.repo else f"{pull.head_repo.owner.login}:{pull.head_ref}"
    state = "merged" if pull.merged else pull.state
    head = (
        f'<p class="crumbs">{escape(pull.repo.full_name)}</p>'
        f"<h1>{escape(pull.title)} <span>#{pull.number}</span></h1>"
        f'<p class="meta"><span class="state {state}">{state.capitalize()}</span><b>{escape(pull.user.login)}</b> '
        f"wants to merge {count} commit{'s' * (count != 1)} into <code>{escape(pull.base_ref)}</code> from "
        f"<code>{escape(label)}</code></p>"
    )
    opening = _box(pull.user, "opened this pull request", markdown.render(pull.body or "_No description provided._"))
    return head + opening + "".join(_review(hub, pull, review) for review in pull.reviews)


def _review(hub: FakeGitHub, pull: Pull, review: Review) -> str:
    said = markdown.render(review.body)
    top = f'<p class="event">{_avatar(review.user)}{_name(review.user)} reviewed <a>View reviewed changes</a></p>'
    box = _box(review.user, "left a comment", said) if said.strip() else ""
    mine = [comment for comment in pull.comments if comment.review is review]
    return f"<section>{top}{box}{''.join(_thread(hub, pull, one) for one in mine)}</section>"


def _thread(hub: FakeGitHub, pull: Pull, comment: Comment) -> str:
    start = comment.start_line or comment.line
    blob = hub.store(pull.repo).read(comment.commit, comment.path) or b""
    lines = blob.decode("utf-8", "replace").split("\n")[start - 1 : comment.line]
    said = markdown.render(comment.body, comment.path, lines)
    span = f"lines +{start} to +{comment.line}" if comment.start_line else f"line +{comment.line}"
    old = "" if comment.commit == pull.head_sha else '<span class="outdated">Outdated</span>'
    return (
        f'<article><div class="file">{escape(comment.path)}{old}</div>{_hunk(comment)}'
        f'<div class="said"><p class="who">{_avatar(comment.user)}{_name(comment.user)} '
        f"<small>Comment on {span}</small></p>{said}</div></article>"
    )


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
