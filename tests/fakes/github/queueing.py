"""Merge queues: each entry is a commit of its own, on a branch of the queue's, that has to pass by itself.

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.github.gitstore import WEB_FLOW
from tests.fakes.github.merging import Merging, Refusal
from tests.fakes.github.model import Pull, Repository


@dataclass
class Entry:
    """A pull request in a queue. `head` merges it into `base`, which is the commit of the entry before it."""

    id: int
    pull: Pull
    base: str
    head: str
    branch: str


class Queueing(Merging):
    """Adds merge queues. What may be put into one has passed what the branch demands."""

    def require_queue(self, full_name: str, branch: str) -> None:
        """Merges into a branch go through a queue."""
        repo = self.repositories[full_name]
        repo.queues[branch] = []
        repo.rules.setdefault(branch, []).append("merge_queue")

    def hindrance(self, pull: Pull) -> str:
        found = super().hindrance(pull)
        if found == "mergeable" and pull.base_ref in pull.repo.queues:
            return "Changes must be made through the merge queue"
        return found

    def enqueue(self, pull: Pull, login: str) -> Entry:
        """Press "Merge when ready".

        Raises:
            Refusal: it does not meet what the branch demands.
        """
        with self.lock:
            unmet = self.unmet(pull.repo, pull.base_ref, pull.head_sha)
            if unmet or pull.state != "open" or not self.may_write(pull.repo, login):
                raise Refusal(405, unmet or "Pull Request is not mergeable")
            return self._append(pull)

    def process_queue(self, full_name: str, branch: str) -> list[Pull]:
        """Merge what passes, from the front on; take out what failed, and build the rest anew; the merged ones."""
        repo = self.repositories[full_name]
        merged: list[Pull] = []
        with self.lock:
            while repo.queues[branch]:
                first = repo.queues[branch][0]
                unmet = self.unmet(repo, branch, first.head)
                if unmet and "failing" not in unmet:
                    return merged
                rest = [one.pull for one in repo.queues[branch][1:]]
                repo.queues[branch].pop(0)
                self.tell_queue(repo, first, "destroyed")
                self.store(repo).delete_ref(f"refs/heads/{first.branch}")
                if unmet:
                    self._rebuild(repo, branch, rest)
                    continue
                before, login = self.base_sha(first.pull), first.pull.user.login
                self.store(repo).set_ref(f"refs/heads/{branch}", first.head)
                self._merged(first.pull, login, before, first.head)
                self.moved(repo, branch, before, login, "merge_queue_merge")
                merged.append(first.pull)
            return merged

    def dequeue(self, pull: Pull) -> None:
        """Take a pull request out; those behind it are built anew."""
        with self.lock:
            repo, branch = pull.repo, pull.base_ref
            for one in [one for one in repo.queues[branch] if one.pull is pull]:
                repo.queues[branch].remove(one)
                self.tell_queue(repo, one, "destroyed")
            self._rebuild(repo, branch, [one.pull for one in repo.queues[branch]])

    def _rebuild(self, repo: Repository, branch: str, pulls: list[Pull]) -> None:
        repo.queues[branch].clear()
        for pull in pulls:
            self._append(pull)

    def _append(self, pull: Pull) -> Entry:
        repo, queue = pull.repo, pull.repo.queues[pull.base_ref]
        store = self.store(repo)
        base = queue[-1].head if queue else self.base_sha(pull)
        message = f"Merge pull request #{pull.number} from {pull.head_repo.owner.login}/{pull.head_ref}"
        when = int(self.now())
        head = store.merge(base, pull.head_sha, message, author=pull.user.login, when=when, committer=WEB_FLOW)
        entry = Entry(self.id(), pull, base, head, f"gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}")
        store.set_ref(f"refs/heads/{entry.branch}", head)
        queue.append(entry)
        self.tell_queue(repo, entry, "checks_requested")
        return entry

    def tell_queue(self, repo: Repository, entry: Entry, action: str) -> None:
        """Told of what happens to an entry. Deliveries are made of it."""
