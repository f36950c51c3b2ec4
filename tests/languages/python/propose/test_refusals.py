"""Where nothing fits, nothing is said; and no draft ever breaks a rule of handlers."""

# ruff: noqa: E501 - a case a line
from __future__ import annotations

import pytest

from reviewbot.domain.draft import Shape
from tests.languages.python.propose.kit import proposed

IN_PACKAGE = {"pkg/__init__.py": ""}
NOTHING = "nothing here says what to do"

REFUSED = [
    ("library function", "import json\n\n\ndef load(path):\n    with «open(path)» as f:\n        return «json.load(f)»\n", NOTHING),
    ("module level of a package", "import os\n\nPORT = «int(os.environ['PORT'])»\n", NOTHING),
    ("class body", "class A:\n    x = «int(N)»\n", "class body"),
    ("default argument", "def f(x=«int(N)»):\n    pass\n", "default"),
    ("decorator", "@retry(«int(N)»)\ndef f():\n    pass\n", "decorator"),
    ("finally", "def f() -> None:\n    try:\n        g()\n    finally:\n        x = «int(N)»\n        print(x)\n", "finally"),
    ("yield", "def f():\n    '''Numbers, or None if bad.'''\n    with «open(p)» as g:\n        yield g\n", "yield"),
    ("long with", "def main():\n    with «open(p)» as f:\n" + "        g(f)\n" * 20, "more than 16 lines"),
    ("head of a long statement", "def main():\n    for a in «json.loads(t)»:\n" + "        g(a)\n" * 9, "head of a statement"),
    ("no name for the exception", "from yaml import safe_load\n\n\ndef main():\n    «safe_load(t)»\n", "import cannot be added"),
    ("init returns nothing", "class A:\n    def __init__(self, t):\n        '''None if bad.'''\n        if not t:\n            return None\n        self.n = «int(t)»\n", NOTHING),
    ("generator", "def f(ts):\n    '''Returns None if bad.'''\n    for t in ts:\n        n = «int(t)»\n        print(n)\n        yield\n", NOTHING),
    ("init returns nothing, with logger", "import logging\nlogger = logging.getLogger()\n\n\nclass A:\n    def __init__(self, t):\n        '''Returns None if bad.'''\n        self.n = «int(t)»\n", NOTHING),
    ("exit decides what is raised", "class A:\n    def __exit__(self, *t):\n        '''Returns False if bad.'''\n        return bool(«int(t)»)\n", NOTHING),
    ("generator, with logger", "import logging\nlogger = logging.getLogger()\n\n\ndef f(t):\n    '''Returns None if bad.'''\n    n = «int(t)»\n    yield n\n", NOTHING),
    ("annotation allows no None", "def f(t) -> int:\n    '''Returns None if bad.'''\n    return «int(t)»\n", NOTHING),
    ("None of a parameter", "def f(t):\n    '''The number.\n\n    Args:\n        t: the text, or None if there is none.\n    '''\n    return «int(t)»\n", NOTHING),
    ("a condition in the summary", "def f(t):\n    '''If t is None, use the default or None if bad'''\n    return «int(t)»\n", NOTHING),
    ("a tuple is returned", "def f(t):\n    '''Returns a pair, or None if bad.'''\n    if t:\n        return «int(t)»\n    return (1, 2)\n", NOTHING),
    ("error of other meaning", "class A(Exception):\n    pass\nclass B(Exception):\n    pass\n\n\ndef f(t):\n    if t: raise A('a')\n    if not t: raise B('b')\n    return «int(t)»\n", NOTHING),
    ("missing file is no wrong value", "class A(Exception):\n    pass\n\n\ndef f(p):\n    if not p:\n        raise A('a')\n    return «open(p)»\n", NOTHING),
    ("error that takes no text", "class A(Exception):\n    def __init__(self, code, more):\n        pass\n\n\ndef f(t):\n    '''Raises A.'''\n    return «int(t)»\n", NOTHING),
    ("error whose making is unknown", "from other import AError\n\n\ndef f(t):\n    '''Raises AError.'''\n    return «int(t)»\n", NOTHING),
    ("logger alone is no reason", "import logging\nlogger = logging.getLogger()\n\n\ndef f(t):\n    return «int(t)»\n", NOTHING),
    ("loop over anything", "import logging\nlogger = logging.getLogger()\n\n\ndef f(ks):\n    out = {}\n    for k in ks:\n        out[k] = «int(k)»\n    return out\n", NOTHING),
    ("loop that is left early", "import logging\nlogger = logging.getLogger()\n\n\ndef f(lines):\n    for line in lines:\n        if «int(line)»:\n            break\n", NOTHING),
    ("while loop", "import logging\nlogger = logging.getLogger()\n\n\ndef f(lines):\n    while lines:\n        line = lines.pop()\n        n = «int(line)»\n        g(n)\n", NOTHING),
    ("loop in an outer function", "import logging\nlogger = logging.getLogger()\n\n\nfor line in lines:\n    def f(line=line):\n        n = «int(line)»\n        g(n)\n", NOTHING),
    ("speaks before it leaves", "def f(t):\n    if not t:\n        say('no')\n        return False\n    return g(«int(t)»)\n", NOTHING),
    ("default that changes", "def f(t):\n    n = 1\n    n = 2\n    n = «int(t)»\n    return n\n", NOTHING),
    ("default for one of two", "import os\n\n\ndef f():\n    n = «int(os.environ.get('A', '1'))» + «int(B)»\n    return n\n", NOTHING),
    ("default that is no number", "import os\n\n\ndef f():\n    n = «int(os.environ.get('A', 'x'))»\n    return n\n", NOTHING),
    ("an annotation alone, and a file is missing", "def load(p) -> str | None:\n    return «open(p)».read()\n", NOTHING),
    ("web, a failure of our own", "from fastapi import APIRouter, HTTPException\nrouter = APIRouter()\n\n\n@router.get('/')\ndef f():\n    with «open('conf')» as g:\n        return g.read()\n", NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(("source", "reason"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_refused(source: str, reason: str) -> None:
    _, _, found = proposed(source, "pkg/app.py", IN_PACKAGE)
    assert found.drafts == () and found.refusal is not None
    assert reason in found.refusal


@pytest.mark.parametrize("path", ["setup.py", "docs/conf.py", "noxfile.py"])
def test_scripts_that_tools_run_keep_their_traceback(path: str) -> None:
    _, _, found = proposed("text = «open('README')».read()\n", path)
    assert found.refusal


def test_a_helper_of_a_script_without_a_main_guard() -> None:
    source = "#!/usr/bin/env python\ndef load(p):\n    return «open(p)»\n\n\nload('a')\n"
    assert proposed(source, "tool.py")[2].refusal


def test_a_name_that_the_region_binds_anew_is_not_told() -> None:
    source = "def main(path):\n    path = «open(path)»\n    return path\n"
    assert "the file does not exist: {exc}" in proposed(source)[2].drafts[0].replacement


def test_a_name_that_may_not_be_bound_is_not_told() -> None:
    source = "def main(a):\n    if a:\n        name = 'x'\n    return «open(name)»\n"
    assert "the file does not exist: {exc}" in proposed(source)[2].drafts[0].replacement
    sure = source.replace("    if a:\n        name", "    name")
    assert "cannot read {name}: {exc}" in proposed(sure)[2].drafts[0].replacement


def test_a_default_is_for_the_whole_statement() -> None:
    source = "def wait(a, b):\n    timeout = 30\n    timeout = «int(a)» + «int(b)»\n    return timeout\n"
    assert "    timeout = 30\n" in proposed(source, "pkg/app.py", IN_PACKAGE)[2].drafts[0].replacement


def test_a_script_that_others_import_is_no_script() -> None:
    source = "def load(p):\n    return «open(p)»\n\n\nif __name__ == '__main__':\n    load('a')\n"
    assert proposed(source, "tool.py")[2].drafts[0].shape is Shape.EXIT
    assert proposed(source, "tool.py", {"other.py": "from tool import load\n"})[2].refusal


EXCEPTIONS = [
    ("the module's name", "import json\n«json.loads(t)»\n", "json.JSONDecodeError", "json.JSONDecodeError"),
    ("the class itself", "from json import loads, JSONDecodeError\n«loads(t)»\n", "JSONDecodeError", "json.JSONDecodeError"),
    ("the class under another name", "from json import loads, JSONDecodeError as Bad\n«loads(t)»\n", "Bad", "json.JSONDecodeError"),
    ("the module under another name", "import json as j\n«j.loads(t)»\n", "j.JSONDecodeError", "json.JSONDecodeError"),
    ("an ancestor, where the class has no name", "from json import loads\n«loads(t)»\n", "ValueError", "ValueError"),
    ("the submodule", "from json.decoder import JSONDecodeError\nfrom json import loads\n«loads(t)»\n", "JSONDecodeError", "json.JSONDecodeError"),
    ("an alias", "import requests\n«requests.get(u)»\n", "requests.RequestException", "requests.exceptions.RequestException"),
    ("loaded by another module", "import urllib.request\n«urllib.request.urlopen(u)»\n", "urllib.error.URLError", "urllib.error.URLError"),
    ("not loaded", "from x import urlopen\nimport urllib.parse\n«urlopen(u)»\n", "OSError", "OSError"),
    ("only for type checkers", "from json import loads\nif TYPE_CHECKING:\n    from json import JSONDecodeError\n«loads(t)»\n", "ValueError", "ValueError"),
    ("imported later", "from json import loads\n«loads(t)»\nfrom json import JSONDecodeError\n", "ValueError", "ValueError"),
    ("bound twice", "from json import loads, JSONDecodeError\nJSONDecodeError = 1\n«loads(t)»\n", "ValueError", "ValueError"),
    ("ancestor stands for both", "import os\n«os.remove(p)»\n", "OSError", "OSError"),
    ("several in one clause", "import json\nd = «json.load(«open(p)»)»\n", "(FileNotFoundError, json.JSONDecodeError)", "FileNotFoundError json.JSONDecodeError"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "clause", "canonical"), [c[1:] for c in EXCEPTIONS], ids=[c[0] for c in EXCEPTIONS])
def test_exceptions_are_those_that_the_file_can_name(source: str, clause: str, canonical: str) -> None:
    _, _, found = proposed(source)
    assert f"except {clause} as exc:" in found.drafts[0].replacement
    assert found.drafts[0].exceptions == tuple(canonical.split())


def test_a_builtin_that_the_file_binds_is_not_meant() -> None:
    assert proposed("ValueError = 1\n«int(t)»\n")[2].refusal
    inner = "import json\n\n\ndef main(json=None):\n    «json.loads(t)»\n"
    assert "except ValueError as exc" in proposed(inner)[2].drafts[0].replacement


ALIASES = [
    ("the file's own", "try:\n    a()\nexcept KeyError as e:\n    b(e)\n«int(t)»\n", "e"),
    ("taken at the top", "exc = 1\n«int(t)»\n", "err"),
    ("read by the region", "def main():\n    for exc in x:\n        print(«int(exc)»)\n", "err"),
    ("a parameter", "def main(exc, err):\n    return «int(exc)»\n", "error"),
    ("inside a handler of that name", "try:\n    a()\nexcept KeyError as exc:\n    n = «int(t)»\n", "err"),
    (
        "nested function reads it",
        "def main():\n    n = «int(t)»\n    def g():\n        return exc\n    return n, g\n",
        "err",
    ),
]


@pytest.mark.parametrize(("source", "name"), [c[1:] for c in ALIASES], ids=[c[0] for c in ALIASES])
def test_the_name_of_the_failure_clashes_with_nothing(source: str, name: str) -> None:
    _, _, found = proposed(source)
    assert f" as {name}:" in found.drafts[0].replacement
