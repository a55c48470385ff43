"""Papers of made-up plans, each printed once for all the tests of one process that look at the file."""

import logging
from functools import cache

from reports.documents import DOCUMENTS_BY_SLUG
from reports.rendering import paper_for
from tests.reports.snapshots import BLARICUM, draft, nasty, with_letters, with_rows

PLANS = {
    "adopted": BLARICUM,
    "draft": draft(),
    "nasty": nasty(),
    "no points": with_rows(0),
    "500 points": with_rows(500),
    "letters": with_letters(),
}


class Listening(logging.Handler):
    """Everything WeasyPrint says that is not mere progress."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@cache
def printed(slug: str, plan: str) -> tuple[bytes, list[str]]:
    """The file, and what WeasyPrint had to say about it."""
    listening = Listening()
    logging.getLogger("weasyprint").addHandler(listening)
    try:
        return paper_for(DOCUMENTS_BY_SLUG[slug], PLANS[plan]).content, listening.said
    finally:
        logging.getLogger("weasyprint").removeHandler(listening)
