"""Failures of text formats, made to happen."""

from __future__ import annotations

import configparser
import csv
import email.header
import email.headerregistry
import email.utils
import getopt
import gettext
import io
import json
import mailbox
import netrc
import plistlib
import shlex
import tomllib
import wave
import xml.dom.minidom
import xml.etree.ElementTree as ET
import xml.sax
from pathlib import Path

from tests.rules.provoked.row import Row, with_handle, written

PLIST = b'<?xml version="1.0"?><plist><dict>'
EXPAT = "xml.parsers.expat.ExpatError"
CIRCLE: list[object] = []
CIRCLE.append(CIRCLE)


def _config(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return parser


def _sax(path: Path) -> None:
    xml.sax.parse(str(path), xml.sax.handler.ContentHandler())


ROWS = [
    Row("json.load", "json.JSONDecodeError", lambda _: json.load(io.StringIO("{"))),
    Row("json.loads", "json.JSONDecodeError", lambda _: json.loads("{")),
    Row("json.dump", "ValueError", lambda _: json.dump(CIRCLE, io.StringIO())),
    Row("json.dumps", "ValueError", lambda _: json.dumps(float("nan"), allow_nan=False)),
    Row("json.JSONDecoder.decode", "json.JSONDecodeError", lambda _: json.JSONDecoder().decode("")),
    Row("json.JSONDecoder.raw_decode", "json.JSONDecodeError", lambda _: json.JSONDecoder().raw_decode("what")),
    Row("tomllib.loads", "tomllib.TOMLDecodeError", lambda _: tomllib.loads("a = ")),
    Row("tomllib.load", "tomllib.TOMLDecodeError", lambda d: with_handle(written(d, "= 1"), tomllib.load)),
    # INI
    Row("configparser.ConfigParser.get", "configparser.NoSectionError", lambda _: _config("").get("a", "b")),
    Row("configparser.ConfigParser.get", "configparser.NoOptionError", lambda _: _config("[a]").get("a", "b")),
    Row(
        "configparser.ConfigParser.get",
        "configparser.InterpolationError",
        lambda _: _config("[a]\nb=%(none)s").get("a", "b"),
    ),
    Row("configparser.ConfigParser.getint", "ValueError", lambda _: _config("[a]\nb=x").getint("a", "b")),
    Row("configparser.ConfigParser.getint", "configparser.NoOptionError", lambda _: _config("[a]").getint("a", "b")),
    Row("configparser.ConfigParser.getfloat", "ValueError", lambda _: _config("[a]\nb=x").getfloat("a", "b")),
    Row(
        "configparser.ConfigParser.getfloat", "configparser.NoOptionError", lambda _: _config("[a]").getfloat("a", "b")
    ),
    Row("configparser.ConfigParser.getboolean", "ValueError", lambda _: _config("[a]\nb=x").getboolean("a", "b")),
    Row(
        "configparser.ConfigParser.getboolean",
        "configparser.NoOptionError",
        lambda _: _config("[a]").getboolean("a", "b"),
    ),
    Row("configparser.ConfigParser.items", "configparser.NoSectionError", lambda _: _config("").items("a")),
    Row("configparser.ConfigParser.options", "configparser.NoSectionError", lambda _: _config("").options("a")),
    Row("configparser.ConfigParser.set", "configparser.NoSectionError", lambda _: _config("").set("a", "b", "c")),
    Row(
        "configparser.ConfigParser.add_section",
        "configparser.DuplicateSectionError",
        lambda _: _config("[a]").add_section("a"),
    ),
    Row("configparser.ConfigParser.read", "configparser.Error", lambda d: _config("").read(written(d, "a=b"))),
    Row(
        "configparser.ConfigParser.read", "UnicodeDecodeError", lambda d: _config("").read(written(d, b"\xff"), "utf-8")
    ),
    Row("configparser.ConfigParser.read_file", "configparser.Error", lambda _: _config("").read_file(["[a]", "b"])),
    Row("configparser.ConfigParser.read_string", "configparser.Error", lambda _: _config("").read_string("a=b")),
    Row("configparser.ConfigParser[]", "KeyError", lambda _: _config("")["a"]),
    Row("configparser.SectionProxy[]", "KeyError", lambda _: _config("[a]")["a"]["b"]),
    # CSV
    Row("csv.Sniffer.sniff", "csv.Error", lambda _: csv.Sniffer().sniff("")),
    Row("csv.Sniffer.has_header", "csv.Error", lambda _: csv.Sniffer().has_header("")),
    Row("csv.DictWriter.writerow", "ValueError", lambda _: csv.DictWriter(io.StringIO(), ["a"]).writerow({"b": 1})),
    Row("csv.DictWriter.writerows", "ValueError", lambda _: csv.DictWriter(io.StringIO(), ["a"]).writerows([{"b": 1}])),
    Row("csv.get_dialect", "csv.Error", lambda _: csv.get_dialect("klingon")),
    Row("csv.field_size_limit", "OverflowError", lambda _: csv.field_size_limit(2**100)),
    # XML
    Row("xml.etree.ElementTree.fromstring", "xml.etree.ElementTree.ParseError", lambda _: ET.fromstring("<a>")),
    Row(
        "xml.etree.ElementTree.fromstringlist",
        "xml.etree.ElementTree.ParseError",
        lambda _: ET.fromstringlist(["<a>", "</b>"]),
    ),
    Row("xml.etree.ElementTree.parse", "xml.etree.ElementTree.ParseError", lambda d: ET.parse(written(d, "<a>"))),
    Row("xml.etree.ElementTree.parse", "FileNotFoundError", lambda d: ET.parse(d / "none")),
    Row("xml.etree.ElementTree.iterparse", "FileNotFoundError", lambda d: ET.iterparse(d / "none")),
    Row(
        "xml.etree.ElementTree.ElementTree.parse",
        "xml.etree.ElementTree.ParseError",
        lambda d: ET.ElementTree().parse(written(d, "<a>")),
    ),
    Row(
        "xml.etree.ElementTree.XMLParser.feed",
        "xml.etree.ElementTree.ParseError",
        lambda _: ET.XMLParser().feed("<a></b>"),
    ),
    Row("xml.etree.ElementTree.Element.remove", "ValueError", lambda _: ET.Element("a").remove(ET.Element("b"))),
    Row(
        "xml.dom.minidom.parse", "xml.parsers.expat.ExpatError", lambda d: xml.dom.minidom.parse(str(written(d, "<a>")))
    ),
    Row("xml.dom.minidom.parse", "FileNotFoundError", lambda d: xml.dom.minidom.parse(str(d / "none"))),
    Row("xml.dom.minidom.parseString", "xml.parsers.expat.ExpatError", lambda _: xml.dom.minidom.parseString("<a>")),
    Row("xml.sax.parse", "xml.sax.SAXParseException", lambda d: _sax(written(d, "<a>"))),
    Row(
        "xml.sax.parseString",
        "xml.sax.SAXParseException",
        lambda _: xml.sax.parseString("<a>", xml.sax.handler.ContentHandler()),
    ),
    # others
    Row("plistlib.load", "plistlib.InvalidFileException", lambda d: with_handle(written(d, "what"), plistlib.load)),
    Row("plistlib.loads", "plistlib.InvalidFileException", lambda _: plistlib.loads(b"what")),
    Row("plistlib.load", EXPAT, lambda d: with_handle(written(d, PLIST), plistlib.load)),
    Row("plistlib.loads", EXPAT, lambda _: plistlib.loads(PLIST)),
    Row("plistlib.dumps", "OverflowError", lambda _: plistlib.dumps({"a": 2**64})),
    Row("getopt.getopt", "getopt.GetoptError", lambda _: getopt.getopt(["-x"], "a")),
    Row("getopt.gnu_getopt", "getopt.GetoptError", lambda _: getopt.gnu_getopt(["b", "--x"], "a")),
    Row("shlex.split", "ValueError", lambda _: shlex.split("'a")),
    Row("netrc.netrc", "netrc.NetrcParseError", lambda d: netrc.netrc(str(written(d, "what")))),
    Row("netrc.netrc", "FileNotFoundError", lambda d: netrc.netrc(str(d / "none"))),
    Row("email.utils.parsedate_to_datetime", "ValueError", lambda _: email.utils.parsedate_to_datetime("soon")),
    Row(
        "email.headerregistry.Address",
        "email.errors.HeaderParseError",
        lambda _: email.headerregistry.Address(addr_spec="@example.org"),
    ),
    Row("email.headerregistry.Address", "ValueError", lambda _: email.headerregistry.Address(addr_spec="what")),
    Row(
        "email.header.decode_header",
        "email.errors.HeaderParseError",
        lambda _: email.header.decode_header("=?utf-8?b?a?="),
    ),
    Row("mailbox.Maildir", "mailbox.NoSuchMailboxError", lambda d: mailbox.Maildir(d / "none", create=False)),
    Row("mailbox.mbox", "mailbox.NoSuchMailboxError", lambda d: mailbox.mbox(d / "none", create=False)),
    Row("wave.open", "wave.Error", lambda d: wave.open(str(written(d, "what is this?")))),  # noqa: SIM115
    Row("wave.open", "EOFError", lambda d: wave.open(str(written(d, "RIFF")))),  # noqa: SIM115
    Row("wave.open", "FileNotFoundError", lambda d: wave.open(str(d / "none"))),  # noqa: SIM115
    Row("gettext.translation", "FileNotFoundError", lambda d: gettext.translation("none", d)),
]
