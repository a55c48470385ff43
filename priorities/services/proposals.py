"""Changes to the council proposal of a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from ivp_portal.audit.log import record
from ivp_portal.audit.versions import differences, require_version
from ivp_portal.organisation.models import User
from priorities.models import Argument, ArgumentKind, CouncilProposal, Plan
from priorities.services.plans import lock_open_plan


@dataclass(frozen=True, slots=True)
class ArgumentText:
    """An argument or a caveat as somebody wrote it; its place among those of its decision point is that in the list."""

    decision_point: int
    title: str
    text: str


@transaction.atomic
def change_proposal(
    plan: Plan, *, seen: int, texts: Mapping[str, str], arguments: Sequence[ArgumentText], caveats: Sequence[ArgumentText], by: User
) -> CouncilProposal:
    """Write the council proposal with its arguments and caveats at once; the log keeps both texts.

    `texts` holds a value for each of the proposal's text fields. `seen` is the version that was opened, 0 when there was none. Raises
    NewerVersion when another one stands, PlanClosed.
    """
    plan = lock_open_plan(plan)
    proposal = CouncilProposal.objects.filter(plan=plan).first() or CouncilProposal(area=plan.area, plan=plan, version=0)
    stands = {name: getattr(proposal, name) for name in texts} | {kind.value: _as_said(proposal, kind) for kind in ArgumentKind}
    new = {ArgumentKind.ARGUMENT: arguments, ArgumentKind.CAVEAT: caveats}
    wanted = dict(texts) | {kind.value: [asdict(said) for said in _in_order(rows)] for kind, rows in new.items()}
    changes = differences(stands, wanted)
    if not changes:
        return proposal
    require_version(proposal, seen)
    for name, value in texts.items():
        setattr(proposal, name, value)
    proposal.version += 1
    proposal.save()
    for kind, rows in new.items():
        if kind.value in changes["after"]:
            _replace(proposal, kind, rows)
    record("proposal.changed", by=by, target=proposal, version=proposal.version, **changes)
    return proposal


def _in_order(rows: Sequence[ArgumentText]) -> list[ArgumentText]:
    """By decision point; within one as they were put."""
    return sorted(rows, key=lambda said: said.decision_point)


def _as_said(proposal: CouncilProposal, kind: ArgumentKind) -> list[dict[str, object]]:
    if proposal.pk is None:
        return []
    return [asdict(ArgumentText(row.decision_point, row.title, row.text)) for row in proposal.arguments.filter(kind=kind)]


def _replace(proposal: CouncilProposal, kind: ArgumentKind, rows: Sequence[ArgumentText]) -> None:
    proposal.arguments.filter(kind=kind).delete()
    Argument.objects.bulk_create(
        Argument(
            area=proposal.area,
            proposal=proposal,
            kind=kind,
            decision_point=said.decision_point,
            position=position,
            title=said.title,
            text=said.text,
        )
        for position, said in enumerate(_in_order(rows), 1)
    )
