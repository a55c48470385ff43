"""Filters for the papers' templates: marks in plain text, and words that stay whole."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from priorities.markup import with_examples

register = template.Library()

LONGEST_WHOLE_WORD = 26
"""A longer word could be wider than the column of rationales."""
_COMPOUND = re.compile(r"\S*[^\W_][-/–—][^\W_]\S*|\S*[^\W_][-–](?=\s|$)")


@register.filter
def examples(text: str) -> SafeString:
    """Escaped text in which '(voorbeeld)' is a mark."""
    return with_examples(text)


@register.filter
def whole_words(text: str) -> SafeString:
    """Escaped text in which a compound such as 'jeugd-overlast' is never broken at its hyphen.

    A rationale is taken over word for word by whoever copies it from the PDF; a break at the hyphen would put a space in the word.
    """
    pieces = re.split(r"(\s+)", text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="whole">{}</span>', piece) if _COMPOUND.search(piece) and len(piece) <= LONGEST_WHOLE_WORD else piece,)
            for piece in pieces
        ),
    )
