"""What the pages of a round share."""

from typing import Any

from django import template
from django.template.context import Context

from consultation.round_nav import NavItem, rooms_of

register = template.Library()


@register.simple_tag(takes_context=True)
def round_rooms(context: Context) -> list[NavItem]:
    """The sub-navigation of `round` in the context."""
    request: Any = context["request"]
    return rooms_of(context["round"], request.resolver_match.view_name)
