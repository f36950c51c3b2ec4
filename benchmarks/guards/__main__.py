"""``make bench-guards``: the guard benchmark from wheels to tables and a picture; and what it is trained on.

``python -m benchmarks.guards`` runs, ``… read`` writes down what a person should read of the last run, ``… learn``
mines and trains anew (hours; needs ``reviewbot[train]``).
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.guards import reading, report
from benchmarks.guards.compare import dev_samples, marks, ruff_marks
from benchmarks.guards.make import Case, cases
from benchmarks.guards.mine import DEVELOPMENT, learnable, usable, write
from benchmarks.guards.run import Result, run_cases
from benchmarks.guards.score import at_noise, curve
from benchmarks.guards.wheels import download
from reviewbot.domain.review import ReviewOptions
from reviewbot.languages.python.reading import knowledge
from reviewbot.languages.python.weighing.find import load_weights
from reviewbot.resources import rules_dir

PACKAGES = Path(__file__).with_name("packages.txt")
"""What is learned from, one wheel's name and version a line."""


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guards", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("run", "read", "learn"), default="run")
    parser.add_argument("--cache", type=Path, default=Path("build/guards"), help="wheels, cases and results lie here")
    parser.add_argument("--model", default="none", help="as of reviewbot review; more than one with commas between")
    parser.add_argument("--picture", type=Path, help="write the curves here, as PNG")
    asked = parser.parse_args()
    if asked.what == "learn":
        learn(asked.cache)
    elif asked.what == "read":
        read(asked.cache)
    else:
        run(asked.cache, asked.model.split(","), asked.picture)
    return 0


def run(cache: Path, models: Sequence[str], picture: Path | None) -> None:
    """Score the bot and its baselines on the development set, and print the tables."""
    wheels = download(sorted(DEVELOPMENT), cache / "development")
    found = list(cases(wheels))
    runs = {model: run_cases(found, cache / f"cases-{model}", model) for model in models}
    (cache / "runs.pickle").write_bytes(pickle.dumps(runs))
    curves = [report.of_run(f"reviewbot, model {model}", results) for model, results in runs.items()]
    curves += _baselines(found, cache / f"cases-{models[0]}")
    print(report.table(curves))
    for model, results in runs.items():
        print(f"\n## model {model}\n")
        _tell(results)
    if picture is not None:
        report.picture(curves, picture)


def read(cache: Path) -> None:
    """Write ``misses.md``, ``alarms.md`` and ``shown.md`` beside the last run, and count what was said of them."""
    results = next(iter(pickle.loads((cache / "runs.pickle").read_bytes()).values()))
    points = [at_noise(curve(c.marks, c.sites, c.lines), 5) for c in [report.of_run("", results)]]
    least = points[0].confidence if points[0] else 0.0
    lists = {
        "misses": (reading.misses(results, least), reading.CAUSES),
        "alarms": (reading.alarms(results), reading.CAUSES),
        "shown": (reading.shown(results, ReviewOptions().min_confidence), reading.OPINIONS),
    }
    for name, (found, opinions) in lists.items():
        said = reading.opinions(opinions)
        (cache / f"{name}.md").write_text("\n".join(reading.markdown(found, said)), "utf-8")
        print(f"## {name}: {cache / f'{name}.md'}\n\n| what | times |\n|---|---|\n{reading.counted(found, said)}\n")


def _baselines(found: Sequence[Case], out: Path) -> list[report.Curve]:
    weights = load_weights(rules_dir())
    candidates = dev_samples(found, weights.field, knowledge.load(rules_dir()))
    sites, lines = sum(len(c.sites) for c in found), sum(b - a + 1 for c in found for _, a, b in c.changed)
    return [
        report.Curve(
            "weighed, nothing drafted or proven",
            marks(candidates, found, lambda s: weights.forest.raw(s.features) * s.left),
            sites,
            lines,
        ),
        report.Curve(
            "the field's rate for the callee", marks(candidates, found, lambda s: s.features["field"]), sites, lines
        ),
        report.Curve("ruff's rules", ruff_marks(found, out), sites, lines),
    ]


def _tell(results: Sequence[Result]) -> None:
    least = ReviewOptions().min_confidence
    for name, floor in (("at the default confidence", least), ("of all", 0.0)):
        hits = report.hits(results, floor)
        many = max(1, len(hits))
        kinds, regions = sum(h.kind for h in hits), sum(h.region for h in hits)
        print(f"{name}, {len(hits)} typed: handler's kind {kinds / many:.1%}, try region {regions / many:.1%}")
    said = [s for result in results for s in result.said]
    error, rows = report.calibration(said)
    print(f"calibration error {error:.3f} over {len(said)} suggestions:")
    for mean, right, number in rows:
        print(f"  said {mean:.2f}, right {right:.2f} of {number}")
    print("proof:", dict(report.levels(results)))
    for reason, number in report.withheld(results).items():
        print(f"withheld {number:4}: {reason}")
    print(f"seconds: {sum(r.seconds for r in results):.0f}, one package after the other")


def learn(cache: Path) -> None:
    """Mine the packages of ``packages.txt`` and train on them: writes ``rules/guards/*.json``."""
    from benchmarks.guards import corpus, train

    wheels = learnable_wheels(cache / "packages")
    parts = corpus.tables(wheels, cache / "mined")
    write(usable(corpus.total(parts)), (name.split("-")[0] for name in parts), rules_dir() / "guards" / "field.json")
    folds = list(corpus.folds(wheels, cache / "mined"))
    found = train.rows(folds)
    train.write_manner(train.fit_manner(folds), found.names, rules_dir() / "guards" / "manner.json")
    train.write(train.fit(found), found.names, train.calibration(folds), rules_dir() / "guards" / "forest.json")


def learnable_wheels(folder: Path) -> list[Path]:
    """The wheels of ``packages.txt``, from PyPI."""
    names = PACKAGES.read_text("utf-8").split()
    download([name for name in names if not name.startswith("#")], folder)
    return learnable(folder)


if __name__ == "__main__":
    sys.exit(main())
