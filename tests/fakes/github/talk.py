"""What is said on a pull request: comments, threads, reactions, and the button "Commit suggestion"."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.github import diff
from tests.fakes.github.gitstore import WEB_FLOW
from tests.fakes.github.model import Comment, IssueComment, Pull, Reaction, Review, Thread
from tests.fakes.github.pull_life import PullLife

_SUGGESTION = re.compile(r"^(`{3,})suggestion[^\S\n]*\n(.*?)^\1`*[^\S\n]*$", re.DOTALL | re.MULTILINE)


class Talk(PullLife):
    """Adds what people say. Reactions deliver nothing: GitHub has no event for them."""

    def comment(self, pull: Pull, login: str, body: str) -> IssueComment:
        """Say something in the conversation."""
        with self.lock:
            comment = IssueComment(self.id(), self.user(login), body, self.now())
            pull.issue_comments.append(comment)
            pull.updated = comment.created
            self.notify("issue_comment", "created", pull, comment.user, {"comment": comment})
            return comment

    def review_comment(
        self, pull: Pull, login: str, path: str, line: int, body: str, start_line: int | None = None
    ) -> Comment:
        """Begin a thread on lines of the head.

        Raises:
            ValueError: GitHub takes no comment there; the message is its own.
        """
        entry = {"path": path, "line": line, "body": body, "side": "RIGHT"}
        if start_line is not None:
            entry |= {"start_line": start_line, "start_side": "RIGHT"}
        self.review(pull, login, comments=[entry])
        return pull.comments[-1]

    def review(
        self,
        pull: Pull,
        login: str,
        body: str = "",
        state: str = "COMMENTED",
        comments: Any = (),
        commit: str | None = None,
    ) -> Review:
        """Submit a review with comments as the REST API takes them: all, or none.

        Raises:
            ValueError: one does not fit; the message is GitHub's.
        """
        with self.lock:
            commit = commit or pull.head_sha
            changed = {file.path: file for file in diff.files(self.store(pull.repo), self.base_sha(pull), commit)}
            for entry in comments:
                wrong = refusal(entry, changed.get(entry["path"]))
                if wrong is not None:
                    raise ValueError(wrong)
            review = Review(self.id(), self.user(login), body, state, commit, self.now())
            pull.reviews.append(review)
            pull.updated = review.submitted
            made = [self._begun(review, entry, changed[entry["path"]]) for entry in comments]
            pull.comments += made
            self.notify("pull_request_review", "submitted", pull, review.user, {"review": review})
            for comment in made:
                self.notify("pull_request_review_comment", "created", pull, review.user, {"comment": comment})
            return review

    def _begun(self, review: Review, entry: Any, file: diff.File) -> Comment:
        side, line, start = entry.get("side", "RIGHT"), entry["line"], entry.get("start_line")
        hunk = next(one for one in file.hunks if one.holds(line, side)).until(line, side)
        said = (review.user, entry["path"], entry["body"], review.commit)
        thread = Thread(self.id())
        start_side = entry.get("start_side", side) if start else None
        return Comment(self.id(), review, *said, line, start, side, hunk, review.submitted, thread, start_side)

    def reply(self, pull: Pull, to: Comment | Thread, login: str, body: str) -> Comment:
        """Answer in a thread: by the thread, or any comment of it. It is a review of its own, as on GitHub."""
        with self.lock:
            thread = to if isinstance(to, Thread) else to.thread
            first = pull.comments_of(thread)[0]
            user, now = self.user(login), self.now()
            review = Review(self.id(), user, "", "COMMENTED", pull.head_sha, now)
            where = (first.commit, first.line, first.start_line, first.side, first.hunk)
            comment = Comment(self.id(), review, user, first.path, body, *where, now, thread, first.start_side, first)
            pull.reviews.append(review)
            pull.comments.append(comment)
            pull.updated = now
            self.notify("pull_request_review", "submitted", pull, user, {"review": review})
            self.notify("pull_request_review_comment", "created", pull, user, {"comment": comment})
            return comment

    def edit_comment(self, comment: Comment | IssueComment, body: str, login: str | None = None) -> None:
        """Give a comment another text; by its author, where nobody is named."""
        with self.lock:
            pull, before = self.pull_of(comment), comment.body
            by = comment.user if login is None else self.user(login)
            comment.body, comment.updated, comment.editor = body, self.now(), by
            self.notify(
                _event(comment), "edited", pull, by, {"comment": comment, "changes": {"body": {"from": before}}}
            )

    def delete_comment(self, comment: Comment | IssueComment, login: str | None = None) -> None:
        """Take a comment away; the thread stays while another stands in it."""
        with self.lock:
            pull = self.pull_of(comment)
            by = comment.user if login is None else self.user(login)
            self.notify(_event(comment), "deleted", pull, by, {"comment": comment})
            if isinstance(comment, IssueComment):
                pull.issue_comments.remove(comment)
            else:
                pull.comments.remove(comment)

    def resolve(self, thread: Thread | Comment, login: str) -> None:
        """Resolve a thread, given by itself or a comment of it. Once more changes nothing."""
        self._set_resolved(thread, login, resolved=True)

    def unresolve(self, thread: Thread | Comment, login: str) -> None:
        """Open it again."""
        self._set_resolved(thread, login, resolved=False)

    def _set_resolved(self, given: Thread | Comment, login: str, *, resolved: bool) -> None:
        with self.lock:
            thread = given if isinstance(given, Thread) else given.thread
            user, pull = self.user(login), self.pull_of(thread)
            if (thread.resolved_by is not None) != resolved:
                thread.resolved_by = user if resolved else None
                action = "resolved" if resolved else "unresolved"
                self.notify("pull_request_review_thread", action, pull, user, {"thread": thread})

    def react(self, one: Any, login: str, content: str) -> tuple[Reaction, bool]:
        """Leave an emoji, spelt as REST spells it; the reaction, and whether it is new."""
        with self.lock:
            user = self.user(login)
            standing = next((r for r in one.reactions if r.user is user and r.content == content), None)
            if standing is not None:
                return standing, False
            made = Reaction(self.id(), user, content, self.now())
            one.reactions.append(made)
            return made, True

    def unreact(self, one: Any, login: str, content: str) -> Reaction | None:
        """Take it back; None where there was none."""
        with self.lock:
            found = next((r for r in one.reactions if r.user.login == login and r.content == content), None)
            if found is not None:
                one.reactions.remove(found)
            return found

    def downvote(self, comment: Comment | IssueComment, login: str) -> None:
        """👎."""
        self.react(comment, login, "-1")

    def take_back(self, comment: Comment | IssueComment, login: str) -> None:
        """No 👎 any more."""
        self.unreact(comment, login, "-1")

    def apply_suggestion(self, comment: Comment, login: str) -> str:
        """What the button "Commit suggestion" does: the new head.

        Raises:
            ValueError: the comment is outdated, or holds no suggestion.
        """
        with self.lock:
            pull = self.pull_of(comment)
            placed, block = self.place(pull, comment), _SUGGESTION.search(comment.body.replace("\r\n", "\n"))
            if placed is None or block is None or comment.side != "RIGHT":
                raise ValueError("GitHub offers no suggestion to commit there")
            text = self.store(pull.repo).read(pull.head_sha, comment.path) or b""
            new = replaced(text, placed.start_line or placed.line, placed.line, block[2])
            name = comment.user.login
            message = f"Apply suggestion from @{name}\n\nCo-authored-by: {name} <{self.noreply(name)}>"
            named = {"message": message, "author": login, "committer": WEB_FLOW}
            sha = self.push(pull.head_repo.full_name, pull.head_ref, {comment.path: new}, **named)
            self.resolve(comment, login)
            return sha


def refusal(entry: Any, file: diff.File | None) -> str | None:
    """GitHub's words for a comment of a review that it does not take; None where it takes it."""
    if not entry["body"].strip():
        return "Body can't be blank"
    if "line" not in entry:
        return "Pull request review thread line must be part of the diff"
    side = entry.get("side", "RIGHT")
    return diff.refusal(file, entry["line"], entry.get("start_line"), side, entry.get("start_side", side))


def replaced(text: bytes, first: int, last: int, block: str) -> bytes:
    """`text` with the lines `first` to `last` replaced by a suggestion; its line ends are those of the file."""
    lines = text.splitlines(keepends=True)
    end = b"\r\n" if lines[first - 1].endswith(b"\r\n") else b"\n"
    new = [line.encode() + end for line in block.removesuffix("\n").split("\n")] if block else []
    if new and not lines[last - 1].endswith(b"\n"):
        new[-1] = new[-1].removesuffix(end)
    return b"".join([*lines[: first - 1], *new, *lines[last:]])


def _event(comment: Comment | IssueComment) -> str:
    return "issue_comment" if isinstance(comment, IssueComment) else "pull_request_review_comment"
