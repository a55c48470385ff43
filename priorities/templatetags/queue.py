"""Template tag of the queue: its rows."""

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from priorities.triage.points import Queue

register = template.Library()


@register.simple_tag
def queue_rows(queue: Queue, open_pk: int = 0) -> SafeString:
    """The rows as list items; the open one is marked, and has the key X where points can be selected. A page says which it showed.

    Drawn here and not in the template: fifty times ten small tags took longer than asking the rows. What is the same in every row is
    escaped once.
    """
    patterns = {is_open: _row(queue, is_open=is_open) for is_open in (False, True)}
    drawn = (format_html(patterns[row.pk == open_pk], str(row.pk), row.point, row.note(inside=queue.knows_assignees)) for row in queue.rows)
    return format_html_join("", "{}", ((row,) for row in drawn))


def _row(queue: Queue, *, is_open: bool) -> str:
    """How a row is drawn from its id, its point and its note."""
    of_item, of_box, of_link = (' class="is-open"', ' data-key="x"', ' aria-current="true"') if is_open else ("", "", "")
    before, after = (str(escape(part)).replace("{", "{{").replace("}", "}}") for part in (queue.base, queue.query))
    shown = '<input type="hidden" name="getoond" value="{0}">' if queue.as_page else ""
    box = f'<input type="checkbox" name="punt" value="{{0}}" aria-label="Selecteer {{1}}"{of_box}>' if queue.may_choose else ""
    words = '<span class="p-queue__t">{1}</span><span class="p-queue__m">{2}</span>'
    return f'<li{of_item}>{shown}{box}<a href="{before}{{0}}/{after}"{of_link}>{words}</a></li>\n'
