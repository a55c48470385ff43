"""Changes to places and people."""

import csv
import datetime
from pathlib import Path

from django.db import transaction

from ivp_portal.organisation.models import Area, Membership, User
from ivp_portal.organisation.roles import Role

AREAS_CSV = Path(__file__).with_name("areas.csv")


@transaction.atomic
def load_areas(source: Path = AREAS_CSV) -> dict[str, int]:
    """Bring the areas of the checked-in CSV into the database, matched on code; safe to repeat.

    An area that is not in the file stays: an old plan keeps its own map. Returns how many were added and changed.
    """
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = Area.objects.in_bulk(field_name="code")
    count = {"added": 0, "changed": 0}
    for row in rows:  # the file lists an area after the one above it
        values = {
            "kind": row["kind"],
            "name": row["name"],
            "slug": row["slug"],
            "parent_id": known[row["parent"]].pk if row["parent"] else None,
            "valid_from": _day(row["valid_from"]),
            "valid_until": _day(row["valid_until"]),
            "note": row["note"],
        }
        area = known.get(row["code"])
        if area is None:
            known[row["code"]] = Area.objects.create(code=row["code"], **values)
            count["added"] += 1
        elif any(getattr(area, name) != value for name, value in values.items()):
            Area.objects.filter(pk=area.pk).update(**values)
            count["changed"] += 1
    for row in rows:
        if row["successor"]:
            Area.objects.filter(code=row["code"]).update(successor=known[row["successor"]])
    return count


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def grant_membership(user: User, area: Area, role: Role, *, party: str = "", starts_on: datetime.date | None = None) -> Membership:
    """Give somebody a role at an area; giving it twice changes nothing."""
    return Membership.objects.get_or_create(user=user, area=area, role=role, defaults={"party": party, "starts_on": starts_on})[0]
