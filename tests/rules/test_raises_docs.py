"""The examples in docs/knowledge.md are true: they load, and say what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from benchmarks.knowledge_check import RULES, files
from reviewbot.domain.errors import KnowledgeError
from reviewbot.languages.python.reading.knowledge import load

PAGE = (RULES.parent.parent / "docs" / "knowledge.md").read_text(encoding="utf-8")
EXAMPLES = [block.encode() for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
OWN = ".reviewbot/raises/acme.yaml"


def test_the_page_has_both_examples() -> None:
    assert len(EXAMPLES) == 2
    assert f"<!-- example: {OWN} -->" in PAGE


def test_the_first_example_is_the_shipped_entry() -> None:
    example = yaml.safe_load(EXAMPLES[0])
    shipped = files()["json.yaml"]
    assert example["exceptions"] == shipped["exceptions"]
    assert example["callables"]["json.loads"] == shipped["callables"]["json.loads"]


def test_a_repositorys_own_knowledge_is_added() -> None:
    knowledge = load(RULES.parent, {OWN: EXAMPLES[1]})
    charge = knowledge.callable("acme.billing.Client.charge")
    assert charge is not None
    failures = [raised.failure for raised in charge.raises]
    assert [failure.exception for failure in failures] == [
        "acme.billing.CardDeclined",
        "requests.exceptions.RequestException",
    ]
    assert [failure.rule for failure in failures] == ["py.unhandled.card-declined", "py.unhandled.billing-connection"]
    assert "acme.billing.BillingError" in failures[0].ancestors
    assert failures[1].ancestors == ("OSError",)
    assert knowledge.callable("json.load") is not None


def test_an_own_entry_replaces_the_shipped_one() -> None:
    own = b"""
library: python
callables:
  json.loads:
    raises: [{exception: ValueError, when: it is Monday, likelihood: 0.1, rule: monday, source: "https://acme.example/"}]
"""
    replaced = load(RULES.parent, {OWN: own}).callable("json.loads")
    assert replaced is not None
    assert [(r.failure.exception, r.likelihood) for r in replaced.raises] == [("ValueError", 0.1)]


def test_an_own_file_that_breaks_the_schema_is_refused_by_name() -> None:
    with pytest.raises(KnowledgeError, match=re.escape(OWN)):
        load(RULES.parent, {OWN: b"library: acme\ncallables: {}\n"})


def test_every_key_of_the_schema_is_explained() -> None:
    schema = yaml.safe_load((RULES / "schema.json").read_text(encoding="utf-8"))
    keys = {*schema["$defs"]["callable"]["properties"], *schema["$defs"]["failure"]["properties"]}
    assert {key for key in keys if f"`{key}`" not in PAGE} == set()


def test_paths_on_the_page_exist() -> None:
    root = Path(RULES).parent.parent
    for path in ("rules/raises/schema.json", "benchmarks/knowledge_check.py", "tests/rules/provoked"):
        assert path in PAGE
        assert (root / path).exists()
