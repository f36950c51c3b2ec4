"""The languages that a review speaks, with the repository's own knowledge from its base branch."""

from __future__ import annotations

from pathlib import Path

from reviewbot.domain.errors import KnowledgeError
from reviewbot.domain.source_file import Tree
from reviewbot.languages.protocol import Language
from reviewbot.languages.python.language import Python
from reviewbot.languages.python.reading import knowledge
from reviewbot.languages.python.weighing.find import load_weights

_OWN = ".reviewbot/raises/"


def load_languages(rules: Path, base: Tree) -> tuple[tuple[Language, ...], tuple[str, ...]]:
    """The languages, and notes about what of the repository's own knowledge could not be used.

    Args:
        rules: the shipped rules. base: the base branch, the only one whose ``.reviewbot/`` is believed.
    """
    own = {path: base.read(path) or b"" for path in base.paths() if path.startswith(_OWN) and path.endswith(".yaml")}
    notes: tuple[str, ...] = ()
    try:
        known = knowledge.load(rules, own)
    except KnowledgeError as error:
        if not own:
            raise
        known = knowledge.load(rules)
        notes = (f"The repository's own exception knowledge was not used: {error}",)
    return (Python(known, load_weights(rules)),), notes
