"""Failures of programs that are started, and of pools of threads and processes, made to happen."""

from __future__ import annotations

import asyncio
import concurrent.futures
import multiprocessing
import multiprocessing.pool
import multiprocessing.shared_memory
import os
import queue
import sched
import subprocess
import threading
import time
from pathlib import Path

from tests.rules.provoked.row import Row

FAILS = ["sh", "-c", "exit 3"]
SLEEPS = ["sleep", "9"]


def _started(method: str) -> None:
    with subprocess.Popen(SLEEPS) as program:
        try:
            if method == "wait":
                program.wait(timeout=0.01)
            else:
                program.communicate(timeout=0.01)
        finally:
            program.kill()


async def _exec(folder: Path) -> None:
    await asyncio.create_subprocess_exec(folder / "none")


async def _shell(folder: Path) -> None:
    await asyncio.create_subprocess_shell("true", cwd=folder / "none")


def _full() -> queue.Queue[int]:
    one: queue.Queue[int] = queue.Queue(maxsize=1)
    one.put(1)
    return one


def _map_in_vain(_: Path) -> None:
    done = threading.Event()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        try:
            next(pool.map(done.wait, [None], timeout=0.01))
        finally:
            done.set()


def _pool_in_vain(_: Path) -> None:
    done = threading.Event()
    with multiprocessing.pool.ThreadPool(1) as pool:
        try:
            pool.apply_async(done.wait).get(timeout=0.01)
        finally:
            done.set()


def _broken_pool(_: Path) -> None:
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        pool.submit(os._exit, 1).exception()
        pool.submit(os.getpid)


def _closed_pool() -> concurrent.futures.ThreadPoolExecutor:
    pool = concurrent.futures.ThreadPoolExecutor(1)
    pool.shutdown()
    return pool


def _huge_thread(_: Path) -> None:
    """No machine has an address space for such a stack."""
    threading.stack_size(1 << 60)
    try:
        threading.Thread(target=time.time).start()
    finally:
        threading.stack_size(0)


def _close_running(_: Path) -> None:
    process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(9,))
    process.start()
    try:
        process.close()
    finally:
        process.kill()
        process.join()


def _memory_twice(_: Path) -> None:
    one = multiprocessing.shared_memory.SharedMemory(create=True, size=1)
    try:
        multiprocessing.shared_memory.SharedMemory(one.name, create=True, size=1)
    finally:
        one.close()
        one.unlink()


def _start_method_twice(_: Path) -> None:
    multiprocessing.get_start_method()
    multiprocessing.set_start_method("spawn")


def _cancel_twice(_: Path) -> None:
    plan = sched.scheduler()
    event = plan.enter(9, 1, time.time)
    plan.cancel(event)
    plan.cancel(event)


FUTURE: concurrent.futures.Future[int] = concurrent.futures.Future()
"""A call that nobody will ever do."""

ROWS = [
    Row("subprocess.run", "subprocess.CalledProcessError", lambda _: subprocess.run(FAILS, check=True)),
    Row("subprocess.run", "FileNotFoundError", lambda d: subprocess.run([d / "none"])),
    Row("subprocess.run", "subprocess.TimeoutExpired", lambda _: subprocess.run(SLEEPS, timeout=0.01)),
    Row("subprocess.check_output", "subprocess.CalledProcessError", lambda _: subprocess.check_output(FAILS)),
    Row("subprocess.check_output", "FileNotFoundError", lambda d: subprocess.check_output([d / "none"])),
    Row(
        "subprocess.check_output", "subprocess.TimeoutExpired", lambda _: subprocess.check_output(SLEEPS, timeout=0.01)
    ),
    Row("subprocess.check_call", "subprocess.CalledProcessError", lambda _: subprocess.check_call(FAILS)),
    Row("subprocess.check_call", "FileNotFoundError", lambda d: subprocess.check_call([d / "none"])),
    Row("subprocess.check_call", "subprocess.TimeoutExpired", lambda _: subprocess.check_call(SLEEPS, timeout=0.01)),
    Row("subprocess.call", "FileNotFoundError", lambda d: subprocess.call([d / "none"])),
    Row("subprocess.call", "subprocess.TimeoutExpired", lambda _: subprocess.call(SLEEPS, timeout=0.01)),
    Row("subprocess.Popen", "FileNotFoundError", lambda d: subprocess.Popen([d / "none"])),
    Row("subprocess.Popen.wait", "subprocess.TimeoutExpired", lambda _: _started("wait")),
    Row("subprocess.Popen.communicate", "subprocess.TimeoutExpired", lambda _: _started("communicate")),
    Row(
        "subprocess.CompletedProcess.check_returncode",
        "subprocess.CalledProcessError",
        lambda _: subprocess.run(FAILS).check_returncode(),
    ),
    Row("asyncio.create_subprocess_exec", "FileNotFoundError", lambda d: asyncio.run(_exec(d))),
    Row("asyncio.create_subprocess_shell", "OSError", lambda d: asyncio.run(_shell(d))),
    # queues
    Row("queue.Queue.get_nowait", "queue.Empty", lambda _: queue.Queue[int]().get_nowait()),
    Row("queue.Queue.get", "queue.Empty", lambda _: queue.Queue[int]().get(timeout=0.01)),
    Row("queue.Queue.put_nowait", "queue.Full", lambda _: _full().put_nowait(1)),
    Row("queue.Queue.put", "queue.Full", lambda _: _full().put(1, timeout=0.01)),
    Row("queue.Queue.task_done", "ValueError", lambda _: queue.Queue[int]().task_done()),
    Row("queue.SimpleQueue.get_nowait", "queue.Empty", lambda _: queue.SimpleQueue[int]().get_nowait()),
    Row("queue.SimpleQueue.get", "queue.Empty", lambda _: queue.SimpleQueue[int]().get(timeout=0.01)),
    Row("sched.scheduler.cancel", "ValueError", _cancel_twice),
    # threads and processes
    Row("concurrent.futures.Future.result", "TimeoutError", lambda _: FUTURE.result(timeout=0.01)),
    Row("concurrent.futures.Future.exception", "TimeoutError", lambda _: FUTURE.exception(timeout=0.01)),
    Row(
        "concurrent.futures.as_completed",
        "TimeoutError",
        lambda _: next(concurrent.futures.as_completed([FUTURE], timeout=0.01)),
    ),
    Row("concurrent.futures.Executor.map", "TimeoutError", _map_in_vain),
    Row("concurrent.futures.ThreadPoolExecutor.submit", "RuntimeError", lambda _: _closed_pool().submit(time.time)),
    Row(
        "concurrent.futures.ProcessPoolExecutor.submit",
        "concurrent.futures.process.BrokenProcessPool",
        _broken_pool,
    ),
    Row("threading.Barrier.wait", "threading.BrokenBarrierError", lambda _: threading.Barrier(2).wait(0.01)),
    Row("threading.Thread.start", "RuntimeError", _huge_thread),
    Row("multiprocessing.pool.AsyncResult.get", "multiprocessing.TimeoutError", _pool_in_vain),
    Row("multiprocessing.Process.close", "ValueError", _close_running),
    Row("multiprocessing.set_start_method", "RuntimeError", _start_method_twice),
    Row("multiprocessing.get_context", "ValueError", lambda _: multiprocessing.get_context("klingon")),
    Row(
        "multiprocessing.shared_memory.SharedMemory",
        "FileNotFoundError",
        lambda _: multiprocessing.shared_memory.SharedMemory("no-such-memory-here"),
    ),
    Row("multiprocessing.shared_memory.SharedMemory", "FileExistsError", _memory_twice),
]
