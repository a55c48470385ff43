"""Template tag of the queue: its rows."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from priorities.triage.points import Queue

register = template.Library()


@register.simple_tag
def queue_rows(queue: Queue, open_pk: int = 0) -> SafeString:
    """The rows as list items; the open one is marked, and has the key X where points can be selected.

    Drawn here and not in the template: fifty times ten small tags took longer than asking the rows.
    """
    box = '<input type="checkbox" name="punt" value="{}" aria-label="Selecteer {}"{}>' if queue.may_choose else ""
    item = '<li{}>{}<a href="{}{}/{}"{}><span class="p-queue__t">{}</span><span class="p-queue__m">{}</span></a></li>\n'
    marks = {
        False: ("", "", ""),
        True: tuple(format_html(' {}="{}"', *mark) for mark in (("class", "is-open"), ("data-key", "x"), ("aria-current", "true"))),
    }
    rows = []
    for row in queue.rows:
        of_item, of_box, of_link = marks[row.pk == open_pk]
        tick = format_html(box, row.pk, row.point, of_box) if box else ""
        rows.append((of_item, tick, queue.base, row.pk, queue.query, of_link, row.point, row.note))
    return format_html_join("", item, rows)
