"""What was handed in to a round: the list, and one submission with its files, its points and its history."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultation import codes, services
from consultation.doors import enter_round
from consultation.forms.letters import LetterForm
from consultation.lists import parties_in
from consultation.models import Round
from consultation.splitting import letter_of, points_of
from consultation.submission_list import SubmissionFilter, counts_of, submissions_of
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of


@require_safe
def submission_list(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Everything handed in to the round, and what of it waits to be split."""
    found = enter_round(request.user, municipality, round, Action.READ)
    filter = SubmissionFilter.of(request.GET.dict())
    context = {
        "area": found.area,
        "round": found,
        "filter": filter,
        "counts": counts_of(found),
        "page": page_of(filter.apply(submissions_of(found)), request),
        "may_record": Action.RECORD in found.area.allowed,
    }
    return render(request, "consultation/submission_list.html", context)


@require_safe
def submission_detail(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """What was handed in beside what was made of it. How to reach the sender is only for whoever may record."""
    found = enter_round(request.user, municipality, round, Action.READ)
    submission = get_object_or_404(submissions_of(found).defer(None), pk=pk)
    submission.round = found
    may_record = Action.RECORD in found.area.allowed
    letter = letter_of(submission, proposing=False)
    context = {
        "area": found.area,
        "round": found,
        "submission": submission,
        "letter": letter,
        "transcripts": submission.transcripts.count() if letter else 0,
        "points": [] if letter else points_of(submission),
        "attachments": submission.attachments.all(),
        "contact": getattr(submission, "contact", None) if may_record else None,
        "code": codes.shown(submission.code, found.area.name) if submission.code else "",
        "lines": LogEntry.objects.about(submission),
        "may_change": may_record and not found.is_frozen,
    }
    return render(request, "consultation/submission_detail.html", context)


@require_POST
def contact_forget(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Delete how to reach the sender, because they ask for it; what they said stays."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    submission = get_object_or_404(submissions_of(found), pk=pk)
    if services.forget_contact(submission, by=request.user):
        messages.success(request, "De contactgegevens zijn gewist. Wat er is gezegd, blijft.")
    else:
        messages.info(request, "Er waren geen contactgegevens meer.")
    return redirect("consultation:submission-detail", municipality, round, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_add(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Record a letter, an e-mail or minutes for whoever sent it; the next page splits it."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    if request.method != "POST":
        return _letter_form(request, found, LetterForm(round=found))
    form = LetterForm(request.POST, request.FILES, round=found)
    if not form.is_valid():
        return _letter_form(request, found, form, status=409 if found.is_frozen else 422)
    try:
        submission = services.record_letter(found, **form.values(), by=request.user)
    except services.AttachmentRefused as refused:
        form.add_error("file", str(refused))
        return _letter_form(request, found, form, status=422)
    except services.RoundFrozen:
        return _letter_form(request, found, form, status=409)
    if not submission.original_text.strip():
        messages.info(request, "De brief is bewaard. We hebben er geen tekst in gevonden: typ de tekst hieronder over.")
        return redirect("consultation:submission-transcript", municipality, round, submission.pk)
    late = " Hij kwam na de termijn binnen; dat staat erbij." if submission.is_late else ""
    messages.success(request, f"De brief is bewaard.{late} Maak er nu punten van.")
    return redirect("consultation:submission-split", municipality, round, submission.pk)


def _letter_form(request: PortalRequest, round: Round, form: LetterForm, status: int = 200) -> HttpResponse:
    context = {
        "area": round.area,
        "round": round,
        "form": form,
        "refusal": services.RoundFrozen() if round.is_frozen else None,
        "parties": parties_in(round.area),
        "choose_again": bool(form.errors and request.FILES),
        "back": reverse("consultation:submission-list", args=[round.area.slug, round.slug]),
    }
    return render(request, "consultation/letter_add.html", context, status=status)
