"""Only a logger that the file has, written to as the file does."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from tests.languages.python.propose.kit import handler, proposed

DOC = "    '''The text, or None if there is none.'''\n"
FUNCTION = f"def read(path):\n{DOC}    return «open(path)»\n"
METHOD = f"    def read(self, path):\n    {DOC}        return «open(path)»\n"

CASES = [
    ("stdlib", f"import logging\nLOG = logging.getLogger()\n{FUNCTION}", "LOG.warning('cannot read %s: %s', path, exc)"),
    ("stdlib, f-strings", f"import logging\nlog = logging.getLogger()\nlog.info(f'{{a}}')\n{FUNCTION}", "log.warning(f'cannot read {path}: {exc}')"),
    ("loguru", f"from loguru import logger\n{FUNCTION}", "logger.warning(f'cannot read {path}: {exc}')"),
    ("structlog", f"import structlog\nlogger = structlog.get_logger()\n{FUNCTION}", "logger.warning('cannot read', path=path, error=str(exc))"),
    ("imported logger in use", f"from .base import logger\nlogger.info('a')\n{FUNCTION}", "logger.warning('cannot read %s: %s', path, exc)"),
    ("celery", f"from celery.utils.log import get_task_logger\nlogger = get_task_logger('a')\n{FUNCTION}", "logger.warning('cannot read %s: %s', path, exc)"),
    ("the object's", f"class A:\n    def a(self):\n        self.log.info('a')\n{METHOD}", "self.log.warning('cannot read %s: %s', path, exc)"),
    ("the application's", f"from flask import current_app\n\ndef a():\n    current_app.logger.info('a')\n{FUNCTION}", "current_app.logger.warning('cannot read %s: %s', path, exc)"),
    ("click", f"import click\n\ndef a():\n    click.echo('a', err=True)\n{FUNCTION}", "click.echo(f'cannot read {path}: {exc}', err=True)"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "call"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_loggers(source: str, call: str) -> None:
    _, _, found = proposed(source, "pkg/a.py", {"pkg/__init__.py": ""})
    assert handler(found.drafts[0]) == f"except FileNotFoundError as exc:\n    {call}\n    return None"


@pytest.mark.parametrize(
    "before",
    [
        "import logging\n",
        "import logging\nlogging.warning('the root logger is nobody's')\n".replace("'s", ""),
        "from .base import logger\n",
        "class B:\n    def a(self):\n        self.log.info('a')\n",
        "import click\n\ndef a():\n    click.echo('a')\n",
        "def a(logger):\n    logger.info('a')\n",
    ],
)
def test_no_logger_of_its_own(before: str) -> None:
    _, _, found = proposed(before + FUNCTION, "pkg/a.py", {"pkg/__init__.py": ""})
    assert [handler(d) for d in found.drafts] == ["except FileNotFoundError:\n    return None"]


def test_a_logger_that_comes_later_is_not_there_yet() -> None:
    text = "import logging, os\nA = «int(os.environ.get('A', '1'))»\nlogger = logging.getLogger()\n"
    _, _, found = proposed(text, "pkg/a.py", {"pkg/__init__.py": ""})
    assert [handler(d) for d in found.drafts] == ["except ValueError:\n    A = 1"]


def test_what_may_be_secret_is_not_written_down() -> None:
    source = f"import logging\nLOG = logging.getLogger()\n{FUNCTION}".replace("path", "token_file")
    _, _, found = proposed(source, "pkg/a.py", {"pkg/__init__.py": ""})
    assert "LOG.warning('the file does not exist: %s', exc)" in found.drafts[0].replacement
