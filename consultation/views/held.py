"""What looks like no person wrote it: an officer lets it through or throws it away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from consultation import services
from consultation.doors import enter_round
from consultation.forms.held import HeldForm
from consultation.held import held_in
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
def held_list(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Held submissions of a round: tick some, and let them through or throw them away."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    page = page_of(held_in(found), request)
    form = HeldForm(request.POST or None, drafts=page.object_list)
    refusal = services.RoundFrozen() if found.is_frozen else None
    if form.is_valid():
        through = request.POST.get("actie") != "weg"
        change = services.let_through if through else services.refuse_spam
        try:
            for draft in form.chosen:
                change(draft, by=request.user)
        except services.RoundFrozen as frozen:
            refusal = frozen
        else:
            number = len(form.chosen)
            what = "Doorgelaten" if through else "Weggegooid"
            messages.success(request, f"{what}: {number} {'inzending' if number == 1 else 'inzendingen'}.")
            return redirect("consultation:held-list", municipality, round)
    status = 409 if refusal and request.method == "POST" else 422 if form.errors else 200
    context = {"area": found.area, "round": found, "page": page, "form": form, "refusal": refusal}
    return render(request, "consultation/held_list.html", context, status=status)
