"""Survey a repository: the digests of all its Python files, each made once for as long as its bytes stay the same."""

from __future__ import annotations

import ast
import hashlib
import threading
import warnings
import weakref
from collections import OrderedDict

from reviewbot.domain.source_file import SourceFile, Tree
from reviewbot.languages.python.reading import files
from reviewbot.languages.python.weighing.digest import Digest, digest
from reviewbot.languages.python.weighing.repository import Repository

_MOST_BYTES = 1 << 20
"""A larger file was not written by people; it says nothing of their manner."""
_MOST_FILES = 30_000
_MOST_ALTOGETHER = 64 << 20
"""Some two million lines; what lies beyond is not surveyed, so that a hostile repository holds no worker up."""
_KEPT = 40_000
"""So many digests are kept in memory, some 2 KiB each."""


class Surveys:
    """Surveys trees; thread-safe. Digests are kept by content, so that a new commit costs what it changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digests: OrderedDict[bytes, Digest | None] = OrderedDict()
        self._last: tuple[weakref.ref[Tree], Repository] | None = None

    def of(self, tree: Tree) -> Repository:
        """What the files of a commit say together."""
        with self._lock:
            if self._last is None or self._last[0]() is not tree:
                self._last = weakref.ref(tree), self._survey(tree)
            return self._last[1]

    def _survey(self, tree: Tree) -> Repository:
        found: dict[str, Digest] = {}
        paths = (p for p in tree.paths() if p.endswith(".py") and files.reviewable(p))
        left = _MOST_ALTOGETHER
        for path, _ in zip(paths, range(_MOST_FILES), strict=False):
            data = tree.read(path)
            one = None if data is None or len(data) > _MOST_BYTES else self._digest(path, data)
            if one is not None:
                found[path] = one
            left -= len(data or b"")
            if left < 0:
                break
        return Repository(found)

    def _digest(self, path: str, data: bytes) -> Digest | None:
        key = hashlib.sha256(data).digest()
        if key not in self._digests:
            self._digests[key] = read(path, data)
            if len(self._digests) > _KEPT:
                self._digests.popitem(last=False)
        self._digests.move_to_end(key)
        return self._digests[key]


def read(path: str, data: bytes) -> Digest | None:
    """The digest of a file's bytes; None where it is no Python, or nested too deep to be read."""
    file = SourceFile.decode(path, data)
    if file is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return digest(ast.parse(file.text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


SURVEYS = Surveys()
"""Those of this process: a worker reviews the same repositories again and again."""
