import json
import os
from pathlib import Path


def settings(path):
    try:
        return json.loads(Path(path).read_text())
    except json.JSONDecodeError:
        # ruleid: write-in-handler
        with open(path, "w") as file:
            file.write("{}")
        return {}


def again(path):
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError:
        # ruleid: write-in-handler
        path.write_text("{}")
        # ruleid: write-in-handler
        os.remove(path)
        return {}


def kept(path, log):
    try:
        return json.loads(path.read_text())
    except json.JSONDecodeError:
        # ok: write-in-handler
        with open(log, "a") as file:
            file.write("broken\n")
        # ok: write-in-handler
        with open(path) as file:
            return {"raw": file.read()}


def plain(path):
    # ok: write-in-handler
    path.write_text("{}")
