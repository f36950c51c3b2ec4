"""Whether a branch rule on GitHub makes a merge wait for the gate, and from whom it takes the word. Pure but for one.

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches#require-status-checks-before-merging
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from reviewbot.domain.errors import ForgeDenied
from reviewbot.domain.gate import CHECK, Requirement
from reviewbot.forge.github_json import Json, as_object, get_object, get_objects, get_optional, get_text
from reviewbot.forge.github_resources import Resources

_ANY = -1
"""How a classic branch protection says that any App, or anybody, may post the check."""

_OFF = "off"
_EVERYONE = "everyone"
_WHERE = "Settings > Rules > Rulesets (or Settings > Branches)"
_SWITCH_ON = f'demand the status check {CHECK} for the branch {{branch}} in {_WHERE}, "Require status checks to pass"'
_FROM_US = "from our App"
_PIN = (
    f"it takes that check from anybody who may write one: choose our App as its source in {_WHERE}, or whoever may "
    "push can post a check of the same name"
)
_TOKEN = (
    "whoever may push can set a status of the same name, and only an App can be kept apart by a rule: install "
    "reviewbot as a GitHub App"
)
_ADMINS = "administrators may merge without it"


@dataclass(frozen=True)
class Demand:
    """A rule that wants a check of our name.

    Attributes:
        by: ``branch protection`` or ``ruleset``. app: whose it has to be, by the App's id; None for anybody's.
        everyone: whether it binds administrators as well, as far as the rule says.
    """

    by: str
    app: int | None
    everyone: bool = True


def find_requirement(resources: Resources, repository: str, branch: str, app: int | None) -> Requirement:
    """See ``GateForge.requirement``: two requests, or more where there are more than 100 rules.

    Args:
        app: our App's id; None for a plain token.
    """
    name, doing = quote(branch, safe=""), f"reading the rules of {branch} in {repository}"
    try:
        protection = resources.get(f"/branches/{name}", doing)
        rules = [
            rule
            for page in resources.pages(f"/rules/branches/{name}?per_page=100", doing)
            for rule in get_objects({"rules": page.data}, "rules")
        ]
    except ForgeDenied:
        how = (
            f"The rules of {branch} in {repository} may not be read: give the bot the permission contents: read there."
        )
        return Requirement(None, how)
    return judge([*read_protection(as_object(protection.data)), *read_rules(rules)], branch, app)


def read_protection(branch: Json) -> tuple[Demand, ...]:
    """What ``GET …/branches/:branch`` demands of us. Older Enterprise Servers name no Apps.

    Raises:
        ForgeUnavailable: a field is of a wrong type.
    """
    protection = get_optional(branch, "protection")
    checks = None if protection is None else get_optional(protection, "required_status_checks")
    if checks is None or checks.get("enforcement_level") == _OFF:
        return ()
    everyone = checks.get("enforcement_level") == _EVERYONE
    if "checks" in checks:
        named = [one for one in get_objects(checks, "checks") if one.get("context") == CHECK]
        return tuple(Demand("branch protection", _app(one.get("app_id")), everyone) for one in named)
    contexts = checks.get("contexts")
    return (Demand("branch protection", None, everyone),) if isinstance(contexts, list) and CHECK in contexts else ()


def read_rules(rules: Iterable[Json]) -> tuple[Demand, ...]:
    """What the rulesets of ``GET …/rules/branches/:branch`` demand of us.

    Raises:
        ForgeUnavailable: a field is missing or of a wrong type.
    """
    wanted = [one for one in rules if get_text(one, "type") == "required_status_checks"]
    checks = [one for rule in wanted for one in get_objects(get_object(rule, "parameters"), "required_status_checks")]
    return tuple(Demand("ruleset", _app(one.get("integration_id"))) for one in checks if one.get("context") == CHECK)


def _app(number: object) -> int | None:
    return number if isinstance(number, int) and number != _ANY else None


def judge(demands: Sequence[Demand], branch: str, app: int | None) -> Requirement:
    """Whether it is in force, by one sentence. A check that is to come from another App never comes from us.

    Args:
        app: our App's id; None for a plain token.
    """
    ours = [one for one in demands if one.app in (None, app)]
    if not ours:
        foreign = [one.app for one in demands]
        switch_on = _SWITCH_ON.format(branch=branch)
        if foreign:
            return Requirement(False, f"A rule wants {CHECK} of the App {foreign[0]}, which is not ours: {switch_on}.")
        return Requirement(False, f"The check runs, but nothing requires it: {switch_on}.")
    pinned = None if app is None else any(one.app == app for one in ours)
    said = [f"A {ours[0].by} demands the check {CHECK}{f' {_FROM_US}' if pinned else ''} before a merge into {branch}"]
    if not any(one.everyone for one in ours):
        said.append(_ADMINS)
    said += [_TOKEN] if pinned is None else [] if pinned else [_PIN]
    return Requirement(True, f"{'; '.join(said)}.", pinned, expects=True)
