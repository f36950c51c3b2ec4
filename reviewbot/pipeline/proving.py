"""From a place to a draft that passed its checks, or to the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.domain.draft import Draft
from reviewbot.domain.errors import ModelError, SandboxUnavailable, VerifyError
from reviewbot.domain.review import ReviewOptions
from reviewbot.domain.source_file import Tree
from reviewbot.domain.suggestion import Evidence
from reviewbot.pipeline.accounts import Accounts
from reviewbot.pipeline.engines import Engines
from reviewbot.pipeline.places import Place
from reviewbot.propose.propose import Proposal, propose
from reviewbot.verify.prove import prove

_TRIED_DRAFTS = 3  # ways to guard one place that are put to the proof before it is given up


@dataclass(frozen=True)
class Proven:
    """A draft that passed every check but the scanners', with its evidence."""

    place: Place
    draft: Draft
    evidence: tuple[Evidence, ...]

    @property
    def confidence(self) -> float:
        """How sure that the place wants a guard, and this one."""
        return _confidence(self.place, self.draft)


def prove_place(
    place: Place, head: Tree, engines: Engines, accounts: Accounts, options: ReviewOptions
) -> Proven | None:
    """The best draft that passes its checks; where none does, the reason is recorded as withheld.

    Args:
        options: its hint and its floor: a handler that is less sure than that is not tried.

    Raises:
        SandboxUnavailable: nothing can be proven here at all.
    """
    with accounts.step("propose"):
        proposal = _propose(place, head, engines, accounts, options.hint)
    reasons = [] if proposal.refusal is None else [proposal.refusal]
    for draft in proposal.drafts[:_TRIED_DRAFTS]:
        if _confidence(place, draft) < options.floor(place.region.path):
            reasons.append("the only handlers that fit say the failure in other words, which is not worth a comment")
            continue
        evidence, reason = _try(place, draft, engines, accounts)
        if reason is None:
            return Proven(place, draft, evidence)
        reasons.append(reason)
    accounts.withhold(place.withheld(reasons[0] if reasons else "no handler fits here"))
    return None


def _confidence(place: Place, draft: Draft) -> float:
    return round(place.confidence * draft.share, 4)


def _try(place: Place, draft: Draft, engines: Engines, accounts: Accounts) -> tuple[tuple[Evidence, ...], str | None]:
    """The draft's evidence, and why it is not proven if it is not."""
    try:
        with accounts.step("verify"):
            evidence = prove(place.language, place.file, draft, engines.sandbox)
    except SandboxUnavailable:
        raise
    except VerifyError as error:
        return (), str(error)
    failed = next((e for e in evidence if not e.ok), None)
    return evidence, None if failed is None else f"{failed.check}: {failed.detail}"


def _propose(place: Place, head: Tree, engines: Engines, accounts: Accounts, hint: str | None) -> Proposal:
    """Ask the model; where it fails once, go on without it and say so."""
    if engines.completer is not None and not accounts.model_failed:
        try:
            proposal = propose(place.language, place.file, place.region, head, engines.completer, hint=hint)
        except ModelError as error:
            accounts.fall_back(error)
        else:
            accounts.use(proposal.usage)
            return proposal
    return propose(place.language, place.file, place.region, head, None)
