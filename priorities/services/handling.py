"""Who answers a point, and what colleagues tell each other about it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from consultation.models import Contribution, Theme
from consultation.services import ChangeRefused
from ivp_portal.audit.log import record
from ivp_portal.organisation.access import may
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Action
from priorities.models import Handling, Note, Plan, QueueRow, ThemeHandler
from priorities.services.decisions import lock_contribution
from priorities.services.plans import PlanClosed


class MayNotDecide(ChangeRefused):
    """Points are answered by people with leave to weigh in this area."""

    def __init__(self, user: User) -> None:
        super().__init__(f"{user} mag hier geen punten afwegen. Kies een collega uit de lijst.")


@transaction.atomic
def assign(contribution: Contribution, *, to: User | None, by: User) -> bool:
    """Have somebody answer this point, or nobody in particular: then its theme says who. False when it was so already.

    Raises MayNotDecide for who has no leave to weigh here, RoundFrozen, AlreadyWithdrawn.
    """
    contribution = lock_contribution(contribution)
    if to is not None and not may(to, Action.DECIDE, contribution.area):
        raise MayNotDecide(to)
    handling = Handling.objects.filter(contribution=contribution).select_related("assignee").first()
    before = handling.assignee if handling else None
    if before == to:
        return False
    Handling.objects.update_or_create(contribution=contribution, defaults={"area": contribution.area, "assignee": to})
    verb = "point.left" if to is None else "point.claimed" if to == by else "point.assigned"
    record(verb, by=by, target=contribution, to=str(to) if to else "", before=str(before) if before else "")
    return True


@transaction.atomic
def set_theme_handlers(plan: Plan, chosen: Mapping[Theme, User | None], *, by: User) -> int:
    """Say for these themes who answers their points unless somebody was chosen for the point itself; returns how many changed.

    It goes for the whole area, also for points that come in later. Raises MayNotDecide for who has no leave to weigh here, PlanClosed.
    """
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    if locked.is_frozen:
        raise PlanClosed(plan)
    now = {one.theme_id: one.assignee_id for one in ThemeHandler.objects.filter(area=plan.area, theme__in=chosen)}
    changed = {theme: user for theme, user in chosen.items() if now.get(theme.pk) != (user.pk if user else None)}
    for officer in {user for user in changed.values() if user}:
        if not may(officer, Action.DECIDE, plan.area):
            raise MayNotDecide(officer)
    _wait_for_the_queue(plan, changed)
    ThemeHandler.objects.filter(area=plan.area, theme__in=[theme for theme, user in changed.items() if user is None]).delete()
    ThemeHandler.objects.bulk_create(
        [ThemeHandler(area=plan.area, theme=theme, assignee=user) for theme, user in changed.items() if user],
        update_conflicts=True,
        unique_fields=["area", "theme"],
        update_fields=["assignee"],
    )
    for theme, user in changed.items():
        record("theme.handler_set", by=by, target=theme, area=plan.area, theme=theme.name, to=str(user) if user else "")
    return len(changed)


def _wait_for_the_queue(plan: Plan, themes: Mapping[Theme, User | None]) -> None:
    """Take all rows that will change at once and in their order, as the triggers do for each theme: so nobody waits in a ring."""
    rows = QueueRow.objects.filter(area=plan.area, theme__in=themes).order_by("contribution_id")
    list(rows.select_for_update(no_key=True).values_list("contribution_id", flat=True))


@transaction.atomic
def add_note(contribution: Contribution, *, text: str, by: User) -> Note:
    """Keep a note for colleagues; the same words twice in a row (a double click) are kept once. It is never changed or removed.

    Raises RoundFrozen, AlreadyWithdrawn.
    """
    contribution = lock_contribution(contribution)
    last = Note.objects.filter(contribution=contribution).last()
    if last and (last.text, last.written_by_id) == (text, by.pk):
        return last
    note = Note.objects.create(area=contribution.area, contribution=contribution, text=text, written_by=by)
    record("note.added", by=by, target=contribution, note=note.pk)  # not its words: the log is read by more people
    return note
