"""Check runs over REST."""

from __future__ import annotations

from typing import Any

from tests.fakes.github.access import Answer, page, problem
from tests.fakes.github.checks import MOST_ANNOTATIONS
from tests.fakes.github.model import App
from tests.fakes.github.model_checks import CheckRun
from tests.fakes.github.rest.call import Call, Missing

_LONGEST = {"summary": 65_535, "text": 65_535}


def create_run(call: Call) -> Answer:
    repo, app = call.repo(), _app(call)
    if app is None:
        return problem(403, "You must authenticate via a GitHub App.")
    sha = call.hub.store(repo).resolve(str(call.body.get("head_sha")))
    if sha is None:
        return problem(422, f"No commit found for SHA: {call.body.get('head_sha')}")
    refused = _wrong(call.body)
    if refused is not None:
        return refused
    run = call.hub.begin_run(repo, app, call.body["name"], sha, call.body)
    return Answer(201, call.shapes.check_run(repo, run))


def update_run(call: Call) -> Answer:
    repo, app = call.repo(), _app(call)
    run = _run(call)
    if app is None:
        return problem(403, "You must authenticate via a GitHub App.")
    if run.app is not app:
        return problem(
            403,
            "Invalid app_id `"
            + str(run.app.id)
            + "` - check run can only be modified by the GitHub App that created it.",
        )
    refused = _wrong(call.body)
    if refused is not None:
        return refused
    call.hub.change_run(repo, run, call.body)
    return Answer(200, call.shapes.check_run(repo, run))


def get_run(call: Call) -> Answer:
    return Answer(200, call.shapes.check_run(call.repo(), _run(call)))


def list_annotations(call: Call) -> Answer:
    repo, run = call.repo(), _run(call)
    return page(call.url, call.query, run.annotations, lambda one: call.shapes.annotation(repo, run, one))


def list_runs(call: Call) -> Answer:
    """`latest` is the newest of each name and App, which is what one gets without saying."""
    repo = call.repo()
    sha = call.hub.store(repo).resolve(call.names["ref"])
    if sha is None:
        return problem(422, f"No commit found for SHA: {call.names['ref']}")
    found = call.hub.check_runs(repo.full_name, sha)
    name, app = call.query.get("check_name"), call.query.get("app_id")
    found = [run for run in found if name in (None, run.name) and app in (None, str(run.app.id))]
    if call.query.get("filter", "latest") == "latest":
        found = list({(run.name, run.app.id): run for run in found}.values())
    found.reverse()
    listed = page(call.url, call.query, found, lambda run: call.shapes.check_run(repo, run))
    listed.data = {"total_count": len(found), "check_runs": listed.data}
    return listed


def _app(call: Call) -> App | None:
    """The App whose installation's token it is."""
    return call.token.of.app if call.token.of is not None else None


def _run(call: Call) -> CheckRun:
    number = int(call.names["check_run_id"])
    found = next((run for run in call.repo().check_runs if run.id == number), None)
    if found is None:
        raise Missing
    return found


def _wrong(body: Any) -> Answer | None:
    """What GitHub does not take, besides what its description says."""
    output = body.get("output") or {}
    if output and not (output.get("title") and output.get("summary")):
        return problem(422, "Invalid request.\n\nFor 'properties/output', nil is not a string.")
    if len(output.get("annotations", [])) > MOST_ANNOTATIONS:
        return problem(422, f'No subschema in "anyOf" matched.\nMore than {MOST_ANNOTATIONS} items were supplied.')
    if any(len(output.get(name) or "") > most for name, most in _LONGEST.items()):
        return problem(422, "Invalid request.\n\nOnly 65535 characters are allowed; more were supplied.")
    if body.get("status") == "completed" and not body.get("conclusion"):
        return problem(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.')
    if body.get("conclusion") == "stale":
        return problem(422, "Invalid request.\n\nstale is not a conclusion that can be set.")
    return None
