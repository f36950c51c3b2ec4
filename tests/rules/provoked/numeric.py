"""Failures of numbers and statistics, made to happen."""

from __future__ import annotations

import decimal
import fractions
import math
import random
import secrets
import statistics

from tests.rules.provoked.row import Row

ROWS = [
    Row("decimal.Decimal", "decimal.InvalidOperation", lambda _: decimal.Decimal("one")),
    Row(
        "decimal.Decimal.quantize",
        "decimal.InvalidOperation",
        lambda _: decimal.Decimal("1e30").quantize(decimal.Decimal("0.01")),
    ),
    Row("decimal.Decimal.sqrt", "decimal.InvalidOperation", lambda _: decimal.Decimal(-1).sqrt()),
    Row(
        "decimal.Context.create_decimal", "decimal.InvalidOperation", lambda _: decimal.Context().create_decimal("one")
    ),
    Row("fractions.Fraction", "ValueError", lambda _: fractions.Fraction("one")),
    Row("fractions.Fraction", "ZeroDivisionError", lambda _: fractions.Fraction(1, 0)),
    Row("math.sqrt", "ValueError", lambda _: math.sqrt(-1)),
    Row("math.isqrt", "ValueError", lambda _: math.isqrt(-1)),
    Row("math.log", "ValueError", lambda _: math.log(0)),
    Row("math.log2", "ValueError", lambda _: math.log2(0)),
    Row("math.log10", "ValueError", lambda _: math.log10(-1)),
    Row("math.exp", "OverflowError", lambda _: math.exp(1000)),
    Row("math.pow", "OverflowError", lambda _: math.pow(10, 400)),
    Row("math.pow", "ValueError", lambda _: math.pow(-1, 0.5)),
    Row("math.factorial", "ValueError", lambda _: math.factorial(-1)),
    Row("math.acos", "ValueError", lambda _: math.acos(2)),
    Row("math.asin", "ValueError", lambda _: math.asin(2)),
    Row("random.choice", "IndexError", lambda _: random.choice([])),
    Row("random.sample", "ValueError", lambda _: random.sample([1], 2)),
    Row("random.randint", "ValueError", lambda _: random.randint(2, 1)),
    Row("random.randrange", "ValueError", lambda _: random.randrange(0)),
    Row("secrets.choice", "IndexError", lambda _: secrets.choice([])),
    # statistics
    Row("statistics.mean", "statistics.StatisticsError", lambda _: statistics.mean([])),
    Row("statistics.fmean", "statistics.StatisticsError", lambda _: statistics.fmean([])),
    Row("statistics.geometric_mean", "statistics.StatisticsError", lambda _: statistics.geometric_mean([1, -1])),
    Row("statistics.harmonic_mean", "statistics.StatisticsError", lambda _: statistics.harmonic_mean([1, -1])),
    Row("statistics.median", "statistics.StatisticsError", lambda _: statistics.median([])),
    Row("statistics.median_low", "statistics.StatisticsError", lambda _: statistics.median_low([])),
    Row("statistics.median_high", "statistics.StatisticsError", lambda _: statistics.median_high([])),
    Row("statistics.mode", "statistics.StatisticsError", lambda _: statistics.mode([])),
    Row("statistics.stdev", "statistics.StatisticsError", lambda _: statistics.stdev([1])),
    Row("statistics.variance", "statistics.StatisticsError", lambda _: statistics.variance([1])),
    Row("statistics.pstdev", "statistics.StatisticsError", lambda _: statistics.pstdev([])),
    Row("statistics.pvariance", "statistics.StatisticsError", lambda _: statistics.pvariance([])),
    Row("statistics.quantiles", "statistics.StatisticsError", lambda _: statistics.quantiles([])),
    Row("statistics.correlation", "statistics.StatisticsError", lambda _: statistics.correlation([1, 1], [1, 2])),
    Row("statistics.linear_regression", "statistics.StatisticsError", lambda _: statistics.linear_regression([1], [1])),
]
