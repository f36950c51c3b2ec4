"""``reviewbot policy check`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reviewbot.cli.entry import run
from reviewbot.policy.reviews_file import json_schema
from tests.cli.command import reviewbot
from tests.policy.stage import CLAUDE, ENFORCE, Stage, person, stage, told, with_ai

DOCS = Path(__file__).parents[2] / "docs"


def check(at: Stage, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = run(["policy", "check", "--repo", str(at.path), *arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_as_a_process_what_waits_and_who_can_clear_it(tmp_path: Path):
    at = with_ai(tmp_path)
    done = reviewbot("policy", "check", "--reviews", at.reviews(reviews=[]), cwd=at.path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        f"new.py:1-6  ai, trailer of {at.head[:7]}: claude-code",
        "  Nobody who counts has reviewed these lines.",
        "  One of carol, dave can clear them, by approving.",
        f"Waiting for a human review. 6 lines open, 0 reviewed; head {at.head[:12]}.",
    ]


def test_a_review_clears_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    at = with_ai(tmp_path)
    code, said = check(at, "--reviews", at.reviews(), capsys=capsys)
    assert (code, said) == (0, f"Pass. 0 lines open, 6 reviewed; head {at.head[:12]}.\n")


@pytest.mark.parametrize(
    ("policy", "code", "said"),
    [
        (ENFORCE, 1, "Waiting for a human review."),
        (ENFORCE.replace("enforce", "report"), 0, "Waiting for a human review (report: nothing is blocked)."),
        ('[ai]\nmode = "off"\n', 0, "Off; head"),
        ("", 0, "Note: The gate is off here: nothing was checked."),
        ("[review]\n", 0, "Off; head"),
        (ENFORCE + '[[ai.paths]]\nmatch = "new.py"\nrule = "forbidden"\n', 1, "AI code is forbidden in `new.py`"),
        (ENFORCE + '[[ai.paths]]\nmatch = "new.py"\nrule = "free"\n', 0, "Pass."),
        (ENFORCE + 'strength = "line"\n', 0, "Pass."),
        (ENFORCE + 'disclosure = ["Assisted-by"]\n', 1, "lacks a trailer that names"),
        ("[ai]\nmode = 1\n", 2, "Whether the gate is on cannot be told. .reviewbot.toml on the base branch cannot be"),
    ],
)
def test_the_policy_of_the_base(tmp_path: Path, capsys: pytest.CaptureFixture[str], policy: str, code: int, said: str):
    found, told = check(with_ai(tmp_path, policy), capsys=capsys)
    assert found == code, told
    assert said in told


def test_human_code_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    at = stage(tmp_path)
    at.commit("By hand", {"new.py": "x = 1\n"})
    assert check(at, capsys=capsys)[0] == 0


def test_what_could_not_be_checked_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    at = with_ai(tmp_path)
    code, said = check(at, "--reviews", at.reviews(pushes=[]), capsys=capsys)
    assert code == 3
    assert "Who pushed last is not known" in said and "Not decided" in said
    report = (tmp_path / "report").resolve()
    report.mkdir()
    lenient = with_ai(report, ENFORCE.replace("enforce", "report"))
    assert check(lenient, "--reviews", lenient.reviews(pushes=[]), capsys=capsys)[0] == 0


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"schema": 2}, "schema is wrong"),
        ({"x": 1}, "x is wrong"),
        ({"head": "1" * 40}, "was written for 111111111111, not for"),
        ({"head": "main"}, "head is wrong"),
        ({"author": ""}, "author is wrong"),
        ({"accounts": [{"login": "a"}]}, "accounts.0.permission is wrong"),
        ({"accounts": [person("a", permission="owner")]}, "accounts.0.permission is wrong"),
        ({"accounts": [person("a", bot="no")]}, "accounts.0.bot is wrong"),
        ({"reviews": [{"by": "a", "said": "liked"}]}, "reviews.0.said is wrong"),
        ({"reviews": [{"said": "signed-off", "path": "a", "start_line": 2}]}, "start_line and end_line go together"),
        ({"reviews": [{"said": "signed-off", "path": "a", "start_line": 2, "end_line": 1}]}, "go together"),
        ({"reviews": [{"said": "signed-off", "start_line": 1, "end_line": 1}]}, "go together"),
        ({"reviews": [{"said": "signed-off", "path": "a", "start_line": 0, "end_line": 1}]}, "start_line is wrong"),
        ({"pushes": [{"by": "a"}]}, "pushes.0.after is wrong"),
        ({"pushes": [{"by": "a", "after": "1" * 40, "update": True}]}, "pushes.0.update is wrong"),
    ],
)
def test_a_file_that_is_wrong_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], facts: dict[str, object], sentence: str
):
    at = stage(tmp_path)
    code, said = check(at, "--base", "main", "--reviews", at.reviews(**facts), capsys=capsys)
    assert (code, sentence in said, said.count("\n")) == (2, True, 1), said


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_what_is_no_file_of_reviews(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes):
    at = stage(tmp_path)
    (tmp_path / "r.json").write_bytes(data)
    code, said = check(at, "--base", "main", "--reviews", str(tmp_path / "r.json"), capsys=capsys)
    assert (code, said.count("\n")) == (2, 1), said
    assert check(at, "--base", "main", "--reviews", str(tmp_path / "gone"), capsys=capsys)[0] == 2


def test_revisions_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    at = with_ai(tmp_path)
    assert check(at, "--base", "nowhere", capsys=capsys)[0] == 2
    assert check(at, "--head", "nowhere", capsys=capsys)[0] == 2


def test_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    at = with_ai(tmp_path)
    half = [{"by": "carol", "said": "signed-off", "commit": at.head, "path": "new.py", "start_line": 1, "end_line": 2}]
    code, said = check(at, "--reviews", at.reviews(reviews=half), "--format", "json", capsys=capsys)
    document = json.loads(said)
    gate = document["policy"]
    assert (code, document["schema"], document["head"], gate["state"]) == (1, 1, at.head, "pending")
    assert document["base"] == at.git("rev-parse", "main")
    (waiting,) = gate["unreviewed"]
    assert (waiting["path"], waiting["start_line"], waiting["end_line"], waiting["kind"]) == ("new.py", 3, 6, "ai")
    assert waiting["source"].startswith("trailer of ")
    (cleared,) = gate["reviewed"]
    assert cleared["cleared"] == [{"by": "carol", "commit": at.head, "how": "sign-off"}]
    assert (cleared["start_line"], cleared["end_line"], gate["override"], gate["problems"]) == (1, 2, None, [])


@pytest.mark.parametrize(("mode", "level"), [("enforce", "error"), ("report", "note")])
def test_as_sarif(tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str, level: str):
    at = with_ai(tmp_path, ENFORCE.replace("enforce", mode))
    _, said = check(at, "--format", "sarif", capsys=capsys)
    (log,) = json.loads(said)["runs"]
    (result,) = log["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("policy.ai.unreviewed", level)
    assert (place["artifactLocation"]["uri"], place["region"]) == ("new.py", {"startLine": 1, "endLine": 6})
    assert log["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_findings_on_ai_lines_block_and_on_human_lines_inform(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    at = stage(tmp_path, '[ai]\nmode = "enforce"\n')
    shell = "import subprocess\n\n\ndef run(command):\n    return subprocess.run(command, shell=True)\n"
    at.commit("By hand", {"hand.py": shell})
    at.commit(
        f"By Claude\n\n{CLAUDE}",
        {"machine.py": shell, "test_it.py": "assert True\n", "broken.py": "def (:\n", "page.js": "eval(x)\n"},
    )
    code, said = check(at, "--reviews", at.reviews(), capsys=capsys)
    assert code == 1
    assert "bandit B602 in line 5" in said and "semgrep shell-command in line 5" in said
    assert "Note: hand.py:5: bandit B602" in said and "machine.py:1" not in said.replace("machine.py:1-5", "")
    assert "broken.py:1" in said and "the file could not be scanned" in said
    assert "1 file with AI code in a language that has no scanner here: page.js." in said
    assert "B404" not in said and "B101" not in said and "test_it.py" not in said


def test_owners_of_the_base_are_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    policy = ENFORCE + '[[ai.paths]]\nmatch = "*.py"\nrule = "owner"\n'
    at = with_ai(tmp_path, policy, {".github/CODEOWNERS": "*.py @org/core\n"})
    at.commit("Name myself", {".github/CODEOWNERS": "*.py @carol\n"})
    for members, code in ((["carol"], 0), (["dave"], 1)):
        assert check(at, "--reviews", at.reviews(teams={"@org/core": members}), capsys=capsys)[0] == code
    code, said = check(at, "--reviews", at.reviews(), capsys=capsys)
    assert code == 1 and "the members of @org/core are not known" in said


def test_a_hostile_name_steers_no_terminal(tmp_path: Path):
    at = stage(tmp_path)
    at.commit(f"x\n\n{CLAUDE}", {"a\x1b[2J.py": "x = 1\n"})
    done = reviewbot("policy", "check", cwd=at.path)
    assert done.returncode == 1 and "\x1b" not in done.stdout


def test_the_published_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    published = json.loads((DOCS / "reviews.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema(), "run: reviewbot policy schema > docs/reviews.schema.json"
    Draft202012Validator.check_schema(published)
    assert run(["policy", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == published
    validator = Draft202012Validator(published)
    assert validator.is_valid(told("1" * 40)) and not validator.is_valid(told("1" * 40, author=1))


def test_the_documented_file_is_taken():
    page = (DOCS / "policy.md").read_text(encoding="utf-8")
    example = json.loads(page.split("```json\n")[1].split("```")[0])
    Draft202012Validator(json_schema()).validate(example)
