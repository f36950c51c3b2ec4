"""What a handler says: the deterministic text of its message, and how the file writes such text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewbot.domain.site import Site
from reviewbot.languages.python.guarding.available import available
from reviewbot.languages.python.guarding.scene import Scene
from reviewbot.languages.python.guarding.views import dotted

_PLAIN = re.compile(r"[^\"'\\{}%\x00-\x1f\x7f]{1,60}")
_NUMBER = re.compile(r"(int|float|complex|decimal\.Decimal|fractions\.Fraction)$")
_NAMELESS = frozenset({"number", "num", "n", "i", "x", "value", "val", "v", "result", "s", "_", "arg"})
_SECRET = re.compile(r"pass(word|wd|phrase)?|secret|token|credential|api_?key|private", re.I)

# The verb for a callable's failure, by the end of its canonical name; ``{}`` is what it was about.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), phrase)
    for pattern, phrase in (
        (r"(^|\.)(write_text|write_bytes)$", "cannot write {}"),
        (r"^shutil\.(copy|copy2|copyfile|copytree)$", "cannot copy {}"),
        (r"(^|\.)(remove|unlink|rmtree|rmdir|removedirs)$", "cannot remove {}"),
        (r"(^|\.)(mkdir|makedirs|symlink|symlink_to|touch)$", "cannot create {}"),
        (r"^(os|shutil|pathlib\.Path)\.(rename|replace|move)$", "cannot move {}"),
        (r"^(os|pathlib\.Path)\.(listdir|scandir|iterdir|stat|lstat|readlink)$", "cannot read {}"),
        (r"^(open|io\.open|os\.open|(gzip|bz2|lzma|codecs|tokenize|zipfile|tarfile)\..*|configparser\.\w+\.read_file)$",
         "cannot read {}"),
        (r"^pathlib\.Path\.(open|read_text|read_bytes)$", "cannot read {}"),
        (r"^(requests|httpx|urllib|urllib3|aiohttp)\..*(get|open|retrieve|stream)$", "cannot fetch {}"),
        (r"^(requests|httpx|aiohttp)\..*(post|put|patch|delete|head|request|send)$", "the request to {} failed"),
        (r"^subprocess\.", "{} failed"),
        (r"^(int|float|complex|decimal\.Decimal|fractions\.Fraction)$", "{} is not a number"),
        (r"^os\.environ\[\]$", "{} is not set"),
        (r"^sys\.argv\[\]$", "missing argument: {}"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A value in a message, by the expression that gives it."""

    expression: str


