"""Keeping the public form by itself, while somebody is typing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from consultation import services
from consultation.views.public_visit import Visit, add_hints, typed_in


def by_itself(visit: Visit) -> HttpResponse:
    """What htmx sends while somebody is typing: kept, without judging it, and never over what another page saved."""
    content = typed_in(visit)
    nothing = visit.draft is None and not content["email"] and not any(point["text"].strip() for point in content["points"])
    context: dict[str, Any] = {"kept_at": timezone.localtime()}
    if nothing:
        return HttpResponse(status=204)
    try:
        visit.keep(content, insist=False)
    except services.ChangeRefused as refusal:
        context = {"not_kept": str(refusal)}
    form = visit.form(content)
    add_hints(visit, form)
    context |= {"draft": visit.draft, "points": form.points, "swap": True}
    response = render(visit.request, "consultation/public/_kept.html", context)
    return visit.remembered(response)
