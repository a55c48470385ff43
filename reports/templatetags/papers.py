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
    return format_html_join("", "{}", ((_whole(piece),) for piece in re.split(r"(\s+)", text)))


def _whole(piece: str) -> str:
    """The word, inside a span that keeps it together when it is a compound."""
    is_compound = len(piece) <= LONGEST_WHOLE_WORD and _COMPOUND.search(piece)
    return format_html('<span class="whole">{}</span>', piece) if is_compound else piece
