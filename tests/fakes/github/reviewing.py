"""What people say of a whole pull request, and which addresses and teams are theirs.

https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews
"""

from __future__ import annotations

import re

from tests.fakes.github.merging import Merging, Refusal
from tests.fakes.github.model import Pull, Review, User

_NOREPLY = re.compile(r"(?:(\d+)\+)?([A-Za-z0-9-]+(?:\[bot\])?)@users\.noreply\.github\.com", re.IGNORECASE)


class Reviewing(Merging):
    """Adds approvals. They name the commit that they were given on, and stay until somebody dismisses them."""

    def email(self, login: str, address: str) -> None:
        """Tie an address to an account."""
        self.user(login).emails.add(address.casefold())

    def account_of(self, address: str) -> User | None:
        """Whose an address of a commit is."""
        found = next((one for one in self.users.values() if address.casefold() in one.emails), None)
        named = _NOREPLY.fullmatch(address)
        if found is not None or named is None:
            return found
        if named[1] is not None:
            return next((one for one in self.users.values() if one.id == int(named[1])), None)
        return self.users.get(named[2])

    def approve(self, pull: Pull, login: str, *, body: str = "", commit: str | None = None) -> Review:
        """Approve the head, or the `commit` that was looked at.

        Raises:
            Refusal: nobody approves their own pull request.
        """
        return self._judge(pull, login, "APPROVED", body, commit)

    def request_changes(self, pull: Pull, login: str, body: str = "Please change it.") -> Review:
        """Ask for changes."""
        return self._judge(pull, login, "CHANGES_REQUESTED", body, None)

    def _judge(self, pull: Pull, login: str, state: str, body: str, commit: str | None) -> Review:
        if pull.user.login == login:
            raise Refusal(422, "Can not approve your own pull request")
        pull.updated = self.now()
        return self.review(pull, login, body, state, commit=commit)

    def dismiss(self, pull: Pull, login: str, by: str = "owner") -> None:
        """Somebody takes back what `login` said of it."""
        with self.lock:
            for review in pull.reviews:
                if review.user.login == login and review.state in ("APPROVED", "CHANGES_REQUESTED"):
                    review.state, pull.updated = "DISMISSED", self.now()
                    self.notify("pull_request_review", "dismissed", pull, self.user(by), {"review": review})

    def describe(self, pull: Pull, body: str, login: str | None = None) -> None:
        """Give it another text."""
        with self.lock:
            changes = {"changes": {"body": {"from": pull.body}}}
            pull.body, pull.updated = body, self.now()
            self.notify("pull_request", "edited", pull, self.user(login) if login else pull.user, changes)

    def team(self, organisation: str, slug: str, *logins: str) -> None:
        """A team with these members."""
        self.teams[organisation, slug] = [self.user(login) for login in logins]
