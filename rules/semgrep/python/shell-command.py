import asyncio
import os
import subprocess


def copy(source, target):
    # ruleid: shell-command
    subprocess.run(f"cp {source} {target}", shell=True, check=True)


def fetch(url):
    # ruleid: shell-command
    os.system("curl " + url)
    # ruleid: shell-command
    return os.popen(f"curl {url}").read()


async def later(command):
    # ruleid: shell-command
    return await asyncio.create_subprocess_shell(command)


def safe(source, target):
    # ok: shell-command
    subprocess.run(["cp", source, target], check=True)
    # ok: shell-command
    subprocess.run(["cp", source, target], shell=False)
    # ok: shell-command
    os.system("clear")
