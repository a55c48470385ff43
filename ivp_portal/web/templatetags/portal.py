"""Template tags every screen uses: icons, badges, fields with their errors, pages and dates in full. They know no domain."""

import datetime
import functools
import itertools
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select, Textarea, TextInput, Widget
from django.template.base import FilterExpression
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from ivp_portal.web.icons import ICONS, LADDER, LADDER_NAMES, LEVELS
from ivp_portal.web.looks import STATE_LOOKS, TONES
from ivp_portal.web.worddiff import PieceKind, is_like, word_diff

register = template.Library()


# Icons and badges


@register.simple_tag
@functools.cache
def icon(name: str, size: str = "") -> SafeString:
    """The drawing with that name (icons.py), hidden from screen readers: words must stand beside it. `size` may be "big".

    'ladder-1' to 'ladder-5' are the level signs. Raises KeyError for a name that is not there.
    """
    if name in LADDER_NAMES:
        return ladder(LADDER_NAMES[name])
    drawing = ICONS[name]
    paths = [
        (format_html(pattern, data),)
        for pattern, data in (
            ('<path d="{}"/>', drawing.line),
            ('<path d="{}" stroke-dasharray="3 3"/>', drawing.dashed),
            ('<path d="{}" fill="currentColor"/>', drawing.filled),
        )
        if data
    ]
    return format_html(
        '<svg class="p-icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        f" p-icon--{size}" if size else "",
        format_html_join("", "{}", paths),
    )


@register.simple_tag
def ladder(level: int) -> SafeString:
    """Five rising bars of which the first `level` are filled: 1 lokaal, 2 basisteam, 3 district, 4 eenheid, 5 landelijk."""
    if not 1 <= level <= len(LADDER):
        raise ValueError(f"A ladder has 1 to {len(LADDER)} bars, not {level}.")
    bars = ((format_html('<path d="{}"/>' if i < level else '<path class="off" d="{}"/>', bar),) for i, bar in enumerate(LADDER))
    return format_html(
        '<svg class="p-ladder" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{}</svg>', format_html_join("", "{}", bars)
    )


@register.simple_tag
def badge(label: str, tone: str = "plain", icon_name: str = "") -> SafeString:
    """A label with its icon and colour, in that order of importance. Raises KeyError for an unknown tone or icon."""
    if tone not in TONES:
        raise KeyError(f"{tone!r} is not a tone of a badge (looks.py).")
    return format_html(
        '<span class="utrecht-status-badge p-badge p-badge--{}">{}{}</span>', tone, icon(icon_name) if icon_name else "", label
    )


@register.simple_tag
def status_badge(noun: str, state: str, label: str) -> SafeString:
    """The badge of a state: {% status_badge "plan" plan.status plan.get_status_display %}. Looks are in looks.py."""
    look = STATE_LOOKS[noun][str(state)]
    return badge(label, look.tone, look.icon)


@register.simple_tag
def level_badge(kind: str, label: str) -> SafeString:
    """The badge of a level: {% level_badge area.kind area.get_kind_display %}."""
    return badge(label, "under", f"ladder-{LEVELS[str(kind)]}")


class MessageLook(NamedTuple):
    tone: str
    role: str
    icon: str


MESSAGE_LOOKS = {
    "success": MessageLook("ok", "status", "check"),
    "info": MessageLook("info", "status", "info"),
    "warning": MessageLook("warning", "status", "warning"),
    "error": MessageLook("error", "alert", "warning"),
}


@register.filter
def message_look(level_tag: str) -> MessageLook:
    """How a message of Django's messages framework looks and how urgently it is read out."""
    return MESSAGE_LOOKS[level_tag]


# Two versions of one text

