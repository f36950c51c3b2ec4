"""Failures of modules, packages and source code, made to happen."""

from __future__ import annotations

import ast
import code
import codeop
import doctest
import importlib
import importlib.metadata
import importlib.resources
import importlib.util
import inspect
import io
import modulefinder
import pkgutil
import pstats
import py_compile
import pyclbr
import runpy
import symtable
import sys
import tokenize
import tracemalloc
import zipapp
import zipimport
from pathlib import Path

from tests.rules.provoked.row import Row, written

NO_SOURCE = eval("lambda: 0")
"""A function whose source stands in no file."""


def _reload(folder: Path) -> None:
    sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module(written(folder, "", "module_that_goes.py").stem)
        (folder / "module_that_goes.py").unlink()
        importlib.reload(module)
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("module_that_goes", None)


def _find_script(folder: Path) -> None:
    modulefinder.ModuleFinder().run_script(str(folder / "none"))


MISSING_PACKAGE = "importlib.metadata.PackageNotFoundError"

ROWS = [
    Row("importlib.import_module", "ImportError", lambda _: importlib.import_module("no_such")),
    Row("importlib.reload", "ImportError", _reload),
    Row("importlib.util.find_spec", "ModuleNotFoundError", lambda _: importlib.util.find_spec("no_such.module")),
    Row("importlib.metadata.version", MISSING_PACKAGE, lambda _: importlib.metadata.version("no-such-package")),
    Row("importlib.metadata.metadata", MISSING_PACKAGE, lambda _: importlib.metadata.metadata("no-such-package")),
    Row(
        "importlib.metadata.distribution", MISSING_PACKAGE, lambda _: importlib.metadata.distribution("no-such-package")
    ),
    Row("importlib.metadata.requires", MISSING_PACKAGE, lambda _: importlib.metadata.requires("no-such-package")),
    Row("importlib.metadata.files", MISSING_PACKAGE, lambda _: importlib.metadata.files("no-such-package")),
    Row("importlib.resources.files", "ModuleNotFoundError", lambda _: importlib.resources.files("no_such")),
    Row("importlib.resources.read_text", "FileNotFoundError", lambda _: importlib.resources.read_text("json", "none")),
    Row("importlib.resources.open_text", "FileNotFoundError", lambda _: importlib.resources.open_text("json", "none")),
    Row(
        "importlib.resources.read_binary",
        "FileNotFoundError",
        lambda _: importlib.resources.read_binary("json", "none"),
    ),
    Row("pkgutil.get_data", "FileNotFoundError", lambda _: pkgutil.get_data("json", "none")),
    Row("pkgutil.resolve_name", "ImportError", lambda _: pkgutil.resolve_name("no_such:x")),
    Row("pkgutil.resolve_name", "AttributeError", lambda _: pkgutil.resolve_name("json:none")),
    Row("runpy.run_module", "ImportError", lambda _: runpy.run_module("no_such")),
    Row("runpy.run_path", "FileNotFoundError", lambda d: runpy.run_path(str(d / "none"))),
    Row("zipimport.zipimporter", "zipimport.ZipImportError", lambda d: zipimport.zipimporter(str(written(d, "x")))),
    Row("zipapp.create_archive", "zipapp.ZipAppError", lambda d: zipapp.create_archive(d, d / "x.pyz")),
    # source
    Row("inspect.getsource", "OSError", lambda _: inspect.getsource(NO_SOURCE)),
    Row("inspect.getsourcelines", "OSError", lambda _: inspect.getsourcelines(NO_SOURCE)),
    Row("inspect.findsource", "OSError", lambda _: inspect.findsource(NO_SOURCE)),
    Row("inspect.signature", "ValueError", lambda _: inspect.signature(dict.pop)),
    Row("inspect.getattr_static", "AttributeError", lambda _: inspect.getattr_static(1, "x")),
    Row("ast.parse", "SyntaxError", lambda _: ast.parse("1 +")),
    Row("ast.literal_eval", "ValueError", lambda _: ast.literal_eval("a")),
    Row("ast.literal_eval", "SyntaxError", lambda _: ast.literal_eval("1 +")),
    Row("tokenize.open", "SyntaxError", lambda d: tokenize.open(written(d, "# coding: klingon"))),  # noqa: SIM115
    Row("tokenize.open", "FileNotFoundError", lambda d: tokenize.open(d / "none")),  # noqa: SIM115
    Row(
        "tokenize.detect_encoding",
        "SyntaxError",
        lambda _: tokenize.detect_encoding(io.BytesIO(b"# coding: klingon").readline),
    ),
    Row("symtable.symtable", "SyntaxError", lambda _: symtable.symtable("1 +", "x", "exec")),
    Row(
        "py_compile.compile", "py_compile.PyCompileError", lambda d: py_compile.compile(written(d, "1 +"), doraise=True)
    ),
    Row("py_compile.compile", "FileNotFoundError", lambda d: py_compile.compile(d / "none")),
    Row("codeop.compile_command", "SyntaxError", lambda _: codeop.compile_command("1 1")),
    Row("code.compile_command", "SyntaxError", lambda _: code.compile_command("1 1")),
    Row("doctest.testfile", "FileNotFoundError", lambda d: doctest.testfile(str(d / "none"), module_relative=False)),
    Row("pyclbr.readmodule", "ImportError", lambda _: pyclbr.readmodule("no_such")),
    Row("modulefinder.ModuleFinder.run_script", "FileNotFoundError", _find_script),
    Row("pstats.Stats", "FileNotFoundError", lambda d: pstats.Stats(str(d / "none"))),
    Row("tracemalloc.take_snapshot", "RuntimeError", lambda _: tracemalloc.take_snapshot()),
    Row("tracemalloc.Snapshot.load", "FileNotFoundError", lambda d: tracemalloc.Snapshot.load(str(d / "none"))),
]
