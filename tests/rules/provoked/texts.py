"""Failures of built-in functions and text formats, made to happen."""

from __future__ import annotations

import configparser
import csv
import email.utils
import getopt
import io
import json
import netrc
import plistlib
import shlex
import tomllib
import xml.dom.minidom
import xml.etree.ElementTree
import xml.sax
from pathlib import Path

from tests.rules.provoked.row import Row, with_handle, written


def _parse_config(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return parser


def _read_text(folder: Path) -> str:
    with written(folder, b"\xff").open(encoding="utf-8") as file:
        return file.read()


ROWS = [
    # built-ins
    Row("open", "FileNotFoundError", lambda d: open(d / "none")),  # noqa: SIM115, PTH123
    Row("int", "ValueError", lambda _: int("1.5")),
    Row("float", "ValueError", lambda _: float("one")),
    Row("complex", "ValueError", lambda _: complex("1+")),
    Row("next", "StopIteration", lambda _: next(iter(()))),
    Row("max", "ValueError", lambda _: max(())),
    Row("min", "ValueError", lambda _: min(())),
    Row("bytes.fromhex", "ValueError", lambda _: bytes.fromhex("xy")),
    Row("bytes.decode", "UnicodeDecodeError", lambda _: b"\xff".decode()),
    Row("str.encode", "UnicodeEncodeError", lambda _: "ä".encode("ascii")),
    Row("str.index", "ValueError", lambda _: "a".index("b")),
    Row("str.format_map", "KeyError", lambda _: "{a}".format_map({})),
    Row("list.index", "ValueError", lambda _: [1].index(2)),
    Row("list.remove", "ValueError", lambda _: [1].remove(2)),
    Row("list.pop", "IndexError", lambda _: [].pop()),
    Row("dict.pop", "KeyError", lambda _: {}.pop("a")),
    Row("set.remove", "KeyError", lambda _: set().remove(1)),
    Row("dict[]", "KeyError", lambda _: {}["a"]),
    Row("list[]", "IndexError", lambda d: d.suffixes[0]),
    Row("compile", "SyntaxError", lambda _: compile("1 +", "x", "eval")),
    Row("__import__", "ImportError", lambda _: __import__("no_such_module"), "ModuleNotFoundError"),
    Row("getattr", "AttributeError", lambda _: getattr(1, str("x"))),  # noqa: UP018
    Row("io.TextIOWrapper.read", "UnicodeDecodeError", _read_text),
    # json, formats
    Row("json.load", "json.JSONDecodeError", lambda _: json.load(io.StringIO("{"))),
    Row("json.loads", "json.JSONDecodeError", lambda _: json.loads("{")),
    Row("json.dumps", "ValueError", lambda _: json.dumps(float("nan"), allow_nan=False)),
    Row("json.JSONDecoder.decode", "json.JSONDecodeError", lambda _: json.JSONDecoder().decode("")),
    Row("tomllib.loads", "tomllib.TOMLDecodeError", lambda _: tomllib.loads("a = ")),
    Row("tomllib.load", "tomllib.TOMLDecodeError", lambda d: with_handle(written(d, "= 1"), tomllib.load)),
    Row("configparser.ConfigParser.get", "configparser.NoSectionError", lambda _: _parse_config("").get("a", "b")),
    Row("configparser.ConfigParser.get", "configparser.NoOptionError", lambda _: _parse_config("[a]").get("a", "b")),
    Row("configparser.ConfigParser.getint", "ValueError", lambda _: _parse_config("[a]\nb=x").getint("a", "b")),
    Row("configparser.ConfigParser.getboolean", "ValueError", lambda _: _parse_config("[a]\nb=x").getboolean("a", "b")),
    Row(
        "configparser.ConfigParser.read_string",
        "configparser.Error",
        lambda _: _parse_config("a=b"),
        "configparser.MissingSectionHeaderError",
    ),
    Row("configparser.ConfigParser[]", "KeyError", lambda _: _parse_config("")["a"]),
    Row("configparser.SectionProxy[]", "KeyError", lambda _: _parse_config("[a]")["a"]["b"]),
    Row("csv.Sniffer.sniff", "csv.Error", lambda _: csv.Sniffer().sniff("")),
    Row("csv.DictWriter.writerow", "ValueError", lambda _: csv.DictWriter(io.StringIO(), ["a"]).writerow({"b": 1})),
    Row(
        "xml.etree.ElementTree.fromstring",
        "xml.etree.ElementTree.ParseError",
        lambda _: xml.etree.ElementTree.fromstring("<a>"),
    ),
    Row(
        "xml.etree.ElementTree.parse",
        "xml.etree.ElementTree.ParseError",
        lambda d: xml.etree.ElementTree.parse(written(d, "<a>")),
    ),
    Row("xml.etree.ElementTree.parse", "FileNotFoundError", lambda d: xml.etree.ElementTree.parse(d / "none")),
    Row("xml.dom.minidom.parseString", "xml.parsers.expat.ExpatError", lambda _: xml.dom.minidom.parseString("<a>")),
    Row(
        "xml.sax.parseString",
        "xml.sax.SAXParseException",
        lambda _: xml.sax.parseString("<a>", xml.sax.handler.ContentHandler()),
    ),
    Row("plistlib.loads", "plistlib.InvalidFileException", lambda _: plistlib.loads(b"what")),
    Row("getopt.getopt", "getopt.GetoptError", lambda _: getopt.getopt(["-x"], "a")),
    Row("shlex.split", "ValueError", lambda _: shlex.split("'a")),
    Row("netrc.netrc", "netrc.NetrcParseError", lambda d: netrc.netrc(str(written(d, "what")))),
    Row("email.utils.parsedate_to_datetime", "ValueError", lambda _: email.utils.parsedate_to_datetime("soon")),
]