DIFF_PATTERNS = {
    PieceKind.SAME: "{}",
    PieceKind.GONE: '<del><span class="p-hidden">[weg: </span>{}<span class="p-hidden">]</span></del>',
    PieceKind.NEW: '<ins><span class="p-hidden">[nieuw: </span>{}<span class="p-hidden">]</span></ins>',
}
WHOLE_TEXTS = (
    '<del class="p-diff__whole"><span class="p-diff__which">Oud</span>{}</del> '
    '<ins class="p-diff__whole"><span class="p-diff__which">Nieuw</span>{}</ins>'
)


@register.simple_tag(name="word_diff")
def marked_words(before: str, after: str) -> SafeString:
    """The text after, with what went in <del> and what came in <ins>; hidden words say so to who cannot see that. Keeps line ends.

    Of texts that are not alike, first the old one whole and then the new one. Put it in an element with the class p-diff.
    """
    pieces = word_diff(before, after)
    if [piece.kind for piece in pieces] == [PieceKind.GONE, PieceKind.NEW]:
        return format_html(WHOLE_TEXTS, before, after)
    return format_html_join("", "{}", ((format_html(DIFF_PATTERNS[piece.kind], piece.text),) for piece in pieces))


register.filter("is_like", is_like)


# Fields


def control_class(widget: Widget) -> str:
    """The class of NL Design System that draws this control; empty for what the browser draws itself."""
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        return ""
    if isinstance(widget, FileInput):
        return "p-fileinput"
    for kind, name in ((Textarea, "textarea"), (Select, "select")):
        if isinstance(widget, kind):
            return f"utrecht-{name} utrecht-{name}--html-{name}"
    return "utrecht-textbox utrecht-textbox--html-input"


def focus_target(bound: BoundField) -> str:
    """The id a link to this field must point at: its control, or the first of its choices."""
    return f"{bound.auto_id}_0" if bound.field.widget.use_fieldset else bound.id_for_label


_DRAWN: dict[tuple[Any, ...], SafeString] = {}
"""Empty fields as they were drawn before: a form with twenty of them costs more than all else on its page."""
DRAWN_LIMIT = 1_000


class DrawnOnce(template.Node):
    """What {% drawn_once %} draws."""

    def __init__(self, name: FilterExpression, follows_from: FilterExpression, inside: template.NodeList) -> None:
        self.name, self.follows_from, self.nodelist = name, follows_from, inside

    def render(self, context: template.Context) -> SafeString:
        follows_from = self.follows_from.resolve(context)
        if follows_from is None:
            return self.nodelist.render(context)
        key = (self.name.resolve(context), follows_from, get_language())
        if key not in _DRAWN:
            if len(_DRAWN) >= DRAWN_LIMIT:
                _DRAWN.clear()
            _DRAWN[key] = self.nodelist.render(context)
        return _DRAWN[key]


@register.tag
def drawn_once(parser: template.base.Parser, token: template.base.Token) -> DrawnOnce:
    """{% drawn_once "name" value %} … {% enddrawn_once %}: drawn again only for another value; every time for None.

    What stands inside must follow from the value and the language alone.
    """
    _, name, follows_from = token.split_contents()
    inside = parser.parse(("enddrawn_once",))
    parser.delete_first_token()
    return DrawnOnce(parser.compile_filter(name), parser.compile_filter(follows_from), inside)


@register.simple_tag
def field(bound: BoundField, *, optional: bool = True, width: str = "") -> SafeString:
    """One field: label, help, error, control, wired together for screen readers (docs/design.md, section 8).

    `optional=False` leaves out "(niet verplicht)", for a field whose need depends on another. `width` "s" or "m" makes it narrower.
    """
    sameness = _sameness(bound)
    if sameness is None:
        return render_to_string("_form_field.html", _parts_of(bound, optional=optional, width=width))
    key = (*sameness, optional, width, get_language())
    if key not in _DRAWN:
        if len(_DRAWN) >= DRAWN_LIMIT:
            _DRAWN.clear()
        _DRAWN[key] = render_to_string("_form_field.html", _parts_of(bound, optional=optional, width=width))
    return _DRAWN[key]


