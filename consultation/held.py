"""What waits until an officer has looked whether a person wrote it: one query, whatever its number."""

from django.db.models import QuerySet

from consultation.models import Attachment, Draft, Round


def held_in(round: Round) -> QuerySet[Draft]:
    """The round's held submissions with their files, first come first; `.count()` is for the hub of the round."""
    return Draft.objects.held().filter(round=round).prefetch_related("attachments").order_by("handed_in_at", "pk")


def attachments_in(round: Round) -> QuerySet[Attachment]:
    """The files an officer may take: of what was handed in, held or not; never of what somebody is still writing."""
    handed_in = Attachment.objects.filter(round=round, submission__isnull=False)
    held = Attachment.objects.filter(round=round, draft__in=Draft.objects.held().filter(round=round))
    return (handed_in | held).select_related("round")
