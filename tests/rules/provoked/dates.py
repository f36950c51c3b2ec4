"""Failures of dates, times, identifiers and addresses, made to happen."""

from __future__ import annotations

import calendar
import datetime
import ipaddress
import time
import uuid
import zoneinfo

from tests.rules.provoked.row import Row

ROWS = [
    Row("datetime.date", "ValueError", lambda _: datetime.date(2025, 2, 30)),
    Row("datetime.datetime", "ValueError", lambda _: datetime.datetime(2025, 2, 30)),
    Row("datetime.time", "ValueError", lambda _: datetime.time(24)),
    Row("datetime.timedelta", "OverflowError", lambda _: datetime.timedelta(days=10**10)),
    Row("datetime.date.replace", "ValueError", lambda _: datetime.date(2024, 2, 29).replace(year=2025)),
    Row("datetime.datetime.replace", "ValueError", lambda _: datetime.datetime(2024, 2, 29).replace(year=2025)),
    Row("datetime.date.fromisocalendar", "ValueError", lambda _: datetime.date.fromisocalendar(2025, 54, 1)),
    Row("datetime.date.fromisoformat", "ValueError", lambda _: datetime.date.fromisoformat("soon")),
    Row("datetime.time.fromisoformat", "ValueError", lambda _: datetime.time.fromisoformat("soon")),
    Row("datetime.datetime.fromisoformat", "ValueError", lambda _: datetime.datetime.fromisoformat("soon")),
    Row("datetime.datetime.strptime", "ValueError", lambda _: datetime.datetime.strptime("x", "%Y")),
    Row("datetime.date.fromtimestamp", "OverflowError", lambda _: datetime.date.fromtimestamp(1e20)),
    Row("datetime.datetime.fromtimestamp", "OverflowError", lambda _: datetime.datetime.fromtimestamp(1e20)),
    Row("datetime.datetime.fromtimestamp", "ValueError", lambda _: datetime.datetime.fromtimestamp(1e15)),
    Row("datetime.datetime.utcfromtimestamp", "OverflowError", lambda _: datetime.datetime.utcfromtimestamp(1e20)),
    Row("datetime.datetime.utcfromtimestamp", "ValueError", lambda _: datetime.datetime.utcfromtimestamp(1e15)),
    Row("time.strptime", "ValueError", lambda _: time.strptime("x", "%Y")),
    Row("time.mktime", "OverflowError", lambda _: time.mktime((2**33, 1, 1, 0, 0, 0, 0, 1, 0))),
    Row("time.localtime", "OverflowError", lambda _: time.localtime(1e20)),
    Row("time.gmtime", "OverflowError", lambda _: time.gmtime(1e20)),
    Row("time.sleep", "ValueError", lambda _: time.sleep(-1)),
    Row("calendar.monthrange", "calendar.IllegalMonthError", lambda _: calendar.monthrange(2025, 13)),
    Row("zoneinfo.ZoneInfo", "zoneinfo.ZoneInfoNotFoundError", lambda _: zoneinfo.ZoneInfo("Mars/Base")),
    Row("zoneinfo.ZoneInfo", "ValueError", lambda _: zoneinfo.ZoneInfo("../etc/passwd")),
    Row("uuid.UUID", "ValueError", lambda _: uuid.UUID("x")),
    # addresses
    Row("ipaddress.ip_address", "ValueError", lambda _: ipaddress.ip_address("1.2.3")),
    Row("ipaddress.ip_network", "ValueError", lambda _: ipaddress.ip_network("10.0.0.1/8")),
    Row("ipaddress.ip_interface", "ValueError", lambda _: ipaddress.ip_interface("1.2.3")),
    Row("ipaddress.IPv4Address", "ipaddress.AddressValueError", lambda _: ipaddress.IPv4Address("1.2.3")),
    Row("ipaddress.IPv6Address", "ipaddress.AddressValueError", lambda _: ipaddress.IPv6Address("1.2.3.4")),
    Row("ipaddress.IPv4Network", "ValueError", lambda _: ipaddress.IPv4Network("10.0.0.1/8")),
    Row(
        "ipaddress.IPv4Network.subnets",
        "ValueError",
        lambda _: list(ipaddress.IPv4Network("10.0.0.0/8").subnets(new_prefix=4)),
    ),
    Row("ipaddress.IPv6Network", "ValueError", lambda _: ipaddress.IPv6Network("::1/8")),
    Row("ipaddress.IPv4Interface", "ipaddress.AddressValueError", lambda _: ipaddress.IPv4Interface("1.2.3")),
    Row(
        "ipaddress.summarize_address_range",
        "ValueError",
        lambda _: list(
            ipaddress.summarize_address_range(ipaddress.IPv4Address("10.0.0.2"), ipaddress.IPv4Address("10.0.0.1"))
        ),
    ),
]
