"""Sources with the failing expressions marked «so», and a tree made of a dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reviewbot.domain.draft import Draft
from reviewbot.domain.site import Failure, Region, Site, Span
from reviewbot.domain.source_file import SourceFile
from reviewbot.languages.protocol import Drafts
from reviewbot.languages.python.checking.check import check
from reviewbot.languages.python.guarding.drafts import drafts
from reviewbot.languages.python.guarding.regions import regions
from reviewbot.languages.python.reading.knowledge import Knowledge

KNOWLEDGE = Knowledge(
    bases={
        "json.JSONDecodeError": ("ValueError",),
        "requests.exceptions.RequestException": ("OSError",),
        "urllib.error.URLError": ("OSError",),
        "yaml.YAMLError": (),
        "subprocess.CalledProcessError": ("subprocess.SubprocessError",),
        "subprocess.SubprocessError": (),
    },
    exception_aliases={
        "json.decoder.JSONDecodeError": "json.JSONDecodeError",
        "requests.RequestException": "requests.exceptions.RequestException",
    },
)

# How a call is spelled in the sources of the tests: its canonical name, and what it raises.
CALLS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "open": ("open", (("FileNotFoundError", "the file does not exist"),)),
    "read_text": ("pathlib.Path.read_text", (("FileNotFoundError", "the file does not exist"),)),
    "write_text": ("pathlib.Path.write_text", (("OSError", "the file cannot be written"),)),
    "json.load": ("json.load", (("json.JSONDecodeError", "the file is not JSON"),)),
    "load": ("json.load", (("json.JSONDecodeError", "the file is not JSON"),)),
    "json.loads": ("json.loads", (("json.JSONDecodeError", "the text is not JSON"),)),
    "loads": ("json.loads", (("json.JSONDecodeError", "the text is not JSON"),)),
    "int": ("int", (("ValueError", "the text is not a whole number"),)),
    "float": ("float", (("ValueError", "the text is not a number"),)),
    "UUID": ("uuid.UUID", (("ValueError", "the text is not a UUID"),)),
    "requests.get": ("requests.get", (("requests.exceptions.RequestException", "the server cannot be reached"),)),
    "urlopen": ("urllib.request.urlopen", (("urllib.error.URLError", "the server cannot be reached"),)),
    "yaml.safe_load": ("yaml.safe_load", (("yaml.YAMLError", "the text is not YAML"),)),
    "safe_load": ("yaml.safe_load", (("yaml.YAMLError", "the text is not YAML"),)),
    "os.environ": ("os.environ[]", (("KeyError", "the variable is not set"),)),
    "os.remove": ("os.remove", (("FileNotFoundError", "the file does not exist"), ("OSError", "it is in use"))),
    "data": ("dict[]", (("KeyError", "the key is missing"),)),
    "subprocess.run": ("subprocess.run", (("subprocess.CalledProcessError", "the command fails"),)),
}


class Files:
    """A ``Tree`` over a dictionary."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self.files = {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
        self.reads: list[str] = []

    def read(self, path: str) -> bytes | None:
        self.reads.append(path)
        return self.files.get(path)

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def grep(self, words: tuple[str, ...], suffix: str) -> tuple[str, ...]:
        return tuple(p for p in self.paths() if p.endswith(suffix) and any(w.encode() in self.files[p] for w in words))


def marked(source: str, path: str = "app.py", bom: bool = False) -> tuple[SourceFile, list[Site]]:
    """The file without its marks, and a site for each mark."""
    plain: list[str] = []
    opened: list[int] = []
    found: list[tuple[int, int]] = []
    for part in re.split("([«»])", source):
        at = sum(map(len, plain))
        if part == "«":
            opened.append(at)
        elif part == "»":
            found.append((opened.pop(), at))
        else:
            plain.append(part)
    assert not opened
    text = "".join(plain)
    return SourceFile(path, text, bom=bom), [site_at(path, text, start, end) for start, end in sorted(found)]


def site_at(path: str, text: str, start: int, end: int) -> Site:
    expression = text[start:end]
    name = re.split(r"[(\[]", expression)[0].strip()
    name = name if name in CALLS else name.rpartition(".")[2]
    callee, raised = CALLS[name]
    failures = tuple(
        Failure(e, when, "https://docs.python.org", f"py.unhandled.{e.lower()}", KNOWLEDGE.ancestors(e))
        for e, when in raised
    )
    return Site(path, span_of(text, start, end), callee, failures, None, f"`{name}` may fail.", 0.8)


def span_of(text: str, start: int, end: int) -> Span:
    def place(at: int) -> tuple[int, int]:
        before = text[:at]
        return before.count("\n") + 1, at - (before.rfind("\n") + 1)

    return Span(*place(start), *place(end))


def regions_of(source: str) -> tuple[SourceFile, tuple[Region, ...]]:
    file, sites = marked(source)
    return file, regions(file, sites)


def proposed(
    source: str, path: str = "app.py", others: Mapping[str, str | bytes] | None = None
) -> tuple[SourceFile, Region, Drafts]:
    """The drafts for the only region of a marked source; each of them passes the static checks."""
    file, sites = marked(source, path)
    (region,) = regions(file, sites)
    tree = Files({**(others or {}), path: file.text})
    found = drafts(file, region, tree, KNOWLEDGE)
    for draft in found.drafts:
        wrong = [e for e in check(file, draft) if not e.ok]
        assert not wrong, (wrong, draft.replacement)
    assert bool(found.drafts) != bool(found.refusal)
    return file, region, found


def handler(draft: Draft) -> str:
    """The text of the handler, indentation of the ``except`` taken away."""
    lines = draft.replacement.splitlines()
    at = max(i for i, line in enumerate(lines) if line.lstrip().startswith("except "))
    indent = len(lines[at]) - len(lines[at].lstrip())
    return "\n".join(line[indent:] for line in lines[at:])
