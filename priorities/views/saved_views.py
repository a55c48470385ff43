"""Saved views of the queue: keep the present filter under a name, or remove one's own."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities.doors import enter_plan
from priorities.forms.saved_views import SavedViewForm
from priorities.triage.points import address_of, filter_for, queue_address, queue_of
from priorities.triage.queue_filter import filter_from, query_of
from priorities.triage.saved_views import keep_view, own_view
from priorities.views.changes import CHANGES, sent


@require_http_methods(CHANGES)
def add(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Keep the filter in the address under a name. The same name again replaces what it stood for."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    filter = filter_for(plan, filter_from(request.GET))
    form = SavedViewForm(sent(request))
    if form.is_valid():
        name, is_shared = form.cleaned_data["name"], form.cleaned_data["is_shared"]
        is_new = keep_view(plan.area, request.user, name=name, query=query_of(filter), is_shared=is_shared)
        messages.success(request, f"Weergave ‘{name}’ {'bewaard' if is_new else 'bijgewerkt'}.")
        opened = form.cleaned_data["open"]
        return redirect(address_of(plan, opened, filter) if opened else queue_of(plan, filter, request.user).list_url)
    context = {"plan": plan, "queue": queue_of(plan, filter, request.user), "form": form}
    return render(request, "priorities/view_add.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """Remove one's own view; anybody else's is a 404."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    view = own_view(plan.area, request.user, pk)
    if view is None:
        raise Http404
    view.delete()
    messages.success(request, f"Weergave ‘{view.name}’ verwijderd.")
    return redirect(queue_address(plan) + query_of(filter_for(plan, filter_from(request.GET))))
