"""Contribution: one thing said, the unit that gets an answer."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, Trim

from consultation.models.round import Round
from consultation.models.submission import Submission
from consultation.models.theme import Theme
from ivp_portal.organisation.models import Area, User


def subject_as_word() -> Func:
    """The subject as consultation.words.as_word would write it, in SQL."""
    return Trim(Func(Lower("subject"), Value(r"\s+"), Value(" "), Value("g"), function="regexp_replace", output_field=models.TextField()))


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def of(self, area: Area) -> ContributionQuerySet:
        return self.filter(area=area)

    def standing(self) -> ContributionQuerySet:
        """Those that were not withdrawn: each of them needs an answer."""
        return self.filter(withdrawn_at__isnull=True)

    def about_subject(self, word: str) -> ContributionQuerySet:
        """Those whose subject is this word (consultation.words.as_word), whatever its capitals and spaces."""
        return self.alias(word=subject_as_word()).filter(word=word)

    def with_unchecked_personal_data(self) -> ContributionQuerySet:
        """Those whose words may name somebody, and nobody looked yet: not fit to be published."""
        return self.filter(personal_data__len__gt=0, personal_data_checked_at__isnull=True)

    def in_order(self) -> ContributionQuerySet:
        """The order of the paper and of the queue: round by round, as said."""
        return self.order_by("round_id", "number")


class ContributionGroup(models.Model):
    """Points that say the same, put together by a person; each keeps its words, its author and its date, and can go out again."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("naam", max_length=200)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Contribution(models.Model):
    """One thing said (een punt). `number` counts within the round and never changes: the reference people get is made of it."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="contributions")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="contributions")
    number = models.PositiveIntegerField()
    subject = models.CharField("onderwerp", max_length=200)
    sub_subject = models.CharField("sub-onderwerp", max_length=300, blank=True)
    text = models.TextField("toelichting", blank=True)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name="thema")
    group = models.ForeignKey(ContributionGroup, on_delete=models.PROTECT, null=True, editable=False, related_name="contributions")
    personal_data = ArrayField(models.CharField(max_length=12), default=list, editable=False)
    """What looks like personal data in its words (consultation.personal_data), as kinds; found when it is written."""
    personal_data_checked_at = models.DateTimeField(null=True, editable=False)
    """An officer looked at that and let it stand."""
    fingerprint = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001 unique, and absent elsewhere
    """What makes it the same when it is handed in again: of a row in a spreadsheet its words, of a form the form itself."""
    respondent = models.CharField(max_length=60, null=True, blank=True, editable=False)  # noqa: DJ001 absent from what has no number
    """The number a survey gave to who answered: tells a changed answer from a new one, and is shown to nobody."""
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("subject", "sub_subject", "text", config="dutch"), output_field=SearchVectorField(), db_persist=True
    )

    objects = ContributionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="contribution_number_once_per_round"),
            models.UniqueConstraint(fields=["round", "fingerprint"], name="contribution_recorded_once"),
            models.CheckConstraint(condition=~Q(subject=""), name="contribution_has_a_subject"),
        ]
        indexes = [GinIndex(F("search"), name="contribution_search")]

    def __str__(self) -> str:
        return self.point

    @property
    def point(self) -> str:
        """What was said, in short."""
        return self.sub_subject or self.subject

    @property
    def reference(self) -> str:
        """What people can cite: round and number, 'blaricum-raadssessie-2022/11'. Reads self.round."""
        return f"{self.round.slug}/{self.number}"
