"""What the page of points that look alike shows: groups that could be made, and those there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from consultation.models import Contribution, ContributionGroup, Round
from consultation.similarity import near_duplicates


@dataclass(frozen=True, slots=True)
class Candidate:
    """Points that say almost the same and do not stand together yet."""

    points: Sequence[Contribution]

    @property
    def name(self) -> str:
        """What the group would be called: the shortest of what its points are called."""
        known = next((point.group.name for point in self.points if point.group), "")
        return known or min((point.point for point in self.points), key=len)


@dataclass(frozen=True, slots=True)
class Group:
    """A group with the standing points it has, in whatever round of the area."""

    group: ContributionGroup
    points: Sequence[Contribution]


def candidates_in(round: Round) -> list[Candidate]:
    """What could be put together, the most points first; not what lies in two groups already. Two queries."""
    found = []
    for points in near_duplicates(round):
        groups = {point.group_id for point in points}
        if groups == {None} or (len(groups) == 2 and None in groups):
            found.append(Candidate(points))
    return found


def groups_in(round: Round) -> list[Group]:
    """The groups with a point of this round, each with all its standing points; a group of one is none. Two queries."""
    standing = Contribution.objects.standing().select_related("round", "submission__contributor").defer("search").in_order()
    groups = ContributionGroup.objects.filter(contributions__round=round).distinct().order_by("name", "pk")
    loaded = groups.prefetch_related(Prefetch("contributions", standing))
    found = [Group(group, list(group.contributions.all())) for group in loaded]
    return [group for group in found if len(group.points) > 1]