def _sameness(bound: BoundField) -> tuple[Any, ...] | None:
    """From this alone follows what an empty text field or choice looks like; None for any other, and for what was typed or refused."""
    widget, kind = bound.field.widget, type(bound.field.widget)
    if bound.form.is_bound or kind not in {Select, TextInput} or bound.value() not in (None, ""):
        return None
    choices = widget.choices if isinstance(widget, Select) else []
    if not isinstance(choices, list):
        return None  # asks the database itself
    # With their types: a text that is safe to show as it stands is equal to the same text that is not.
    shown = [bound.label, bound.help_text, *widget.attrs, *widget.attrs.values(), *itertools.chain.from_iterable(choices)]
    named = (kind, bound.html_name, bound.auto_id, bound.field.required, bound.form.use_required_attribute)
    return (*named, tuple((type(text), str(text)) for text in shown))


def _parts_of(bound: BoundField, *, optional: bool, width: str) -> dict[str, Any]:
    """What _form_field.html draws a field from."""
    widget = bound.field.widget
    described_by = " ".join(
        f"{bound.auto_id}-{part}" for part, there in (("fout", bool(bound.errors)), ("uitleg", bool(bound.help_text))) if there
    )
    shown: dict[str, Any] = {
        "bound": bound,
        "described_by": described_by,
        "mark_optional": optional and not bound.field.required and not isinstance(widget, CheckboxInput),
        "shape": "group" if widget.use_fieldset else "check" if isinstance(widget, CheckboxInput) else "plain",
    }
    if bound.is_hidden:
        return shown | {"shape": "hidden"}
    if widget.use_fieldset:
        for option in bound.subwidgets:  # the group carries these; a single choice may not
            for attribute in ("aria-invalid", "aria-describedby"):
                option.data["attrs"].pop(attribute, None)
        return shown
    drawn_as = control_class(widget)
    classes = [widget.attrs.get("class", ""), drawn_as, f"p-w-{width}" if width else ""]
    if bound.errors and drawn_as.startswith("utrecht"):
        classes.append(f"{drawn_as.split()[0]}--invalid")
    attributes = {
        "class": " ".join(filter(None, classes)),
        "aria-describedby": described_by,
        "aria-invalid": "true" if bound.errors else "",
    }
    shown["control"] = bound.as_widget(attrs={name: value for name, value in attributes.items() if value})
    return shown


@register.inclusion_tag("_error_summary.html")
def error_summary(*forms: BaseForm, title: str = "", level: int = 2) -> dict[str, Any]:
    """What is wrong in these forms, one line a field with a link to it; nothing when all is well.

    `title` is its heading, "Nog niet opgeslagen" when none is given, and `level` that of the heading.
    """
    problems = []
    for form in forms:
        problems += [{"message": message, "target": ""} for message in form.non_field_errors()]
        problems += [
            {"message": bound.errors[0], "target": "" if bound.is_hidden else focus_target(bound)} for bound in form if bound.errors
        ]
    return {"problems": problems, "title": title or gettext("Nog niet opgeslagen"), "level": level}


# Pages


@register.inclusion_tag("_pager.html")
def pager(page: Page[Any]) -> dict[str, Any]:
    """Links to the previous and next page of a list (paging.py), which keep the filters; nothing when there is one page."""
    return {"page": page}


# Dates in full: a deadline always has a time, and a day its name (docs/design.md, section 11)


@register.filter
def full_date(day: datetime.date | None) -> str:
    """'vrijdag 27 november 2026', in English 'Friday 27 November 2026'; empty for None."""
    return date_format(day, "l j F Y") if day else ""


@register.filter(expects_localtime=True)
def full_moment(moment: datetime.datetime | None) -> str:
    """'vrijdag 27 november 2026, 17.00 uur', in English 'Friday 27 November 2026, 17:00', in Dutch time; empty for None."""
    if not moment:
        return ""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return gettext("%(day)s, %(hour)s.%(minute)s uur") % {"day": full_date(local.date()), "hour": f"{local:%H}", "minute": f"{local:%M}"}
