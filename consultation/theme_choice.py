"""Which themes somebody can choose from in a round, and what they are called there."""

from django.db.models import QuerySet

from consultation.models import Round, Theme

NO_THEME = "Nog geen thema"
"""The subject of a point of which nobody chose the theme yet."""


def themes_of(round: Round) -> QuerySet[Theme]:
    """Those of the round's own choice, else all that the area has in use. Reads the lineage of the round's area."""
    chosen = Theme.objects.in_use().filter(rounds=round)
    return chosen if round.themes.exists() else Theme.objects.of(round.area).in_use()


def in_plain_words(theme: Theme, language: str) -> str:
    """What residents call it, in Dutch where there is no English; without such words its own name."""
    return (language == "en" and theme.plain_name_en) or theme.plain_name or theme.name
