"""A system-call filter for the sandbox: no new processes or threads, none of the kernel's riskier corners.

RLIMIT_NPROC does not bind root (``kernel/fork.c: copy_process`` exempts ``INIT_USER``), so a fork bomb is stopped here.
The filter is classic BPF as described in ``linux/Documentation/userspace-api/seccomp_filter.rst``.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Mapping

# System-call numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
_X86_64: Mapping[str, int] = {
    "clone": 56, "fork": 57, "vfork": 58, "ptrace": 101, "mount": 165, "umount2": 166, "keyctl": 250, "add_key": 248,
    "request_key": 249, "unshare": 272, "setns": 308, "perf_event_open": 298, "bpf": 321, "userfaultfd": 323,
    "process_vm_writev": 311, "io_uring_setup": 425, "fsopen": 430,
}  # fmt: skip
_AARCH64: Mapping[str, int] = {
    "clone": 220, "ptrace": 117, "mount": 40, "umount2": 39, "keyctl": 219, "add_key": 217, "request_key": 218,
    "unshare": 97, "setns": 268, "perf_event_open": 241, "bpf": 280, "userfaultfd": 282, "process_vm_writev": 271,
    "io_uring_setup": 425, "fsopen": 430,
}  # fmt: skip
_CLONE3 = 435
_ARCHITECTURES: Mapping[str, tuple[int, Mapping[str, int]]] = {
    "x86_64": (0xC000003E, _X86_64),  # include/uapi/linux/audit.h: AUDIT_ARCH_X86_64
    "aarch64": (0xC00000B7, _AARCH64),  # AUDIT_ARCH_AARCH64
}
_EPERM, _ENOSYS = 1, 38
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32_BIT = 0x40000000
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _RETURN = 0x20, 0x15, 0x35, 0x06


def deny_processes(machine: str | None = None) -> bytes | None:
    """The filter for ``machine`` (this one by default), as ``bwrap --seccomp`` takes it; None where we have none."""
    known = _ARCHITECTURES.get(machine or platform.machine())
    if known is None:
        return None
    architecture, denied = known
    program = [
        _step(_LOAD, 4),  # seccomp_data.arch
        _step(_JUMP_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, 0),  # seccomp_data.nr
        *_answer(_JUMP_GREATER_EQUAL, _X32_BIT, _ENOSYS),
        *_answer(_JUMP_EQUAL, _CLONE3, _ENOSYS),  # glibc then falls back to clone
    ]
    for number in denied.values():
        program += _answer(_JUMP_EQUAL, number, _EPERM)
    return b"".join([*program, _step(_RETURN, _ALLOW)])


def _answer(jump: int, number: int, errno: int) -> list[bytes]:
    return [_step(jump, number, 0, 1), _step(_RETURN, _ERRNO | errno)]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
