"""The drafts that the language really makes for the lines of issue 3, proven for real."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.language import Python
from reviewbot.languages.python.reading import knowledge
from reviewbot.resources import rules_dir
from reviewbot.verify.prove import prove

from .drafting_sandbox import sandbox

FORMS = {
    "open in the call": """\
import json
data = json.load(open('config.json'))
if 'timeout' in data:
    timeout = int(data['timeout'])
""",
    "with open": """\
import json
with open('config.json') as f:
    data = json.load(f)
if 'timeout' in data:
    timeout = int(data['timeout'])
""",
    "in a function": """\
import json
import logging
logger = logging.getLogger(__name__)
def timeout(path) -> int | None:
    if not path:
        logger.warning("no path")
        return None
    with open(path) as f:
        data = json.load(f)
    return int(data['timeout'])
""",
    "in a loop": """\
import json
import logging
logger = logging.getLogger(__name__)
def load(paths):
    found = []
    for path in paths:
        if not path.name:
            logger.warning("no name: %s", path)
            continue
        found.append(json.loads(path.read_text()))
    return found
""",
}


class NoFiles:
    def read(self, path: str) -> bytes | None:
        return None

    def paths(self) -> tuple[str, ...]:
        return ()

    def grep(self, words: tuple[str, ...], suffix: str) -> tuple[str, ...]:
        return ()


def proven(text: str) -> Mapping[str, list[str]]:
    """What the first proven draft of each region catches, by the region's text; the evidence where none is proven."""
    language = Python(knowledge.load(rules_dir()))
    file = SourceFile("app.py", text)
    sites = language.find_sites(file, [LineRange(1, len(file.lines))], NoFiles()).sites
    found = {}
    for region in language.regions(file, sites):
        tried = [
            (draft, prove(language, file, draft, sandbox()))
            for draft in language.drafts(file, region, NoFiles()).drafts
        ]
        good = [list(draft.exceptions) for draft, evidence in tried if all(e.ok for e in evidence)]
        failed = [f"{e.check}: {e.detail}" for _, evidence in tried for e in evidence if not e.ok]
        found[file.slice(region.lines)] = good[0] if good else failed
    return found


@pytest.mark.parametrize("form", FORMS)
def test_every_failure_of_the_lines_gets_a_proven_guard(form: str) -> None:
    caught = {name.rpartition(".")[2] for names in proven(FORMS[form]).values() for name in names}
    wanted = {
        name
        for name, call in (("JSONDecodeError", "json."), ("FileNotFoundError", "open("), ("ValueError", "int("))
        if call in FORMS[form]
    }
    assert wanted <= caught
