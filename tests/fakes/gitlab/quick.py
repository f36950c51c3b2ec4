"""Quick actions: lines of a note that GitLab executes and takes out (https://docs.gitlab.com/user/project/quick_actions/)."""

from __future__ import annotations

import re

_LISTED = """
add_contacts add_email admin_add_parent allow_anonymous approve assign assign_reviewer award blocked_by blocks
board_move cc checkin_reminder clear_health_status clear_weight clone close confidential convert_to_ticket
copy_metadata copy_metadata_from create_merge_request done draft due duplicate epic estimate estimate_time
iteration label labels link lock merge milestone move page parent promote promote_to promote_to_incident
publish react ready reassign reassign_reviewer rebase relabel relate remove_assignee remove_child
remove_contacts remove_due_date remove_email remove_epic remove_estimate remove_iteration remove_label
remove_milestone remove_parent remove_time_estimate remove_time_spent remove_zoom reopen request_changes
request_review restore run_pipeline severity shrug ship spend spend_time spent submit_review subscribe
tableflip tag target_branch timeline title todo type unapprove unassign unassign_reviewer unlabel unlink
unlock unsubscribe weight wip zoom set_parent health_status link_to_incident q
"""
NAMES = frozenset(_LISTED.split())
# Nothing inside these is a quick action: a fence of three backticks, a block of HTML, a block of quotes, all closed.
# A fence of tildes, or one that is never closed, hides nothing.
_CODE = re.compile(r"^```.+?\n```$|^<[^>]+?>\n.+?\n</[^>]+?>$|^>>>.+?\n>>>$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"/(?P<name>[a-z_]+)(?: (?P<argument>.*))?\s*", re.IGNORECASE)
_TEXTS = {"close": "Closed this merge request.", "reopen": "Reopened this merge request.", "approve": "Approved."}


def extract(body: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without its quick actions, carriage returns and space at its end; their names and arguments in order."""
    body = body.replace("\r", "")
    found: list[tuple[str, str]] = []
    kept: list[str] = []
    at = 0
    for block in _CODE.finditer(body):
        kept.append(_plain(body[at : block.start()], found))
        kept.append(block[0])
        at = block.end()
    kept.append(_plain(body[at:], found))
    return "".join(kept).rstrip(), found


def _plain(text: str, found: list[tuple[str, str]]) -> str:
    kept = []
    for line in text.split("\n"):
        match = _LINE.fullmatch(line)
        if match is None or match["name"].lower() not in NAMES:
            kept.append(line)
        else:
            found.append((match["name"].lower(), (match["argument"] or "").strip()))
    return "\n".join(kept)


def summary(name: str, argument: str) -> str:
    """What GitLab says that it did."""
    return _TEXTS.get(name, f"Executed /{name} {argument}".rstrip() + ".")
