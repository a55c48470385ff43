"""From a snapshot to a paper: the HTML that the browser previews and the PDF is printed from, and the PDF itself."""

from datetime import UTC, datetime, time

from django.template.loader import render_to_string
from django.utils import translation

from priorities.snapshot import PlanSnapshot
from reports.decision_data import decisions_json
from reports.documents.base import Document, reference_day
from reports.legible import legible
from reports.pdf import Attachment, Pdf, Progress, pdf_from


def html_for(document: Document, snapshot: PlanSnapshot) -> str:
    """The whole page, for the preview as well as for the PDF: what you see is what is filed.

    Characters that the papers' letter lacks are already replaced (reports.legible). The caller asks document.refusal() first.
    """
    with translation.override("nl"):
        return legible(render_to_string(document.template, {"paper": document.build(snapshot)}))


def identifier_for(document: Document, snapshot: PlanSnapshot) -> bytes:
    """The PDF's permanent identifier: which paper, of which exact plan."""
    return f"{document.slug}:{snapshot.sha256()}".encode()


def attachments_for(snapshot: PlanSnapshot) -> tuple[Attachment, ...]:
    """The files inside every paper: the decisions, machine-readable."""
    dated = datetime.combine(reference_day(snapshot), time(), UTC)
    return (Attachment("besluiten.json", decisions_json(snapshot), "De afweging van elk punt, machineleesbaar", dated),)


def paper_for(document: Document, snapshot: PlanSnapshot, on_progress: Progress | None = None) -> Pdf:
    """The finished PDF of this document; the same snapshot gives the same bytes. Raises reports.pdf.PaperFailed."""
    return pdf_from(html_for(document, snapshot), identifier_for(document, snapshot), attachments_for(snapshot), on_progress)
