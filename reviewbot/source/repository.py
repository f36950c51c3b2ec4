"""A git repository on disk, bare or not: revisions, the change between two of them, and their trees."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from reviewbot.domain.change import Change, EntryKind
from reviewbot.domain.errors import RevisionNotFound, SourceError, UsageError
from reviewbot.source.diff import RawEntry, Section, file_change, pair, parse_patch, parse_raw
from reviewbot.source.git import run_git
from reviewbot.source.tree import GitTree

_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_SNIFFED = 8000  # bytes in which git itself looks for a NUL (xdiff-interface.c: FIRST_FEW_BYTES)


class Repository:
    """An existing local repository.

    Args:
        path: its folder, a work tree's or a bare repository's.

    Raises:
        UsageError: there is no git repository.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.git_dir = Path(run_git(path, "rev-parse", "--absolute-git-dir").decode().strip())
        except SourceError as error:
            raise UsageError(f"{path} is not a git repository: name one with --repo ({error})") from error

    def resolve(self, revision: str) -> str:
        """The full id of the commit that ``revision`` names.

        Raises:
            RevisionNotFound: there is no such commit.
        """
        try:
            out = run_git(self.path, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except SourceError:
            raise RevisionNotFound(
                f"There is no commit {revision!r} in {self.path}: fetch it or name another."
            ) from None
        return out.decode().strip()

    def change(self, base: str, head: str) -> Change:
        """What ``head`` adds since it left ``base``: the diff is taken from their merge base.

        Raises:
            RevisionNotFound: one of them is not there. SourceError: they share no history.
        """
        base_id, head_id = self.resolve(base), self.resolve(head)
        merge_base = self._merge_base(base_id, head_id)
        raw = run_git(self.path, *_DIFF, merge_base, head_id, "--")
        entries, patch = parse_raw(raw)
        pairs = pair(entries, list(parse_patch(patch)))
        tree = self.tree(head_id)
        files = tuple(file_change(e, s, self._hidden(merge_base, head_id, e, s, tree)) for e, s in pairs)
        return Change(base_id, merge_base, head_id, files)

    def tree(self, revision: str) -> GitTree:
        """The files of a commit."""
        return GitTree(self.path, self.resolve(revision))

    def _merge_base(self, base: str, head: str) -> str:
        found = run_git(self.path, "merge-base", base, head, accept=(0, 1)).decode().split()
        if not found or not _SHA.fullmatch(found[0]):
            raise SourceError(f"{base[:12]} and {head[:12]} share no history: name a base that the head grew from.")
        return found[0]

    def _hidden(self, base: str, head: str, entry: RawEntry, section: Section, tree: GitTree) -> Section | None:
        """The lines of a text that only ``.gitattributes`` calls binary: a pull request may not hide its code so."""
        if not section.binary or entry.kind is not EntryKind.FILE or entry.status == "D":
            return None
        data = tree.read(entry.path)
        if data is None or b"\0" in data[:_SNIFFED]:
            return None
        paths = dict.fromkeys([entry.old_path, entry.path])
        raw = run_git(self.path, *_DIFF, "--text", base, head, "--", *paths)
        entries, patch = parse_raw(raw)
        for found, lines in pair(entries, list(parse_patch(patch))):
            if found.path == entry.path:
                return replace(lines, binary=False)
        return None


_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--full-index", "-M", "--raw", "-z", "--patch", "-U3")
