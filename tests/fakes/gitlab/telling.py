"""What happens, told to the project's hooks; and what a note does beyond being there."""

from __future__ import annotations

from tests.fakes.gitlab import references
from tests.fakes.gitlab.hub import Hub
from tests.fakes.gitlab.model import Award, Note, Pull, Repository, User
from tests.fakes.gitlab.payloads import Payloads
from tests.fakes.gitlab.shapes import Shapes
from tests.fakes.gitlab.webhooks import Courier, Delivery


class Telling(Hub):
    """Adds deliveries. System notes, resolved threads and deleted notes have none of their own, as in GitLab."""

    shapes: Shapes
    courier: Courier

    def delivered(self) -> list[Delivery]:
        """Wait until every delivery was answered; all so far."""
        return self.courier.delivered()

    def losing(self, on: bool = True) -> None:
        """From now on deliveries are recorded and not sent; or they are sent again."""
        self.courier.losing = on

    def tell_note(self, note: Note, action: str) -> None:
        repo = note.discussion.pull.repo
        self.mentions += [(note.user.login, name, note.id) for name in references.mentioned(note.body)]
        if repo.hooks and not note.system:
            self._send(repo, "note", Payloads(self, self.shapes).note(note, action))

    def tell_award(self, place: Note | Pull, award: Award, event: str) -> None:
        repo = place.discussion.pull.repo if isinstance(place, Note) else place.repo
        if repo.hooks:
            self._send(repo, "emoji", Payloads(self, self.shapes).emoji(place, award, event))

    def tell_resolved(self, pull: Pull, user: User) -> None:
        """ "All threads are resolved on the merge request": an update in which nothing has changed."""
        self.tell_pull(pull, user, "update")

    def tell_pull(
        self,
        pull: Pull,
        user: User,
        action: str,
        *,
        oldrev: str | None = None,
        changes: dict[str, tuple[object, object]] | None = None,
        system: str = "",
    ) -> None:
        if pull.repo.hooks:
            payload = Payloads(self, self.shapes).merge_request(pull, user, action, oldrev, changes or {}, system)
            self._send(pull.repo, "merge_request", payload)

    def tell_push(self, repo: Repository, branch: str, before: str, after: str, user: User) -> None:
        if repo.hooks:
            self._send(repo, "push", Payloads(self, self.shapes).push(repo, branch, before, after, user))

    def _send(self, repo: Repository, event: str, payload: dict[str, object]) -> None:
        for hook in repo.hooks:
            self.courier.send(hook, event, payload)
