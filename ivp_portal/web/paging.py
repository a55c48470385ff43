"""Long lists in pages."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50
PARAMETER = "pagina"


def page_of(rows: QuerySet[Any] | Sequence[Any], request: HttpRequest, *, size: int = PAGE_SIZE) -> Page[Any]:
    """The page of `rows` that ?pagina= asks for; a number that does not exist gives the nearest, nonsense gives the first.

    Counts with OFFSET: a municipality's lists hold hundreds of rows, and people want to know how many there are. `rows` must be
    ordered. Costs two queries: a count and the rows of the page.
    """
    return Paginator(rows, size).get_page(request.GET.get(PARAMETER))
