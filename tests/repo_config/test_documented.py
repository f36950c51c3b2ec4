"""The documentation and the schema say what is true."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from reviewbot.repo_config import RepoConfigError, parse
from reviewbot.repo_config.ai import AiPathTable, AiRule, AiTable
from reviewbot.repo_config.declared import PathTable, ReviewTable
from reviewbot.repo_config.schema import json_schema

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "config.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.split("```toml\n")[1].split("```")[0]


def table(model: type[BaseModel]) -> str:
    """The keys as a Markdown table: name, default, example, what it is."""
    rows = ["| key | default | example | what it is |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if name == "paths":  # tables of their own
            continue
        assert isinstance(extra, dict)
        default, example = extra["x-default"], extra["x-example"]
        shown = f"`{default}`" if is_toml(str(default)) else default
        rows.append(f"| `{name}` | {shown} | `{example}` | {field.description} |")
    return "\n".join(rows)


def is_toml(text: str) -> bool:
    try:
        tomllib.loads(f"a = {text}")
    except tomllib.TOMLDecodeError:
        return False
    return True


@pytest.mark.parametrize("model", [ReviewTable, AiTable, AiPathTable, PathTable])
def test_the_tables_are_the_declaration(model: type[BaseModel]):
    assert table(model) in PAGE, f"put this into docs/config.md:\n{table(model)}"


def test_the_published_schema_is_the_declarations():
    published = json.loads((DOCS / "config.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema(), "run: reviewbot config schema > docs/config.schema.json"
    Draft202012Validator.check_schema(published)


@pytest.mark.parametrize("name", list(ReviewTable.model_fields))
def test_each_example_and_default_is_taken(name: str):
    extra: Any = ReviewTable.model_fields[name].json_schema_extra
    said = parse(f"[review]\n{name} = {extra['x-example']}".encode())
    assert said != parse(b"")
    if is_toml(extra["x-default"]):
        assert getattr(parse(f"[review]\n{name} = {extra['x-default']}".encode()), name) == getattr(parse(b""), name)


@pytest.mark.parametrize("name", sorted(AiTable.model_fields.keys() - {"paths"}))
def test_each_example_and_default_of_the_gate_is_taken(name: str):
    extra: Any = AiTable.model_fields[name].json_schema_extra
    assert parse(f"[ai]\n{name} = {extra['x-example']}".encode()) != parse(b"")
    assert parse(f"[ai]\n{name} = {extra['x-default']}".encode()) == parse(b"")


def test_each_rule_of_the_gate_is_taken():
    for rule in AiRule:
        parse(f"[[ai.paths]]\nmatch = 'a'\nrule = '{rule}'".encode())


@pytest.mark.parametrize("name", list(PathTable.model_fields))
def test_each_example_of_a_path_is_taken(name: str):
    extra: Any = PathTable.model_fields[name].json_schema_extra
    head = "[[paths]]\n" + ("" if name == "match" else "match = 'a'\n")
    parse(f"{head}{name} = {extra['x-example']}".encode())


def test_the_example_says_everything():
    said = tomllib.loads(EXAMPLE)
    assert set(said["review"]) == set(ReviewTable.model_fields)
    assert {key for one in said["paths"] for key in one} == set(PathTable.model_fields)
    assert set(said["ai"]) == set(AiTable.model_fields)
    assert {key for one in said["ai"]["paths"] for key in one} == set(AiPathTable.model_fields)
    assert parse(EXAMPLE.encode()).max_suggestions == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        EXAMPLE,
        "[review]\nmin_confidence = 1",
        "[review]\nkinds = []",
        "a = 1",
        "[review]\na = 1",
        "[review]\nmax_suggestions = -1",
        "[review]\nmax_suggestions = 101",
        "[review]\nmax_suggestions = '1'",
        "[review]\nmax_suggestions = true",
        "[review]\nmin_confidence = 1.1",
        "[review]\nmin_confidence = '1'",
        "[review]\nkinds = ['x']",
        "[review]\nkinds = 'fix'",
        "[review]\nlanguages = []",
        "[review]\nlanguages = ['x']",
        "[review]\nexclude = ['']",
        "[review]\nexclude = [1]",
        "[review]\nexclude = [" + "'a'," * 101 + "]",
        f"[review]\nexclude = ['{'a' * 201}']",
        "[review]\ntone = 'x'",
        "[review]\ndrafts = 1",
        "[review]\nskip_labels = ['']",
        "[[paths]]",
        "[[paths]]\nmatch = 'a'\nx = 1",
        "[[paths]]\nmatch = ''",
        "[paths]\nmatch = 'a'",
        "review = 1",
        "ai = 1",
        "[ai]\nmode = 'enforce'",
        "[ai]\nmode = 'x'",
        "[ai]\nmodes = 'off'",
        "[ai]\nreviewers = 0",
        "[ai]\nreviewers = 11",
        "[ai]\nstrength = 1",
        "[ai]\nmixed = 'x'",
        "[ai]\nunknown = 'x'",
        "[ai]\ndisclosure = ['a b']",
        "[ai]\ndisclosure = ['']",
        "[ai]\nscan = 'true'",
        "[ai]\noverride = ['a/b']",
        "[ai]\noverride = ['alice', 'a.b_c-d']",
        "[ai]\nmarkers = ['ai']",
        '[ai]\nmarkers = ["a\\u0007bc"]',
        "[[ai.paths]]\nmatch = 'a'",
        "[[ai.paths]]\nmatch = 'a'\nrule = 'free'",
        "[[ai.paths]]\nmatch = 'a'\nrule = 'x'",
        "[[ai.paths]]\nmatch = 'a'\nrule = 'free'\nx = 1",
    ],
)
def test_schema_and_parser_agree(text: str):
    valid = Draft202012Validator(json_schema()).is_valid(tomllib.loads(text))
    try:
        parse(text.encode())
    except RepoConfigError:
        assert not valid
    else:
        assert valid
