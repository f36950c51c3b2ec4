"""The marks that tools leave in commits and pull requests: data in ``rules/provenance/*.yaml``, one file a tool."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from reviewbot.domain.errors import KnowledgeError
from reviewbot.domain.provenance import OriginKind, Strength

WRITERS = frozenset({"co-authored-by", "co-developed-by", "authored-by", "assisted-by", "generated-by"})
"""Trailers that name who wrote a commit; not those that name who reviewed, signed or reported."""

LONGEST = 1000
"""Characters of a text that are looked at. The longest mark has some hundreds."""

_IDENTITY = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]*)>\s*")
_COMMIT_PLACES = frozenset({"trailer", "author", "committer", "subject"})


@dataclass(frozen=True)
class Fit:
    """What a mark that fits says. ``place``: where it stood."""

    kind: OriginKind
    strength: Strength
    place: str
    tool: str | None
    model: str | None


@dataclass(frozen=True)
class Marker:
    """One mark. Of what is given, all must fit.

    Attributes:
        tool: as claims name it. places: where it may stand. keys: of trailers, in small letters.
        emails: whole addresses, in small letters; None where none is asked for.
        address, name, value: what the address, the name and the whole text must read as.
        strength: where it is less than usual for its place.
    """

    tool: str | None
    places: frozenset[str]
    keys: frozenset[str]
    emails: frozenset[str] | None
    address: re.Pattern[str] | None
    name: re.Pattern[str] | None
    value: re.Pattern[str] | None
    strength: Strength | None = None

    def fit(self, place: str, text: str, key: str = "") -> Fit | None:
        """What the mark says of a text; None where it does not fit.

        Args:
            place: ``trailer``, ``author``, ``committer``, ``subject``, ``branch``, ``description`` or ``login``.
            text: the trailer's value, ``Name <address>``, or the whole text. key: the trailer's.
        """
        if place not in self.places or (place == "trailer" and key.casefold() not in self.keys):
            return None
        said = self._said(text[:LONGEST].strip())
        if said is None:
            return None
        kind = _share(said.get("percent"))
        usual = Strength.COMMIT if place in _COMMIT_PLACES else Strength.HINT
        strength = usual if self.strength is None else self.strength
        return Fit(kind, strength, place, said.get("tool") or self.tool, said.get("model")) if kind else None

    def _said(self, text: str) -> dict[str, str] | None:
        """What the patterns caught; None where one does not fit."""
        said: dict[str, str] = {}
        identity = _IDENTITY.fullmatch(text)
        name, email = (identity["name"].strip(), identity["email"].strip()) if identity else ("", "")
        if self.emails is not None and email.lower() not in self.emails:
            return None
        if (self.address or self.name) is not None and identity is None:
            return None
        for pattern, part in ((self.address, email), (self.name, name), (self.value, text)):
            match = pattern.fullmatch(part) if pattern else None
            if pattern and match is None:
                return None
            said |= {k: v for k, v in match.groupdict().items() if v} if match else {}
        return said


def _share(percent: str | None) -> OriginKind | None:
    """What a share of the lines comes to; None where it says that there are none. Without one, a mark is of all."""
    if percent is None or int(percent) >= 100:
        return OriginKind.AI
    return OriginKind.MIXED if int(percent) else None


def load(rules: Path) -> tuple[Marker, ...]:
    """All marks in ``rules/provenance``.

    Args:
        rules: the rules folder.

    Raises:
        KnowledgeError: a file is missing or does not follow ``rules/provenance/schema.json``.
    """
    return _loaded(rules / "provenance")


@lru_cache(maxsize=4)
def _loaded(folder: Path) -> tuple[Marker, ...]:
    return tuple(marker for _, document in documents(folder) for marker in markers_of(document))


def documents(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each file's name and content, checked.

    Raises:
        KnowledgeError: see ``load``.
    """
    try:
        validator = Draft202012Validator(json.loads((folder / "schema.json").read_text(encoding="utf-8")))
        texts = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    except (OSError, ValueError) as error:
        raise KnowledgeError(f"The rules in {folder} cannot be read: reinstall reviewbot ({error}).") from error
    for name, text in texts:
        try:
            document = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise KnowledgeError(f"{name} is not YAML: mend its syntax.") from error
        wrong = best_match(validator.iter_errors(document))
        if wrong is not None:
            at = ".".join(str(part) for part in wrong.absolute_path) or "the file"
            raise KnowledgeError(f"{name}: {at} does not follow rules/provenance/schema.json: {wrong.message[:200]}.")
        yield name, document


def markers_of(document: Mapping[str, Any]) -> Iterator[Marker]:
    """The marks of one checked file.

    Raises:
        KnowledgeError: a pattern is none.
    """
    for entry in document["markers"]:
        try:
            address, name, value = (re.compile(entry[k]) if k in entry else None for k in ("address", "name", "value"))
        except re.error as error:
            raise KnowledgeError(f"{document['name']}: {error.pattern!r} is no regular expression: mend it.") from error
        emails = frozenset(one.lower() for one in entry["email"]) if "email" in entry else None
        keys = frozenset(key.casefold() for key in entry["keys"]) if "keys" in entry else WRITERS
        strength = Strength.HINT if "strength" in entry else None
        places = frozenset[str](entry["at"])
        yield Marker(document["tool"], places, keys, emails, address, name, value, strength)
