"""The answers in Chinese."""

from reviewbot.commands.grammar import Fault, Name
from reviewbot.commands.rights import Why
from reviewbot.commands.sentences import Sentences
from reviewbot.domain.conversation import Permission
from reviewbot.domain.record import Outcome
from reviewbot.domain.tone import Tone

ZH = Sentences(
    tone=Tone.ZH,
    help_title="在评论或回复中，于行首写下命令：",
    help_header="| 命令 | 作用 | 谁可以使用 |",
    helps={
        Name.FIX: (
            "为所在的行或对话提出修复建议。命令后的文字，或所回复的评论，用来说明问题。"
            "加上 `--commit` 会把该建议推送到源分支。"
        ),
        Name.TEST: "为所在的行或对话提出测试建议。",
        Name.REVIEW: "审查合并请求中的新内容；加上 `--full` 则重新审查全部内容。",
        Name.REJECT: "撤回该对话中的建议；在本次合并请求中不会再次提出。",
        Name.EXPLAIN: "说明该对话中的建议为何提出，以及如何检查。",
        Name.REVIEWED: ("告知门禁您已审查 AI 编写的行：全部、某个文件的，或所在对话的行。其效力与您的批准相同。"),
        Name.OVERRIDE: "以所给理由对当前提交放行门禁；仅供策略中指定的人使用。",
        Name.PAUSE: "暂停对本次合并请求的审查；命令仍会得到回答。",
        Name.RESUME: "恢复对本次合并请求的审查。",
        Name.HELP: "显示本说明。",
        Name.STATUS: "说明已审查的内容、仍有效的建议，以及审查是否已暂停。",
    },
    needs={
        Permission.READ: "可读取此仓库的人",
        Permission.WRITE: "可写入此仓库的人",
    },
    needs_review="可写入此仓库的人，以及来自派生仓库的合并请求的作者",
    help_places="引用和代码块中的行不是命令。一条评论最多可写五条命令。",
    refusals={
        Why.TOO_OFTEN: "您在一小时内已发出 {limit:number} 条命令，达到每人的上限：请稍后再试。",
        Why.NEEDS_WRITE: "此命令仅供可写入此仓库的人使用：请向他们提出。",
        Why.NEEDS_READ: "此命令仅供可读取此仓库的人使用：请向他们提出。",
        Why.ONLY_REVIEW: (
            "此命令仅供可写入此仓库的人使用；作为来自派生仓库的合并请求的作者，您可以使用 `/seed review`。"
        ),
    },
    mistakes={
        Fault.UNKNOWN_NAME: "没有 {word:code} 这个命令。",
        Fault.UNKNOWN_OPTION: "这里没有 {word:code} 这个选项。",
        Fault.NEEDLESS_WORDS: "{command:code} 后面不能带 {word:code} 这样的文字：请单独书写。",
        Fault.PATH: "命令只作用于所在之处，不接受 {word:code} 这样的路径：请写在对应的行上。",
        Fault.TOO_MANY: "一条评论最多可写五条命令：从 {line:code} 起未予执行。",
    },
    nearest="您是否想用 {nearest:code}？",
    all_commands="`/seed help` 会列出全部命令。",
    no_place="没有可处理的位置：请在差异的某一行上回复。",
    not_mine="此对话中没有我的建议：请回复您所指的那一条。",
    not_open="该合并请求未处于打开状态，因此无需处理。",
    failed="未能完成，原因不在您这边：运行此机器人的人可在其日志中查到。",
    stands_already="对这些行的修复已在此处提出。",
    lines_changed="这些行已与对话开始时不同：请在当前差异的某一行上提出。",
    nothing_to_fix="这里无需修复：这些行上没有已知会失败而未被处理的调用。",
    nothing_to_fix_since="这里没有能够证明的修复：{reason:prose}",
    fixed_on_line="已在 {path:code} 第 {start:number} 行提出修复建议。",
    fixed_on_lines="已在 {path:code} 第 {start:number} 至 {end:number} 行提出修复建议。",
    gate_is_off="这里没有可告知的门禁：目标分支 `.reviewbot.toml` 中的 `[ai]` 已关闭。",
    edited_by_another="此评论被他人编辑过，因此对任何人都无效：请自己另写一条。",
    not_seen="无法确认您已看过当前提交 {sha:code}：请先查看，至少十秒后再次写下命令。",
    no_such_lines=(
        "在 {sha:code} 中没有 {words:code} 所指的内容：请写仓库中的路径和文件中存在的行，例如 `src/app.py:3-9`。"
    ),
    name_the_lines="无法确定这里指的是哪些行：请写明，例如 `/seed reviewed src/app.py:3-9`。",
    no_overrider="按目标分支上的策略，只有 {named:codes} 可以放行门禁。",
    nobody_overrides="按目标分支上的策略，没有人可以放行门禁：由 `[ai]` 中的 `override` 指定。",
    no_reason="请用几句话说明理由：`/seed override 紧急修复不能等待，随后在 #12 中审查`。",
    no_tests_yet="此版本尚不能编写测试。",
    committed="已提交为 {sha:code}。",
    head_moved="源分支已有新的提交，因此未作处理：请再次提出。",
    fork_forbids="此派生仓库不允许维护者推送到其分支：请在页面上应用该建议。",
    branch_protected="分支 {branch:code} 受到保护，不会向这样的分支推送。",
    push_refused="代码托管平台拒绝了推送：请在页面上应用该建议。",
    rejected="已撤回；在本次合并请求中不会再次建议。",
    paused="已暂停对本次合并请求的审查；`/seed resume` 可恢复。",
    resumed="已恢复对本次合并请求的审查。",
    nothing_found="已审查 {sha:code}，没有需要说明的内容。",
    explained="依据规则 {rule:code}，针对 {exceptions:codes}；把握 {percent:number} %。",
    never_reviewed="尚未审查。",
    reviewed_now="已审查：{sha:code}，即当前的最新提交。",
    reviewed_before="最近审查：{sha:code}；此后已有新的提交。",
    standing="仍有效的建议：{count:number}",
    outcomes={
        Outcome.APPLIED: "按建议采纳：{count:number}",
        Outcome.FIXED: "以其他方式修复：{count:number}",
        Outcome.REMOVED: "相关行已删除：{count:number}",
        Outcome.WITHDRAWN: "因相关行变更而撤回：{count:number}",
        Outcome.REJECTED: "被拒绝：{count:number}",
        Outcome.LEFT: "合并请求关闭时仍未处理：{count:number}",
    },
    paused_by="审查已暂停，操作者为 {login:code}；`/seed resume` 可恢复。",
)
"""Chinese."""