@dataclass(frozen=True)
class Message:
    """The text of a handler, the failure itself aside.

    Attributes:
        parts: text and fields, in order.
        cause: whether the failure's own words add something; those of a ``KeyError`` are the key once more.
    """

    parts: tuple[str | Field, ...]
    cause: bool = True

    @property
    def fstring(self) -> str:
        """The text as it stands between the quotes of an f-string."""
        return "".join(p if isinstance(p, str) else f"{{{p.expression}}}" for p in self.parts)

    @property
    def percent(self) -> str:
        """The text as it stands between the quotes of a %-style message."""
        return "".join(p if isinstance(p, str) else "%s" for p in self.parts)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of a %-style message."""
        return tuple(p.expression for p in self.parts if isinstance(p, Field))

    @property
    def words(self) -> str:
        """The text without its fields, for loggers that take them apart from it."""
        return " ".join("".join(p for p in self.parts if isinstance(p, str)).split())

    def and_then(self, text: str) -> Message:
        """The message with more text at its end."""
        return Message((*self.parts, text), self.cause)


def message(scene: Scene) -> Message:
    """What to say when the region fails, told by the site that runs first: the others build on it."""
    site = scene.region.sites[0]
    node = node_of(scene, site)
    about = None if node is None else _about(scene, site, node)
    phrase = next((phrase for pattern, phrase in _PHRASES if pattern.search(site.callee)), None)
    if phrase == "cannot read {}" and isinstance(node, ast.Call) and _writes(node):
        phrase = "cannot write {}"
    if site.callee.endswith("[]") and site.callee != "sys.argv[]" and isinstance(about, str):
        phrase = _missing(scene, phrase)
    if phrase is None or about is None:
        return Message(_told(scene, _general(site, node, about)), site.callee != "sys.argv[]")
    before, _, after = phrase.partition("{}")
    plain = site.callee.endswith("[]") and len(scene.region.sites) == 1
    return Message(_told(scene, tuple(part for part in (before, about, after) if part)), not plain)


def _general(site: Site, node: ast.AST | None, about: str | Field | None) -> tuple[str | Field, ...]:
    """What to say where no phrase fits: that the call failed, that the key is missing, or what was known to happen."""
    documented = ":" in site.failures[0].source  # a URL or a file of code, see docs/knowledge.md
    if site.calibrated and not documented and isinstance(node, ast.Call):
        return _called(node), " failed"
    if site.calibrated and isinstance(node, ast.Subscript) and about is not None:
        return (about, " is missing") if isinstance(about, str) else ("no entry for ", about)
    return (site.failures[0].when,)


def _called(node: ast.AST | None) -> str:
    """The last name of what is called."""
    func = node.func if isinstance(node, ast.Call) else None
    if isinstance(func, ast.Name):
        return func.id
    return func.attr if isinstance(func, ast.Attribute) else "the call"


def _missing(scene: Scene, phrase: str | None) -> str:
    """What to say of a key: one handler also tells what can go wrong with its value, where that is in the region."""
    others = [site.callee for site in scene.region.sites if not site.callee.endswith("[]")]
    if not others:
        return phrase or "{} is missing"
    return "{} is missing or not a number" if all(_NUMBER.match(callee) for callee in others) else "{} cannot be used"


def _writes(node: ast.Call) -> bool:
    """Whether ``open(path, mode)`` or ``path.open(mode)`` opens for writing, in one case at least."""
    given = [k.value for k in node.keywords if k.arg == "mode"]
    given += node.args[0 if isinstance(node.func, ast.Attribute) else 1 :][:1]
    modes = [part.value for mode in given for part in ast.walk(mode) if isinstance(part, ast.Constant)]
    return any(isinstance(m, str) and (m[:1] in {"w", "a", "x"} or "+" in m[:3]) for m in modes)


def _told(scene: Scene, parts: Sequence[str | Field]) -> tuple[str | Field, ...]:
    first = parts[0]
    if isinstance(first, str) and first.islower() and _capitals(scene) and len(first.split()) > 1:
        parts = (first[0].upper() + first[1:], *parts[1:])
    return tuple(_joined(parts))


def _joined(parts: Sequence[str | Field]) -> list[str | Field]:
    done: list[str | Field] = []
    for part in parts:
        if done and isinstance(part, str) and isinstance(done[-1], str):
            done[-1] += part
        else:
            done.append(part)
    return done


def node_of(scene: Scene, site: Site) -> ast.Call | ast.Subscript | None:
    """The failing expression of a site."""
    candidates = scene.view.by_line.get(site.span.line, ())
    return next((node for node in candidates if scene.syntax.span(node) == site.span), None)


def _about(scene: Scene, site: Site, node: ast.Call | ast.Subscript) -> str | Field | None:
    """What the failing call was about: a literal, or a name whose value is known at the handler."""
    if isinstance(node, ast.Subscript):
        if site.callee == "sys.argv[]":
            return _target(scene) if node is getattr(scene.statement, "value", None) else None
        return _simple(scene, node.slice)
    if re.match(r"(int|float|complex|decimal|fractions)\b", site.callee):
        return _number_name(scene, node)
    if site.callee.startswith("subprocess."):
        return _command(scene, node)
    if site.callee.startswith("pathlib.Path.") and isinstance(node.func, ast.Attribute):
        return _simple(scene, node.func.value)
    return _simple(scene, node.args[0]) if node.args else None


def _command(scene: Scene, node: ast.Call) -> str:
    first = node.args[0] if node.args else None
    if isinstance(first, ast.List | ast.Tuple) and first.elts:
        first = first.elts[0]
    found = None if first is None else _simple(scene, first)
    return found if isinstance(found, str) else "the command"


def _number_name(scene: Scene, node: ast.Call) -> str | Field | None:
    """The name of what should be a number: a key, else the variable that gets it, else the variable it comes from."""
    given = node.args[0] if node.args else None
    for part in ast.walk(given) if given is not None else ():
        if isinstance(part, ast.Subscript | ast.Call):
            key = part.slice if isinstance(part, ast.Subscript) else (part.args[0] if part.args else None)
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and re.fullmatch(r"[\w.-]+", key.value):
                return key.value
    name = _target(scene) or _last(given)
    return None if name in _NAMELESS else name


def _target(scene: Scene) -> str | None:
    """The name of the variable or attribute that the region's only statement assigns."""
    target = getattr(scene.statement, "targets", None) or [getattr(scene.statement, "target", None)]
    return _last(target[0])


def _last(expression: ast.expr | None) -> str | None:
    if isinstance(expression, ast.Name):
        return expression.id
    return expression.attr if isinstance(expression, ast.Attribute) else None


def _simple(scene: Scene, expression: ast.expr) -> str | Field | None:
    """A literal's text, or a field over names that are bound before the region."""
    if isinstance(expression, ast.Constant):
        value = expression.value
        return value if isinstance(value, str) and _PLAIN.fullmatch(value) else None
    if isinstance(expression, ast.Call) and len(expression.args) == 1 and not expression.keywords:
        called = ast.unparse(expression.func).rpartition(".")[2]
        return _simple(scene, expression.args[0]) if called in {"Path", "str", "expanduser", "PurePath"} else None
    text = dotted(expression)
    if text is None or _SECRET.search(text) or len(text) > 40:
        return None
    root = text.partition(".")[0]
    return Field(text) if root in available(scene) and root not in scene.bound_here else None


def _capitals(scene: Scene) -> bool:
    """Whether the file's own messages mostly begin with a capital letter."""
    upper = lower = 0
    for call in _speaking(scene):
        text = _beginning(call.args[0]) if call.args else ""
        upper += text[:1].isupper()
        lower += text[:1].islower()
    return upper > lower


def _speaking(scene: Scene) -> Iterator[ast.Call]:
    """Calls whose first argument is a message to people: of an exception, a logger, ``sys.exit`` or ``abort``."""
    yield from (call for _, call, _ in scene.view.raised)
    for name in ("warning", "error", "exception", "info", "exit", "echo", "abort", "fail"):
        yield from scene.view.calls.get(name, ())


def _beginning(expression: ast.expr) -> str:
    if isinstance(expression, ast.JoinedStr) and expression.values:
        expression = expression.values[0]
    if isinstance(expression, ast.BinOp):
        return _beginning(expression.left)
    value = expression.value if isinstance(expression, ast.Constant) else ""
    return value if isinstance(value, str) else ""


def quote(scene: Scene) -> str:
    """The quotes that the file writes strings with."""
    text = scene.syntax.file.text
    return "'" if text.count("'") > 2 * text.count('"') else '"'
