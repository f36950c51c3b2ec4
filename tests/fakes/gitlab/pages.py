"""Pages for people: a list of merge requests, and one with its threads as GitLab shows them."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from urllib.parse import unquote

from tests.fakes.github import markdown
from tests.fakes.github import pages as _github
from tests.fakes.github.access import Answer
from tests.fakes.gitlab import positions, suggestions
from tests.fakes.gitlab.hub import Hub
from tests.fakes.gitlab.model import Discussion, Note, Position, Pull, User
from tests.fakes.gitlab.shapes import Shapes

_PULL = re.compile(r"/(.+)/-/merge_requests/(\d+)")
_INFO = re.compile(r"^(`{3,})suggestion(?::\S*)?[ \t]*$", re.MULTILINE)
_STYLE = Path(_github.__file__).with_name("style.css")
_QUOTED = 4
"""Lines of the diff above a thread."""
_SHOWN = {"thumbsup": "👍", "thumbsdown": "👎", "eyes": "👀"}


def answer(hub: Hub, shapes: Shapes, path: str) -> Answer:
    """The page at `path`. It is shown to whoever asks: it is a fake."""
    match = _PULL.fullmatch(unquote(path).rstrip("/"))
    with hub.lock:
        if path == "/":
            return _page("Merge requests", _index(hub, shapes))
        repo = hub.repositories.get(match[1]) if match else None
        pull = repo.pulls.get(int(match[2])) if repo and match else None
        if pull is None:
            return Answer(404, body=b"Not Found", kind="text/plain")
        return _page(f"{pull.title} · !{pull.number}", conversation(hub, pull))


def _page(title: str, body: str) -> Answer:
    style = _STYLE.read_text(encoding="utf-8")
    text = f"<!doctype html><html><head><meta charset=utf-8><title>{escape(title)}</title><style>{style}</style></head>"
    return Answer(200, body=f"{text}<body><main>{body}</main></body></html>".encode(), kind="text/html; charset=utf-8")


def _index(hub: Hub, shapes: Shapes) -> str:
    links = "".join(
        f'<li><a href="{shapes.pull_url(p)}">{escape(p.repo.full_name)} !{p.number}: {escape(p.title)}</a>'
        for p in hub.pulls()
    )
    return f"<h1>Merge requests</h1><ul>{links}</ul>"


def conversation(hub: Hub, pull: Pull) -> str:
    """A merge request: its head, its description, and all that is said on it, in order."""
    count = len(hub.commits(pull))
    label = pull.head_ref if pull.head_repo is pull.repo else f"{pull.head_repo.full_name}:{pull.head_ref}"
    head = (
        f'<p class="crumbs">{escape(pull.repo.full_name)}</p>'
        f"<h1>{escape(pull.title)} <span>!{pull.number}</span></h1>"
        f'<p class="meta"><span class="state {pull.called}">{pull.called.capitalize()}</span>'
        f"<b>{escape(pull.user.login)}</b> requested to merge <code>{escape(label)}</code> into "
        f"<code>{escape(pull.base_ref)}</code> · {count} commit{'s' * (count != 1)}</p>"
    )
    opening = _box(pull.user, "opened this merge request", markdown.render(pull.body or "_No description._"))
    return head + opening + "".join(_discussion(hub, one) for one in pull.discussions)


def _discussion(hub: Hub, discussion: Discussion) -> str:
    first = discussion.first
    if first.system:
        return f'<p class="event">{_avatar(first.user)}{_name(first.user)} {escape(first.body)}</p>'
    if first.position is None:
        return "".join(_box(note.user, _said(note), _body(hub, note)) for note in discussion.notes)
    at = first.position
    old = "" if hub.active(first) else '<span class="outdated">Outdated</span>'
    done = f" · resolved by {escape(_resolver(discussion))}" if discussion.resolved else ""
    notes = "".join(
        f'<div class="said"><p class="who">{_avatar(note.user)}{_name(note.user)} <small>{_said(note)}</small></p>'
        f"{_body(hub, note)}</div>"
        for note in discussion.notes
    )
    return (
        f'<article><div class="file">{escape(at.path)} <small>{_lines(at)}{done}</small>{old}</div>'
        f"{_diff(hub, first)}{notes}</article>"
    )


def _resolver(discussion: Discussion) -> str:
    return next(note.resolved_by.login for note in reversed(discussion.notes) if note.resolved_by)


def _lines(at: Position) -> str:
    start = ((at.line_range or {}).get("start") or {}).get("new_line") if at.new_line else None
    shown = f"+{at.new_line}" if at.new_line else f"-{at.old_line}"
    return f"lines +{start} to {shown}" if start and start != at.new_line else f"line {shown}"


def _said(note: Note) -> str:
    marks = "".join(_SHOWN.get(one.name, f":{escape(one.name)}:") for one in note.awards)
    return f"commented {marks}".strip()


def _body(hub: Hub, note: Note) -> str:
    """The note, its suggestions as a diff against the lines that they were made for."""
    if note.system:
        return f"<p>{escape(note.body)}</p>"
    original: list[str] = []
    path = note.position.path if note.position else ""
    if note.suggestions:
        original = note.suggestions[0].was.removesuffix("\n").split("\n")
    plain = _INFO.sub(r"\1suggestion", note.body) if suggestions.blocks(note.body) else note.body
    applied = "Applied" if any(one.applied for one in note.suggestions) else "Apply suggestion"
    return markdown.render(plain, path, original).replace("Commit suggestion", applied)


def _diff(hub: Hub, note: Note) -> str:
    """The lines of the diff above a thread, as they were when it began."""
    at = note.original_position
    file = positions.file_at(hub.store(note.discussion.pull.repo), at) if at else None
    rows = []
    for line in positions.lines(file) if file else ():
        number = "" if line.mark == "-" else str(line.new)
        rows.append(markdown.row(line.mark, line.text, file.path if file else "", number))
        if at and (line.old_line, line.new_line) == (at.old_line, at.new_line):
            break
    return f'<table class="diff">{"".join(rows[-_QUOTED:])}</table>'


def _box(user: User, what: str, said: str) -> str:
    return (
        f'<div class="box"><p class="who">{_avatar(user)}{_name(user)} {what}</p><div class="said">{said}</div></div>'
    )


def _avatar(user: User) -> str:
    return f'<i class="avatar h{user.id % 5}">{escape(user.login[:1].upper())}</i>'


def _name(user: User) -> str:
    badge = '<span class="bot">Bot</span>' if user.kind == "Bot" else ""
    return f"<b>{escape(user.login)}</b>{badge}"
