"""How a municipality weighs: whether a second person must agree, and how long a contributor may take to react."""

from django.db import transaction

from ivp_portal.audit.log import record
from ivp_portal.audit.versions import differences, require_version
from ivp_portal.organisation.models import Area, User
from priorities.models import WayOfWorking
from priorities.services.priorities import lock_area


def way_of_working_of(area: Area) -> WayOfWorking:
    """As the area chose, or as the defaults say (version 0, not stored). One query."""
    return WayOfWorking.objects.filter(area=area).first() or WayOfWorking(area=area, version=0)


@transaction.atomic
def change_way_of_working(area: Area, *, needs_agreement: bool, question_days: int, seen: int, by: User) -> WayOfWorking:
    """Choose how this area weighs, from the next decision on: what was decided keeps the rule it was made under.

    The same again changes nothing. Raises NewerVersion when another version than `seen` stands (0: nobody chose yet).
    """
    lock_area(area)
    way = way_of_working_of(area)
    values = {"needs_agreement": needs_agreement, "question_days": question_days}
    changes = differences({name: getattr(way, name) for name in values}, values)
    if not changes:
        return way
    require_version(way, seen)
    way.needs_agreement, way.question_days, way.version = needs_agreement, question_days, way.version + 1
    way.save()
    record("way.changed", by=by, target=way, area=area, version=way.version, **changes)
    return way
