"""Which themes somebody can choose from in a round, and what they are called there."""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from consultation.models import Round, Theme

NO_THEME = "Nog geen thema"
"""The subject of a point of which nobody chose the theme yet."""

FIELD_NAMES = (
    gettext_noop("Veilige woon- en leefomgeving"),
    gettext_noop("Bedrijvigheid en veiligheid"),
    gettext_noop("Jeugd en veiligheid"),
    gettext_noop("Fysieke veiligheid"),
    gettext_noop("Integriteit en veiligheid"),
)
"""The safety fields of the catalogue (data/themes.csv), so that each has its English name."""


def themes_of(round: Round) -> QuerySet[Theme]:
    """Those of the round's own choice, else all that the area has in use. Reads the lineage of the round's area."""
    chosen = Theme.objects.in_use().filter(rounds=round)
    found = chosen if round.themes.exists() else Theme.objects.of(round.area).in_use()
    return found.select_related("field")


def in_plain_words(theme: Theme, language: str) -> str:
    """What residents call it, in Dutch where there is no English; without such words its own name."""
    return (language == "en" and theme.plain_name_en) or theme.plain_name or theme.name


def by_field(themes: Iterable[Theme], language: str) -> list[tuple[str, list[tuple[int, str]]]]:
    """(safety field, [(id, plain words)]), in the order of the catalogue; for a list to choose from. The themes carry their fields."""
    in_order = groupby(themes, key=lambda theme: theme.field.name)
    return [(gettext(name), [(theme.pk, in_plain_words(theme, language)) for theme in group]) for name, group in in_order]
