"""Checks rules/raises against the libraries that are installed here.

Every callable, exception, alias, base class, result type and source-code reference of a library is looked up in the
library itself. Libraries that are not installed are named and fail the check, unless ``--installed`` is given.

    python benchmarks/knowledge_check.py [--installed] [--only requests --only redis] [--packages]

``--packages`` prints the libraries by their PyPI names, for ``pip install``. Needs PyYAML alone; it does not need
reviewbot, so it runs in any interpreter and any virtual environment.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import importlib
import importlib.metadata
import sys
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).resolve().parent.parent / "rules" / "raises"
EXTRAS = {"SQLAlchemy": "SQLAlchemy[asyncio]"}
_NOT_LISTED = {Exception, BaseException, object}


def resolve(name: str) -> Any:
    """What a dotted name stands for; built-ins are bare.

    Raises:
        LookupError: there is no such module or attribute.
    """
    first, *rest = name.split(".")
    found: Any = getattr(builtins, first) if hasattr(builtins, first) else _import(first, name)
    path = first
    for part in rest:
        path = f"{path}.{part}"
        found = getattr(found, part) if hasattr(found, part) else _import(path, name)
    return found


def _import(path: str, name: str) -> Any:
    try:
        return importlib.import_module(path)
    except ImportError as error:
        raise LookupError(f"{name} does not exist ({error})") from error


def files() -> dict[str, dict[str, Any]]:
    """All knowledge files by name."""
    return {path.name: yaml.safe_load(path.read_bytes()) for path in sorted(RULES.glob("*.yaml"))}


def problems_of_exception(name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with one exception: its name, its aliases, its bases."""
    try:
        found = resolve(name)
    except LookupError as error:
        yield str(error)
        return
    if not (isinstance(found, type) and issubclass(found, BaseException)):
        yield f"{name} is no exception"
        return
    for alias in entry.get("aliases", ()):
        try:
            if resolve(alias) is not found:
                yield f"{alias} is not {name}"
        except LookupError as error:
            yield str(error)
    real = [c for c in found.__mro__[1:] if c not in _NOT_LISTED and issubclass(c, BaseException)]
    try:
        if [resolve(base) for base in entry["bases"]] != real:
            yield f"{name} has the bases {[c.__name__ for c in real]}, not {entry['bases']}"
    except LookupError as error:
        yield str(error)


def problems_of_callable(name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with one callable: its name, its aliases, the type of its result."""
    try:
        found = _dynamic(name, entry["dynamic"]) if "dynamic" in entry else resolve(name.removesuffix("[]"))
    except LookupError as error:
        yield str(error)
        return
    if name.endswith("[]"):
        if not hasattr(found, "__getitem__"):
            yield f"{name} cannot be subscripted"
    elif not callable(found):
        yield f"{name} cannot be called"
    for alias in entry.get("aliases", ()):
        try:
            other = resolve(alias.removesuffix("[]"))
        except LookupError as error:
            yield str(error)
            continue
        if getattr(other, "__func__", other) is not getattr(found, "__func__", found):
            yield f"{alias} is not {name}"
    try:
        if "returns" in entry and not isinstance(resolve(entry["returns"]), type):
            yield f"{name} returns {entry['returns']}, which is no type"
    except LookupError as error:
        yield f"{name} returns: {error}"


def _dynamic(name: str, service: str) -> Any:
    """A method that boto3 makes at run time, taken from the service's client."""
    import boto3  # type: ignore[import-not-found, import-untyped, unused-ignore]

    client = _client(boto3, service)
    method = name.rpartition(".")[2]
    if not hasattr(client, method):
        raise LookupError(f"boto3's client of {service} has no {method}")
    return getattr(client, method)


@cache
def _client(boto3: Any, service: str) -> Any:
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    return boto3.client(service, region_name="eu-west-1", **keys)


def problem_of_source(source: str) -> str | None:
    """What is wrong with a reference to code: no such file in the package, or no such symbol in the file.

    A URL, and C code of CPython, cannot be checked here: None.
    """
    if source.startswith("https:"):
        return None
    package, _, place = source.partition(":")
    path, _, symbol = place.partition("#")
    if package == "cpython":
        return _problem_in_cpython(source, path, symbol)
    file = Path(str(importlib.metadata.distribution(package).locate_file(path)))
    if not file.is_file():
        return f"{source}: no such file"
    if symbol not in symbols(file):
        return f"{source}: no such symbol"
    return None


def _problem_in_cpython(source: str, path: str, symbol: str) -> str | None:
    if not path.startswith("Lib/"):
        return None
    module = path.removeprefix("Lib/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    try:
        resolve(f"{module}.{symbol}")
    except LookupError:
        return f"{source}: no such symbol"
    return None


@cache
def symbols(file: Path) -> frozenset[str]:
    """Dotted names of the classes, functions and assigned names that a Python file defines."""
    return frozenset(_defined(ast.parse(file.read_bytes()).body, ""))


def _defined(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name
            yield from _defined(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign):
            yield from (prefix + t.id for t in node.targets if isinstance(t, ast.Name))
        elif isinstance(node, ast.If | ast.Try):
            yield from _defined([n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)], prefix)


def check(document: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    """Everything that is wrong with one file; ``known`` are the exceptions declared in any file."""
    for name, entry in document.get("exceptions", {}).items():
        yield from problems_of_exception(name, entry)
    for name, entry in document["callables"].items():
        yield from problems_of_callable(name, entry)
        for failure in entry["raises"]:
            exception = failure["exception"]
            if exception not in known and not hasattr(builtins, exception):
                yield f"{name} raises {exception}, which no file declares"
            wrong = problem_of_source(failure["source"])
            if wrong:
                yield f"{name}: {wrong}"


def installed(library: str) -> bool:
    """Whether a library can be checked in this interpreter."""
    if library == "python":
        return True
    try:
        importlib.metadata.distribution(library)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def main() -> int:
    """Prints what is wrong; exits 1 when anything is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--installed", action="store_true", help="leave out libraries that are not installed")
    parser.add_argument("--only", action="append", default=[], metavar="LIBRARY")
    parser.add_argument("--packages", action="store_true", help="print the libraries' PyPI names and stop")
    options = parser.parse_args()
    documents = files()
    if options.packages:
        libraries = {d["library"] for d in documents.values()} - {"python"}
        print("\n".join(sorted(EXTRAS.get(name, name) for name in libraries)))
        return 0
    known = frozenset(name for d in documents.values() for name in d.get("exceptions", {}))
    wrong, checked, left = 0, 0, []
    for file, document in documents.items():
        if options.only and document["library"] not in options.only:
            continue
        if not installed(document["library"]):
            left.append(document["library"])
            continue
        for problem in check(document, known):
            wrong += 1
            print(f"{file}: {problem}")
        checked += len(document["callables"])
    print(f"{checked} callables checked, {wrong} problems, Python {sys.version.split()[0]}")
    if left:
        print(f"not installed here, not checked: {', '.join(sorted(set(left)))}")
    return 1 if wrong or (left and not options.installed) else 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
