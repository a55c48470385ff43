"""The catalogue of themes: loaded, added to, and the words people use for a theme."""

import csv
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from consultation.models import Contribution, Round, Theme, ThemeAlias, ThemeField
from consultation.services.refusals import ChangeRefused
from consultation.words import as_word
from ivp_portal.audit.log import record
from ivp_portal.audit.versions import differences
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area, AreaKind, User

THEMES_CSV = Path(__file__).resolve().parents[1] / "data" / "themes.csv"


class ThemeNameTaken(ChangeRefused):
    """The area, or one above it, has a theme of that name."""

    def __init__(self) -> None:
        super().__init__("Er is al een thema met deze naam. Kies een andere naam, of gebruik dat thema.")


class WordTaken(ChangeRefused):
    """The area uses that word for another theme."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(f"Dit woord hoort al bij het thema ‘{theme}’. Haal het daar eerst weg.")


@transaction.atomic
def load_themes(source: Path = THEMES_CSV) -> dict[str, int]:
    """Bring the fields and themes of the checked-in CSV to the nation, where every area finds them; safe to repeat.

    What is there already stays as people made it. Returns how many fields, themes and words were added. The areas must be loaded.
    """
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    added = {"fields": 0, "themes": 0, "words": 0}
    with inside(Area.objects.get(kind=AreaKind.NATION)) as (nation,):
        Area.objects.select_for_update(no_key=True).get(pk=nation.pk)  # two that start at once wait for each other
        for row in rows:
            field, is_new = ThemeField.objects.get_or_create(area=nation, number=int(row["field"]), defaults={"name": row["field_name"]})
            added["fields"] += is_new
            names = {"field": field, "plain_name": row["plain_name"], "plain_name_en": row["plain_name_en"]}
            theme, is_new = Theme.objects.get_or_create(area=nation, name=row["name"], defaults=names)
            added["themes"] += is_new
            for text in filter(None, row["words"].split("|")):
                _, is_new = ThemeAlias.objects.get_or_create(area=nation, text=as_word(text), defaults={"theme": theme})
                added["words"] += is_new
    return added


@transaction.atomic
def add_theme(area: Area, *, field: ThemeField, name: str, plain_name: str, plain_name_en: str, by: User) -> Theme:
    """Give an area a theme of its own, in one of the fields. Raises ThemeNameTaken."""
    _hold(area)
    if Theme.objects.of(area).filter(name__iexact=name).exists():
        raise ThemeNameTaken
    theme = Theme.objects.create(area=area, field=field, name=name, plain_name=plain_name, plain_name_en=plain_name_en)
    record("theme.added", by=by, target=theme)
    return theme


@transaction.atomic
def change_theme(theme: Theme, *, area: Area, name: str, plain_name: str, plain_name_en: str, by: User) -> Theme:
    """Other words for a theme of this area; what was said keeps its theme. Raises ThemeNameTaken."""
    _hold(area)
    theme = Theme.objects.select_for_update().get(pk=theme.pk, area=area)
    if Theme.objects.of(area).filter(name__iexact=name).exclude(pk=theme.pk).exists():
        raise ThemeNameTaken
    after = {"name": name, "plain_name": plain_name, "plain_name_en": plain_name_en}
    changed = differences({name: getattr(theme, name) for name in after}, after)
    if changed:
        Theme.objects.filter(pk=theme.pk).update(**after)
        record("theme.changed", by=by, target=theme, **changed)
    return theme


@transaction.atomic
def retire_theme(theme: Theme, *, area: Area, by: User) -> None:
    """Offer a theme of this area no longer; the points that have it keep it. Doing it twice changes nothing."""
    if Theme.objects.filter(pk=theme.pk, area=area, retired_at__isnull=True).update(retired_at=timezone.now()):
        record("theme.retired", by=by, target=theme)


@transaction.atomic
def restore_theme(theme: Theme, *, area: Area, by: User) -> None:
    """Offer it again. Doing it twice changes nothing."""
    if Theme.objects.filter(pk=theme.pk, area=area, retired_at__isnull=False).update(retired_at=None):
        record("theme.restored", by=by, target=theme)


@transaction.atomic
def add_word(area: Area, *, theme: Theme, text: str, by: User) -> ThemeAlias:
    """Say that in this area the word means that theme. Saying it twice changes nothing. Raises WordTaken."""
    _hold(area)
    known = ThemeAlias.objects.filter(area=area, text=as_word(text)).select_related("theme").first()
    if known and known.theme_id != theme.pk:
        raise WordTaken(known.theme)
    if known:
        return known
    alias = ThemeAlias.objects.create(area=area, theme=theme, text=as_word(text), confirmed_by=by)
    record("theme.word_added", by=by, target=theme, area=area, word=alias.text)
    return alias


@transaction.atomic
def remove_word(area: Area, *, theme: Theme, pk: int, by: User) -> str:
    """Take a word of this area away from a theme; points keep the theme they have. Returns the word, '' when it was gone already."""
    word = ThemeAlias.objects.filter(area=area, theme=theme, pk=pk).first()
    if word is None:
        return ""
    word.delete()
    record("theme.word_removed", by=by, target=theme, area=area, word=word.text)
    return word.text


@transaction.atomic
def give_theme(area: Area, *, subjects: Mapping[str, Theme], by: User) -> int:
    """Confirm what these subjects are about: each becomes a word for its theme, and the points about it get that theme.

    Only standing points without a theme, in rounds that are not frozen. Returns how many points; the log has one line a subject.
    """
    _hold(area)
    rounds = list(Round.objects.of(area).filter(frozen_at__isnull=True).order_by("pk").select_for_update().values_list("pk", flat=True))
    given = 0
    for subject, theme in subjects.items():
        word = as_word(subject)
        ThemeAlias.objects.update_or_create(area=area, text=word, defaults={"theme": theme, "confirmed_by": by})
        points = Contribution.objects.standing().filter(round__in=rounds, theme=None).about_subject(word).update(theme=theme)
        record("theme.given", by=by, target=theme, area=area, word=word, points=points)
        given += points
    return given


def themes_by_word(area: Area) -> dict[str, int]:
    """word -> id of the theme that is meant by it here: names, plain names and confirmed words; the area's own go before those above.

    Themes that are no longer offered are left out. Two queries.
    """
    above = {place.pk: height for height, place in enumerate(area.lineage())}
    known: dict[str, int] = {}
    themes = sorted(Theme.objects.of(area).in_use(), key=lambda theme: above[theme.area_id])
    for theme in themes:
        for text in filter(None, (theme.name, theme.plain_name)):
            known.setdefault(as_word(text), theme.pk)
    words = ThemeAlias.objects.filter(area__in=above, theme__retired_at__isnull=True).values_list("area", "text", "theme")
    for _, text, theme_id in sorted(words, key=lambda word: -above[word[0]]):  # what people confirmed wins, the nearest most of all
        known[text] = theme_id
    return known


def theme_for(subject: str, area: Area) -> int | None:
    """The id of the theme whose name or confirmed word this subject is to the letter; None leaves it to a person. Two queries."""
    return themes_by_word(area).get(as_word(subject))


def _hold(area: Area) -> Area:
    """The area, locked: two of one name or word may not pass each other."""
    return Area.objects.select_for_update(no_key=True).get(pk=area.pk)
