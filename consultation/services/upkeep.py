"""What goes by itself when its time has come. Each part is a transaction of its own, over every area."""

from consultation.models import SpreadsheetImport
from consultation.services.attachments import sweep_files
from consultation.services.contact import forget_outlived
from consultation.services.drafts import forget_drafts
from ivp_portal.organisation.access import inside_every_area


def tidy_up() -> None:
    """Forget drafts nobody finished, uploads nobody read in, files without a row, and how to reach people whose last day has passed.

    Twice does no harm.
    """
    with inside_every_area():
        forget_drafts()
    with inside_every_area():
        SpreadsheetImport.objects.forgotten().delete()
    with inside_every_area():
        forget_outlived()
    with inside_every_area():
        sweep_files()
