"""Changes to the chapters of a plan."""

from django.db import transaction
from django.db.models import Max

from ivp_portal.audit.log import record
from ivp_portal.audit.versions import differences, require_version
from ivp_portal.organisation.models import User
from priorities.models import Chapter, Plan
from priorities.services.plans import lock_open_plan


@transaction.atomic
def add_chapter(plan: Plan, *, title: str, lead: str = "", body: str = "", shows: str = "", by: User) -> Chapter:
    """Put a chapter after the last one. Raises PlanClosed."""
    plan = lock_open_plan(plan)
    number = (plan.chapters.aggregate(highest=Max("number"))["highest"] or 0) + 1
    chapter = Chapter.objects.create(area=plan.area, plan=plan, number=number, title=title, lead=lead, body=body, shows=shows)
    record("chapter.added", by=by, target=chapter, number=number, title=title)
    return chapter


@transaction.atomic
def change_chapter(chapter: Chapter, *, seen: int, title: str, lead: str, body: str, shows: str, by: User) -> Chapter:
    """Change a chapter; the log keeps both texts. Saving what already stands changes nothing.

    Raises NewerVersion when another version than `seen` stands, PlanClosed.
    """
    plan = lock_open_plan(chapter.plan)
    chapter = Chapter.objects.select_for_update().get(pk=chapter.pk)
    values = {"title": title, "lead": lead, "body": body, "shows": shows}
    changes = differences({name: getattr(chapter, name) for name in values}, values)
    if not changes:
        return chapter
    require_version(chapter, seen)
    chapter.title, chapter.lead, chapter.body, chapter.shows = title, lead, body, shows
    chapter.version += 1
    chapter.save(update_fields=[*values, "version"])
    record("chapter.changed", by=by, target=chapter, area=plan.area, version=chapter.version, **changes)
    return chapter
