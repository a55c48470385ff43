"""A round opened and frozen, and held while something in it changes."""

import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from consultation.models import Round, RoundKind
from consultation.services.refusals import RoundFrozen, TitleTaken
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import Area, User

RESERVED_SLUGS = frozenset({"nieuwe-ronde", "themas"})  # addresses of ours


@transaction.atomic
def open_round(
    area: Area, *, kind: RoundKind | str, title: str, question: str, opens_at: datetime.datetime, closes_at: datetime.datetime, by: User
) -> Round:
    """Make a round; its address is made of its title. Asking for the same one twice (a double click) gives the first.

    Raises TitleTaken.
    """
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)  # two of one title may not pass each other
    values = {"kind": kind, "question": question, "opens_at": opens_at, "closes_at": closes_at}
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
    record("round.opened", by=by, target=round)
    return round


@transaction.atomic
def freeze_round(round: Round, *, by: User | None) -> None:
    """Close the books of a round because its plan is adopted; freezing twice changes nothing."""
    changed = Round.objects.filter(pk=round.pk, frozen_at__isnull=True).update(frozen_at=timezone.now())
    if changed:
        record("round.frozen", by=by, target=round)


def lock(round_id: int) -> Round:
    """The round, locked until the end of the transaction, so that numbers do not collide."""
    return Round.objects.select_for_update(of=("self",)).select_related("area").get(pk=round_id)


def lock_open(round_id: int) -> Round:
    """As lock; raises RoundFrozen."""
    round = lock(round_id)
    if round.is_frozen:
        raise RoundFrozen
    return round


def hold_open(round_id: int) -> None:
    """Keep the round from being frozen until the end of the transaction; others may hold it too. Raises RoundFrozen.

    Whoever changes a contribution or what is decided about it locks the round first and the contribution after, so nobody waits in a ring.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT frozen_at FROM consultation_round WHERE id = %s FOR SHARE", [round_id])
        row = cursor.fetchone()
    if row is None or row[0] is not None:
        raise RoundFrozen


def next_number(round: Round) -> int:
    """The number after the highest in the round, which must be locked."""
    return (round.contributions.aggregate(highest=Max("number"))["highest"] or 0) + 1
