"""What the screens of the catalogue show: themes by field with how often they are used, and subjects that wait for a theme."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from consultation.lists import themes_to_choose
from consultation.models import Contribution, Theme, ThemeAlias, ThemeField
from consultation.models.contribution import subject_as_word
from consultation.services import themes_by_word
from consultation.theme_choice import NO_THEME
from consultation.words import as_word, suggest
from ivp_portal.organisation.models import Area

SUBJECTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme as the list shows it."""

    theme: Theme
    times: int
    """Standing points of this area that have it."""
    words: Sequence[str]
    """What else people call it here."""


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject nobody gave a theme yet."""

    subject: str
    """As it was said, in one of its spellings."""
    times: int
    """How many points would get the theme."""
    suggestion: Theme | None


def catalogue_of(area: Area) -> list[tuple[ThemeField, list[ThemeRow]]]:
    """The themes an area knows, by field; those out of use only where points have them or they are its own. Four queries."""
    used = dict(Contribution.objects.of(area).standing().exclude(theme=None).values_list("theme").annotate(times=Count("pk")))
    words: dict[int, list[str]] = {}
    above = [place.pk for place in area.lineage()]
    for theme_id, text in ThemeAlias.objects.filter(area__in=above).order_by("text").values_list("theme", "text"):
        words.setdefault(theme_id, []).append(text)
    groups: dict[int, list[ThemeRow]] = {}
    for theme in Theme.objects.of(area).filter(Q(retired_at__isnull=True) | Q(pk__in=used) | Q(area=area)).select_related("area"):
        groups.setdefault(theme.field_id, []).append(ThemeRow(theme, used.get(theme.pk, 0), words.get(theme.pk, [])))
    return [(field, groups[field.pk]) for field in fields_of(area) if field.pk in groups]


def fields_of(area: Area) -> list[ThemeField]:
    """The safety fields, which stand at the top."""
    return list(ThemeField.objects.filter(area__in=[place.pk for place in area.lineage()]))


def words_of(theme: Theme, area: Area) -> list[ThemeAlias]:
    """What else it is called here; those of the area itself can be taken away."""
    above = [place.pk for place in area.lineage()]
    return list(ThemeAlias.objects.filter(theme=theme, area__in=above).order_by("text"))


def themeless_subjects(area: Area) -> tuple[list[SubjectRow], int]:
    """Subjects of standing points without a theme in rounds that are not frozen, most used first, and how many there are in all.

    A point of which nobody named the subject is not among them. Four queries, whatever the number.
    """
    waiting = Contribution.objects.of(area).standing().filter(theme=None, round__frozen_at__isnull=True)
    named = waiting.annotate(word=subject_as_word()).exclude(word=as_word(NO_THEME))
    counted = named.order_by().values("word").annotate(times=Count("pk"), subject=Max("subject")).order_by("-times", "word")
    rows = list(counted[:SUBJECTS_SHOWN])
    known = themes_by_word(area) if rows else {}
    themes = {theme.pk: theme for theme in themes_to_choose(area)} if rows else {}
    found = [SubjectRow(row["subject"], row["times"], themes.get(suggest(row["subject"], known) or 0)) for row in rows]
    return found, counted.count() if len(rows) == SUBJECTS_SHOWN else len(rows)
