"""The REST operations on commit statuses and external status checks."""

from __future__ import annotations

from tests.fakes.github.access import Answer
from tests.fakes.gitlab.access import bad_request, invalid, not_found, page
from tests.fakes.gitlab.approving import Forbidden
from tests.fakes.gitlab.call import Call
from tests.fakes.gitlab.model import Level
from tests.fakes.gitlab.model_checks import Status
from tests.fakes.gitlab.statuses import STATES, CannotTransition

MAX_DESCRIPTION = 255


def create_status(call: Call) -> Answer:
    """Set a commit's status (https://docs.gitlab.com/api/commits/#set-commit-pipeline-status)."""
    repo, given = call.repo(Level.DEVELOPER), call.given
    sha = call.hub.store(repo).resolve(call.names["sha"])
    if sha is None:
        return not_found("Commit")
    if given["state"] not in STATES:
        return invalid("state does not have a valid value")
    words = given.get("description")
    if len(str(words or "")) > MAX_DESCRIPTION:
        return bad_request("Validation failed: Description is too long (maximum is 255 characters)")
    name = str(given.get("name") or given.get("context") or "default")
    try:
        status = call.hub.set_status(
            repo.full_name,
            sha,
            call.user.login,
            given["state"],
            name=name,
            ref=given.get("ref"),
            description=words,
            url=given.get("target_url"),
        )
    except CannotTransition as error:
        return Answer(400, {"message": str(error)})
    except LookupError as error:
        return not_found(str(error))
    return Answer(201, call.shapes.status(status))


def list_statuses(call: Call) -> Answer:
    """The newest status of each name and pipeline; with `all`, every one.

    https://docs.gitlab.com/api/commits/#list-commit-statuses
    """
    repo = call.repo()
    call.allow(call.hub.reads(repo, call.user))
    sha = call.hub.store(repo).resolve(call.names["sha"])
    if sha is None:
        return not_found("Commit")
    everything = str(call.given.get("all")).lower() == "true"
    mine = [one for one in repo.statuses if one.sha == sha and (everything or not one.retried) and _asked(call, one)]
    return page(call.url, call.query, mine[:: -1 if call.given.get("sort") == "desc" else 1], call.shapes.status)


def _asked(call: Call, status: Status) -> bool:
    """Whether the filters let it through."""
    wanted = {name: call.given.get(name) for name in ("name", "ref", "pipeline_id")}
    has = {"name": status.name, "ref": status.ref, "pipeline_id": status.pipeline}
    return all(wanted[name] is None or str(wanted[name]) == str(has[name]) for name in wanted)


# External status checks: https://docs.gitlab.com/api/status_checks/


def list_project_checks(call: Call) -> Answer:
    """The services of a project, for a Maintainer; there are none below Ultimate."""
    repo = call.repo(Level.MAINTAINER)
    if not repo.rules.ultimate:
        return not_found()
    return page(call.url, call.query, repo.checks, lambda check: call.shapes.project_check(repo, check))


def list_checks(call: Call) -> Answer:
    pull = call.pull()
    if not pull.repo.rules.ultimate:
        return not_found()
    return page(call.url, call.query, pull.repo.checks, lambda check: call.shapes.check(pull, check))


def create_response(call: Call) -> Answer:
    """What the service says of a head: 409 where that is another one by now."""
    pull, given = call.pull(), call.given
    state = given.get("status") or "passed"
    check = next((one for one in pull.repo.checks if str(one.id) == str(given["external_status_check_id"])), None)
    if not pull.repo.rules.ultimate or check is None:
        return not_found()
    if state not in ("pending", "passed", "failed"):
        return invalid("status does not have a valid value")
    try:
        response = call.hub.respond(pull, call.user.login, check, given["sha"], state)
    except Forbidden as refused:
        return Answer(refused.status, {"message": str(refused)})
    return Answer(201, call.shapes.response(pull, response))
