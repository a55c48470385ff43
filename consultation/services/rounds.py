"""A round opened, changed and frozen, and held while something in it changes."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from consultation.models import Round, RoundKind, RoundTheme, Theme
from consultation.services.refusals import AlreadyWithdrawn, RoundFrozen, TitleTaken
from ivp_portal.audit.log import record
from ivp_portal.audit.versions import differences, require_version
from ivp_portal.database.prepared import kept_by_server
from ivp_portal.organisation.models import Area, User

RESERVED_SLUGS = frozenset({"nieuwe-ronde", "themas", "code", "uitnodiging", "vrijgeven", "advies", "vraag"})
"""Addresses of ours under inbreng/ and under the public pages, which a round's own may never hide (tests/consultation/test_rounds.py)."""

TEXTS = ("title", "question", "introduction", "privacy", "title_en", "question_en", "introduction_en")
CHANGEABLE = (*TEXTS, "opens_at", "closes_at", "is_public", "reminder_days", "contact_days")
"""What change_round may change until the round is frozen. Its kind and its address stay: what was said and shared hangs on them."""


@transaction.atomic
def open_round(
    area: Area,
    *,
    kind: RoundKind | str,
    title: str,
    question: str,
    opens_at: datetime.datetime,
    closes_at: datetime.datetime,
    themes: Iterable[Theme] = (),
    by: User,
    **more: Any,
) -> Round:
    """Make a round; its address is made of its title. Asking for the same one twice (a double click) gives the first.

    `more` holds any other of CHANGEABLE; no themes means all of the area. Raises TitleTaken.
    """
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)  # two of one title may not pass each other
    values = {"kind": kind, "question": question, "opens_at": opens_at, "closes_at": closes_at} | more
    namesake = Round.objects.of(area).filter(title__iexact=title).first()
    if namesake and all(getattr(namesake, name) == value for name, value in values.items()):
        return namesake
    if namesake:
        raise TitleTaken
    taken = RESERVED_SLUGS | set(Round.objects.of(area).values_list("slug", flat=True))
    stem = slugify(title)[:70].strip("-") or "ronde"
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    round = Round.objects.create(area=area, slug=slug, title=title, **values)
    _choose_themes(round, themes)
    record("round.opened", by=by, target=round)
    return round


@transaction.atomic
def change_round(round: Round, *, seen: int, themes: Iterable[Theme] | None = None, by: User, **values: Any) -> Round:
    """Change what CHANGEABLE names; `themes` replaces the choice (none means all), None leaves it. `seen` is the version that was read.

    The log keeps both texts, and a closing moment that moved has a line of its own. Raises NewerVersion unless that version still stands
    (saving the same again is no conflict), RoundFrozen, and TitleTaken.
    """
    Area.objects.select_for_update(no_key=True).get(pk=round.area_id)
    round = lock_open(round.pk)
    after = {name: value for name, value in values.items() if name in CHANGEABLE}
    if themes is not None:
        themes = list(themes)
        after["themes"] = sorted(theme.name for theme in themes)
    changed = differences(_as_logged(values_of(round)), _as_logged(after))
    if not changed:
        return round
    require_version(round, seen)
    if Round.objects.of(round.area).filter(title__iexact=after.get("title", round.title)).exclude(pk=round.pk).exists():
        raise TitleTaken
    is_later = "closes_at" in after and after["closes_at"] > round.closes_at
    for name in changed["after"].keys() - {"themes"}:
        setattr(round, name, after[name])
    round.version += 1
    round.save(update_fields=[*CHANGEABLE, "version"])
    if themes is not None and "themes" in changed["after"]:
        _choose_themes(round, themes)
    if "closes_at" in changed["after"]:
        moved = {side: texts.pop("closes_at") for side, texts in changed.items()}
        record("round.extended" if is_later else "round.shortened", by=by, target=round, **moved)
    if changed["after"]:
        record("round.changed", by=by, target=round, **changed)
    return round


def values_of(round: Round) -> dict[str, Any]:
    """What change_round may change, as it stands; the themes by name. One query, for those."""
    chosen = Theme.objects.filter(pk__in=RoundTheme.objects.filter(round=round).values("theme"))
    return {name: getattr(round, name) for name in CHANGEABLE} | {"themes": sorted(chosen.values_list("name", flat=True))}


def slots_for(area: Area, day: datetime.date) -> list[Area]:
    """The municipalities that lay within the area on that day, by name: each has a place in a round put to all of them."""
    return list(Area.objects.within(area).municipalities().existing_on(day).order_by("name"))


def _choose_themes(round: Round, themes: Iterable[Theme]) -> None:
    RoundTheme.objects.filter(round=round).delete()
    RoundTheme.objects.bulk_create(RoundTheme(area=round.area, round=round, theme=theme) for theme in themes)


def _as_logged(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with moments as the log keeps them: in Dutch time, to the minute."""
    return {
        name: f"{timezone.localtime(value):%d-%m-%Y %H:%M}" if isinstance(value, datetime.datetime) else value
        for name, value in values.items()
    }


@transaction.atomic
def freeze_round(round: Round, *, by: User | None) -> None:
    """Close the books of a round because its plan is adopted; freezing twice changes nothing."""
    changed = Round.objects.filter(pk=round.pk, frozen_at__isnull=True).update(frozen_at=timezone.now())
    if changed:
        record("round.frozen", by=by, target=round)


def lock(round_id: int) -> Round:
    """The round, locked until the end of the transaction, so that numbers do not collide. Who begins a draft in it need not wait."""
    return Round.objects.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=round_id)


def lock_open(round_id: int) -> Round:
    """As lock; raises RoundFrozen."""
    round = lock(round_id)
    if round.is_frozen:
        raise RoundFrozen
    return round


_HOLD_POINT = """
SELECT r.frozen_at, c.withdrawn_at FROM consultation_contribution c JOIN consultation_round r ON r.id = c.round_id WHERE c.id = %s
FOR SHARE OF r FOR NO KEY UPDATE OF c
"""  # rows are locked in the order in which they are named here


def hold_point(point: int) -> None:
    """Keep the round of a point from being frozen until the end of the transaction, and lock the point. One statement.

    Others may hold the round too. Whoever changes a contribution or what is decided about it locks the round first and the contribution
    after, so nobody waits in a ring. Raises RoundFrozen, AlreadyWithdrawn.
    """
    with kept_by_server() as cursor:
        cursor.execute(_HOLD_POINT, [point])
        row = cursor.fetchone()
    if row is None or row[0] is not None:
        raise RoundFrozen
    if row[1] is not None:
        raise AlreadyWithdrawn


def hold_points(points: Sequence[int]) -> None:
    """As hold_point, for many at once: the rounds in their order, then the points in theirs. Two statements.

    It refuses nothing: whoever calls looks afterwards which round is frozen, and which point was withdrawn.
    """
    with connection.cursor() as cursor:
        rounds = "SELECT round_id FROM consultation_contribution WHERE id = ANY (%s)"
        cursor.execute(f"SELECT 1 FROM consultation_round WHERE id IN ({rounds}) ORDER BY id FOR SHARE", [list(points)])  # noqa: S608
        cursor.execute("SELECT 1 FROM consultation_contribution WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [list(points)])


def next_number(round: Round) -> int:
    """The number after the highest in the round, which must be locked."""
    return (round.contributions.aggregate(highest=Max("number"))["highest"] or 0) + 1
