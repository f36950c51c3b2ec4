from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.domain.errors import ConfigError
from reviewbot.model.fim import FAMILIES, PLAIN, cut, family_of, neutralise

FRAMES = [
    ("ByteDance-Seed/Seed-Coder-8B-Base", "<[fim-suffix]>S<[fim-prefix]>P<[fim-middle]>"),
    ("/models/seed_coder.Q4_K_M", "<[fim-suffix]>S<[fim-prefix]>P<[fim-middle]>"),
    ("Qwen/Qwen2.5-Coder-7B", "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>"),
    ("qwen2.5-coder:1.5b-base", "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>"),
    ("Qwen3-Coder-30B-A3B", "<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>"),
    ("bigcode/starcoder2-7b", "<fim_prefix>P<fim_suffix>S<fim_middle>"),
    ("deepseek-ai/deepseek-coder-6.7b-base", "<｜fim▁begin｜>P<｜fim▁hole｜>S<｜fim▁end｜>"),
    ("DeepSeek-Coder-V2-Lite-Base", "<｜fim▁begin｜>P<｜fim▁hole｜>S<｜fim▁end｜>"),
    ("codellama/CodeLlama-7b-hf", "<PRE> P <SUF>S <MID>"),
    ("CodeLlama-13b", "<PRE> P <SUF>S <MID>"),
    ("mistralai/Codestral-22B-v0.1", "[SUFFIX]S[PREFIX]P"),
    ("ibm-granite/granite-3.3-8b-base", "<fim_prefix>P<fim_suffix>S<fim_middle>"),
    ("granite-8b-code-base", "<fim_prefix>P<fim_suffix>S<fim_middle>"),
    # Those that never learnt to fill, though their name is near to one that did.
    ("codellama/CodeLlama-34b-hf", "P"),
    ("codellama/CodeLlama-7b-Python-hf", "P"),
    ("SmolLM2-135M-Instruct.Q4_1", "P"),
    ("Qwen2.5-7B", "P"),
    ("deepseek-v3", "P"),
    ("", "P"),
]


@pytest.mark.parametrize(("model", "framed"), FRAMES, ids=[model for model, _ in FRAMES])
def test_frame_by_name(model: str, framed: str) -> None:
    assert family_of(model).frame("P", "S") == framed


def test_every_family_is_in_the_table_above() -> None:
    assert {family_of(model).name for model, _ in FRAMES} == {family.name for family in (*FAMILIES, PLAIN)}


def test_override_wins_over_the_name() -> None:
    assert family_of("my-finetune", "seed-coder").name == "seed-coder"
    assert family_of("starcoder2", "plain") is PLAIN


def test_unknown_override_lists_the_known() -> None:
    with pytest.raises(ConfigError, match=r"'seed'; use one of seed-coder, .*plain"):
        family_of("x", "seed")


def test_codellama_alone_needs_its_end_as_a_stop() -> None:
    assert [family.name for family in FAMILIES if family.stop] == ["codellama"]


TOKENS = [part for family in FAMILIES for part in (family.before, family.between, family.after) if part] + [
    *("<EOT>", "<s>", "</s>", "<unk>", "<|endoftext|>", "<|im_start|>", "<|file_sep|>", "<file_sep>", "<repo_name>"),
    *("<[begin▁of▁sentence]>", "<｜end▁of▁sentence｜>", "[INST]", "[/INST]", "<filename>", "<reponame>", "<gh_stars>"),
]


@pytest.mark.parametrize("token", TOKENS)
def test_control_tokens_do_not_survive(token: str) -> None:
    assert token.strip() not in neutralise(f"x = '{token}'")
    assert neutralise(token).replace(" ", "") == token.replace(" ", "")


@pytest.mark.parametrize(
    "code",
    [
        "if a < b | c > d: pass",
        "x = d[PREFIX]".replace("[PREFIX]", "['PREFIX']"),
        "List[str]",
        "a<[1][0]",
        "f'<{tag}>'",
        "<html><body>",
        "-> dict[str, int]:",
    ],
)
def test_code_stays_as_it_is(code: str) -> None:
    assert neutralise(code) == code


@given(
    st.lists(st.sampled_from([*TOKENS, "<", "|", ">", "fim_", "prefix", "[", "]", " ", "s>", "x", "\ud800"])).map(
        "".join
    )
)
def test_no_text_breaks_any_frame(text: str) -> None:
    safe = neutralise(text)
    assert neutralise(safe) == safe
    for family in FAMILIES:
        framed = family.frame(text, text)
        for part in {family.before.strip(), family.between.strip(), family.after.strip()} - {""}:
            assert framed.count(part) == 1
        framed.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "stops", "expected"),
    [
        ("a\nb", ("\n",), "a"),
        ("a;b\n", ("\n", ";"), "a"),
        ("ab", ("\n",), None),
        ("\nab", ("\n",), ""),
        ("a<|endoftext|>b", (), "a"),
        ("a <EOT>\nb", ("\n", " <EOT>"), "a"),
        ("ab", ("",), None),
    ],
)
def test_cut(text: str, stops: tuple[str, ...], expected: str | None) -> None:
    assert cut(text, stops) == expected
