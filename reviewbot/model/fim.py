"""Fill in the middle: how each family of models wants a hole framed, and how untrusted text is kept inside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reviewbot.domain.errors import ConfigError


@dataclass(frozen=True)
class Family:
    """One family's frame, as a template over ``{prefix}`` and ``{suffix}``.

    Attributes:
        name: what an operator may name it by.
        pattern: matches the model's name, lower case.
        before, between, after: the frame's literal parts, in the order they are written.
        suffix_first: True where the suffix stands before the prefix.
        stop: text that ends the middle, where the family does not end it with its end-of-text token.
        source: where the frame is documented.
    """

    name: str
    pattern: str
    before: str
    between: str
    after: str
    suffix_first: bool
    stop: tuple[str, ...]
    source: str

    @property
    def fills(self) -> bool:
        """False for a model that can only continue."""
        return bool(self.before)

    def frame(self, prefix: str, suffix: str) -> str:
        """The prompt whose continuation is the middle, both sides neutralised; without a frame the suffix is lost."""
        head, tail = neutralise(prefix), neutralise(suffix)
        if not self.fills:
            return head
        first, second = (tail, head) if self.suffix_first else (head, tail)
        return f"{self.before}{first}{self.between}{second}{self.after}"


PLAIN = Family("plain", "", "", "", "", False, (), "a model without fill in the middle continues the prefix")

_PIPE = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")
_BARE = ("<fim_prefix>", "<fim_suffix>", "<fim_middle>")
_DEEPSEEK = ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>")

FAMILIES: tuple[Family, ...] = (
    Family(
        "seed-coder",
        r"seed-?coder",
        "<[fim-suffix]>",
        "<[fim-prefix]>",
        "<[fim-middle]>",
        True,
        (),
        "arXiv:2506.03524 §2.2.6",
    ),
    Family(
        "qwen-coder", r"qwen[\d.]*-?coder", *_PIPE, False, (), "arXiv:2409.12186 §3.1; github.com/QwenLM/Qwen2.5-Coder"
    ),
    Family("starcoder", r"star-?coder", *_BARE, False, (), "arXiv:2402.19173; huggingface.co/bigcode/starcoder2-7b"),
    Family("deepseek-coder", r"deepseek-?coder", *_DEEPSEEK, False, (), "github.com/deepseek-ai/DeepSeek-Coder"),
    Family(
        "codellama",
        r"code-?llama-(7|13)b(?!-python)",
        "<PRE> ",
        " <SUF>",
        " <MID>",
        False,
        (" <EOT>", "<EOT>"),
        "arXiv:2308.12950 §2.3: 7B and 13B alone learnt to fill, the Python variants did not",
    ),
    Family(
        "codestral",
        r"codestral-?(22b|v0\.1|latest|25|24|$)",
        "[SUFFIX]",
        "[PREFIX]",
        "",
        True,
        (),
        "mistral-common: tokenize fim",
    ),
    Family(
        "granite",
        r"granite-?(3|4|[\d]+b-code|code)",
        *_BARE,
        False,
        (),
        "huggingface.co/ibm-granite/granite-3.3-8b-base",
    ),
)
"""First match wins; a model that none matches continues (``PLAIN``)."""

# What any of these tokenizers reads as a control token, by shape: <|…|>, <[…]>, <｜…｜>, the BigCode and Llama words in
# angle brackets, Mistral's in square ones. Broader than any one family: servers parse them all in a text prompt.
_CONTROL = re.compile(
    r"<(?=\|[^\s<>|]{1,64}\|>"
    r"|\[[^\s<>\[\]]{1,64}\]>"
    r"|｜[^\s<>｜]{1,64}｜>"
    r"|(?:PRE|SUF|MID|EOT|FILL_ME)>"
    r"|/?s>|(?:unk|pad|bos|eos|mask|endoftext|empty_output)>"
    r"|(?:fim|repo|file|gh|issue|jupyter|commit|code|intermediate)_?[a-z_]*>)"
    r"|\[(?=/?(?:PREFIX|SUFFIX|MIDDLE|INST|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS|SYSTEM_PROMPT|IMG)\])"
)


def neutralise(text: str) -> str:
    """``text`` with a space put into whatever a tokenizer would read as a control token, so that it stays data.

    Nothing is taken away, so no new token can arise; text without control tokens is returned as it is. Lone surrogates,
    which no request can carry, become ``?``.
    """
    return _CONTROL.sub(lambda found: found.group() + " ", text).encode("utf-8", "replace").decode("utf-8")


def cut(text: str, stops: tuple[str, ...]) -> str | None:
    """``text`` up to the first of ``stops`` or of any control token; None where it holds none of them."""
    places = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    control = _CONTROL.search(text)
    if control:
        places.append(control.start())
    return text[: min(places)] if places else None


def family_of(model: str, override: str | None = None) -> Family:
    """The family of a model.

    Args:
        model: its name, path or hub id. override: a family's name, for a model whose own name does not tell.

    Raises:
        ConfigError: no family is called ``override``.
    """
    if override is not None:
        known = {family.name: family for family in (*FAMILIES, PLAIN)}
        if override not in known:
            raise ConfigError(f"There is no model family {override!r}; use one of {', '.join(known)}.")
        return known[override]
    name = re.sub(r"[\s_]+", "-", model.lower())
    return next((family for family in FAMILIES if re.search(family.pattern, name)), PLAIN)
