"""Points that say the same, put together and taken apart again: each keeps its words, its author, its date and its own answer."""

from collections.abc import Collection, Iterable

from django.db import transaction

from consultation.models import Contribution, ContributionGroup, Round
from consultation.services.refusals import CannotGroup
from consultation.services.rounds import lock_open
from ivp_portal.audit.log import record
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.models import User

NAME_LIMIT = 200


@transaction.atomic
def group(contributions: Collection[Contribution], *, name: str, by: User) -> ContributionGroup:
    """Put two or more points of one area together. Raises RoundFrozen, and CannotGroup for a withdrawn point or one of another group."""
    points = _lock(contributions)
    areas = {point.area_id for point in points}
    if len(points) < 2 or len(areas) > 1:
        raise CannotGroup
    made = ContributionGroup.objects.create(area_id=areas.pop(), name=name.strip()[:NAME_LIMIT] or points[0].point[:NAME_LIMIT], made_by=by)
    _join(points, made, by=by)
    return made


@transaction.atomic
def add_to_group(contributions: Collection[Contribution], group: ContributionGroup, *, by: User) -> None:
    """Put more points in a group; one that is in it stays. Raises RoundFrozen, and CannotGroup too when the group ended meanwhile."""
    points = _lock([*contributions, *group.contributions.all()])
    if any(point.area_id != group.area_id for point in points) or not any(point.group_id == group.pk for point in points):
        raise CannotGroup
    asked = {contribution.pk for contribution in contributions}
    _join([point for point in points if point.pk in asked and point.group_id != group.pk], group, by=by)


@transaction.atomic
def take_out(contribution: Contribution, *, by: User) -> None:
    """Take a point out of its group; a group of one ends with it. Doing it twice changes nothing. Raises RoundFrozen."""
    group = ContributionGroup.objects.filter(contributions=contribution).first()
    if group is None:
        return
    members = _lock_members(group)
    leaving = [point for point in members if point.pk == contribution.pk]
    if leaving and len(members) <= 2:
        _end(group, members, by=by)
    else:
        _leave(leaving, group, by=by)


@transaction.atomic
def ungroup(group: ContributionGroup, *, by: User) -> None:
    """Let a group end: every point stands by itself again. Doing it twice changes nothing. Raises RoundFrozen."""
    members = _lock_members(group)
    if members:
        _end(group, members, by=by)


@transaction.atomic
def regroup(group: ContributionGroup, *, by: User) -> None:
    """Undo the end of a group: the points it had last come back, those that are free and stand. Raises RoundFrozen and CannotGroup."""
    if group.contributions.exists():
        return
    last = LogEntry.objects.about(group).filter(verb="group.ended").order_by("pk").last()
    had = Contribution.objects.of(group.area).standing().filter(pk__in=last.facts["points"] if last else [], group=None)
    points = _lock(had)
    if len(points) < 2:
        raise CannotGroup
    _join(points, group, by=by)


def _lock(contributions: Iterable[Contribution]) -> list[Contribution]:
    """The points, locked, in order; their rounds first, which must be open."""
    asked = list(contributions)
    for round_id in sorted({contribution.round_id for contribution in asked}):
        lock_open(round_id)
    wanted = Contribution.objects.filter(pk__in=[contribution.pk for contribution in asked])
    return list(wanted.select_for_update(of=("self",)).select_related("round", "area").order_by("pk"))


def _lock_members(group: ContributionGroup) -> list[Contribution]:
    """The points of the group as they are once its rounds are held."""
    for round in Round.objects.filter(contributions__group=group).distinct().order_by("pk"):
        lock_open(round.pk)
    return list(group.contributions.select_for_update(of=("self",)).select_related("round", "area").order_by("pk"))


def _join(points: list[Contribution], group: ContributionGroup, *, by: User) -> None:
    if any(point.withdrawn_at or point.group_id for point in points):
        raise CannotGroup
    for point in points:
        point.group = group
        point.save(update_fields=["group"])
        record("contribution.grouped", by=by, target=point, group=group.pk, name=group.name)


def _leave(points: list[Contribution], group: ContributionGroup, *, by: User) -> None:
    for point in points:
        point.group = None
        point.save(update_fields=["group"])
        record("contribution.taken_out", by=by, target=point, group=group.pk, name=group.name)


def _end(group: ContributionGroup, members: list[Contribution], *, by: User) -> None:
    _leave(members, group, by=by)
    record("group.ended", by=by, target=group, area=members[0].area, points=[point.pk for point in members])
