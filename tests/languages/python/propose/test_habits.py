"""How the repository guards the same call elsewhere, and what of it fits here."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from reviewbot.domain.draft import Shape
from reviewbot.languages.python.guarding.habits import habits
from reviewbot.languages.python.guarding.regions import regions
from tests.languages.python.propose.kit import Files, handler, marked, proposed

ERRORS = "class StockError(Exception):\n    pass\n"
TWIN = (
    "import json\nfrom shop.errors import StockError\n\n\ndef load_stock(text):\n    try:\n        return json.loads(text)\n"
    "    except json.JSONDecodeError as exc:\n        raise StockError('bad') from exc\n"
)
LIBRARY = {"shop/__init__.py": "", "shop/errors.py": ERRORS, "shop/stock.py": TWIN}


def test_a_twin_in_another_file_whose_error_is_imported_here() -> None:
    source = "import json\nfrom shop.errors import StockError\n\n\ndef rates(text):\n    return «json.loads(text)»\n"
    _, _, found = proposed(source, "shop/rates.py", LIBRARY)
    draft = found.drafts[0]
    assert handler(draft) == (
        'except json.JSONDecodeError as exc:\n    raise StockError(f"the text is not JSON: {exc}") from exc'
    )
    assert draft.shape is Shape.RERAISE and draft.because == "`load_stock` guards the same call so"


def test_an_error_that_is_not_imported_here_cannot_be_raised() -> None:
    source = "import json\n\n\ndef rates(text):\n    return «json.loads(text)»\n"
    assert proposed(source, "shop/rates.py", LIBRARY)[2].refusal


def test_another_failure_or_another_call_is_no_twin() -> None:
    for old, new in (("json.JSONDecodeError", "KeyError"), ("json.loads", "json.dumps")):
        other = {**LIBRARY, "shop/stock.py": TWIN.replace(old, new)}
        source = (
            "import json\nfrom shop.errors import StockError\n\n\ndef rates(text):\n    return «json.loads(text)»\n"
        )
        assert proposed(source, "shop/rates.py", other)[2].refusal, old


def test_common_calls_count_only_in_the_same_file() -> None:
    twin = "def a(t) -> int | None:\n    try:\n        return int(t)\n    except ValueError:\n        return None\n"
    source = "def b(t) -> int | None:\n    return «int(t)»\n"
    assert proposed(source, "pkg/b.py", {"pkg/__init__.py": "", "pkg/a.py": twin})[2].refusal
    _, _, found = proposed(f"{twin}\n\n{source}", "pkg/b.py", {"pkg/__init__.py": ""})
    assert handler(found.drafts[0]) == "except ValueError:\n    return None"


@pytest.mark.parametrize(
    ("action", "shape", "value", "logs"),
    [
        ("raise X('a') from e", Shape.RERAISE, "X", False),
        ("raise HTTPException(400)", Shape.HTTP_ERROR, "HTTPException", False),
        ("raise SystemExit('a')", Shape.EXIT, "SystemExit", False),
        ("sys.exit(1)", Shape.EXIT, "sys.exit", False),
        ("return", Shape.RETURN, "", False),
        ("return {}", Shape.RETURN, "{}", False),
        ("log.error('a')\n        return None", Shape.LOG_RETURN, "None", True),
        ("continue", Shape.CONTINUE, "", False),
    ],
)
def test_what_a_handler_does(action: str, shape: Shape, value: str, logs: bool) -> None:
    body = f"for i in x:\n  def f():\n    try:\n        json.loads(i)\n    except ValueError as e:\n        {action}\n"
    body = body if action != "continue" else body.replace("  def f():\n", "  if i:\n")
    file, sites = marked("«json.loads(i)»\n", "b.py")
    (region,) = regions(file, sites)
    (guard,) = habits(region, Files({"a.py": body}))
    assert (guard.shape, guard.value, guard.logs, guard.path) == (shape, value, logs, "a.py")


@pytest.mark.parametrize("action", ["pass", "raise", "return compute(i)", "a = 1\n        b = 2\n        return a"])
def test_what_is_no_example(action: str) -> None:
    body = f"def f():\n    try:\n        json.loads(i)\n    except ValueError as e:\n        {action}\n"
    file, sites = marked("«json.loads(i)»\n", "b.py")
    assert habits(regions(file, sites)[0], Files({"a.py": body})) == ()


def test_the_cost_is_bounded_and_the_nearest_are_read() -> None:
    files = (
        {f"near/m{n:03}.py": "json.loads(x)\n" for n in range(200)}
        | {f"far/m{n:03}.py": TWIN for n in range(50)}
        | {"near/pkg/a.py": TWIN, "near/pkg/test_a.py": TWIN}
    )
    tree = Files({**files, "near/pkg/broken.py": "def (: json.loads( except JSONDecodeError", "near/x.bin": b"\xff"})
    file, sites = marked("«json.loads(i)»\n", "near/pkg/b.py")
    found = habits(regions(file, sites)[0], tree)
    assert found[0].path == "near/pkg/a.py"
    assert len(tree.reads) == 40
    assert len(habits(regions(file, sites)[0], Files({f"far/m{n:03}.py": TWIN for n in range(50)}))) == 10
    assert "near/pkg/test_a.py" not in tree.reads
