"""The lists on the screens of the consultation, each one query whatever its length."""

from typing import Any

from django.db.models import Count, F, Func, IntegerField, JSONField, Q, QuerySet

from consultation.models import Contribution, Contributor, Round, RoundTheme, SpreadsheetImport, Theme
from consultation.models.contribution import ContributionQuerySet
from consultation.models.round import RoundQuerySet
from consultation.models.theme import ThemeQuerySet
from consultation.states import UNFINISHED_IMPORTS
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.models import Area

SUGGESTIONS = 200
PROBLEMS_SHOWN = 100
ROUND_VERBS = ("round.opened", "round.changed", "round.extended", "round.shortened", "round.slots_set", "round.frozen")
CHANGES_SHOWN = 20


def rounds_of(area: Area) -> RoundQuerySet:
    """The area's rounds, latest first, each with `points` (standing) and `withdrawn`."""
    counted = Round.objects.of(area).annotate(
        points=Count("contributions", filter=Q(contributions__withdrawn_at__isnull=True)),
        withdrawn=Count("contributions", filter=Q(contributions__withdrawn_at__isnull=False)),
    )
    return counted.order_by("-opens_at", "pk")  # counting drops the order of the model


def contributions_of(round: Round) -> ContributionQuerySet:
    """Everything said in the round, withdrawn or not, as numbered, with who said it."""
    return (
        Contribution.objects.filter(round=round)
        .select_related("round", "theme", "group", "submission__contributor")
        .defer("search")
        .order_by("number")
    )


def imports_of(round: Round) -> QuerySet[SpreadsheetImport]:
    """The spreadsheets brought to the round, latest first, each with `problem_count`; without what may be large."""
    counted = Func(F("problems"), function="jsonb_array_length", output_field=IntegerField())
    return SpreadsheetImport.objects.filter(round=round).light().annotate(problem_count=counted).order_by("-uploaded_at")


def imports_done(round: Round) -> QuerySet[SpreadsheetImport]:
    """Those that were read in or that a worker has, with who brought them."""
    done = imports_of(round).filter(Q(imported_at__isnull=False) | Q(status__in=UNFINISHED_IMPORTS))
    return done.select_related("uploaded_by", "undone_by")


def standing_points_of(upload: SpreadsheetImport) -> int:
    """How many points of an import were not withdrawn."""
    return Contribution.objects.standing().filter(submission__spreadsheet=upload).count()


def problems_of(upload: SpreadsheetImport) -> tuple[list[dict[str, Any]], int]:
    """The first PROBLEMS_SHOWN problems that are kept with it, and how many more there are. One query, whatever their number."""
    first = Func(
        F("problems"), template=f"jsonb_path_query_array(%(expressions)s, '$[0 to {PROBLEMS_SHOWN - 1}]')", output_field=JSONField()
    )
    counted = Func(F("problems"), function="jsonb_array_length", output_field=IntegerField())
    shown, count = SpreadsheetImport.objects.filter(pk=upload.pk).values_list(first, counted).get()
    return shown, max(0, count - PROBLEMS_SHOWN)


def themes_to_choose(area: Area, round: Round | None = None, *, point: Contribution | None = None) -> ThemeQuerySet:
    """What an officer can choose: all that the area has in use, and what the round or point has that went out of use; with their fields."""
    offered = Q(retired_at__isnull=True)
    if point:
        offered |= Q(pk=point.theme_id)
    if round:
        offered |= Q(pk__in=RoundTheme.objects.filter(round=round).values("theme"))
    return Theme.objects.of(area).filter(offered).select_related("field")


def subjects_in(area: Area) -> list[str]:
    """Subjects the area used before, most used first: to suggest while typing."""
    used = Contribution.objects.of(area).values("subject").annotate(times=Count("pk")).order_by("-times", "subject")
    return list(used.values_list("subject", flat=True)[:SUGGESTIONS])


def parties_in(area: Area) -> list[str]:
    """Parties and bodies the area heard before, most heard first."""
    heard = Contributor.objects.filter(area=area).exclude(party="").values("party").annotate(times=Count("pk")).order_by("-times", "party")
    return list(heard.values_list("party", flat=True)[:SUGGESTIONS])


def changes_of(round: Round) -> list[LogEntry]:
    """What happened to the round itself, latest first; without what was said in it."""
    return list(LogEntry.objects.about(round).filter(verb__in=ROUND_VERBS).reverse()[:CHANGES_SHOWN])
