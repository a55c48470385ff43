"""A letter split into points, and its text mended."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from consultation import services
from consultation.doors import enter_round
from consultation.forms.letters import SplitForm, TranscriptForm
from consultation.models import Round, Submission
from consultation.similarity import COMPARE, compare
from consultation.splitting import Letter, letter_of
from consultation.submission_list import is_letter, submissions_of
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest

CHANGES = ["GET", "HEAD", "POST"]


@require_http_methods(CHANGES)
def submission_split(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """The letter at the left and its points at the right; one button makes a point, or accepts what the letter itself proposes."""
    found, submission, letter = _enter(request, municipality, round, pk)
    if letter.is_blank and not found.is_frozen:
        return redirect("consultation:submission-transcript", municipality, round, pk)
    if request.method != "POST":
        asked = request.GET.get("alinea", "")
        form = SplitForm.starting(found, letter.transcript, int(asked) if asked.isdecimal() and len(asked) < 6 else 0)
        return _split_page(request, submission, letter, form)
    if found.is_frozen:
        return _split_page(request, submission, letter, SplitForm(request.POST, round=found, transcript=letter.transcript), status=409)
    if request.POST.get("actie") == COMPARE:
        return _split_page(request, submission, letter, SplitForm.unjudged(request.POST.dict(), found, letter.transcript))
    if "voorstel" in request.POST:
        made = services.accept_proposals(submission, request.POST.getlist("voorstel"), by=request.user)
        _say_accepted(request, [str(point.number) for point in made], asked=len(request.POST.getlist("voorstel")))
        return redirect("consultation:submission-split", municipality, round, pk)
    form = SplitForm(request.POST, round=found, transcript=letter.transcript)
    if not form.is_valid():
        return _split_page(request, submission, letter, form, status=422)
    point = services.split(submission, form.cut(), by=request.user, key=form.cleaned_data["key"])
    messages.success(request, f"Punt {point.number} is bewaard: {point}.")
    return redirect("consultation:submission-split", municipality, round, pk)


def _enter(request: PortalRequest, municipality: str, round: str, pk: int) -> tuple[Round, Submission, Letter]:
    """A submission of that round that came as a letter; anything else is a 404."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    submission = get_object_or_404(submissions_of(found).filter(is_letter()), pk=pk)
    submission.round = found
    letter = letter_of(submission, proposing=request.GET.get("voorstel") != "nee")
    assert letter is not None  # noqa: S101 - for the type checker: it is a letter
    return found, submission, letter


def _say_accepted(request: PortalRequest, numbers: list[str], *, asked: int) -> None:
    if not numbers:
        messages.info(request, "Er kwam niets bij: een collega nam dit voorstel net over.")
    elif len(numbers) == 1:
        messages.success(request, f"Punt {numbers[0]} is bewaard.")
    else:
        earlier = " Een collega nam de rest net over." if len(numbers) < asked else ""
        messages.success(request, f"Punten {', '.join(numbers[:-1])} en {numbers[-1]} zijn bewaard.{earlier}")


def _split_page(request: PortalRequest, submission: Submission, letter: Letter, form: SplitForm, status: int = 200) -> HttpResponse:
    round = submission.round
    context = {
        "area": round.area,
        "round": round,
        "submission": submission,
        "letter": letter,
        "form": form,
        "refusal": services.RoundFrozen() if round.is_frozen else None,
        "may_change": not round.is_frozen,
        "comparison": compare(round, form.said()),
        "here": reverse("consultation:submission-split", args=[round.area.slug, round.slug, submission.pk]),
    }
    return render(request, "consultation/submission_split.html", context, status=status)


@require_http_methods(CHANGES)
def submission_transcript(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Mend the text of a letter; the file and the earlier versions stay as they are."""
    found, submission, letter = _enter(request, municipality, round, pk)
    if request.method != "POST":
        return _transcript_page(request, submission, letter, TranscriptForm.of(letter.transcript))
    form = TranscriptForm(request.POST)
    if not form.is_valid():
        return _transcript_page(request, submission, letter, form, status=409 if found.is_frozen else 422)
    try:
        services.correct_transcript(submission, **form.cleaned_data, by=request.user)
    except services.NewerTranscript as newer:
        again = TranscriptForm(initial={"text": form.cleaned_data["text"], "seen": newer.current.number})
        return _transcript_page(request, submission, letter, again, newer=newer, status=409)
    except services.RoundFrozen:
        return _transcript_page(request, submission, letter, form, status=409)
    messages.success(request, "De tekst is verbeterd. De punten houden de woorden waarmee ze zijn gemaakt.")
    return redirect("consultation:submission-split", municipality, round, pk)


def _transcript_page(
    request: PortalRequest,
    submission: Submission,
    letter: Letter,
    form: TranscriptForm,
    *,
    newer: services.NewerTranscript | None = None,
    status: int = 200,
) -> HttpResponse:
    round = submission.round
    context = {
        "area": round.area,
        "round": round,
        "submission": submission,
        "letter": letter,
        "form": form,
        "newer": newer,
        "attachments": submission.attachments.all(),
        "refusal": services.RoundFrozen() if round.is_frozen else None,
    }
    return render(request, "consultation/submission_transcript.html", context, status=status)
