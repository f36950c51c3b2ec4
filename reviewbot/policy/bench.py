"""Who may clear which lines, and the reason where somebody may not, as the end of a sentence."""

from __future__ import annotations

from reviewbot.domain.conversation import Permission
from reviewbot.policy.people import Account, Identities, People
from reviewbot.policy.runs import Run


class Bench:
    """The people of a pull request at one head, ready to be asked about many lines.

    Args:
        people: all that is known. head: the commit that is decided about.
    """

    def __init__(self, people: People, head: str) -> None:
        self.identities = Identities(people.accounts)
        self._people = people
        self._author = self.identities.of(people.author)
        self.pusher = people.last_pusher(head)
        self._barred: dict[str, str | None] = {}
        self._hands: dict[str, frozenset[str]] = {}
        self._candidates: dict[tuple[str, frozenset[str | None]], tuple[str, ...]] = {}

    @property
    def problems(self) -> tuple[str, ...]:
        """What is not known of the people, so that nobody's word can be weighed; sentences."""
        author, pusher = self._people.author, self.pusher
        told = []
        if self._people.account(author) is None:
            told.append(f"Who opened the pull request is not known ({author or 'no name'}).")
        if pusher is None:
            told.append("Who pushed last is not known: the recorded pushes do not lead to this head.")
        elif self._people.account(pusher) is None:
            told.append(f"Who {pusher} is, who pushed last, is not known.")
        return tuple(told)

    def unknown_commit(self, run: Run) -> bool:
        """Whether it is not known whose hands were in the commit that brought the lines."""
        return run.origin.commit not in self._people.commits

    def why_not(self, login: str) -> str | None:
        """Why nothing that ``login`` says counts on this pull request; None where it may."""
        if login not in self._barred:
            self._barred[login] = self._why_not(login)
        return self._barred[login]

    def why_not_here(self, login: str, run: Run) -> str | None:
        """Why ``login`` may not clear these lines; None where they may."""
        person = self.identities.of(login)
        if self.why_not(login) is not None:
            return self.why_not(login)
        if person in self._hands_in(run.origin.commit):
            return f"{login} has a part in {run.origin.commit[:7]}, which brought these lines"
        asked = next((c for c in run.origin.claims if c.requester and self.identities.of(c.requester) == person), None)
        return f"{login} asked {asked.tool or 'the machine'} for these lines" if asked else None

    def candidates(self, run: Run) -> tuple[str, ...]:
        """The known accounts that may clear these lines, in the order of their names."""
        past = run.origin.commit, frozenset(claim.requester for claim in run.origin.claims)
        if past not in self._candidates:
            may = (a.login for a in self._people.accounts if self.why_not_here(a.login, run) is None)
            self._candidates[past] = tuple(sorted(may))
        return self._candidates[past]

    def _why_not(self, login: str) -> str | None:
        account = self._people.account(login)
        if account is None:
            return f"the forge does not say who {login} is"
        if account.bot or login.lower().endswith("[bot]"):
            return f"{login} is a bot"
        if account.permission < Permission.WRITE:
            return f"{login} may not write to the repository"
        return self._part(account)

    def _part(self, account: Account) -> str | None:
        """The part that the person behind ``account`` has in the pull request itself."""
        person, author, login = self.identities.of(account.login), self._people.author, account.login
        if person == self._author:
            same = "" if login.lower() == author.lower() else f"{login} and {author} are one person, and "
            return f"{same}{author if same else login} opened the pull request"
        if self.pusher is not None and person == self.identities.of(self.pusher):
            same = "" if login.lower() == self.pusher.lower() else f"{login} and {self.pusher} are one person, and "
            return f"{same}{self.pusher if same else login} pushed last"
        return None

    def _hands_in(self, commit: str) -> frozenset[str]:
        if commit not in self._hands:
            known = self._people.commits.get(commit)
            pushed = [push.by for push in self._people.pushes if push.after == commit and not push.update]
            self._hands[commit] = self.identities.all((*(known.hands if known else ()), *pushed))
        return self._hands[commit]
