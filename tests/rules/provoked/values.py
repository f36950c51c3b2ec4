"""Failures of encodings, numbers, dates and containers, made to happen."""

from __future__ import annotations

import base64
import binascii
import codecs
import collections
import contextvars
import datetime
import decimal
import fractions
import graphlib
import hashlib
import heapq
import ipaddress
import locale
import math
import random
import re
import statistics
import string
import struct
import time
import unicodedata
import uuid
import zoneinfo

from tests.rules.provoked.row import Row

ROWS = [
    # encodings
    Row("base64.b64decode", "binascii.Error", lambda _: base64.b64decode("a")),
    Row("base64.b32decode", "binascii.Error", lambda _: base64.b32decode("1")),
    Row("base64.b85decode", "ValueError", lambda _: base64.b85decode("\x7f")),
    Row("binascii.unhexlify", "binascii.Error", lambda _: binascii.unhexlify("xy")),
    Row("struct.unpack", "struct.error", lambda _: struct.unpack("I", b"a")),
    Row("struct.pack", "struct.error", lambda _: struct.pack("B", 256)),
    Row("codecs.lookup", "LookupError", lambda _: codecs.lookup("klingon")),
    Row("unicodedata.name", "ValueError", lambda _: unicodedata.name("\x00")),
    Row("unicodedata.lookup", "KeyError", lambda _: unicodedata.lookup("NO SUCH")),
    Row("re.compile", "re.error", lambda _: re.compile("(")),
    Row("locale.setlocale", "locale.Error", lambda _: locale.setlocale(locale.LC_ALL, "xx_XX")),
    Row("string.Template.substitute", "KeyError", lambda _: string.Template("$a").substitute()),
    Row("string.Template.substitute", "ValueError", lambda _: string.Template("$").substitute()),
    Row("hashlib.new", "ValueError", lambda _: hashlib.new("md0")),
    # numbers, dates, addresses
    Row("decimal.Decimal", "decimal.InvalidOperation", lambda _: decimal.Decimal("one")),
    Row("fractions.Fraction", "ValueError", lambda _: fractions.Fraction("one")),
    Row("fractions.Fraction", "ZeroDivisionError", lambda _: fractions.Fraction(1, 0)),
    Row("math.sqrt", "ValueError", lambda _: math.sqrt(-1)),
    Row("math.log", "ValueError", lambda _: math.log(0)),
    Row("math.exp", "OverflowError", lambda _: math.exp(1000)),
    Row("statistics.mean", "statistics.StatisticsError", lambda _: statistics.mean([])),
    Row("statistics.stdev", "statistics.StatisticsError", lambda _: statistics.stdev([1])),
    Row("random.choice", "IndexError", lambda _: random.choice([])),
    Row("random.sample", "ValueError", lambda _: random.sample([1], 2)),
    Row("datetime.datetime.strptime", "ValueError", lambda _: datetime.datetime.strptime("x", "%Y")),
    Row("datetime.datetime.fromisoformat", "ValueError", lambda _: datetime.datetime.fromisoformat("soon")),
    Row("datetime.date.fromisoformat", "ValueError", lambda _: datetime.date.fromisoformat("soon")),
    Row("datetime.date", "ValueError", lambda _: datetime.date(2025, 2, 30)),
    Row("datetime.datetime.fromtimestamp", "OverflowError", lambda _: datetime.datetime.fromtimestamp(1e20)),
    Row("datetime.datetime.fromtimestamp", "ValueError", lambda _: datetime.datetime.fromtimestamp(1e15)),
    Row("time.strptime", "ValueError", lambda _: time.strptime("x", "%Y")),
    Row("zoneinfo.ZoneInfo", "zoneinfo.ZoneInfoNotFoundError", lambda _: zoneinfo.ZoneInfo("Mars/Base")),
    Row("uuid.UUID", "ValueError", lambda _: uuid.UUID("x")),
    Row("ipaddress.ip_address", "ValueError", lambda _: ipaddress.ip_address("1.2.3")),
    Row("ipaddress.ip_network", "ValueError", lambda _: ipaddress.ip_network("10.0.0.1/8")),
    Row("ipaddress.IPv4Address", "ipaddress.AddressValueError", lambda _: ipaddress.IPv4Address("1.2.3")),
    # containers
    Row("collections.deque.popleft", "IndexError", lambda _: collections.deque().popleft()),
    Row("collections.OrderedDict.popitem", "KeyError", lambda _: collections.OrderedDict().popitem()),
    Row("heapq.heappop", "IndexError", lambda _: heapq.heappop([])),
    Row("contextvars.ContextVar.get", "LookupError", lambda _: contextvars.ContextVar("x").get()),
    Row(
        "graphlib.TopologicalSorter.prepare",
        "graphlib.CycleError",
        lambda _: graphlib.TopologicalSorter({1: [2], 2: [1]}).prepare(),
    ),
]
