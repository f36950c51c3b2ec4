"""Everything the bot says in a posted comment, in each language. ``{…}`` are filled with text made safe already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reviewbot.domain.record import Outcome
from reviewbot.domain.suggestion import ProofLevel, Suggestion
from reviewbot.domain.tone import Tone
from reviewbot.publish.prose import code_span, prose


@dataclass(frozen=True)
class Phrases:
    """The sentences of one language."""

    tone: Tone
    levels: Mapping[ProofLevel, str]
    passed: str
    failed: str
    by_analysis: str
    by_model: str
    reject: str
    settled: Mapping[Outcome, str]
    """For a thread that is resolved: what became of it, in one short sentence."""
    unplaced: str
    too_long: str
    line: str
    lines: str
    summary: str
    one_more: str
    more: str
    withheld: str
    and_more: str
    why: str
    """Instead of the sentence that analysis wrote in English; empty where that is used."""
    config: str


EN = Phrases(
    tone=Tone.EN,
    levels={
        ProofLevel.STATIC: "Checked without running any code (level: static)",
        ProofLevel.REGION: "Proven: these lines ran in a sandbox with the failure injected (level: region)",
        ProofLevel.FUNCTION: "Proven: the whole function ran in a sandbox with the failure injected (level: function)",
        ProofLevel.TESTS: "Proven: the repository's own tests ran in a sandbox (level: tests)",
    },
    passed="passed",
    failed="FAILED",
    by_analysis="Made by analysis alone.",
    by_model="Made by analysis and a model ({model}).",
    reject=(
        "To reject it, resolve this conversation, leave a 👎, or reply `/seed reject` with the reason: it is not "
        "suggested again on this pull request. The comment `# reviewbot: ignore` on the line keeps it away for good."
    ),
    settled={
        Outcome.APPLIED: "Applied in {commit}.",
        Outcome.FIXED: "Fixed in {commit}.",
        Outcome.REMOVED: "These lines are gone as of {commit}.",
        Outcome.WITHDRAWN: "Withdrawn: {commit} changed these lines, and the suggestion was made for the old ones.",
    },
    unplaced="Not to be applied with a click, since {reason}: {where}",
    too_long="{where}: too long to be shown.",
    line="{path}, line {start}",
    lines="{path}, lines {start} to {end}",
    summary="What the review of {commit} left unsaid:",
    one_more="1 more place may want a fix; held back by the limit. `/seed review --full` looks again.",
    more="{count} more places may want a fix; held back by the limit. `/seed review --full` looks again.",
    withheld="Not suggested, since it could not be proven ({count})",
    and_more="and {count} more",
    why="",
    config="{path}, line {line}: {problem} Until that is mended the settings of the base branch stay in force.",
)

ZH = Phrases(
    tone=Tone.ZH,
    levels={
        ProofLevel.STATIC: "已检查，未运行任何代码（级别：static）",
        ProofLevel.REGION: "已证明：这些行已在沙箱中注入故障并运行（级别：region）",
        ProofLevel.FUNCTION: "已证明：整个函数已在沙箱中注入故障并运行（级别：function）",
        ProofLevel.TESTS: "已证明：仓库自身的测试已在沙箱中运行（级别：tests）",
    },
    passed="通过",
    failed="未通过",
    by_analysis="仅由静态分析生成。",
    by_model="由静态分析和模型（{model}）生成。",
    reject=(
        "若不采纳，请将此对话标记为已解决、点 👎，或回复 `/seed reject` 并说明原因：在本次合并请求中不会再次建议。"
        "在该行加上注释 `# reviewbot: ignore` 可永久忽略。"
    ),
    settled={
        Outcome.APPLIED: "已在 {commit} 中采纳。",
        Outcome.FIXED: "已在 {commit} 中修复。",
        Outcome.REMOVED: "自 {commit} 起这些行已不存在。",
        Outcome.WITHDRAWN: "已撤回：{commit} 修改了这些行，而该建议是针对旧代码的。",
    },
    unplaced="无法一键应用（{reason}）：{where}",
    too_long="{where}：内容过长，无法显示。",
    line="{path}，第 {start} 行",
    lines="{path}，第 {start} 至 {end} 行",
    summary="对 {commit} 的审查中未在评论里说明的内容：",
    one_more="另有 1 处可能需要修复；因数量上限未显示。`/seed review --full` 可重新审查。",
    more="另有 {count} 处可能需要修复；因数量上限未显示。`/seed review --full` 可重新审查。",
    withheld="未能证明，因此未提出建议（{count}）",
    and_more="另有 {count} 条",
    why="{exceptions} 可能在这里抛出，而{function}没有处理它。",
    config="{path} 第 {line} 行：{problem} 在修正之前，基准分支上的设置继续有效。",
)

_BY_TONE = {Tone.EN: EN, Tone.ZH: ZH}


def phrases(tone: Tone) -> Phrases:
    """The sentences of a language."""
    return _BY_TONE[tone]


def why(suggestion: Suggestion, words: Phrases) -> str:
    """Why it is suggested, as Markdown."""
    if not words.why or not suggestion.exceptions:
        return prose(suggestion.why)
    names = "、".join(code_span(name) for name in suggestion.exceptions)
    function = f" {code_span(suggestion.function)} " if suggestion.function else "此处"
    return words.why.format(exceptions=names, function=function)


def where(suggestion: Suggestion, words: Phrases) -> str:
    """Its place, as Markdown."""
    lines = suggestion.lines
    form = words.line if len(lines) == 1 else words.lines
    return form.format(path=code_span(suggestion.path), start=lines.start, end=lines.end)


def commit_name(sha: str) -> str:
    """A commit in a sentence: seven digits in a code span, which no forge makes a link of."""
    return code_span(sha[:7])
