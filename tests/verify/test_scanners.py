"""The three scanners under one contract: they see everything, whatever the files say, and no failure reads as clean."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.domain.errors import ScannerError
from reviewbot.verify.bandit import Bandit
from reviewbot.verify.ruff import Ruff
from reviewbot.verify.scanner import Finding, Scan, Scanner
from reviewbot.verify.semgrep import Semgrep

RULES = """
rules:
  - id: silent-handler
    languages: [python]
    severity: ERROR
    message: a handler passes the failure over in silence
    patterns:
      - pattern: |
          try:
              ...
          except $E:
              pass
"""
# One line that every scanner finds, with every comment that asks it to look away.
SILENT = """try:{comment}
    print(1)
except Exception:{comment}
    pass{comment}
"""
HUSHED = "  # noqa  # nosec  # nosemgrep"
SETTINGS = {
    "ruff.toml": 'exclude = ["*"]\n',
    "pyproject.toml": '[tool.ruff]\nexclude = ["*"]\n[tool.bandit]\nexclude_dirs = ["."]\n',
    ".bandit": "[bandit]\nexclude: /\nskips: B110,B112\n",
    ".semgrepignore": "*.py\n",
    ".gitignore": "*\n",
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "silent.yaml").write_text(RULES)
    return folder


@pytest.fixture(scope="module")
def scans(rules: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scan]:
    """What each scanner says of the same files: one hushed, one plain, one clean, one that is no Python."""
    told = {}
    for scanner in (Ruff(), Bandit(), Semgrep(rules)):
        folder = tmp_path_factory.mktemp(scanner.name)
        for name, text in {
            "before/n0/hushed.py": "# ruff: noqa\n# flake8: noqa\n" + SILENT.format(comment=HUSHED),
            "after/n1/tests.py": SILENT.format(comment=""),
            "after/n2/clean.py": "print(1)\n",
            "after/n3/broken.py": SILENT.format(comment="") + "def f(:\n",
        }.items():
            (folder / name).parent.mkdir(parents=True)
            (folder / name).write_text(text)
        told[scanner.name] = scanner.scan(folder, 120)
    return told


EVERY = pytest.mark.parametrize("name", ["ruff", "bandit", "semgrep"])


def lines(scan: Scan, path: str) -> set[int]:
    return {finding.line for finding in scan.findings if finding.path == path}


@EVERY
def test_comments_in_the_file_hide_nothing(scans: dict[str, Scan], name: str) -> None:
    assert lines(scans[name], "before/n0/hushed.py") & {3, 5}


@EVERY
def test_a_file_named_like_tests_is_seen(scans: dict[str, Scan], name: str) -> None:
    assert lines(scans[name], "after/n1/tests.py") & {1, 3}


@EVERY
def test_a_clean_file_is_clean(scans: dict[str, Scan], name: str) -> None:
    assert lines(scans[name], "after/n2/clean.py") == set()
    assert "after/n2/clean.py" not in scans[name].unread


@EVERY
def test_a_file_that_is_no_python_is_never_clean(scans: dict[str, Scan], name: str) -> None:
    path = "after/n3/broken.py"
    assert path in scans[name].unread or lines(scans[name], path)


@EVERY
def test_findings_say_where_and_what(scans: dict[str, Scan], name: str) -> None:
    found = next(f for f in scans[name].findings if f.path == "after/n1/tests.py")
    assert found.rule in {"BLE001", "S110", "B110", "silent-handler"}
    assert found.message


MAKE: dict[str, Callable[[Path, Path], Scanner]] = {
    "ruff": lambda program, rules: Ruff(str(program)),
    "bandit": lambda program, rules: Bandit((str(program),)),
    "semgrep": lambda program, rules: Semgrep(rules, str(program)),
}
FAULTS = {
    "crash": ("echo 'Fatal error: out of memory' >&2; exit 139", "failed with exit status 139: Fatal error"),
    "crash that prints JSON": ("echo '[]'; exit 2", "failed with exit status 2"),
    "killed": ("kill -9 $$", "failed with exit status -9"),
    "silence": ("exit 0", "did not answer with JSON"),
    "half a line": ("printf '[{\"code\": '", "did not answer with JSON"),
    "JSON that is not its own": ("echo '{\"x\": 1}'", "in a form we do not know"),
    "a number": ("echo 7", "in a form we do not know"),
    "findings without a place": ('echo \'[{"code": "X"}]\'', "in a form we do not know"),
    "slow": ("sleep 30", "did not finish within 0.2 seconds"),
}


@EVERY
@pytest.mark.parametrize("fault", FAULTS)
def test_a_scanner_that_fails_is_an_error_never_clean(name: str, fault: str, rules: Path, tmp_path: Path) -> None:
    program = tmp_path / "scanner"
    script, words = FAULTS[fault]
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    scanner = MAKE[name](program, rules)
    with pytest.raises(ScannerError) as raised:
        scanner.scan(tmp_path, 0.2 if fault == "slow" else 30)
    assert str(raised.value).startswith(name)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@EVERY
def test_a_scanner_that_is_not_there_is_an_error(name: str, rules: Path, tmp_path: Path) -> None:
    with pytest.raises(ScannerError, match=f"{name} cannot be started"):
        MAKE[name](tmp_path / "missing", rules).scan(tmp_path, 5)


NOTHING_READ = {
    "ruff": "[]",
    "bandit": json.dumps({"results": [], "errors": [], "metrics": {"_totals": {}}}),
    "semgrep": json.dumps({"results": [], "errors": [], "paths": {"scanned": []}}),
}


@EVERY
def test_a_scanner_that_read_no_file_is_an_error(name: str, rules: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    program = tmp_path / "scanner"
    program.write_text(f"#!/bin/sh\necho '{NOTHING_READ[name]}'\n")
    program.chmod(0o755)
    with pytest.raises(ScannerError, match="files it was given"):
        MAKE[name](program, rules).scan(tmp_path, 5)


def test_a_scanner_gets_neither_our_secrets_nor_our_home(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWBOT_GITHUB_TOKEN", "secret")
    monkeypatch.setenv("SEMGREP_APP_TOKEN", "secret")
    program = tmp_path / "scanner"
    program.write_text("#!/bin/sh\nenv >&2; echo $HOME >&2; env | sort > seen; exit 9\n")
    program.chmod(0o755)
    with pytest.raises(ScannerError):
        Semgrep(rules, str(program)).scan(tmp_path, 5)
    seen = dict(line.split("=", 1) for line in (tmp_path / "seen").read_text().splitlines())
    assert "secret" not in str(seen)
    assert seen["HOME"] == str(tmp_path)
    assert seen["SEMGREP_SEND_METRICS"] == "off"


def test_without_rules_semgrep_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ScannerError, match="There are no semgrep rules"):
        Semgrep(tmp_path).scan(tmp_path, 5)


def test_a_broken_rule_is_an_error_not_a_rule_less(rules: Path, tmp_path: Path) -> None:
    broken = tmp_path / "rules"
    broken.mkdir()
    (broken / "good.yaml").write_text(RULES)
    (broken / "bad.yaml").write_text(RULES.replace("patterns", "patern").replace("silent-handler", "other"))
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.py").write_text("x = 1\n")
    with pytest.raises(ScannerError, match="semgrep failed"):
        Semgrep(broken).scan(folder, 60)


def test_settings_beside_the_files_change_nothing(tmp_path: Path) -> None:
    """The screening never writes such files, but a scanner may look into the folders above."""
    for name, text in SETTINGS.items():
        (tmp_path / name).write_text(text)
    folder = tmp_path / "files"
    (folder / "after").mkdir(parents=True)
    (folder / "after" / "a.py").write_text(SILENT.format(comment=""))
    for scanner in (Ruff(), Bandit()):
        assert Finding in {type(f) for f in scanner.scan(folder, 60).findings}
