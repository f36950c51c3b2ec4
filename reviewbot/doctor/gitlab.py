"""GitLab: the token, GitLab's version, the webhook's secrets, and one project. Asks, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import quote

import requests

from reviewbot.doctor.configured import SHORT_SECRET
from reviewbot.doctor.finding import Finding, advice, bad, good
from reviewbot.doctor.forge import Reply
from reviewbot.doctor.tools import numbers
from reviewbot.domain.errors import ConfigError, ReviewbotError
from reviewbot.forge.gitlab_signing import sign
from reviewbot.forge.manners import GITLAB, Manners
from reviewbot.settings import Settings

OLDEST = (17, 0)
"""The oldest GitLab that reviewbot works with."""

DEVELOPER = 30
"""The access level that may comment, resolve threads, set statuses and push to a branch that is not protected."""

_SECONDS = 10.0
_SOON = timedelta(days=14)
_NEEDED = "a project or group access token with the role Developer and the scope api"


def examine_gitlab(settings: Settings, project: str | None = None) -> Iterator[Finding]:
    """Look at everything of GitLab; nothing where no token for it is set.

    Args:
        project: its path, that the token is tried on.
    """
    if settings.gitlab_token is None:
        return
    yield look_at_version(settings)
    yield look_at_token(settings)
    yield look_at_secrets(settings)
    if project is not None:
        yield look_at_project(settings, project)


def look_at_version(settings: Settings) -> Finding:
    """Which GitLab answers, by ``GET /version``."""
    return judge_version(settings.gitlab_url, ask(settings, "/version"))


def judge_version(url: str, reply: Reply) -> Finding:
    """What the answer to ``GET /version`` says."""
    check = "gitlab"
    if reply.status is None:
        return bad(check, f"{url} cannot be reached ({reply.problem}): check REVIEWBOT_GITLAB_URL and the network.")
    if reply.status == 401:
        return bad(check, "GitLab does not know the token: it has expired or was revoked; make a new one.")
    version = reply.data.get("version")
    if reply.status != 200 or not isinstance(version, str) or not numbers(version):
        return bad(check, f"{url} answers {reply.status}, not as GitLab's API does: check REVIEWBOT_GITLAB_URL.")
    if numbers(version) < OLDEST:
        return bad(check, f"GitLab {version} is too old: reviewbot needs {'.'.join(map(str, OLDEST))} or newer.")
    return good(check, f"GitLab {version}")


def look_at_token(settings: Settings) -> Finding:
    """Whose token it is and what it may do, by ``GET /user`` and ``GET /personal_access_tokens/self``."""
    user = ask(settings, "/user")
    token = ask(settings, "/personal_access_tokens/self") if user.status == 200 else user
    return judge_token(user, token, date.today())


def judge_token(user: Reply, token: Reply, today: date) -> Finding:
    """What GitLab says of the token. An OAuth token does not say what it may, and is fine."""
    check = "gitlab token"
    login = user.data.get("username")
    if user.status != 200 or not isinstance(login, str):
        return bad(check, f"GitLab does not say whose token it is ({user.status}): make {_NEEDED}.")
    scopes = token.data.get("scopes")
    if token.status != 200 or not isinstance(scopes, list):
        return good(check, f"of {login}; it does not say what it may: it needs the scope api")
    if "api" not in scopes:
        return bad(check, f"The token of {login} lacks the scope api: make {_NEEDED}.")
    ends = _date(token.data.get("expires_at"))
    if ends is not None and ends - today <= _SOON:
        return advice(check, f"The token of {login} expires on {ends}: rotate it.")
    return good(check, f"of {login}, with the scope api{f', until {ends}' if ends else ''}")


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def look_at_secrets(settings: Settings) -> Finding:
    """What proves that a webhook is GitLab's."""
    check = "gitlab webhook"
    if settings.gitlab_signing_token is not None:
        try:
            sign(b"", settings.gitlab_signing_token.get_secret_value(), "", "")
        except ConfigError:
            return bad(check, "REVIEWBOT_GITLAB_SIGNING_TOKEN is none: copy it from the webhook, whsec_ and base64.")
        return good(check, "a signing token is set; deliveries without a signature are refused")
    if settings.gitlab_webhook_secret is None:
        return bad(check, "Set REVIEWBOT_GITLAB_SIGNING_TOKEN or REVIEWBOT_GITLAB_WEBHOOK_SECRET as on the webhook.")
    if len(settings.gitlab_webhook_secret.get_secret_value()) < SHORT_SECRET:
        return advice(check, f"The secret is short: use {SHORT_SECRET} random characters or more, here and there.")
    return good(check, "a secret token is set; a signing token proves more, where GitLab offers it")


def look_at_project(settings: Settings, path: str) -> Finding:
    """Whether the token sees a project, and its role there."""
    return judge_project(path, ask(settings, f"/projects/{quote(path, safe='')}"))


def judge_project(path: str, reply: Reply) -> Finding:
    """What the answer to ``GET /projects/:id`` says."""
    check = "gitlab project"
    if reply.status is None:
        return bad(check, f"GitLab cannot be reached ({reply.problem}): check REVIEWBOT_GITLAB_URL and the network.")
    if reply.status != 200:
        return bad(check, f"The token does not see {path} ({reply.status}): give it a role there, or mend the path.")
    if reply.data.get("archived"):
        return bad(check, f"{path} is archived: nothing can be posted there.")
    if reply.data.get("merge_requests_access_level") == "disabled":
        return bad(check, f"{path} has no merge requests: switch them on in its settings.")
    level = _level(reply)
    if level < DEVELOPER:
        return bad(check, f"The token's role in {path} is too low: it needs Developer to resolve threads and push.")
    return good(check, f"{path} is seen, with a role that may do all that reviewbot does")


def _level(reply: Reply) -> int:
    """The higher of the roles in the project and in its group."""
    told = reply.data.get("permissions")
    roles = told.values() if isinstance(told, dict) else ()
    levels = [role.get("access_level") for role in roles if isinstance(role, dict)]
    return max((level for level in levels if isinstance(level, int)), default=0)


def ask(settings: Settings, path: str) -> Reply:
    """GitLab's answer to ``GET path``. Redirects are not followed: the token goes nowhere but where it was meant to."""
    token = settings.gitlab_token.get_secret_value() if settings.gitlab_token else ""
    url = f"{settings.gitlab_url.rstrip('/')}/api/v4{path}"
    try:
        with Manners(GITLAB).session(settings.ca_bundle) as session:
            headers = {"Authorization": f"Bearer {token}"}
            reply = session.get(url, headers=headers, timeout=_SECONDS, allow_redirects=False)
    except ReviewbotError as error:
        return Reply(None, problem=str(error))
    except requests.RequestException as error:
        return Reply(None, problem=type(error).__name__)
    try:
        data = reply.json()
    except ValueError:
        data = {}
    return Reply(reply.status_code, reply.headers, data if isinstance(data, dict) else {})
