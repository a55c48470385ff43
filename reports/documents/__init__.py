"""Every type of paper, in the order of the menu. To add one: docs/adding-a-report.md."""

from reports.documents.adopted_plan import AdoptedPlan
from reports.documents.base import Document
from reports.documents.council_proposal import CouncilProposal
from reports.documents.decision_table import DecisionTable

DOCUMENTS: tuple[Document, ...] = (AdoptedPlan(), CouncilProposal(), DecisionTable())
DOCUMENTS_BY_SLUG: dict[str, Document] = {document.slug: document for document in DOCUMENTS}
