"""General handlers: for each a source where it is the best draft, and none where a site is only a possibility."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from reviewbot.domain.draft import Shape
from reviewbot.domain.site import Failure, Region, Site
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.protocol import Drafts
from reviewbot.languages.python.checking.check import check
from reviewbot.languages.python.guarding.drafts import drafts
from reviewbot.languages.python.guarding.regions import regions
from tests.languages.python.propose.kit import KNOWLEDGE, Files, handler, marked


@dataclass(frozen=True)
class Case:
    """``raises``: in place of what the marked call raises by itself."""

    name: str
    source: str
    shape: Shape
    handler: str
    raises: str = ""
    others: dict[str, str] = field(default_factory=dict)


LOG = "import logging\n\nlog = logging.getLogger(__name__)\n\n\n"
OWN = "class StoreError(Exception):\n    pass\n\n\n"

CASES = [
    Case("attribute protocol", "class A:\n    def __getattr__(self, name):\n        return self.make(«int(name)»)\n", Shape.RERAISE,
         'except ValueError as exc:\n    raise AttributeError(name) from exc'),
    Case("item protocol", "class A:\n    def __getitem__(self, key):\n        return self.rows[«int(key)»]\n", Shape.RERAISE,
         'except ValueError as exc:\n    raise KeyError(key) from exc'),
    Case("iterator protocol", "class A:\n    def __next__(self):\n        return self.make(«int(self.row)»)\n", Shape.RERAISE,
         'except IndexError as exc:\n    raise StopIteration from exc', "IndexError"),
    Case("data is not cut off in silence", "class A:\n    def __next__(self):\n        return self.make(«int(self.row)»)\n", Shape.RERAISE,
         'except ValueError as exc:\n    raise ValueError(f"row is not a number: {exc}") from exc'),
    Case("asynchronous iterator protocol", "class A:\n    async def __anext__(self):\n        return «int(self.row)»\n", Shape.RERAISE,
         'except KeyError as exc:\n    raise StopAsyncIteration from exc', "KeyError"),
    Case("comparison", "class A:\n    def __eq__(self, other):\n        return self.number == «int(other)»\n", Shape.RETURN,
         "except ValueError:\n    return NotImplemented"),
    Case("membership", "class A:\n    def __contains__(self, key):\n        return self.has(«int(key)»)\n", Shape.RETURN,
         "except ValueError:\n    return False"),
    Case("the end of a while loop", "def pump(source):\n    while True:\n        row = «int(source)»\n        print(row)\n", Shape.BREAK,
         "except EOFError:\n    break", "EOFError"),
    Case("no end of a while loop", "def pump(source):\n    while True:\n        row = «int(source)»\n        print(row)\n", Shape.RERAISE,
         'except ValueError as exc:\n    raise ValueError(f"row is not a number: {exc}") from exc'),
    Case("the next item, logged", LOG + "def show(values):\n    for value in values:\n        number = «int(value)»\n        print(number)\n", Shape.CONTINUE,
         'except ValueError as exc:\n    log.warning("the text is not a whole number: %s", exc)\n    continue'),
    Case("the next item, in silence", "def show(values):\n    for value in values:\n        number = «int(value)»\n        print(number)\n", Shape.CONTINUE,
         "except ValueError:\n    continue"),
    Case("not the item's failure", "def show(values, top):\n    for value in values:\n        number = «int(top)»\n        print(number, value)\n", Shape.RERAISE,
         'except ValueError as exc:\n    raise ValueError(f"the text is not a whole number: {exc}") from exc'),
    Case("a loop that is left early", "def first(values):\n    for value in values:\n        number = «int(value)»\n        if number > 3:\n            return number\n", Shape.RETURN,
         "except ValueError:\n    return None"),
    Case("the caller's default", "def size(text, default=0):\n    number = «int(text)»\n    return number + 1\n", Shape.RETURN,
         "except ValueError:\n    return default"),
    Case("the caller's fallback", "def size(text, *, fallback):\n    return «int(text)» + 1\n", Shape.RETURN,
         "except ValueError:\n    return fallback"),
    Case("a question by its name", "def exists(text):\n    number = «int(text)»\n    return number in (1, 2)\n", Shape.RETURN,
         "except ValueError:\n    return False"),
    Case("a question by its annotation", "def allowed(text) -> bool:\n    number = «int(text)»\n    return number in (1, 2)\n", Shape.RETURN,
         "except ValueError:\n    return False"),
    Case("a question by its answers", "def odd(text):\n    number = «int(text)»\n    return number % 2 == 1\n", Shape.RETURN,
         "except ValueError:\n    return False"),
    Case("a search", "def find(text):\n    number = «int(text)»\n    return number + 1\n", Shape.RETURN,
         "except ValueError:\n    return None"),
    Case("a search by the end of its name", "def row_or_none(text):\n    return «int(text)» + 1\n", Shape.RETURN,
         "except ValueError:\n    return None"),
    Case("a search that may not give None", "def find(text) -> int:\n    return «int(text)» + 1\n", Shape.RERAISE,
         'except ValueError as exc:\n    raise ValueError(f"text is not a number: {exc}") from exc'),
    Case("tidying up, one call", LOG + "class A:\n    def close(self):\n        self.tell(«int(self.text)»)\n", Shape.LOG,
         'except ValueError as exc:\n    log.warning("text is not a number: %s", exc)'),
    Case("tidying up, with more to come", LOG + "class A:\n    def close(self):\n        number = «int(self.text)»\n        self.tell(number)\n", Shape.LOG_RETURN,
         'except ValueError as exc:\n    log.warning("the text is not a whole number: %s", exc)\n    return'),
    Case("an end in itself", LOG + "def announce(text):\n    print(«int(text)»)\n", Shape.LOG,
         'except ValueError as exc:\n    log.warning("text is not a number: %s", exc)'),
    Case("an end in itself, with more to come", LOG + "def announce(text):\n    number = «int(text)»\n    print(number)\n", Shape.LOG_RETURN,
         'except ValueError as exc:\n    log.warning("the text is not a whole number: %s", exc)\n    return'),
    Case("an object half made is no end in itself", LOG + "class A:\n    def __init__(self, text):\n        self.number = «int(text)»\n", Shape.RERAISE,
         'except ValueError as exc:\n    raise ValueError(f"the text is not a whole number: {exc}") from exc'),
    Case("the class's own error", OWN + "class A:\n    def check_all(self):\n        raise StoreError('x')\n\n    def total(self, text):\n        return «int(text)» + 1\n", Shape.RERAISE,
         "except ValueError as exc:\n    raise StoreError(f'text is not a number: {exc}') from exc"),
    Case("the error of other code in the file", OWN + "def check_all():\n    raise StoreError('x')\n\n\ndef total(text):\n    return «int(text)» + 1\n", Shape.RERAISE,
         "except ValueError as exc:\n    raise ValueError(f'text is not a number: {exc}') from exc"),
    Case("one after the other", "def first(texts):\n    for text in texts:\n        return «int(text)»\n    return -1\n", Shape.CONTINUE,
         "except ValueError:\n    continue"),
    Case("the last of them", "def first(texts):\n    for text in texts:\n        return «int(text)»\n", Shape.CONTINUE,
         "except ValueError:\n    continue"),
    Case("each item needs the last", "def walk(thing, names):\n    for name in names:\n        thing = thing + «int(name)»\n    print(thing)\n", Shape.RERAISE,
         'except ValueError as exc:\n    raise ValueError(f"thing is not a number: {exc}") from exc'),
    Case("as it came", "def plain(text):\n    text = «int(text)»\n    return text\n", Shape.RETURN,
         "except ValueError:\n    return text"),
    Case("the other answer", "def broken(text):\n    «int(text)»\n    return False\n", Shape.RETURN,
         "except ValueError:\n    return True"),
    Case("nothing near by", "def total(text):\n    return «int(text)» + 1\n", Shape.RERAISE,
         'except ValueError as exc:\n    raise ValueError(f"text is not a number: {exc}") from exc'),
    Case("a key that is missing", "def total(data):\n    return «data['a']» + 1\n", Shape.RERAISE,
         "except KeyError as exc:\n    raise KeyError('a is missing') from exc"),
    Case("the world's failure", "def total(path):\n    return «open(path)».read()\n", Shape.RERAISE,
         'except FileNotFoundError as exc:\n    raise FileNotFoundError(f"cannot read {path}: {exc}") from exc'),
    Case("what is raised as it is", "def total(text):\n    return «int(text)» + 1\n", Shape.RERAISE,
         'except TypeError as exc:\n    raise TypeError(f"text is not a number: {exc}") from exc', "TypeError"),
    Case("several failures", "def total(text):\n    return «int(text)» + 1\n", Shape.RERAISE,
         'except (TypeError, ValueError) as exc:\n    raise RuntimeError(f"text is not a number: {exc}") from exc', "TypeError ValueError"),
]  # fmt: skip


def calibrated(
    source: str, raises: str = "", others: Mapping[str, str] | None = None, *, sure: bool = True
) -> tuple[SourceFile, Region, Drafts]:
    """The drafts for the only region, of sites that are ``sure`` to want a guard."""
    file, sites = marked(source)
    (region,) = regions(file, [_site(site, raises, sure) for site in sites])
    return file, region, drafts(file, region, Files({**(others or {}), file.path: file.text}), KNOWLEDGE)


def _site(site: Site, raises: str, sure: bool) -> Site:
    made = tuple(Failure(e, "it fails", "docs", "py.unhandled.x", KNOWLEDGE.ancestors(e)) for e in raises.split())
    return replace(site, calibrated=sure, failures=made or site.failures)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_best_draft(case: Case) -> None:
    file, region, found = calibrated(case.source, case.raises, case.others)
    assert found.refusal is None
    best = found.drafts[0]
    assert (handler(best), best.shape) == (case.handler, case.shape)
    assert best.because and 0.5 <= best.prior <= 1
    for draft in found.drafts:
        compile(file.replace(region.lines, draft.replacement).text, "app.py", "exec")
        assert [e for e in check(file, draft) if not e.ok] == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_mere_possibility_gets_no_general_handler(case: Case) -> None:
    _, _, found = calibrated(case.source, case.raises, case.others, sure=False)
    assert case.handler not in {handler(draft) for draft in found.drafts}


def test_of_two_sites_both_must_be_sure() -> None:
    file, sites = marked("def total(text, more):\n    return «int(text)» + «float(more)»\n")
    for sure in ((True, False), (False, True)):
        (region,) = regions(file, [replace(s, calibrated=c) for s, c in zip(sites, sure, strict=True)])
        assert drafts(file, region, Files({}), KNOWLEDGE).drafts == ()


@pytest.mark.parametrize(
    "source",
    [
        "number = «int(input())»\n",
        "def pump(rows):\n    for row in rows:\n        yield «int(row)»\n",
        "class A:\n    size = «int(SIZE)»\n",
    ],
)
def test_where_nothing_can_be_said_in_general(source: str) -> None:
    _, _, found = calibrated(source)
    assert all(draft.shape is Shape.EXIT for draft in found.drafts)
