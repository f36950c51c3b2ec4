import os
from pathlib import Path

import pytest

from reviewbot.domain.errors import KnowledgeError
from reviewbot.languages.python.reading import knowledge_files
from reviewbot.languages.python.reading.knowledge import Knowledge, load

SOURCE = "https://example.org/doc#x"


def entry(name: str = "lib.fetch", exception: str = "ValueError", when: str = "the text is bad", more: str = "") -> str:
    return (
        f"library: lib\n{more}callables:\n  {name}:\n    raises:\n"
        f"      - {{exception: {exception}, when: {when}, likelihood: 0.5, source: '{SOURCE}'}}\n"
    )


def own(text: str) -> dict[str, bytes]:
    return {".reviewbot/raises/own.yaml": text.encode()}


def test_a_callable_has_its_failures_likeliest_first_with_lineage_and_rule(knowledge: Knowledge) -> None:
    run = knowledge.callable("subprocess.run")
    assert run is not None
    assert [(r.failure.exception, r.likelihood) for r in run.raises] == [
        ("subprocess.CalledProcessError", 0.7),
        ("subprocess.TimeoutExpired", 0.6),
        ("FileNotFoundError", 0.5),
    ]
    assert run.raises[0].failure.rule == "py.unhandled.process"
    assert run.raises[0].failure.ancestors == ("subprocess.SubprocessError",)
    assert run.raises[2].failure.ancestors == ("OSError",)
    assert run.raises[2].failure.rule == "py.unhandled.file-not-found"


def test_aliases_name_the_same_callable(knowledge: Knowledge) -> None:
    assert knowledge.callable("io.open") is knowledge.callable("open") is not None


@pytest.mark.parametrize(
    ("handler", "exception", "catches"),
    [
        ("ValueError", "json.JSONDecodeError", True),
        ("json.JSONDecodeError", "ValueError", False),
        ("json.decoder.JSONDecodeError", "json.JSONDecodeError", True),
        ("OSError", "FileNotFoundError", True),
        ("IOError", "FileNotFoundError", True),
        ("socket.timeout", "TimeoutError", True),
        ("FileNotFoundError", "PermissionError", False),
        ("LookupError", "KeyError", True),
        ("OSError", "requests.ConnectionError", True),
        ("requests.exceptions.RequestException", "requests.ConnectionError", True),
        ("ConnectionError", "requests.ConnectionError", False),
        ("Exception", "requests.ConnectionError", True),
        ("Exception", "KeyboardInterrupt", False),
        ("BaseException", "KeyboardInterrupt", True),
        ("builtins.ValueError", "UnicodeDecodeError", True),
        ("unknown.Error", "ValueError", False),
    ],
)
def test_catches(knowledge: Knowledge, handler: str, exception: str, catches: bool) -> None:
    assert knowledge.catches(handler, exception) is catches


def test_ancestors_go_through_other_known_exceptions_to_the_built_in_ones(knowledge: Knowledge) -> None:
    assert knowledge.ancestors("requests.ConnectionError") == ("requests.RequestException", "OSError")
    assert knowledge.ancestors("UnicodeDecodeError") == ("UnicodeError", "ValueError")
    assert knowledge.ancestors("nobody.knows") == ()


def test_bases_in_a_circle_end() -> None:
    known = Knowledge(bases={"a.A": ("a.B",), "a.B": ("a.A",)})
    assert known.ancestors("a.A") == ("a.B",)


def test_the_own_file_adds_and_replaces(rules: Path) -> None:
    text = entry("json.loads") + "  mylib.read: {returns: object, raises: []}\n"
    known = load(rules, own(text))
    loads, read = known.callable("json.loads"), known.callable("mylib.read")
    assert loads is not None and [r.failure.exception for r in loads.raises] == ["ValueError"]
    assert read is not None and read.returns == "object"
    assert known.callable("json.load") is not None
    shipped = load(rules).callable("json.loads")
    assert shipped is not None and shipped.raises[0].failure.exception == "json.JSONDecodeError"


def test_the_own_file_can_name_its_own_exceptions(rules: Path) -> None:
    more = "exceptions:\n  lib.Lost: {bases: [LookupError], rule: lost}\n"
    known = load(rules, own(entry(exception="lib.Lost", more=more)))
    fetch = known.callable("lib.fetch")
    assert fetch is not None
    assert fetch.raises[0].failure.rule == "py.unhandled.lost"
    assert known.catches("LookupError", "lib.Lost")


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "own.yaml is not YAML"),
        ("a: 2000-13-40", "own.yaml"),
        ("", "does not follow"),
        ("[]", "does not follow"),
        ("library: lib\ncallables: {lib.f: {raises: 3}}\n", "callables.lib.f.raises"),
        (entry("lib fetch"), "callables"),
        (entry(exception="lib.Unknown"), "lib.Unknown, which is no built-in: list its bases"),
        (BOMB, "has a YAML alias"),
        ("[" * 200 + "]" * 200, "nested deeper"),
        ("[" * 5000, "own.yaml"),
        ("!!python/object/apply:os.system ['true']", "own.yaml is not YAML"),
        (entry(when="'the text has a <img src=x>'"), "plain words"),
        (entry(when="'the text is `code`'"), "plain words"),
        (entry(when=f"'the text {'x' * 90} is bad'"), "does not follow"),
        ("x" * (knowledge_files.MAX_EXTRA_BYTES + 1), "keep it under"),
        ("a: \ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "own.yaml"),
    ],
)
def test_a_broken_own_file_is_one_sentence_that_names_it(rules: Path, text: str, says: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load(rules, own(text))
    message = str(caught.value)
    assert "own.yaml" in message
    assert says in message
    assert "\n" not in message
    assert message.endswith(".")


def test_too_many_own_files(rules: Path) -> None:
    many = {
        f".reviewbot/raises/{n}.yaml": entry(f"lib.f{n}").encode() for n in range(knowledge_files.MAX_EXTRA_FILES + 1)
    }
    with pytest.raises(KnowledgeError, match="keep at most"):
        load(rules, many)
    many.popitem()
    assert load(rules, many).callable("lib.f0") is not None


def test_a_missing_folder_and_a_broken_schema(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "raises").mkdir()
    (tmp_path / "raises" / "a.yaml").write_text(entry())
    with pytest.raises(KnowledgeError, match=r"schema\.json cannot be read"):
        load(tmp_path)
    (tmp_path / "raises" / "schema.json").write_text("{")
    with pytest.raises(KnowledgeError, match="not a JSON schema"):
        load(tmp_path)


def test_shipped_rules_are_read_once_and_again_when_edited(tmp_path: Path) -> None:
    folder = tmp_path / "raises"
    folder.mkdir()
    (folder / "schema.json").write_text("{}")
    (folder / "a.yaml").write_text(entry())
    first = load(tmp_path)
    assert load(tmp_path) is first
    (folder / "a.yaml").write_text(entry("lib.other"))
    os.utime(folder / "a.yaml", ns=(1, 1))
    assert load(tmp_path).callable("lib.other") is not None


def test_the_shipped_rules_load(shipped: Knowledge) -> None:
    assert len({id(known) for known in shipped.callables.values()}) >= 400
    for name in ("json.load", "open", "int", "os.environ[]", "requests.get"):
        assert shipped.callable(name) is not None
