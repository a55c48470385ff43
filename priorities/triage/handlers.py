"""Who may answer points here, who answers which theme, and how much lies with each: for the panel, the page of themes and its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum

from consultation.models import Theme
from ivp_portal.organisation.models import Area, Membership, User
from ivp_portal.organisation.roles import Action, Role, grants
from priorities.models import Plan, QueueCount, QueueState, ThemeHandler

TO_DO = (QueueState.TODO, QueueState.RETURNED)
DECIDING = [role.value for role in Role if grants(role, Action.DECIDE)]


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme of which points stand in the plan."""

    theme: Theme
    total: int
    to_do: int
    handler: User | None
    has_left: bool
    """The handler may not weigh here any more: somebody else has to be chosen."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody with whom points lie."""

    user: User
    to_do: int
    has_left: bool


def officers_of(area: Area) -> list[User]:
    """Who may weigh here today, by name. One query."""
    held = Membership.objects.current().filter(area=area, role__in=DECIDING)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("full_name", "username"))


def theme_lines(plan: Plan, officers: Sequence[User]) -> tuple[list[ThemeLine], int]:
    """(the themes in use in the plan by name, how many points are still to do that have none). Three queries."""
    numbers = {theme: (total, to_do or 0) for theme, total, to_do in _counted(plan, "theme") if total}
    themes = Theme.objects.filter(pk__in=[theme for theme in numbers if theme]).order_by("name")
    chosen = {one.theme_id: one.assignee for one in ThemeHandler.objects.filter(area=plan.area).select_related("assignee")}
    may = {officer.pk for officer in officers}
    lines = [ThemeLine(theme, *numbers[theme.pk], chosen.get(theme.pk), _has_left(chosen.get(theme.pk), may)) for theme in themes]
    return lines, numbers.get(None, (0, 0))[1]


def person_lines(plan: Plan, officers: Sequence[User]) -> list[PersonLine]:
    """Every officer, and whoever else still has points to do, with how many. Two queries."""
    numbers = {user: to_do or 0 for user, _, to_do in _counted(plan, "assignee") if user}
    may = {officer.pk for officer in officers}
    others = User.objects.filter(pk__in=[user for user, to_do in numbers.items() if to_do and user not in may]).order_by("full_name")
    return [PersonLine(user, numbers.get(user.pk, 0), user.pk not in may) for user in (*officers, *others)]


def _counted(plan: Plan, mark: str) -> list[tuple[int | None, int, int | None]]:
    counts = QueueCount.objects.filter(area=plan.area, round__in=plan.round_ids).order_by().values(mark)
    return list(counts.annotate(all=Sum("number"), to_do=Sum("number", filter=Q(state__in=TO_DO))).values_list(mark, "all", "to_do"))


def _has_left(user: User | None, may: set[int]) -> bool:
    return user is not None and user.pk not in may
