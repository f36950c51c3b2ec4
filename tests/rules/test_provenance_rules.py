"""Every mark of every tool: commits in its form, made by git and read back, and near misses that must not be read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reviewbot.domain.errors import KnowledgeError
from reviewbot.domain.provenance import Claim, OriginKind, Strength
from reviewbot.policy.provenance import Facts
from reviewbot.policy.provenance.history import commits_named
from reviewbot.policy.provenance.markers import documents, load, markers_of
from reviewbot.policy.provenance.room import open_room
from reviewbot.policy.provenance.stamps import hinted, stamped
from reviewbot.resources import rules_dir
from reviewbot.source.repository import Repository
from tests.policy.provenance.histories import fast_import

RULES = rules_dir() / "provenance"
DOCUMENTS = dict(documents(RULES))
MARKERS = load(rules_dir())
SCHEMA = json.loads((RULES / "schema.json").read_text(encoding="utf-8"))
OF_COMMITS = {"trailer", "author", "committer", "subject"}
# One file for each row of the table of published marks, "others" taken apart; and our own.
TOOLS = (
    "aider aittributor amazon-q amp apache claude-app claude-code codex copilot copilot-agent cursor devin entire "
    "gemini jules junie linux-kernel opencode openhands openinfra openliberty reviewbot roo sweep windsurf"
)

Sample = tuple[str, str | None, dict[str, Any]]
SAMPLES: dict[str, list[Sample]] = {
    side: [
        (file, document["tool"], sample)
        for file, document in DOCUMENTS.items()
        for marker in document["markers"]
        for sample in marker[side]
    ]
    for side in ("positive", "negative")
}
ALL = [*SAMPLES["positive"], *SAMPLES["negative"]]


def _names(samples: list[Sample]) -> list[str]:
    return [f"{file.removesuffix('.yaml')}: {sample['text'][:60]}" for file, _, sample in samples]


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Claim, ...]]:
    """What is read from each sample, in the order of ``ALL``: those of commits from commits that git made."""
    place = tmp_path_factory.mktemp("samples") / "r.git"
    of_commits = [at for at, (_, _, sample) in enumerate(ALL) if sample["at"] in OF_COMMITS]
    fast_import(place, b"".join(_commit(at, ALL[at][2]) for at in of_commits))
    repository = Repository(place)
    ids = [repository.resolve(f"refs/heads/s{at}") for at in of_commits]
    with open_room(repository, ids[0], 60) as room:
        read = dict(zip(of_commits, commits_named(room, ids), strict=True))
    return [
        stamped(read[at], MARKERS)[0] if at in read else hinted(_facts(sample), MARKERS)
        for at, (_, _, sample) in enumerate(ALL)
    ]


def _commit(at: int, sample: dict[str, Any]) -> bytes:
    people = {"author": "Alice Example <alice@example.org>", "committer": "Alice Example <alice@example.org>"}
    message = "Add a thing\n\nBecause it is needed.\n"
    match sample["at"]:
        case "trailer":
            message += f"\nFixes: #12\n{sample['text']}\n"
        case "subject":
            message = f"{sample['text']}\n\nBecause it is needed.\n"
        case place:
            people[place] = sample["text"]
    lines = [f"commit refs/heads/s{at}", *(f"{who} {text} {1700000000} +0000" for who, text in people.items())]
    data = message.encode()
    return "\n".join(lines).encode() + b"\ndata %d\n%s\n" % (len(data), data)


def _facts(sample: dict[str, Any]) -> Facts:
    match sample["at"]:
        case "branch":
            return Facts(branch=sample["text"])
        case "login":
            return Facts(author_login=sample["text"])
        case _:
            return Facts(description=f"What it does.\r\n\r\n{sample['text']}\r\n", author_login="alice")


@pytest.mark.parametrize("at", range(len(SAMPLES["positive"])), ids=_names(SAMPLES["positive"]))
def test_a_mark_is_read(at: int, claims: list[tuple[Claim, ...]]) -> None:
    _, tool, sample = ALL[at]
    wanted = (
        OriginKind(sample.get("kind", "ai")),
        sample.get("tool", tool),
        sample.get("model"),
        sample["at"],
    )
    assert wanted in [(claim.kind, claim.tool, claim.model, claim.source) for claim in claims[at]]
    assert len(claims[at]) == 1
    strength = claims[at][0].strength
    assert strength is (Strength.COMMIT if sample["at"] in OF_COMMITS else Strength.HINT) or strength is Strength.HINT


@pytest.mark.parametrize("at", range(len(SAMPLES["negative"])), ids=_names(SAMPLES["negative"]))
def test_a_near_miss_is_not(at: int, claims: list[tuple[Claim, ...]]) -> None:
    assert claims[len(SAMPLES["positive"]) + at] == ()


def test_all_rows_of_the_table_are_there() -> None:
    assert {name.removesuffix(".yaml") for name in DOCUMENTS} == set(TOOLS.split())
    assert len(MARKERS) == sum(len(document["markers"]) for document in DOCUMENTS.values())


def test_every_place_of_every_mark_that_names_one_has_a_sample_that_stands_there() -> None:
    for file, document in DOCUMENTS.items():
        for marker in document["markers"]:
            assert {sample["at"] for sample in marker["positive"]} <= set(marker["at"]), file
            assert {sample["at"] for sample in marker["negative"]} <= set(marker["at"]), file


def test_no_two_files_are_of_one_name() -> None:
    names = [document["name"] for document in DOCUMENTS.values()]
    assert len(names) == len(set(names))


def test_a_persons_own_commit_within_aider_is_no_more_than_a_hint(claims: list[tuple[Claim, ...]]) -> None:
    at = next(i for i, (file, _, s) in enumerate(ALL) if file == "aider.yaml" and s["at"] == "committer")
    assert [claim.strength for claim in claims[at]] == [Strength.HINT]


BROKEN = {
    "no near miss": {"negative": []},
    "no sample": {"positive": []},
    "a place that is none": {"at": ["footer"]},
    "a bare name in a trailer's value": {"email": None, "keys": None, "value": "Claude"},
    "a key with a colon": {"keys": ["Co-authored-by:"]},
    "a source that is no address": {"source": "everybody knows"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_the_schema_refuses(change: dict[str, Any]) -> None:
    document = copy.deepcopy(dict(DOCUMENTS["copilot.yaml"]))
    marker = document["markers"][0] | change
    document["markers"][0] = {k: v for k, v in marker.items() if v is not None}
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "provenance"
    folder.mkdir()
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    (folder / "odd.yaml").write_text("tool: odd\nname: Odd\n")
    with pytest.raises(KnowledgeError, match=r"odd\.yaml: the file does not follow .*'markers'"):
        load(tmp_path)


def test_a_pattern_that_is_none_is_named() -> None:
    document = copy.deepcopy(dict(DOCUMENTS["apache.yaml"]))
    document["markers"][0]["value"] = "("
    with pytest.raises(KnowledgeError, match="no regular expression"):
        list(markers_of(document))
