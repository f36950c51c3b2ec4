"""The digest of a policy, by which a record of the audit log names the one that was in force."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from reviewbot.domain.canonical import canonical
from reviewbot.domain.plain import plain
from reviewbot.repo_config.ai import AiPolicy


def policy_digest(policy: AiPolicy) -> str:
    """SHA-256, in hexadecimal, of the policy in canonical JSON: every setting with its value, defaults as well."""
    paths = [table.model_dump(mode="json") for table in policy.paths]
    document = {**plain(replace(policy, paths=())), "paths": paths}
    return hashlib.sha256(canonical(document).encode()).hexdigest()
