"""The lists on the screens of the consultation, each one query whatever its length."""

from django.db.models import Count, Q, QuerySet

from consultation.models import Contribution, Contributor, Round, SpreadsheetImport
from consultation.models.contribution import ContributionQuerySet
from consultation.models.round import RoundQuerySet
from ivp_portal.organisation.models import Area

SUGGESTIONS = 200


def rounds_of(area: Area) -> RoundQuerySet:
    """The area's rounds, latest first, each with `points` (standing) and `withdrawn`."""
    counted = Round.objects.of(area).annotate(
        points=Count("contributions", filter=Q(contributions__withdrawn_at__isnull=True)),
        withdrawn=Count("contributions", filter=Q(contributions__withdrawn_at__isnull=False)),
    )
    return counted.order_by("-opens_at", "pk")  # counting drops the order of the model


def contributions_of(round: Round) -> ContributionQuerySet:
    """Everything said in the round, withdrawn or not, as numbered, with who said it."""
    return Contribution.objects.filter(round=round).select_related("round", "submission__contributor").order_by("number")


def imports_of(round: Round) -> QuerySet[SpreadsheetImport]:
    """The spreadsheets brought to the round."""
    return SpreadsheetImport.objects.filter(round=round)


def subjects_in(area: Area) -> list[str]:
    """Subjects the area used before, most used first: to suggest while typing."""
    used = Contribution.objects.of(area).values("subject").annotate(times=Count("pk")).order_by("-times", "subject")
    return list(used.values_list("subject", flat=True)[:SUGGESTIONS])


def parties_in(area: Area) -> list[str]:
    """Parties and bodies the area heard before, most heard first."""
    heard = Contributor.objects.filter(area=area).exclude(party="").values("party").annotate(times=Count("pk")).order_by("-times", "party")
    return list(heard.values_list("party", flat=True)[:SUGGESTIONS])
