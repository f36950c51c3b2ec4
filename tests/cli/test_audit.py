"""``reviewbot audit``: verify, export and report, as a user runs them."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from reviewbot.cli.entry import run
from reviewbot.domain.audit import Clearing, Entry, Override
from reviewbot.domain.canonical import canonical
from reviewbot.domain.errors import UsageError
from reviewbot.policy.released import patches
from reviewbot.source.repository import Repository
from reviewbot.store.audit import AuditLog
from reviewbot.store.database import Database
from reviewbot.store.migrate import migrate
from tests.cli.command import reviewbot
from tests.source.gitrepo import GitRepo
from tests.store.audit_entries import judged, merge, verdict

DAY = 86_400_000


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class Installation:
    """A state folder with an audit log."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.path = place / "state" / "reviewbot.sqlite"

    def add(self, *entries: Entry) -> str:
        database = Database(f"sqlite:///{self.path}")
        migrate(database)
        head = AuditLog(database).append(entries)
        database.close()
        return str(head)

    def tamper(self, statement: str) -> None:
        with sqlite3.connect(self.path) as connection:
            for name in ("audit_no_update", "audit_no_delete"):
                connection.execute(f"DROP TRIGGER IF EXISTS {name}")
            connection.execute(statement)
        connection.close()

    def audit(self, *arguments: str, cwd: Path | None = None) -> Done:
        """In this process: starting one takes longer than the work."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        environ = {"REVIEWBOT_STATE_DIR": str(self.place / "state")}
        with mock.patch.dict(os.environ, environ), chdir(cwd or self.place), redirect_stdout(out), redirect_stderr(err):
            code = run(["audit", *arguments])
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read())
        return Done(code, *texts)


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_verify_prints_the_head_and_finds_a_cut_by_it(here: Installation) -> None:
    head = here.add(*(verdict(number) for number in range(1, 6)))
    done = here.audit("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"5 records (1 to 5), each as it was written.\nHead: {head}\n"
    assert here.audit("verify", "--expect", head, "--from", "4").stdout.startswith("2 records (4 to 5)")
    here.tamper("DELETE FROM audit WHERE seq > 3")
    cut = here.audit("verify")
    assert cut.returncode == 0 and "triggers" in cut.stderr, "nothing else shows it"
    cut = here.audit("verify", "--expect", head)
    assert cut.returncode == 1 and "Records 4 to 5 are missing" in cut.stderr and cut.stdout == ""
    assert here.audit("verify", "--from", "5").returncode == 1


def test_verify_names_what_was_changed(here: Installation) -> None:
    here.add(*(verdict(number) for number in range(1, 6)))
    here.tamper("UPDATE audit SET body = replace(body, 'bob', 'eve') WHERE seq = 3")
    done = here.audit("verify")
    assert done.returncode == 1
    assert "reviewbot: Record 3 was altered: its hash is not that of what it says.\n" in done.stderr
    assert here.audit("verify", "--from", "4").returncode == 0
    done = here.audit("export")
    assert (done.returncode, done.stdout) == (1, "") and "Record 3" in done.stderr


def test_without_a_log(here: Installation) -> None:
    done = here.audit("verify")
    assert done.returncode == 3 and "There is no database" in done.stderr
    assert not (here.place / "state").exists(), "looking makes nothing"
    head = here.add()
    assert here.audit("verify").stdout == f"0 records, each as it was written.\nHead: {head}\n"
    assert "nothing was exported" in here.audit("export").stderr


def test_an_export_is_verified_without_a_database(here: Installation, tmp_path: Path) -> None:
    head = here.add(*(verdict(number) for number in range(1, 6)), merge(5))
    file = tmp_path / "log.jsonl"
    done_export = here.audit("export")
    file.write_text(done_export.stdout, encoding="utf-8")
    assert done_export.returncode == 0 and done_export.stderr == f"Verify it with: --from 1 --expect {head}\n"
    elsewhere = Installation(tmp_path / "elsewhere")
    elsewhere.place.mkdir()
    done = elsewhere.audit("verify", "--file", str(file), "--expect", head)
    assert done.returncode == 0 and done.stdout.startswith("6 records")
    lines = [f"{line}\n" for line in done_export.stdout.split("\n")[:-1]]
    for record, changed in [(2, lines[:1] + lines[2:]), (1, lines[1:]), (3, [*lines[:2], lines[3], lines[2]])]:
        file.write_text("".join(changed), encoding="utf-8")
        done = elsewhere.audit("verify", "--file", str(file))
        assert done.returncode == 1 and f"Record {record} " in done.stderr
    assert elsewhere.audit("verify", "--file", "nowhere").returncode == 2


def test_a_part_is_exported_with_the_hashes_between(here: Installation, tmp_path: Path) -> None:
    entries = [verdict(n, at=n * DAY, repository="o/r" if n in (3, 6) else "secret/r") for n in range(1, 9)]
    here.add(*entries)
    for options in (["--repository", "o/r"], ["--repository", "github:o/r"]):
        done = here.audit("export", *options)
        told = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
        assert [(line["seq"], "body" in line) for line in told] == [(3, True), (4, False), (5, False), (6, True)]
        assert "secret" not in done.stdout
    file = tmp_path / "part.jsonl"
    file.write_text(done.stdout, encoding="utf-8")
    hint = done.stderr.removeprefix("Verify it with: ").split()
    done = here.audit("verify", "--file", str(file), *hint)
    assert done.returncode == 0 and "4 records (3 to 6)" in done.stdout and "of 2 of them" in done.stdout
    assert "Records 1 to 2 are missing" in here.audit("verify", "--file", str(file)).stderr
    assert "Record 2 is missing" in here.audit("verify", "--file", str(file), "--from", "2").stderr
    done = here.audit("export", "--since", "1970-01-03", "--until", "1970-01-05T00:00:00+00:00")
    assert [json.loads(line)["seq"] for line in done.stdout.split("\n")[:-1]] == [2, 3]
    assert here.audit("export", "--since", "yesterday").returncode == 2
    assert "nothing was exported" in here.audit("export", "--repository", "gitlab:o/r").stderr


def test_a_record_that_nobody_could_have_exported(here: Installation) -> None:
    """Whoever may write to the database can make a chain that holds; what is in it must still be an entry."""
    from reviewbot.domain.chain import ORIGIN, chain

    here.add()
    (link,) = chain(ORIGIN, [canonical({"type": "note"})])
    here.tamper(f"INSERT INTO audit VALUES (1, '{link.previous}', '{link.hash}', '{(link.body or b'').decode()}')")
    assert here.audit("verify").returncode == 0
    done = here.audit("export", "--repository", "o/r")
    assert done.returncode == 1 and "Record 1 cannot be read" in done.stderr


@pytest.fixture
def release(here: Installation, tmp_path: Path) -> GitRepo:
    """A merged pull request with a machine's lines, an overridden one, and a commit past the gate."""
    repo = GitRepo(tmp_path / "repo")
    base = repo.commit({"app.py": "a\n"})
    repo.git("tag", "v4.1")
    head = repo.commit({"app.py": "a\nai\n"}, "reviewed")
    squashed = repo.commit({"b.py": "b\n"}, "overridden")
    repo.commit({"=evil()": "e\n"}, "=HYPERLINK(1) \x1b[31m past the gate")
    repo.git("tag", "v4.2")
    lines = (judged(start=2, end=2, cleared=(Clearing("ada", head, "approval"),)), judged("=1+1.py", 1, 3))
    known = patches(Repository(repo.path), head, squashed)
    here.add(
        verdict(7, base=base, head=head, lines=lines, override=None),
        verdict(8, base=head, head="f" * 40, patches=known, override=Override("eve", "-hot\nfix"), problems=("scan",)),
        verdict(9, repository="o/elsewhere"),
        merge(8, head="f" * 40, commit=squashed),
    )
    return repo


