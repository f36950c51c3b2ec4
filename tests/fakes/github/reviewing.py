"""Reviews that decide: approvals, requests for changes, and what takes them away.

https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews
"""

from __future__ import annotations

from tests.fakes.github.model import Pull, Review, User
from tests.fakes.github.talk import Talk

APPROVED, REQUESTED, DISMISSED = "APPROVED", "CHANGES_REQUESTED", "DISMISSED"


class Reviewing(Talk):
    """Adds reviews with a verdict. Each stays what it is, of its commit, until it is dismissed."""

    def approve(self, pull: Pull, login: str, *, body: str = "", commit: str | None = None) -> Review:
        """Approve the head, or the older `commit` that was looked at.

        Raises:
            ValueError: they opened it; the message is GitHub's.
        """
        return self._judge(pull, login, APPROVED, body, commit)

    def request_changes(self, pull: Pull, login: str, body: str = "") -> Review:
        """Ask for changes; an approval of theirs counts no more, though it stays one.

        Raises:
            ValueError: they opened it.
        """
        return self._judge(pull, login, REQUESTED, body or "Please change this.", None)

    def dismiss(self, pull: Pull, login: str, by: str | None = None) -> None:
        """Take away what `login` approved or wants changed, as somebody with write access may.

        Args:
            by: who does it; by default the owner of the repository.
        """
        with self.lock:
            dismisser = self.user(by or pull.repo.owner.login)
            for review in [one for one in pull.reviews if one.user.login == login]:
                self._dismiss(pull, review, dismisser)

    def dismiss_stale(self, full_name: str, branch: str, *, on: bool = True) -> None:
        """Whether a push takes approvals away, for pull requests into a branch.

        https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches#require-pull-request-reviews-before-merging
        """
        with self.lock:
            found = self.repositories[full_name].dismisses_stale
            (found.add if on else found.discard)(branch)

    def ask_reviewer(self, pull: Pull, login: str, by: str | None = None) -> None:
        """Ask somebody for a review."""
        with self.lock:
            asked = self.user(login)
            if asked not in pull.requested:
                pull.requested.append(asked)
            self._set(pull, "review_requested", by, {"requested_reviewer": asked})

    def edit_review(self, review: Review, body: str, login: str | None = None) -> None:
        """Give a review another text; by its author, where nobody is named."""
        with self.lock:
            pull, was = self.pull_of(review), review.body
            review.body, pull.updated = body, self.now()
            by = review.user if login is None else self.user(login)
            more = {"review": review, "changes": {"body": {"from": was}}}
            self.notify("pull_request_review", "edited", pull, by, more)

    def approvers(self, pull: Pull) -> list[User]:
        """Whose last verdict is an approval, first one first."""
        last = {one.user.id: one for one in pull.reviews if one.state in (APPROVED, REQUESTED, DISMISSED)}
        return [one.user for one in last.values() if one.state == APPROVED]

    def _judge(self, pull: Pull, login: str, state: str, body: str, commit: str | None) -> Review:
        with self.lock:
            user = self.user(login)
            if user is pull.user:
                words = "approve" if state == APPROVED else "request changes on"
                raise ValueError(f"Can not {words} your own pull request")
            if user in pull.requested:
                pull.requested.remove(user)
            return self.review(pull, login, body, state, commit=commit)

    def _dismiss(self, pull: Pull, review: Review, by: User) -> None:
        if review.state in (APPROVED, REQUESTED):
            review.state, pull.updated = DISMISSED, self.now()
            self.notify("pull_request_review", "dismissed", pull, by, {"review": review})

    def _pushed(self, pull: Pull, before: str, login: str) -> None:
        """Approvals are stale where the diff is another one."""
        if pull.base_ref not in pull.repo.dismisses_stale or self._patch(pull, before) == self._patch(pull):
            return
        for review in [one for one in pull.reviews if one.state == APPROVED]:
            self._dismiss(pull, review, self.user(login))

    def _patch(self, pull: Pull, head: str | None = None) -> bytes:
        """The patch id of the diff at a head."""
        store, head = self.store(pull.repo), head or pull.head_sha
        diff = store.git("diff", "--no-ext-diff", store.merge_base(self.base_sha(pull), head), head)
        return store.git("patch-id", "--stable", stdin=diff).partition(b" ")[0]
