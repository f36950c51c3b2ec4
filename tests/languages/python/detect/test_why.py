import pytest

from reviewbot.domain.change import LineRange
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.python.finding.detect import find_sites
from reviewbot.languages.python.reading.knowledge import Knowledge


def last(text: str, knowledge: Knowledge) -> tuple[str | None, str, str]:
    site = find_sites(SourceFile("app.py", text), [LineRange(1, 99)], knowledge).sites[-1]
    return site.function, site.callee, site.why


@pytest.mark.parametrize(
    ("text", "function", "callee", "why"),
    [
        (
            "import json\ndef load(f):\n    return json.load(f)\ndef main():\n    load(1)\n",
            "load",
            "json.load",
            "`json.load` raises `json.JSONDecodeError` when the file is not JSON; "
            "nothing between here and `main` handles it.",
        ),
        (
            "import json\ndef load(f):\n    return json.load(f)\nload(1)\n",
            "load",
            "json.load",
            "`json.load` raises `json.JSONDecodeError` when the file is not JSON; "
            "nothing between here and the module's top level handles it.",
        ),
        (
            "from json import load as read, JSONDecodeError\nclass A:\n    def get(self, f):\n        return read(f)\n",
            "A.get",
            "json.load",
            "`read` raises `JSONDecodeError` when the file is not JSON; nothing in `A.get` handles it.",
        ),
        (
            "import json as j\nj.load(f)\n",
            None,
            "json.load",
            "`j.load` raises `j.JSONDecodeError` when the file is not JSON; nothing at module level handles it.",
        ),
        (
            "from pathlib import Path\nPath('`<b>`').read_text()\n",
            None,
            "pathlib.Path.read_text",
            "`pathlib.Path.read_text` raises `FileNotFoundError` when the file does not exist; "
            "nothing at module level handles it.",
        ),
        (
            "import subprocess\ndef f(c):\n    def g():\n        subprocess.run(c, check=True)\n    return g\n",
            "f.g",
            "subprocess.run",
            "`subprocess.run` raises `subprocess.CalledProcessError` when the program ends with another status than 0 "
            "and `FileNotFoundError` when the program is not installed; nothing in `f.g` handles them.",
        ),
        (
            "import os\nos.environ['A']\n",
            None,
            "os.environ[]",
            '`os.environ["A"]` raises `KeyError` when the variable is not set; nothing at module level handles it.',
        ),
        (
            "from os import environ\nenviron['`<b>`']\n",
            None,
            "os.environ[]",
            "`environ[]` raises `KeyError` when the variable is not set; nothing at module level handles it.",
        ),
        (
            "import json\nd = json.load(f)\nd['`a`'][\"b\"]\n",
            None,
            "json.load[]",
            "`d[]` raises `KeyError` when the data lacks that key; nothing at module level handles it.",
        ),
        (
            "from json import JSONDecodeError as Bad\nimport json.decoder as dec\nimport json\njson.load(f)\n",
            None,
            "json.load",
            "`json.load` raises `Bad` when the file is not JSON; nothing at module level handles it.",
        ),
    ],
)
def test_why(knowledge: Knowledge, text: str, function: str | None, callee: str, why: str) -> None:
    assert last(text, knowledge) == (function, callee, why)
