"""How a handler names exceptions of the repository's own: classes of the file, and what relative imports bind."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

import pytest

from reviewbot.languages.python.checking.check import check

from .kit import handler
from .test_general import calibrated

USE = "\n\ndef total(text):\n    return «int(text)» + 1\n"
CASES = [
    ("its own class", "class Missing(Exception):\n    pass\n" + USE, "Missing", "Missing"),
    ("its own class, defined below", USE + "\n\nclass Missing(Exception):\n    pass\n", "Missing", "Missing"),
    ("defined under a condition", "if FAST:\n    class Missing(Exception):\n        pass\n" + USE, "Missing", None),
    ("defined where it may fail", "try:\n    class Missing(Exception):\n        pass\nexcept X:\n    pass\n" + USE, "Missing", None),
    ("defined twice", "class Missing(Exception):\n    pass\n\n\nclass Missing(KeyError):\n    pass\n" + USE, "Missing", None),
    ("bound to something else, too", "class Missing(Exception):\n    pass\n\n\nMissing = None\n" + USE, "Missing", None),
    ("a function of that name", "def Missing():\n    pass\n" + USE, "Missing", None),
    ("of another class", "class A:\n    class Missing(Exception):\n        pass\n" + USE, "Missing", None),
    ("of a function", "def f():\n    class Missing(Exception):\n        pass\n" + USE, "Missing", None),
    ("hidden by a parameter", "class Missing(Exception):\n    pass\n\n\ndef total(text, Missing):\n    return «int(text)» + 1\n", "Missing", None),
    ("hidden by a local", "class Missing(Exception):\n    pass\n\n\ndef total(text):\n    Missing = text\n    return «int(text)» + 1\n", "Missing", None),
    ("hidden by the function around", "class Missing(Exception):\n    pass\n\n\ndef f(Missing):\n    def total(text):\n        return «int(text)» + 1\n    return total\n", "Missing", None),
    ("a built-in's name that the file gives to its own class", "class KeyError(Exception):\n    pass\n" + USE, "KeyError", "KeyError"),
    ("a built-in's name that is hidden", "def total(text, BufferError):\n    return «int(text)» + 1\n", "BufferError", None),
    ("at module level, defined before", "class Missing(Exception):\n    pass\n\n\nif __name__ == '__main__':\n    x = «int(text)»\n", "Missing", "Missing"),
    ("at module level, defined after", "if __name__ == '__main__':\n    x = «int(text)»\n\n\nclass Missing(Exception):\n    pass\n", "Missing", None),
    ("relative import", "from .errors import Missing\n" + USE, ".errors.Missing", "Missing"),
    ("relative import, renamed", "from .errors import Missing as Gone\n" + USE, ".errors.Missing", "Gone"),
    ("relative import of the module", "from . import errors\n" + USE, ".errors.Missing", "errors.Missing"),
    ("relative import of the module, renamed", "from . import errors as e\n" + USE, ".errors.Missing", "e.Missing"),
    ("from the folder above", "from ..errors import Missing\n" + USE, "..errors.Missing", "Missing"),
    ("from the package itself", "from . import Missing\n" + USE, ".Missing", "Missing"),
    ("another level is another thing", "from .errors import Missing\n" + USE, "..errors.Missing", None),
    ("another module is another thing", "from .failures import Missing\n" + USE, ".errors.Missing", None),
    ("the shorter of two ways", "from . import errors\nfrom .errors import Missing\n" + USE, ".errors.Missing", "Missing"),
    ("imported under a condition", "if TYPE_CHECKING:\n    from .errors import Missing\n" + USE, ".errors.Missing", None),
    ("imported by star", "from .errors import *\n" + USE, ".errors.Missing", None),
    ("imported in the function", "def total(text):\n    from .errors import Missing\n    return «int(text)» + 1\n", ".errors.Missing", "Missing"),
    ("imported in the function, below", "def total(text):\n    x = «int(text)» + 1\n    from .errors import Missing\n    return x\n", ".errors.Missing", None),
    ("imported, then bound anew", "from .errors import Missing\nMissing = None\n" + USE, ".errors.Missing", None),
    ("imported twice, from two places", "from .errors import Missing\nfrom .more import Missing\n" + USE, ".errors.Missing", None),
    ("hidden by a parameter, though imported", "from .errors import Missing\n\n\ndef total(text, Missing):\n    return «int(text)» + 1\n", ".errors.Missing", None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "exception", "spelled"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_spelled(source: str, exception: str, spelled: str | None) -> None:
    file, region, found = calibrated(source, exception)
    if spelled is None:
        assert found.drafts == () and "has no name for" in str(found.refusal)
        return
    assert found.drafts
    for draft in found.drafts:
        assert handler(draft).startswith((f"except {spelled}:", f"except {spelled} as "))
        assert draft.exceptions == (exception,)
        compile(file.replace(region.lines, draft.replacement).text, "app.py", "exec")
        assert [e for e in check(file, draft) if not e.ok] == []


def test_a_base_class_is_caught_where_the_exception_has_no_name() -> None:
    _, _, found = calibrated("def total(text):\n    return «int(text)» + 1\n", "json.JSONDecodeError")
    assert found.drafts and {draft.exceptions for draft in found.drafts} == {("ValueError",)}