def test_who_reviewed_the_ai_code_in_release_4_2(here: Installation, release: GitRepo) -> None:
    done = here.audit("report", "--range", "v4.1..v4.2", cwd=release.path)
    assert (done.returncode, done.stderr) == (0, "")
    told = done.stdout
    assert told.startswith("v4.1..v4.2: 3 commits, 2 verdicts, 1 without a record\n")
    assert "  lines of a machine: 4 (cursor 4); reviewed by ada\n" in told
    assert "    app.py:2-2  ai, cleared, by ada at " in told and "[git-ai: cursor]" in told
    assert "=1+1.py:1-3  ai, cleared, by nobody" in told
    assert "  overridden by eve: -hot\\nfix\n  not checked: scan\n" in told
    assert "=HYPERLINK(1) \\x1b[31m past the gate  (a <a@example.org>): no record speaks of it\n" in told
    assert "same patch as the whole change" in told and "\x1b" not in told


def test_the_report_as_json_and_from_an_export(here: Installation, release: GitRepo, tmp_path: Path) -> None:
    options = ("report", "--range", "v4.1..v4.2", "--repo", str(release.path), "--format", "json")
    told = json.loads(here.audit(*options).stdout)
    assert [(one["record"], one["number"], one["state"]) for one in told["verdicts"]] == [
        (1, 7, "pass"),
        (2, 8, "pass"),
    ]
    assert told["verdicts"][0]["reviewers"] == ["ada"] and told["verdicts"][0]["tools"] == {"cursor": 4}
    assert [one["why"] for one in told["uncovered"]] == ["no record speaks of it"]
    file = tmp_path / "log.jsonl"
    file.write_text(here.audit("export", "--repository", "o/r").stdout, encoding="utf-8")
    done = here.audit(*options, "--file", str(file))
    assert json.loads(done.stdout) == told and "Of 1 records the file holds only the hash" in done.stderr


def test_the_report_as_a_table_that_no_spreadsheet_carries_out(here: Installation, release: GitRepo) -> None:
    done = here.audit("report", "--range", "v4.1..v4.2", "--repo", str(release.path), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["what"] for row in rows] == ["verdict", "lines", "lines", "verdict", "lines", "uncovered"]
    assert rows[2]["path"] == "'=1+1.py" and rows[3]["override_reason"] == "'-hot\nfix"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_a_report_on_a_changed_log_is_none(here: Installation, release: GitRepo) -> None:
    here.tamper("UPDATE audit SET body = replace(body, 'ada', 'eve') WHERE seq = 1")
    done = here.audit("report", "--range", "v4.1..v4.2", cwd=release.path)
    assert done.returncode == 1 and done.stdout == "" and "Record 1 was altered" in done.stderr


def test_times() -> None:
    from reviewbot.cli.auditing import read_time

    assert read_time("1970-01-02") == DAY and read_time("1970-01-02T01:00:00+01:00") == DAY
    with pytest.raises(UsageError):
        read_time("2026-13-01")


def test_as_a_process_of_its_own_in_another_encoding(here: Installation) -> None:
    """Fails when the export is written as text: a terminal's encoding would change its bytes."""
    head = here.add(verdict(1))
    environ = {"REVIEWBOT_STATE_DIR": str(here.place / "state"), "PYTHONIOENCODING": "latin-1"}
    done = reviewbot("audit", "export", cwd=here.place, **environ)
    assert done.returncode == 0 and "中" in done.stdout
    assert reviewbot("audit", "verify", "--expect", head, cwd=here.place, **environ).returncode == 0
