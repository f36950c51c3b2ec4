"""What the best handler is, by what stands around the failing call. Every draft of every case passes the checks."""

# ruff: noqa: E501 - the sources of the cases are long strings
from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from reviewbot.domain.draft import Shape
from tests.languages.python.propose.kit import handler, proposed


@dataclass(frozen=True)
class Case:
    name: str
    source: str
    shape: Shape
    handler: str
    path: str = "pkg/app.py"
    others: dict[str, str] = field(default_factory=lambda: {"pkg/__init__.py": ""})


SCRIPT: dict[str, str] = {}

CASES = [
    Case(
        "top level of a script, bare open",
        "import json\n\ndata = «json.load(«open('config.json')»)»\n",
        Shape.EXIT,
        "except (FileNotFoundError, json.JSONDecodeError) as exc:\n"
        "    raise SystemExit(f'cannot read config.json: {exc}') from exc",
        "app.py",
        SCRIPT,
    ),
    Case(
        "top level of a script, with open",
        'import json\n\nwith «open("config.json")» as f:\n    data = «json.load(f)»\n',
        Shape.EXIT,
        "except (FileNotFoundError, json.JSONDecodeError) as exc:\n"
        '    raise SystemExit(f"cannot read config.json: {exc}") from exc',
        "app.py",
        SCRIPT,
    ),
    Case(
        "one message for a variable that is missing or no number",
        'import os\n\nport = «int(«os.environ["PORT"]»)»\n',
        Shape.EXIT,
        "except (KeyError, ValueError) as exc:\n"
        '    raise SystemExit(f"PORT is missing or not a number: {exc}") from exc',
        "app.py",
        SCRIPT,
    ),
    Case(
        "one message for a variable that is missing or no UUID",
        'import os\nfrom uuid import UUID\n\nnode = «UUID(«os.environ["NODE"]»)»\n',
        Shape.EXIT,
        'except (KeyError, ValueError) as exc:\n    raise SystemExit(f"NODE cannot be used: {exc}") from exc',
        "app.py",
        SCRIPT,
    ),
    Case(
        "number by key under if",
        'if "timeout" in data:\n    timeout = «int(data["timeout"])»\n',
        Shape.EXIT,
        'except ValueError as exc:\n    raise SystemExit(f"timeout is not a number: {exc}") from exc',
        "app.py",
        SCRIPT,
    ),
    Case(
        "main of a command",
        "import argparse\nfrom pathlib import Path\n\n\ndef main():\n    path = Path('x.txt')\n"
        "    text = «path.read_text()»\n    print(text)\n\n\nif __name__ == '__main__':\n    main()\n",
        Shape.EXIT,
        "except FileNotFoundError as exc:\n    raise SystemExit(f'cannot read {path}: {exc}') from exc",
    ),
    Case(
        "main that returns a status and prints",
        "import sys\n\n\ndef main(argv: list[str]) -> int:\n    if not argv:\n"
        '        print("usage: x FILE", file=sys.stderr)\n        return 2\n    n = «int(argv[0])»\n    print(n)\n'
        "    return 0\n",
        Shape.EXIT,
        'except ValueError as exc:\n    print(f"the text is not a whole number: {exc}", file=sys.stderr)\n    return 2',
    ),
    Case(
        "sys.exit with a text elsewhere",
        'import sys\n\n\ndef main():\n    if len(sys.argv) < 2:\n        sys.exit("a file is needed")\n'
        '    with «open(sys.argv[1])» as f:\n        print(f.read())\n\n\nif __name__ == "__main__":\n    main()\n',
        Shape.EXIT,
        'except FileNotFoundError as exc:\n    sys.exit(f"the file does not exist: {exc}")',
    ),
    Case(
        "click command",
        'import click\n\n\n@click.command()\n@click.argument("path")\ndef show(path):\n    with «open(path)» as f:\n'
        "        click.echo(f.read())\n",
        Shape.EXIT,
        'except FileNotFoundError as exc:\n    raise click.ClickException(f"cannot read {path}: {exc}") from exc',
    ),
    Case(
        "main guard in a package",
        'import json\n\nif __name__ == "__main__":\n    data = «json.loads(input())»\n    print(data)\n',
        Shape.EXIT,
        'except json.JSONDecodeError as exc:\n    raise SystemExit(f"the text is not JSON: {exc}") from exc',
    ),
    Case(
        "documented domain error, defined here",
        "import json\n\n\nclass RatesError(Exception):\n    pass\n\n\ndef load(path):\n"
        '    """The rates.\n\n    Raises:\n        RatesError: the file is damaged.\n    """\n'
        "    with «open(path)» as f:\n        return «json.load(f)»\n",
        Shape.RERAISE,
        'except (FileNotFoundError, json.JSONDecodeError) as exc:\n    raise RatesError(f"cannot read {path}: {exc}") from exc',
    ),
    Case(
        "imported domain error whose class takes a text",
        "from pkg.errors import StockError\n\n\ndef count(text: str) -> int:\n"
        '    """How many.\n\n    :raises StockError: if it is no number\n    """\n    return «int(text)»\n',
        Shape.RERAISE,
        'except ValueError as exc:\n    raise StockError(f"text is not a number: {exc}") from exc',
        others={
            "pkg/__init__.py": "",
            "pkg/errors.py": "class Base(Exception):\n    pass\nclass StockError(Base):\n    pass\n",
        },
    ),
    Case(
        "error the function already raises",
        "class ConfigError(Exception):\n    pass\n\n\ndef port(data):\n    if not data:\n"
        '        raise ConfigError("no data")\n    return «int(data["port"])»\n',
        Shape.RERAISE,
        'except ValueError as exc:\n    raise ConfigError(f"port is not a number: {exc}") from exc',
    ),
    Case(
        "error the file raises on such failures, with its alias",
        "class ConfigError(Exception):\n    pass\n\n\ndef a(text):\n    try:\n        return int(text)\n"
        '    except ValueError as e:\n        raise ConfigError(f"bad {text}") from e\n\n\n'
        "def b(text):\n    return «float(text)»\n",
        Shape.RERAISE,
        'except ValueError as e:\n    raise ConfigError(f"text is not a number: {e}") from e',
    ),
    Case(
        "documented None",
        'def parse(text: str) -> float | None:\n    """The rate in ``text``, or None if it is no number."""\n'
        "    return «float(text.strip())»\n",
        Shape.RETURN,
        "except ValueError:\n    return None",
    ),
    Case(
        "optional annotation, with logger",
        "import logging\nfrom typing import Optional\nfrom uuid import UUID\n\nlogger = logging.getLogger(__name__)\n\n\n"
        "def parse_id(text: str) -> Optional[UUID]:\n    return «UUID(text)»\n",
        Shape.LOG_RETURN,
        'except ValueError as exc:\n    logger.warning("the text is not a UUID: %s", exc)\n    return None',
    ),
    Case(
        "other exit returns None",
        "def get(text):\n    if not text:\n        return None\n    return «int(text)»\n",
        Shape.RETURN,
        "except ValueError:\n    return None",
    ),
    Case(
        "other exit returns an empty list",
        "import json\n\n\ndef items(text: str) -> list[str]:\n    if not text:\n        return []\n"
        "    return «json.loads(text)»\n",
        Shape.RETURN,
        "except json.JSONDecodeError:\n    return []",
    ),
    Case(
        "a question",
        "def is_number(text: str) -> bool:\n    value = «float(text)»\n    return value > 0\n",
        Shape.RETURN,
        "except ValueError:\n    return False",
    ),
    Case(
        "loop with logger, f-string style",
        'import json\nimport logging\n\nlog = logging.getLogger("x")\n\n\ndef load(lines):\n    log.info(f"{len(lines)} lines")\n'
        "    out = []\n    for line in lines:\n        out.append(«json.loads(line)»)\n    return out\n",
        Shape.CONTINUE,
        'except json.JSONDecodeError as exc:\n    log.warning(f"the text is not JSON: {exc}")\n    continue',
    ),
    Case(
        "loop, documented",
        'def numbers(lines):\n    """All numbers; what is none is skipped."""\n    out = []\n    for line in lines:\n'
        "        n = «int(line)»\n        out.append(n)\n    return out\n",
        Shape.CONTINUE,
        "except ValueError:\n    continue",
    ),
    Case(
        "loop in a script that prints errors",
        "import sys\n\n\ndef show(files):\n    for name in files:\n        with «open(name)» as f:\n            print(f.read())\n"
        '    print("done", file=sys.stderr)\n',
        Shape.CONTINUE,
        'except FileNotFoundError as exc:\n    print(f"cannot read {name}: {exc}", file=sys.stderr)\n    continue',
    ),
    Case(
        "default in the same call",
        'import os\n\n\ndef port():\n    value = «int(os.environ.get("PORT", "8080"))»\n    return value\n',
        Shape.ASSIGN,
        "except ValueError:\n    value = 8080",
    ),
    Case(
        "default in the same call, with logger",
        'import logging\nimport os\n\nlogger = logging.getLogger(__name__)\nPORT = «int(os.environ.get("PORT", 8080))»\n',
        Shape.ASSIGN,
        'except ValueError as exc:\n    logger.warning("PORT is not a number, using 8080: %s", exc)\n    PORT = 8080',
    ),
    Case(
        "default before",
        "def wait(text):\n    timeout = 30\n    if text:\n        timeout = «int(text)»\n    return timeout\n",
        Shape.ASSIGN,
        "except ValueError:\n    timeout = 30",
    ),
    Case(
        "default constant",
        "DEFAULT_TIMEOUT = 30\n\n\ndef wait(text):\n    timeout = «int(text)»\n    return timeout\n",
        Shape.ASSIGN,
        "except ValueError:\n    timeout = DEFAULT_TIMEOUT",
    ),
    Case(
        "FastAPI",
        'from fastapi import APIRouter, HTTPException\n\nrouter = APIRouter()\n\n\n@router.get("/items/{item}")\n'
        'async def item(item: str):\n    number = «int(item)»\n    return {"n": number}\n',
        Shape.HTTP_ERROR,
        'except ValueError as exc:\n    raise HTTPException(status_code=400, detail="the text is not a whole number") from exc',
    ),
    Case(
        "FastAPI, another server",
        "import requests\nfrom fastapi import APIRouter, HTTPException\n\nrouter = APIRouter()\nURL = 'http://x'\n\n\n"
        "@router.get('/rates')\ndef rates():\n    return «requests.get(URL)».text\n",
        Shape.HTTP_ERROR,
        "except requests.RequestException as exc:\n    raise HTTPException(status_code=502, detail=f'cannot fetch {URL}') from exc",
    ),
    Case(
        "Flask",
        'from flask import Flask, abort\n\napp = Flask(__name__)\n\n\n@app.route("/f/<name>")\ndef show(name):\n'
        "    with «open(name)» as f:\n        return f.read()\n",
        Shape.HTTP_ERROR,
        'except FileNotFoundError:\n    return abort(404, description=f"cannot read {name}")',
    ),
    Case(
        "Django",
        "from django.http import Http404, HttpResponse\n\n\ndef show(request, name):\n    with «open(name)» as f:\n"
        "        return HttpResponse(f.read())\n",
        Shape.HTTP_ERROR,
        "except FileNotFoundError as exc:\n    raise Http404(f'cannot read {name}') from exc".replace("'", '"'),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_best_handler(case: Case) -> None:
    _, _, found = proposed(case.source, case.path, case.others)
    assert found.refusal is None
    assert handler(found.drafts[0]) == case.handler
    assert found.drafts[0].shape is case.shape
    assert found.drafts[0].because
    priors = [draft.prior for draft in found.drafts]
    assert priors == sorted(priors, reverse=True) and min(priors) >= 0.5 and max(priors) <= 1
