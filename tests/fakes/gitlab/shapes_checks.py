"""The JSON of the REST API: approvals, reviewers, pipelines, status checks and events."""

from __future__ import annotations

from typing import Any

from tests.fakes.gitlab.merging import Merging
from tests.fakes.gitlab.model import Pull, Repository, User
from tests.fakes.gitlab.model_checks import Approval, Pipeline, Push, Response, Reviewer, StatusCheck
from tests.fakes.gitlab.shapes_plain import PlainShapes, when


class CheckShapes(PlainShapes):
    """Adds what decides about a merge."""

    hub: Merging

    def approvals(self, pull: Pull, viewer: User) -> dict[str, Any]:
        """https://docs.gitlab.com/api/merge_request_approvals/#retrieve-approval-state-for-a-merge-request"""
        required = pull.repo.rules.approvals
        whole = self.pull(pull)
        names = ("id", "iid", "project_id", "title", "description", "state", "created_at", "updated_at", "merge_status")
        return {name: whole[name] for name in names} | {
            "approved": self.hub.approved(pull),
            "approvals_required": required,
            "approvals_left": max(0, required - len(pull.approvals)),
            "require_password_to_approve": False,
            "approved_by": [self._approval(one) for one in pull.approvals],
            "suggested_approvers": [],
            "approvers": [],
            "approver_groups": [],
            "user_has_approved": viewer in self.hub.approvers(pull),
            "user_can_approve": self.hub.eligible(pull, viewer),
            "approval_rules_left": [],
            "has_approval_rules": required > 0,
            "merge_request_approvers_available": pull.repo.rules.ultimate,
            "multiple_approval_rules_available": pull.repo.rules.ultimate,
            "invalid_approvers_rules": [],
        }

    def _approval(self, approval: Approval) -> dict[str, Any]:
        """When somebody approved is told from 19.0 on."""
        told = {"approved_at": when(approval.at)} if int(self.hub.version.split(".")[0]) >= 19 else {}
        return {"user": self.user(approval.user)} | told

    def reviewer(self, reviewer: Reviewer) -> dict[str, Any]:
        """https://docs.gitlab.com/api/merge_requests/#list-merge-request-reviewers"""
        return {"user": self.user(reviewer.user), "state": reviewer.state, "created_at": when(reviewer.at)}

    def head_pipeline(self, pull: Pull) -> dict[str, Any] | None:
        found = self.hub.head_pipeline(pull)
        return self.pipeline(pull.head_repo, found) if found else None

    def pipeline(self, repo: Repository, pipeline: Pipeline) -> dict[str, Any]:
        """https://docs.gitlab.com/api/pipelines/"""
        return {
            "id": pipeline.id,
            "iid": pipeline.iid,
            "project_id": repo.id,
            "sha": pipeline.sha,
            "ref": pipeline.ref,
            "status": self.hub.pipeline_state(repo, pipeline),
            "source": "external",
            "created_at": when(pipeline.created),
            "updated_at": when(pipeline.created),
            "web_url": f"{self.web}/{repo.full_name}/-/pipelines/{pipeline.id}",
        }

    def check(self, pull: Pull, check: StatusCheck) -> dict[str, Any]:
        """https://docs.gitlab.com/api/status_checks/#list-status-checks-for-a-merge-request"""
        state = self.hub.check_state(pull, check)
        return {"id": check.id, "name": check.name, "external_url": check.url, "status": state}

    def project_check(self, repo: Repository, check: StatusCheck) -> dict[str, Any]:
        """https://docs.gitlab.com/api/status_checks/#get-project-external-status-check-services"""
        shape = {"id": check.id, "name": check.name, "project_id": repo.id, "external_url": check.url}
        return shape | {"hmac": False, "protected_branches": []}

    def response(self, pull: Pull, response: Response) -> dict[str, Any]:
        """https://docs.gitlab.com/api/status_checks/#set-status-of-an-external-status-check"""
        check = self.project_check(pull.repo, response.check)
        shape = {"id": response.id, "merge_request": self.pull(pull), "external_status_check": check}
        return shape | {"sha": response.sha, "status": response.state}

    def hindrance(self, pull: Pull) -> str:
        return self.hub.hindrance(pull)

    def push_event(self, repo: Repository, push: Push) -> dict[str, Any]:
        """https://docs.gitlab.com/api/events/"""
        action = "pushed" if push.before and push.after else "created" if push.after else "removed"
        words = {"pushed": "pushed to", "created": "pushed new", "removed": "deleted"}
        return {
            "id": push.id,
            "project_id": repo.id,
            "action_name": words[action],
            "target_id": None,
            "target_iid": None,
            "target_type": None,
            "author_id": push.user.id,
            "target_title": None,
            "created_at": when(push.at),
            "author": self.user(push.user),
            "imported": False,
            "imported_from": "none",
            "push_data": {
                "commit_count": push.count,
                "action": action,
                "ref_type": "branch",
                "commit_from": push.before,
                "commit_to": push.after,
                "ref": push.branch,
                "commit_title": push.title,
                "ref_count": None,
            },
            "author_username": push.user.login,
        }
