"""Who approved a merge request, and who wants changes.

https://docs.gitlab.com/user/project/merge_requests/approvals/
"""

from __future__ import annotations

from tests.fakes.gitlab.branches import Branches
from tests.fakes.gitlab.model import Pull, User
from tests.fakes.gitlab.model_checks import Approval, Reviewer
from tests.fakes.gitlab.notes import Refused

RESET = "approvals_reset_on_push"


class Forbidden(Refused):
    """Somebody may not, or has nothing to take back. `status` is the answer of the API."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Approving(Branches):
    """Adds approvals. They name no commit; where the project says so, a push that changes the diff takes them away."""

    def approve(self, pull: Pull, login: str, *, body: str = "", commit: str | None = None) -> None:
        """Approve a merge request, with a note where there is a `body`.

        Args:
            commit: the head that was looked at, which the API takes as `sha`.

        Raises:
            Forbidden: they may not, or have done so, or the head is another one by now.
        """
        with self.lock:
            user = self.user(login)
            if not self.may_resolve(pull, user):
                raise Forbidden(403, "403 Forbidden")
            if commit is not None and commit != pull.head_sha:
                raise Forbidden(409, stale(pull))
            if not self.eligible(pull, user):
                raise Forbidden(401, "401 Unauthorized")
            if body:
                self.add_note(pull, user, body, thread=False)
            pull.approvals.append(Approval(user, self.now(), self._patch(pull)))
            self.reviewed(pull, user, "approved")
            self.say_system(pull, user, "approved this merge request")
            self.tell_pull(pull, user, "approved" if self.approved(pull) else "approval")

    def unapprove(self, pull: Pull, login: str) -> None:
        """Take one's approval back.

        Raises:
            Forbidden: there is none.
        """
        with self.lock:
            user, was = self.user(login), self.approved(pull)
            if not self.may_resolve(pull, user):
                raise Forbidden(403, "403 Forbidden")
            if user not in self.approvers(pull):
                raise Forbidden(404, "404 Not found")
            pull.approvals = [one for one in pull.approvals if one.user is not user]
            self.reviewed(pull, user, "unapproved")
            self.say_system(pull, user, "unapproved this merge request")
            self.tell_pull(pull, user, "unapproved" if was else "unapproval")

    def dismiss(self, pull: Pull, login: str) -> None:
        """Take back what `login` approved. Nobody else can do that for them."""
        self.unapprove(pull, login)

    def request_changes(self, pull: Pull, login: str, body: str = "") -> None:
        """Ask for changes, with a note where there is a `body`; one's approval is gone.

        https://docs.gitlab.com/user/project/merge_requests/reviews/#submit-a-review
        """
        with self.lock:
            user = self.user(login)
            if not self.may_resolve(pull, user):
                raise Forbidden(403, "403 Forbidden")
            if body:
                self.add_note(pull, user, body, thread=False)
            if user in self.approvers(pull):
                self.unapprove(pull, login)
            self.reviewed(pull, user, "requested_changes")
            self.say_system(pull, user, "requested changes")

    def ask_reviewer(self, pull: Pull, login: str, by: str | None = None) -> None:
        """Ask somebody for a review."""
        with self.lock:
            self.reviewed(pull, self.user(login), "unreviewed")
            asking = self.user(by) if by else pull.user
            self.say_system(pull, asking, f"requested review from @{login}")
            self.tell_pull(pull, asking, "update")

    def approvers(self, pull: Pull) -> list[User]:
        """Who approved, first one first."""
        return [one.user for one in pull.approvals]

    def approved(self, pull: Pull) -> bool:
        """Whether as many have approved as the project asks for; it is, where it asks for none."""
        return len(pull.approvals) >= pull.repo.rules.approvals

    def eligible(self, pull: Pull, user: User) -> bool:
        """Whether an approval of theirs would be taken: none of theirs stands, and they did not write it."""
        own = user is pull.user and not pull.repo.rules.author_approves
        return self.may_resolve(pull, user) and not own and user not in self.approvers(pull)

    def reviewed(self, pull: Pull, user: User, state: str) -> None:
        """Note how far a reviewer is; whoever reviews is one."""
        found = next((one for one in pull.reviewers if one.user is user), None)
        if found is None:
            found = Reviewer(user, self.now())
            pull.reviewers.append(found)
        found.state = state

    def reset_approvals(self, pull: Pull, user: User) -> None:
        """What a push does to approvals: where the project says so they are gone, unless the diff is as it was.

        No system note tells of it, and one delivery, of the one who pushed.
        https://docs.gitlab.com/user/project/merge_requests/approvals/settings/#remove-all-approvals-when-commits-are-added-to-the-source-branch
        """
        was, patch = self.approved(pull), self._patch(pull)
        kept = [one for one in pull.approvals if one.patch == patch]
        if not pull.repo.rules.reset_on_push or len(kept) == len(pull.approvals):
            return
        pull.approvals = kept
        action = "unapproved" if was and not self.approved(pull) else "unapproval"
        self.tell_pull(pull, user, action, system=RESET)

    def drop_approvals(self, pull: Pull) -> None:
        """What another target branch does to approvals, where a push takes them away. No hook hears of it."""
        if pull.repo.rules.reset_on_push:
            pull.approvals = []

    def _patch(self, pull: Pull) -> str:
        """The patch id of the diff, where it matters."""
        if not pull.repo.rules.reset_on_push:
            return ""
        store = self.store(pull.repo)
        diff = store.git("diff", "--no-ext-diff", pull.refs.base, pull.head_sha)
        return store.git("patch-id", "--stable", stdin=diff).decode().split(" ")[0]


def stale(pull: Pull) -> str:
    """What GitLab says of a `sha` that is not the head."""
    return f"SHA does not match HEAD of source branch: {pull.head_sha}"
