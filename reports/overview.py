"""What the page of documents shows: the plan as it is now beside the papers that were made of it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from priorities.models import Plan
from priorities.snapshot import PlanSnapshot
from priorities.snapshots import snapshot_of
from reports import dutch
from reports.documents import DOCUMENTS, DOCUMENTS_BY_SLUG
from reports.models import Report
from reports.states import ReportStatus

LONG_WAIT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Now:
    """The plan as it is now."""

    snapshot: PlanSnapshot
    sha256: str
    refusals: dict[str, str]
    """Slug of each document that cannot be made now -> the Dutch sentence that says why."""


def plan_now(plan: Plan) -> Now:
    """The plan as a paper would show it now, without storing anything. A fixed number of queries; one for an adopted plan."""
    if plan.is_frozen:
        record = plan.snapshots.get(is_adopted=True)
        snapshot, sha256 = PlanSnapshot.from_json(record.content.encode()), record.sha256
    else:
        snapshot = snapshot_of(plan)
        sha256 = snapshot.sha256()
    refusals = {document.slug: document.refusal(snapshot) for document in DOCUMENTS}
    return Now(snapshot, sha256, {slug: reason for slug, reason in refusals.items() if reason})


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report as the page shows it."""

    report: Report
    title: str
    is_outdated: bool
    """Made of another text than the plan has now."""
    may_retry: bool
    """True when this user may ask for it again, and it can be made."""

    @property
    def size(self) -> str:
        """'184 kB', '1,2 MB'; '' without a file."""
        size = self.report.size
        if size is None:
            return ""
        return f"{dutch.whole(max(1, round(size / 1000)))} kB" if size < 999_500 else f"{dutch.decimal(size / 1_000_000, 1)} MB"

    @property
    def pages(self) -> str:
        """'1 bladzijde', '68 bladzijden'; '' without a file."""
        return dutch.count(self.report.pages, "bladzijde", "bladzijden") if self.report.pages else ""

    @property
    def waits_long(self) -> bool:
        """True when it should have been taken up by now."""
        return self.report.status == ReportStatus.REQUESTED and timezone.now() - self.report.asked_at > LONG_WAIT

    @property
    def news(self) -> str:
        """What a screen reader says when it is finished; '' before."""
        if not self.report.is_finished:
            return ""
        return f"{self.title} is klaar." if self.report.status == ReportStatus.READY else f"{self.title} is mislukt."


def row_for(report: Report, now: Now, *, may_export: bool) -> ReportRow:
    """The report beside the plan of now. Reads report.snapshot."""
    is_outdated = report.snapshot.sha256 != now.sha256
    title = DOCUMENTS_BY_SLUG[report.document].title
    return ReportRow(
        report,
        f"{title}, eerdere versie" if report.status == ReportStatus.READY and is_outdated else title,
        is_outdated,
        may_export and report.document not in now.refusals,
    )


def reports_of(plan: Plan) -> QuerySet[Report]:
    """All reports of the plan, newest first, as the list needs them."""
    return Report.objects.of(plan).for_the_list()
