"""The council proposal of a plan: to read, and for whoever may, to write."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ivp_portal.audit.versions import TextConflict, conflict_with
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from priorities import services
from priorities.doors import enter_council_plan, enter_open_plan
from priorities.forms.proposals import ArgumentRows, ProposalForm, Together, moved, rows_in, rows_of
from priorities.forms.texts import MARKS
from priorities.models import ArgumentKind, CouncilProposal, Plan
from priorities.plan_page import proposal_of
from priorities.reading import lines, proposal_text
from priorities.views.changes import CHANGES, closed_plan_answers_409, done, may_draft

Said = Mapping[ArgumentKind, Sequence[Mapping[str, Any]]]


@require_http_methods(CHANGES)
@closed_plan_answers_409
def change(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """The texts of the raadsvoorstel with its arguments and caveats, all in one form."""
    if request.method == "POST":
        plan = enter_open_plan(request.user, municipality, period, Action.DRAFT)
        if "move" in request.POST or "preview" in request.POST:
            return _rearrange(request, plan)
        return _save(request, plan)
    plan = enter_council_plan(request.user, municipality, period, Action.READ)
    proposal = proposal_of(plan)
    said = {kind: rows_of(proposal, kind) for kind in ArgumentKind}
    form = ProposalForm(proposal=proposal, initial=None if proposal else _first_words(plan))
    if may_draft(plan):
        return _write(request, plan, form, [ArgumentRows(kind, said[kind]) for kind in ArgumentKind], said)
    text = proposal_text(form.initial, said, level=2) if proposal else None
    return render(request, "priorities/proposal_detail.html", {"plan": plan, "proposal": proposal, "text": text})


def _first_words(plan: Plan) -> dict[str, str]:
    """What a proposal starts from: the plan's title, and the one decision every plan asks for."""
    name = plan.title
    return {"title": name, "decision_points": f"het {name} vast te stellen.", "attachments": name}


def _rearrange(request: PortalRequest, plan: Plan) -> HttpResponse:
    """A row more, less or moved, or only a look at the result: nothing is stored, nothing typed is lost."""
    typed = {name: request.POST.get(name, "") for name in (*ProposalForm.TEXTS, "seen")}
    move = request.POST.get("move", "")
    said = {kind: moved(rows_in(request.POST, kind), kind, move) for kind in ArgumentKind}
    rows = [ArgumentRows(kind, said[kind]) for kind in ArgumentKind]
    for each in rows:
        if move == f"add-{each.prefix}":
            each.focus_last()
    return _write(request, plan, ProposalForm(initial=typed), rows, said)


def _save(request: PortalRequest, plan: Plan) -> HttpResponse:
    form = ProposalForm(request.POST)
    said = {kind: rows_in(request.POST, kind) for kind in ArgumentKind}
    rows = [ArgumentRows(kind, said[kind], bound=True) for kind in ArgumentKind]
    points = len(lines(request.POST.get("decision_points", "")))
    if not all([form.is_valid(), *(each.is_valid(points) for each in rows)]):
        return _write(request, plan, form, rows, said, status=422)
    arguments, caveats = (each.said for each in rows)
    try:
        services.change_proposal(
            plan, seen=form.cleaned_data["seen"], texts=form.texts, arguments=arguments, caveats=caveats, by=request.user
        )
    except services.NewerVersion as newer:
        return _write(request, plan, form, rows, said, status=409, conflict=_conflict(newer, form, said))
    if "stay" not in request.POST:
        return done(request, plan, "Het raadsvoorstel is opgeslagen.")
    messages.success(request, "Het raadsvoorstel is opgeslagen.")
    return redirect("priorities:proposal-change", plan.area.slug, plan.period)


def _write(
    request: PortalRequest,
    plan: Plan,
    form: ProposalForm,
    rows: Sequence[ArgumentRows],
    said: Said,
    *,
    status: int = 200,
    conflict: TextConflict | None = None,
) -> HttpResponse:
    typed = {name: str(form[name].value() or "") for name in ProposalForm.TEXTS}
    context = {
        "plan": plan,
        "form": form,
        "rows": rows,
        "everything": Together(form, *(row for each in rows for row in each.forms)),
        "marks": MARKS,
        "text": proposal_text(typed, said, level=3),
        "conflict": conflict,
    }
    template = "priorities/proposal_change.html" + ("#preview" if "preview" in request.POST and wants_fragment(request) else "")
    return render(request, template, context, status=status)


def _conflict(newer: services.NewerVersion, form: ProposalForm, said: Said) -> TextConflict:
    current = newer.current
    assert isinstance(current, CouncilProposal)  # noqa: S101 - for the type checker
    labels = {name: str(form[name].label) for name in ProposalForm.TEXTS} | {kind.value: f"{kind.label}en" for kind in ArgumentKind}
    theirs = {name: getattr(current, name) for name in ProposalForm.TEXTS} | {kind.value: _as_text(rows_of(current, kind)) for kind in said}
    mine = dict(form.texts) | {kind.value: _as_text(said[kind]) for kind in said}
    return conflict_with(current, theirs=theirs, mine=mine, labels=labels)


def _as_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Arguments as one text, to compare and to copy from."""
    return "\n\n".join(f"{row['decision_point']} · {row['title']}\n{row['text']}" for row in rows if row.get("title"))
