"""Branches: what people do with git, and what a push makes of merge requests."""

from __future__ import annotations

from html import escape

from tests.fakes.github.gitstore import Files, GitFailed
from tests.fakes.gitlab.model import Pull, Refs, Repository, User, Version
from tests.fakes.gitlab.model_checks import Push
from tests.fakes.gitlab.notes import Notes

ZERO = "0" * 40


class Branches(Notes):
    """Adds pushes. A source branch that moves gives its merge requests a new version of their diff."""

    def push(
        self,
        full_name: str,
        branch: str,
        files: Files,
        *,
        onto: str | None = None,
        message: str = "change",
        author: str = "developer",
    ) -> str:
        """Commit `files` to `branch` and push it; the new commit's id. A file is renamed by one name gone, one new.

        Args:
            onto: what the commit is based on: by default the branch itself, or the default branch for a new one. With
                another base the branch is pushed by force.
        """
        with self.lock:
            repo = self.repositories[full_name]
            store = self.store(repo)
            base = onto or next(
                name for name in (f"refs/heads/{branch}", repo.default_branch) if store.resolve(name) is not None
            )
            before = store.resolve(f"refs/heads/{branch}")
            sha = self._commit(repo, branch, files, message, store.resolve(base), author)
            self.pushed(repo, branch, before, sha, self.user(author))
            return sha

    def force_push(
        self, full_name: str, branch: str, files: Files, *, onto: str | None = None, author: str = "developer"
    ) -> str:
        """Put another commit in the place of the branch's last: on `onto`, or where that one stood."""
        return self.push(full_name, branch, files, onto=onto or f"{branch}~1", message="again", author=author)

    def reset(self, full_name: str, branch: str, sha: str, *, author: str = "developer") -> None:
        """Push by force a commit that is there already, for instance one that was the head before."""
        with self.lock:
            self._point(self.repositories[full_name], branch, sha, author)

    def rebase(self, full_name: str, branch: str, *, onto: str = "main", author: str = "developer") -> str:
        """Rebase a branch and push it by force; the new head."""
        with self.lock:
            repo = self.repositories[full_name]
            store = self.store(repo)
            head, base = store.resolve(f"refs/heads/{branch}") or "", store.resolve(onto) or ""
            sha = store.replay(store.commits(store.merge_base(base, head), head), base, int(self.now()))
            self._point(repo, branch, sha, author)
            return sha

    def merge_into(self, full_name: str, branch: str, *, other: str = "main", author: str = "developer") -> str:
        """Merge `other` into a branch and push that; the new head."""
        with self.lock:
            repo = self.repositories[full_name]
            store = self.store(repo)
            ours, theirs = store.resolve(f"refs/heads/{branch}") or "", store.resolve(other) or ""
            message = f"Merge branch '{other}' into '{branch}'"
            sha = store.merge(ours, theirs, message, author=author, when=int(self.now()))
            self._point(repo, branch, sha, author)
            return sha

    def delete_branch(self, full_name: str, branch: str, *, author: str = "developer") -> None:
        """Delete a branch; its open merge requests are closed, as GitLab does."""
        with self.lock:
            repo = self.repositories[full_name]
            before = self.store(repo).resolve(f"refs/heads/{branch}")
            self.store(repo).delete_ref(f"refs/heads/{branch}")
            self.pushed(repo, branch, before, None, self.user(author))

    def lose_head(self, pull: Pull) -> None:
        """Take away every name of the head in the target project."""
        with self.lock:
            self.store(pull.repo).delete_ref(f"refs/merge-requests/{pull.number}/head")
            self.store(pull.repo).delete_ref(f"refs/keep-around/{pull.head_sha}")

    def _point(self, repo: Repository, branch: str, sha: str, login: str) -> None:
        store = self.store(repo)
        before, after = store.resolve(f"refs/heads/{branch}"), store.resolve(sha)
        if after is None:
            raise GitFailed(f"no commit {sha}")
        store.set_ref(f"refs/heads/{branch}", after)
        self.pushed(repo, branch, before, after, self.user(login))

    def pushed(self, repo: Repository, branch: str, before: str | None, after: str | None, user: User) -> None:
        """What GitLab does after a push: merge requests get a new version, hooks hear of it."""
        self._record(repo, branch, before, after, user)
        self.tell_push(repo, branch, before or ZERO, after or ZERO, user)
        for pull in [one for one in self.pulls() if one.state == "open"]:
            if pull.head_repo is repo and pull.head_ref == branch:
                self._source_moved(pull, user, after)
            elif pull.repo is repo and pull.base_ref == branch and after is not None:
                self._target_moved(pull, user, before, after)

    def _record(self, repo: Repository, branch: str, before: str | None, after: str | None, user: User) -> None:
        """The push among the project's events (https://docs.gitlab.com/api/events/)."""
        count, title, store = 0, None, self.store(repo)
        if after is not None:
            known = before or store.resolve(f"refs/heads/{repo.default_branch}") or after
            count = len(store.commits(known, after))
            title = store.git("show", "-s", "--format=%s", after).decode("utf-8", "replace").strip()
        repo.pushes.append(Push(self.id(), user, self.now(), branch, before, after, count, title))

    def _source_moved(self, pull: Pull, user: User, after: str | None) -> None:
        if after is None:
            self.gone(pull, user)
        elif pull.head_sha != after:
            old, pull.head_sha = pull.head_sha, after
            self.new_version(pull, user, oldrev=old)

    def _target_moved(self, pull: Pull, user: User, before: str | None, after: str) -> None:
        """A target that holds the head is merged; one that took some of its commits makes a new diff."""
        store = self.store(pull.repo)
        if store.holds(after, pull.head_sha):
            if not (before and store.holds(before, pull.head_sha)):
                self.merged_by_push(pull, user, after)
        elif before and set(store.commits(before, after)) & set(store.commits(before, pull.head_sha)):
            self.new_version(pull, user)

    def new_version(self, pull: Pull, user: User, *, oldrev: str | None = None) -> None:
        """A new version of the diff; threads follow their lines."""
        before = pull.versions[-1].refs if pull.versions else None
        self._keep_head(pull)
        store = self.store(pull.repo)
        start = store.resolve(f"refs/heads/{pull.base_ref}") or pull.head_sha
        refs = Refs(store.merge_base(start, pull.head_sha), start, pull.head_sha)
        pull.versions.append(Version(self.id(), refs, self.now()))
        pull.updated = self.now()
        if before is None:
            return
        if oldrev is not None:
            self.say_system(pull, user, self._added(pull, oldrev))
        if before != refs:
            self.follow(pull, user, before)
        if oldrev is not None:
            self.tell_pull(pull, user, "update", oldrev=oldrev)
            self.reset_approvals(pull, user)

    def _added(self, pull: Pull, oldrev: str) -> str:
        """The system note of a push: how many commits it brought, and which."""
        store = self.store(pull.repo)
        output = store.git("log", "--reverse", "--format=%h%x00%s", f"{oldrev}..{pull.head_sha}", "--")
        new = [line.split("\0") for line in output.decode("utf-8", "replace").splitlines()]
        listed = "".join(f"<li>{sha} - {escape(title)}</li>" for sha, title in new)
        compare = f"/{pull.repo.full_name}/-/merge_requests/{pull.number}/diffs?start_sha={oldrev}"
        count = f"{len(new)} commit{'s' * (len(new) != 1)}"
        return f"added {count}\n\n<ul>{listed}</ul>\n\n[Compare with previous version]({compare})"

    def _keep_head(self, pull: Pull) -> None:
        """The target project holds the head too, as `refs/merge-requests/N/head`, and never forgets a version.

        https://docs.gitlab.com/user/project/merge_requests/versions/
        """
        if pull.head_repo.deleted:
            return
        store = self.store(pull.repo)
        store.fetch_from(self.store(pull.head_repo), pull.head_sha, f"refs/merge-requests/{pull.number}/head")
        store.set_ref(f"refs/keep-around/{pull.head_sha}", pull.head_sha)

    def base_sha(self, pull: Pull) -> str:
        """The target branch's head; of a merged merge request, what it was before."""
        if pull.merged:
            return pull.refs.start
        return self.store(pull.repo).resolve(f"refs/heads/{pull.base_ref}") or pull.head_sha

    def commits(self, pull: Pull) -> list[str]:
        """Ids of the commits of a merge request, oldest first."""
        return self.store(pull.repo).commits(pull.refs.base, pull.head_sha)

    # What follows from it

    def reset_approvals(self, pull: Pull, user: User) -> None:
        """The head is another one."""

    def gone(self, pull: Pull, user: User) -> None:
        """The source branch was deleted."""

    def merged_by_push(self, pull: Pull, user: User, sha: str) -> None:
        """The target branch holds the head now."""

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
        """Something happened to a merge request. Deliveries are made of it."""

    def tell_push(self, repo: Repository, branch: str, before: str, after: str, user: User) -> None:
        """A branch was pushed."""
