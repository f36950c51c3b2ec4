"""The REST operations on projects, their settings, events and members."""

from __future__ import annotations

import datetime

from tests.fakes.github.access import Answer
from tests.fakes.gitlab.access import invalid, page
from tests.fakes.gitlab.call import Call, truth
from tests.fakes.gitlab.model import Level
from tests.fakes.gitlab.model_checks import Push

ACTIONS = ("approved", "closed", "commented", "created", "destroyed", "expired", "joined", "left", "merged", "pushed")
ACTIONS += ("reopened", "updated")
"""https://docs.gitlab.com/user/profile/contributions_calendar/#user-contribution-events"""


SETTINGS = {
    "only_allow_merge_if_pipeline_succeeds": "pipeline",
    "only_allow_merge_if_all_discussions_are_resolved": "threads",
    "only_allow_merge_if_all_status_checks_passed": "checks",
    "allow_merge_on_skipped_pipeline": "skipped",
}


def update_project(call: Call) -> Answer:
    """A Maintainer changes settings (https://docs.gitlab.com/api/projects/#update-a-project)."""
    repo = call.repo(Level.MAINTAINER)
    for name, field in SETTINGS.items():
        if name in call.given and (field != "checks" or repo.rules.ultimate):
            setattr(repo.rules, field, truth(call.given[name]))
    return Answer(200, call.shapes.project(repo, call.hub.level(repo, call.user)))


def list_events(call: Call) -> Answer:
    """The pushes of a project, newest first (https://docs.gitlab.com/api/events/#list-all-visible-events-for-a-project).

    Other events are not kept. `after` and `before` are days, and neither counts itself.
    """
    repo = call.repo()
    call.allow(call.hub.reads(repo, call.user))
    action = call.given.get("action")
    if action is not None and action not in ACTIONS:
        return invalid("action does not have a valid value")
    found = repo.pushes if action in (None, "pushed") and "target_type" not in call.given else []
    found = [one for one in found if _within(call, one)]
    shown = found if call.given.get("sort") == "asc" else found[::-1]
    return page(call.url, call.query, shown, lambda push: call.shapes.push_event(repo, push))


def _within(call: Call, push: Push) -> bool:
    day = datetime.datetime.fromtimestamp(push.at, datetime.UTC).date().isoformat()
    after, before = call.given.get("after"), call.given.get("before")
    return (after is None or day > str(after)) and (before is None or day < str(before))
