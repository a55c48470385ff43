"""How the portal comes to its suggestions, how far they can be trusted, and the button to let it learn again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from priorities import services
from priorities.doors import enter_plan
from priorities.services.suggestions import NEW_DECISIONS
from priorities.suggestions import learning
from priorities.suggestions.suggesting import COMPARED, page_of_suggestions

LIMITS = {
    "decisions": learning.MINIMUM_DECISIONS,
    "accuracy": round(learning.MINIMUM_ACCURACY * 100),
    "gain": round(learning.MINIMUM_GAIN * 100),
    "chance": round(learning.MAXIMUM_CHANCE * 100),
    "named_often": learning.NAMED_OFTEN,
    "new": NEW_DECISIONS,
    "compared": COMPARED,
}


@require_http_methods(["GET", "HEAD", "POST"])
def suggestions(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """What the portal learnt from, how often it was right, and why it keeps silent; a POST lets it learn again."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE if request.method == "POST" else Action.READ)
    if request.method == "POST":
        if services.ask_to_learn(plan.area, by=request.user):
            messages.success(request, "Het portaal gaat opnieuw leren. Dat duurt meestal minder dan een minuut.")
        else:
            messages.info(request, "Het portaal is al aan het leren.")
        return redirect("priorities:suggestions", municipality, period)
    context = {
        "plan": plan,
        "area": plan.area,
        "page": page_of_suggestions(plan.area),
        "limits": LIMITS,
        "may_ask": Action.DECIDE in plan.area.allowed,
    }
    return render(request, "priorities/suggestions.html" + ("#status" if wants_fragment(request) else ""), context)
