"""Template tags that know the decision kinds."""

from django import template
from django.utils.safestring import SafeString

from ivp_portal.web.templatetags.portal import badge
from priorities.decision_kinds import DECISION_KINDS

register = template.Library()


@register.simple_tag
def decision_kind_badge(code: str) -> SafeString:
    """The badge of a decision kind by its code; retired kinds are known too."""
    kind = DECISION_KINDS[code]
    return badge(kind.label, kind.tone, kind.icon)
