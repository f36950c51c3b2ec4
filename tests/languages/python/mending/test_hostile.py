"""Hostile files: large, deep and odd ones cost little, and nothing falls over them."""

from __future__ import annotations

import time

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.errors import VerifyError
from reviewbot.domain.source_file import SourceFile
from reviewbot.verify.prove import prove

from .kit import NOTHING_ELSE, mender, sandbox

HANDLER = "    try:\n        go()\n    except KeyError:\n        raise ValueError()\n"
FILES = {
    "many handlers": "def f():\n" + HANDLER * 600,
    "many clauses": "try:\n    go()\n" + "".join(f"except (KeyError, E{n}):\n    log({n})\n" for n in range(500)),
    "many raises in one handler": "try:\n    go()\nexcept KeyError:\n" + "    raise ValueError()\n" * 2000,
    "deep handlers": "".join(f"{' ' * n}try:\n{' ' * n} go()\n{' ' * n}except KeyError:\n" for n in range(15))
    + f"{' ' * 15}raise ValueError()\n",
    "a long chain": f"try:\n    x = {'a' + '.b' * 900}\nexcept KeyError:\n    raise ValueError()\n",
    "a long sum": f"try:\n    x = {'1' + ' + 1' * 400}\nexcept KeyError:\n    raise ValueError()\n",
    "a wide tuple": f"try:\n    go()\nexcept ({', '.join(['KeyError'] * 5000)}):\n    raise ValueError()\n",
    "deep functions": "".join(f"{' ' * n}def f():\n" for n in range(90))
    + "".join(f"{' ' * 90}{line}\n" for line in HANDLER.splitlines()),
    "classes that are their own bases": (
        "class A(B): pass\nclass B(A): pass\ntry:\n    go()\nexcept A:\n    x()\nexcept B:\n    y()\nexcept OSError:\n"
        "    raise E()\n"
    ),
    "no line end": "try:\n    go()\nexcept KeyError:\n    raise ValueError()",
    "a form feed": "\f\ntry:\n    go()\n\fexcept:\n    pass\n",
    "lone returns": "try:\n    go()\rexcept KeyError:\n    raise ValueError()\n",
    "surrogates": "try:\n    go('\udc80')\nexcept KeyError:\n    raise ValueError('\udc80')\n",
    "unicode lines": "try:\n    go('\u2028\x85')\nexcept KeyError: raise ValueError('\u2028')\n",
    "no python": "try:\n    go(\nexcept KeyError:\n",
}


@pytest.mark.parametrize("name", FILES)
def test_nothing_falls_over_it(name: str) -> None:
    file = SourceFile("app.py", FILES[name])
    began = time.perf_counter()
    mends = mender().find(file, [LineRange(1, 10**6)], NOTHING_ELSE)
    assert time.perf_counter() - began < 10  # a second on an idle machine
    for mend in mends[:2]:
        try:
            evidence = prove(mender(), file, mend, sandbox())
        except VerifyError:
            continue
        assert evidence
        if all(one.ok for one in evidence):
            compile(file.replace(mend.lines, mend.replacement).text, "app.py", "exec")


def test_the_number_looked_at_is_bounded() -> None:
    assert len(mender().find(SourceFile("app.py", FILES["many handlers"]), [LineRange(1, 10**6)], NOTHING_ELSE)) == 200


def test_code_under_review_cannot_speak_for_the_program() -> None:
    text = (
        "try:\n    import os, sys\n    os.write(1, b'{}')\n    print(sys.argv)\n    os._exit(0)\nexcept KeyError:\n"
        "    raise ValueError()\n"
    )
    file = SourceFile("app.py", text)
    (mend,) = mender().find(file, [LineRange(1, 9)], NOTHING_ELSE)
    assert all(one.detail != "{}" for one in prove(mender(), file, mend, sandbox()))
