"""Which operation answers which path, and the parameters that GitLab documents for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from tests.fakes.gitlab import api, api_approvals, api_checks, api_code, api_members, api_notes, api_projects
from tests.fakes.gitlab.call import Operation
from tests.fakes.gitlab.params import PAGES

PROJECT = "/projects/{id}"
MR = f"{PROJECT}/merge_requests/{{iid}}"
DISCUSSION = f"{MR}/discussions/{{discussion_id}}"
NOTE = f"{MR}/notes/{{note_id}}"
DRAFT = f"{MR}/draft_notes/{{draft_id}}"
_DRAFT = "note:str! in_reply_to_discussion_id:str commit_id:str resolve_discussion:bool position:position"
_LIST = (
    f"{PAGES} state:str source_branch:str target_branch:str order_by:str sort:str scope:str labels:list"
    " author_username:str updated_after:str view:str"
)
_MEMBERS = f"{PAGES} query:str user_ids:list state:str"
_STATUS = "state:str! ref:str name:str context:str target_url:str description:str coverage:number pipeline_id:int"

ROUTES: dict[tuple[str, str], tuple[Operation, str]] = {
    ("GET", "/user"): (api.get_user, ""),
    ("GET", "/users"): (api.list_users, f"{PAGES} username:str search:str active:bool"),
    ("GET", "/users/{user_id}"): (api.get_user_by_id, ""),
    ("GET", "/version"): (api.get_instance_version, ""),
    ("GET", "/metadata"): (api.get_metadata, ""),
    ("GET", PROJECT): (api.get_project, "license:bool statistics:bool with_custom_attributes:bool"),
    ("GET", "/projects"): (
        api_members.list_projects,
        f"{PAGES} membership:bool min_access_level:int simple:bool archived:bool order_by:str sort:str",
    ),
    ("GET", f"{PROJECT}/members"): (api_members.list_direct_members, _MEMBERS),
    ("GET", f"{PROJECT}/members/all"): (api_members.list_members, _MEMBERS),
    ("GET", f"{PROJECT}/members/all/{{user_id}}"): (api_members.get_member, ""),
    ("GET", "/groups/{group_id}/members"): (api_members.list_direct_group_members, _MEMBERS),
    ("GET", "/groups/{group_id}/members/all"): (api_members.list_group_members, _MEMBERS),
    ("PUT", PROJECT): (api_projects.update_project, " ".join(f"{name}:bool" for name in api_projects.SETTINGS)),
    ("GET", f"{PROJECT}/events"): (
        api_projects.list_events,
        f"{PAGES} action:str target_type:str before:str after:str sort:str",
    ),
    ("GET", f"{PROJECT}/labels"): (api.list_labels, f"{PAGES} with_counts:bool search:str"),
    ("GET", f"{PROJECT}/merge_requests"): (api.list_pulls, _LIST),
    ("POST", f"{PROJECT}/merge_requests"): (
        api.create_pull,
        "source_branch:str! target_branch:str! title:str! description:str target_project_id:int labels:list"
        " allow_collaboration:bool remove_source_branch:bool squash:bool",
    ),
    ("GET", MR): (
        api.get_pull,
        "include_diverged_commits_count:bool include_rebase_in_progress:bool render_html:bool",
    ),
    ("PUT", MR): (
        api.update_pull,
        "state_event:str title:str description:str target_branch:str labels:list add_labels:list remove_labels:list",
    ),
    ("PUT", f"{MR}/merge"): (
        api_approvals.merge,
        "sha:str squash:bool merge_commit_message:str squash_commit_message:str should_remove_source_branch:bool"
        " auto_merge:bool",
    ),
    ("GET", f"{MR}/status_checks"): (api_checks.list_checks, PAGES),
    ("POST", f"{MR}/status_check_responses"): (
        api_checks.create_response,
        "sha:str! external_status_check_id:int! status:str",
    ),
    ("GET", f"{PROJECT}/external_status_checks"): (api_checks.list_project_checks, PAGES),
    ("GET", f"{MR}/approvals"): (api_approvals.get_approvals, ""),
    ("POST", f"{MR}/approve"): (api_approvals.approve, "sha:str approval_password:str publish_review:bool"),
    ("POST", f"{MR}/unapprove"): (api_approvals.unapprove, ""),
    ("GET", f"{MR}/reviewers"): (api_approvals.list_reviewers, PAGES),
    ("GET", f"{MR}/diffs"): (api.list_diffs, f"{PAGES} unidiff:bool"),
    ("GET", f"{MR}/changes"): (api.get_changes, "access_raw_diffs:bool unidiff:bool"),
    ("GET", f"{MR}/versions"): (api.list_versions, PAGES),
    ("GET", f"{MR}/versions/{{version_id}}"): (api.get_version, "unidiff:bool"),
    ("GET", f"{MR}/raw_diffs"): (api.get_raw_diffs, ""),
    ("GET", f"{MR}/commits"): (api.list_commits, PAGES),
    ("GET", f"{MR}/discussions"): (api_notes.list_discussions, PAGES),
    ("POST", f"{MR}/discussions"): (
        api_notes.create_discussion,
        "body:str! commit_id:str created_at:str position:position",
    ),
    ("GET", DISCUSSION): (api_notes.get_discussion, ""),
    ("PUT", DISCUSSION): (api_notes.resolve_discussion, "resolved:bool!"),
    ("POST", f"{DISCUSSION}/notes"): (api_notes.add_to_discussion, "body:str! created_at:str note_id:int"),
    ("PUT", f"{DISCUSSION}/notes/{{note_id}}"): (api_notes.update_in_discussion, "body:str resolved:bool"),
    ("DELETE", f"{DISCUSSION}/notes/{{note_id}}"): (api_notes.delete_note, ""),
    ("GET", f"{MR}/notes"): (api_notes.list_notes, f"{PAGES} sort:str order_by:str activity_filter:str"),
    ("POST", f"{MR}/notes"): (
        api_notes.create_note,
        "body:str! confidential:bool internal:bool created_at:str merge_request_diff_head_sha:str",
    ),
    ("GET", NOTE): (api_notes.get_note, ""),
    ("PUT", NOTE): (api_notes.update_note, "body:str confidential:bool"),
    ("DELETE", NOTE): (api_notes.delete_note, ""),
    ("GET", f"{MR}/draft_notes"): (api_notes.list_drafts, PAGES),
    ("POST", f"{MR}/draft_notes"): (api_notes.create_draft, _DRAFT),
    ("POST", f"{MR}/draft_notes/bulk_publish"): (api_notes.bulk_publish, ""),
    ("GET", DRAFT): (api_notes.get_draft, ""),
    ("PUT", DRAFT): (api_notes.update_draft, "note:str position:position"),
    ("DELETE", DRAFT): (api_notes.delete_draft, ""),
    ("PUT", f"{DRAFT}/publish"): (api_notes.publish_draft, ""),
    ("GET", f"{MR}/award_emoji"): (api_notes.list_awards, PAGES),
    ("POST", f"{MR}/award_emoji"): (api_notes.create_award, "name:str!"),
    ("DELETE", f"{MR}/award_emoji/{{award_id}}"): (api_notes.delete_award, ""),
    ("GET", f"{NOTE}/award_emoji"): (api_notes.list_awards, PAGES),
    ("POST", f"{NOTE}/award_emoji"): (api_notes.create_award, "name:str!"),
    ("DELETE", f"{NOTE}/award_emoji/{{award_id}}"): (api_notes.delete_award, ""),
    ("GET", f"{PROJECT}/repository/branches/{{branch}}"): (api_code.get_branch, ""),
    ("GET", f"{PROJECT}/protected_branches"): (api_code.list_protected_branches, f"{PAGES} search:str"),
    ("GET", f"{PROJECT}/protected_branches/{{branch}}"): (api_code.get_protected_branch, ""),
    ("GET", f"{PROJECT}/repository/commits/{{sha}}"): (api_code.get_commit, "stats:bool"),
    ("GET", f"{PROJECT}/repository/commits/{{sha}}/statuses"): (
        api_checks.list_statuses,
        f"{PAGES} ref:str stage:str name:str all:bool pipeline_id:int order_by:str sort:str",
    ),
    ("GET", f"{PROJECT}/repository/files/{{path}}"): (api_code.get_file, "ref:str!"),
    ("POST", f"{PROJECT}/statuses/{{sha}}"): (api_checks.create_status, _STATUS),
}


@dataclass(frozen=True)
class Route:
    """An operation, the parameters it takes, and the names in the path."""

    template: str
    operation: Operation
    params: str
    names: Mapping[str, str]


def _pattern(template: str) -> re.Pattern[str]:
    numbered = re.sub(r"\{(iid|user_id|version_id|note_id|draft_id|award_id)\}", r"(?P<\1>\\d+)", template)
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", numbered))


_PATTERNS = {template: _pattern(template) for _, template in ROUTES}


def find(method: str, path: str) -> Route | None:
    """The route of a path as it was sent, with `%2F` in its names; None where GitLab has no such page."""
    for (verb, template), (operation, params) in ROUTES.items():
        match = _PATTERNS[template].fullmatch(path)
        if verb == method and match is not None:
            names = {name: unquote(value) for name, value in match.groupdict().items()}
            return Route(template, operation, params, names)
    return None
