"""What the policy demands of lines, apart from who has reviewed them so far."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewbot.domain.provenance import OriginKind
from reviewbot.policy.kinds import counted
from reviewbot.policy.people import Commit, Identities
from reviewbot.policy.runs import Run
from reviewbot.repo_config.ai import AiPolicy, AiRule

_WORD = re.compile(r"[a-z0-9]+")
_SAYS_NOTHING = frozenset(
    {"agent", "ai", "app", "assistant", "bot", "cli", "code", "coding", "github", "google", "ide"}
)
"""Words of tools' names that do not tell one tool from another."""


def reviewers(rule: AiRule | None, policy: AiPolicy) -> int:
    """How many people must have reviewed."""
    return max(policy.reviewers, 2) if rule is AiRule.TWO_REVIEWERS else policy.reviewers


def blocks(run: Run, rule: AiRule | None, commit: Commit | None, policy: AiPolicy) -> tuple[str, ...]:
    """What no review can clear: sentences that say what to do."""
    found = []
    if rule is AiRule.FORBIDDEN:
        table = policy.rule(run.path)
        found.append(f"AI code is forbidden in `{table.match if table else run.path}`: let a person write these lines.")
    if policy.scan:
        found += [f"{one.scanner} {one.rule} in line {one.line}: {one.message}" for one in run.findings]
    if commit is not None and policy.disclosure:
        missing = _undisclosed(run, commit, policy)
        found += [missing] if missing else []
    return tuple(found)


def owners_missing(run: Run, persons: frozenset[str], identities: Identities) -> str | None:
    """Which owners have not reviewed, a sentence; None where enough have.

    Where only GitLab's optional sections name owners, one of theirs is asked for: the policy wants an owner.

    Args:
        persons: who has cleared the lines, as ``identities`` calls them.
    """
    if not run.owners:
        return "The policy asks for an owner, and CODEOWNERS names none for this file: name one there."
    for one in [owners for owners in run.owners if not owners.optional] or run.owners[:1]:
        have = len(identities.all(one.people) & persons)
        if have < one.needed:
            section = f" of [{one.section}]" if one.section else ""
            unread = f" (the members of {', '.join(one.unresolved)} are not known)" if one.unresolved else ""
            return f"{have} of {one.needed} owners{section} have reviewed: {', '.join(one.names)}{unread}."
    return None


def _undisclosed(run: Run, commit: Commit, policy: AiPolicy) -> str | None:
    """What is wrong with the disclosure in the commit's trailers; None where it names each tool."""
    claims = [c for c in counted(run.origin, policy) if c.kind in (OriginKind.AI, OriginKind.MIXED)]
    if not claims:
        return None
    wanted = {name.lower() for name in policy.disclosure}
    said = [value for name, value in commit.trailers if name.lower() in wanted and value.strip()]
    tools = sorted({claim.tool for claim in claims if claim.tool})
    unnamed = [tool for tool in tools if not any(_names(value, tool) for value in said)]
    if said and not unnamed:
        return None
    what = f" that names {', '.join(unnamed)}" if unnamed else ""
    return f"Commit {commit.id[:7]} lacks a trailer{what}: add `{policy.disclosure[0]}:` to it."


def _names(value: str, tool: str) -> bool:
    """Whether a trailer's value names the tool: by a word of its name that tells it from others."""
    words = _words(tool)
    return bool((set(words) - _SAYS_NOTHING or set(words)) & set(_words(value)))


def _words(text: str) -> Sequence[str]:
    return _WORD.findall(text.lower())
