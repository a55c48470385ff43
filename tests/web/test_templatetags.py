"""Icons, badges, fields, error summaries, pages and dates, as they come out of a template."""

import datetime
import re

from django import forms
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone

import pytest

from consultation.models.round import RoundStatus
from consultation.states import InvitationState
from ivp_portal.organisation.models import AreaKind
from ivp_portal.web.forms import DateInput, PortalForm
from ivp_portal.web.icons import ICONS, LEVELS
from ivp_portal.web.looks import STATE_LOOKS, TONES
from ivp_portal.web.paging import page_of
from priorities.decision_kinds import ALL
from priorities.models.decision import Extent
from priorities.models.queue import QueueState
from priorities.states import PlanStatus, Progress
from reports.states import ReportStatus


def drawn(source: str, **context: object) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


# Icons and badges


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_a_path_that_screen_readers_skip(name):
    svg = drawn("{% icon name %}", name=name)
    assert svg.startswith('<svg class="p-icon"') and 'aria-hidden="true"' in svg
    assert re.search(r'<path d="[Mm][^"]+"', svg)


def test_a_misspelt_icon_is_noticed():
    with pytest.raises(KeyError):
        drawn('{% icon "clok" %}')


@pytest.mark.parametrize("level", range(1, 6))
def test_the_ladder_fills_as_many_bars_as_the_level(level):
    svg = drawn("{% ladder level %}", level=level)
    assert svg.count("<path") == 5
    assert svg.count('class="off"') == 5 - level
    assert svg == drawn("{% icon name %}", name=f"ladder-{level}")


def test_a_level_that_does_not_exist_is_noticed():
    with pytest.raises(ValueError, match="1 to 5"):
        drawn("{% ladder 6 %}")


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)
def test_every_decision_kind_has_a_badge_with_its_word_its_icon_and_its_tone(kind):
    html = drawn("{% badge kind.label kind.tone kind.icon %}", kind=kind)
    assert f"p-badge--{kind.tone}" in html and "<svg" in html
    assert html.endswith(f"</svg>{kind.label}</span>")


def test_a_badge_with_an_unknown_tone_is_noticed():
    with pytest.raises(KeyError):
        drawn('{% badge "Klaar" "groen" %}')


def test_what_somebody_typed_cannot_become_markup_in_a_badge():
    assert "&lt;b&gt;" in drawn("{% badge label %}", label="<b>")


NOUNS = {
    "plan": PlanStatus,
    "round": RoundStatus,
    "report": ReportStatus,
    "extent": Extent,
    "point": QueueState,
    "progress": Progress,
    "invitation": InvitationState,
}


def test_no_noun_has_looks_that_nobody_checks():
    assert set(STATE_LOOKS) == set(NOUNS)


@pytest.mark.parametrize(
    ("noun", "states"),
    NOUNS.items(),
    ids=lambda value: str(value),
)
def test_every_state_of_every_noun_has_a_look(noun, states):
    assert set(STATE_LOOKS[noun]) == set(states.values)
    for state in states:
        assert state.label in drawn("{% status_badge noun state label %}", noun=noun, state=state, label=state.label)


def test_every_look_names_a_tone_and_an_icon_that_exist():
    for looks in STATE_LOOKS.values():
        for look in looks.values():
            assert look.tone in TONES and look.icon in ICONS


def test_every_level_of_area_has_its_own_rung():
    assert set(LEVELS) == set(AreaKind.values)
    assert sorted(LEVELS.values()) == [1, 2, 3, 4, 5]
    assert drawn('{% level_badge "district" "District" %}').count('class="off"') == 2


# Fields


class RoundForm(PortalForm):
    title = forms.CharField(label="Titel", max_length=10, help_text="Kort.")
    note = forms.CharField(label="Toelichting", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Soort", choices=[("council", "Raadssessie"), ("residents", "Inwoners")])
    source = forms.ChoiceField(label="Bron", widget=forms.RadioSelect, choices=[("r", "Raad"), ("i", "Inwoner")], help_text="Wie zei dit?")
    day = forms.DateField(label="Datum", widget=DateInput())
    number = forms.IntegerField(label="Aantal", required=False)
    mail = forms.EmailField(label="E-mailadres", required=False)
    file = forms.FileField(label="Bestand")
    agreed = forms.BooleanField(label="Nagelezen")
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    def clean(self):
        if self.cleaned_data.get("number") == 13:
            raise forms.ValidationError("Dertien kan niet. Kies een ander aantal.")
        return self.cleaned_data


def one(html: str, pattern: str) -> str:
    found = re.findall(pattern, html)
    assert len(found) == 1, html
    return found[0]


def test_a_field_has_its_label_its_help_and_its_control_tied_together():
    html = drawn("{% field form.title %}", form=RoundForm())
    assert '<label class="utrecht-form-label" for="id_title">Titel</label>' in html
    assert '<p class="utrecht-form-field-description" id="id_title-uitleg">Kort.</p>' in html
    control = one(html, r"<input[^>]+>")
    assert 'class="utrecht-textbox utrecht-textbox--html-input"' in control
    assert 'aria-describedby="id_title-uitleg"' in control
    assert "aria-invalid" not in control and "required" not in control


def test_a_refused_field_says_so_before_its_help_and_keeps_what_was_typed():
    html = drawn("{% field form.title %}", form=RoundForm({"title": "Veel te lange titel"}))
    assert html.index("id_title-uitleg") < html.index("id_title-fout") < html.index("<input")
    assert "Dit zijn 19 tekens. Gebruik er ten hoogste 10." in html
    control = one(html, r"<input[^>]+>")
    assert 'aria-describedby="id_title-fout id_title-uitleg"' in control
    assert 'aria-invalid="true"' in control and "utrecht-textbox--invalid" in control
    assert 'value="Veel te lange titel"' in control


def test_only_what_is_optional_is_marked():
    form = RoundForm()
    assert "(niet verplicht)" not in drawn("{% field form.title %}", form=form)
    assert "(niet verplicht)" in drawn("{% field form.note %}", form=form)
    assert "(niet verplicht)" not in drawn("{% field form.note optional=False %}", form=form)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("note", 'class="utrecht-textarea utrecht-textarea--html-textarea"'),
        ("kind", 'class="utrecht-select utrecht-select--html-select"'),
        ("day", 'type="date"'),
        ("file", 'class="p-fileinput"'),
        ("agreed", '<label class="p-check"><input type="checkbox"'),
        ("version", '<input type="hidden" name="version" value="1"'),
    ],
)
def test_each_kind_of_control_is_drawn_with_its_own_classes(name, expected):
    assert expected in drawn("{% field bound %}", bound=RoundForm()[name])


def test_a_group_of_choices_is_a_fieldset_and_its_error_belongs_to_the_group():
    html = drawn("{% field form.source %}", form=RoundForm({}))
    assert 'aria-describedby="id_source-fout id_source-uitleg"' in one(html, r"<fieldset[^>]+>")
    assert '<legend class="utrecht-form-fieldset__legend">Bron</legend>' in html
    choices = re.findall(r'<label class="p-check"><input[^>]+><span>([^<]+)</span></label>', html)
    assert choices == ["Raad", "Inwoner"]
    assert not any("aria-" in control for control in re.findall(r"<input[^>]+>", html))


def test_a_day_is_shown_as_the_browser_wants_it():
    html = drawn("{% field form.day %}", form=RoundForm(initial={"day": datetime.date(2026, 9, 30)}))
    assert 'value="2026-09-30"' in html


MESSAGES = [
    ("title", "", "Vul ‘Titel’ in."),
    ("kind", "", "Maak een keuze bij ‘Soort’."),
    ("kind", "niets", "Dit kunt u hier niet kiezen. Kies een van de mogelijkheden bij ‘Soort’."),
    ("day", "31-09-2026", "Deze dag bestaat niet. Vul een bestaande datum in, bijvoorbeeld 30-09-2026."),
    ("number", "veel", "Vul een heel getal in, bijvoorbeeld 15."),
    ("mail", "j.jansen.voorbeeld.nl", "Dit e-mailadres klopt niet. Bijvoorbeeld: naam@voorbeeld.nl"),
    ("file", "", "Kies een bestand."),
    ("agreed", "", "Zet een vinkje bij ‘Nagelezen’."),
]


@pytest.mark.parametrize(("name", "value", "message"), MESSAGES)
def test_an_error_says_what_to_do(name, value, message):
    assert RoundForm({name: value}).errors[name] == [message]


def test_a_message_the_form_chose_itself_stays():
    class OwnWords(PortalForm):
        why = forms.CharField(error_messages={"required": "Vul in waarom u dit besluit. Eén zin is genoeg."})

    assert OwnWords({}).errors["why"] == ["Vul in waarom u dit besluit. Eén zin is genoeg."]


def test_a_day_is_understood_as_the_browser_and_as_people_write_it():
    for typed in ("2026-09-30", "30-09-2026"):
        form = RoundForm({"day": typed})
        assert "day" not in form.errors
        assert form.cleaned_data["day"] == datetime.date(2026, 9, 30)


# Error summary


def test_what_is_drawn_once_is_drawn_again_for_another_value_and_every_time_for_none():
    drawn = Template('{% load portal %}{% drawn_once "proef" value %}{{ shown }}{% enddrawn_once %}')
    said = ((1, "a"), (1, "b"), (2, "c"), (None, "<d>"), (None, "e"))
    told = [drawn.render(Context({"value": value, "shown": shown})) for value, shown in said]
    assert told == ["a", "a", "c", "&lt;d&gt;", "e"]


def test_the_summary_links_to_each_field_and_takes_the_focus():
    form = RoundForm({"kind": "council", "day": "2026-09-30", "number": "13", "agreed": "on", "version": "1"}, {})
    html = drawn('{% error_summary form title="Nog niet vastgelegd" level=3 %}', form=form)
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert '<h3 class="p-h4">Nog niet vastgelegd: 4 dingen te doen</h3>' in html
    assert "<li>Dertien kan niet. Kies een ander aantal.</li>" in html
    assert re.findall(r'href="#([^"]+)"', html) == ["id_title", "id_source_0", "id_file"]


def test_every_link_of_the_summary_leads_to_a_control_on_the_page():
    form = RoundForm({})
    page = drawn("{% error_summary form %}{% for bound in form %}{% field bound %}{% endfor %}", form=form)
    targets = re.findall(r'href="#([^"]+)"', page)
    assert len(targets) == 6
    for target in targets:
        assert re.search(rf'<(input|select|textarea)[^>]* id="{target}"', page), target


def test_a_form_without_errors_has_no_summary():
    assert drawn("{% error_summary form %}", form=RoundForm()).strip() == ""


# Pages


def pager(number: str, rows: int, query: str = "") -> str:
    request = RequestFactory().get(f"/lijst/?{query}pagina={number}")
    page = page_of(list(range(rows)), request, size=10)
    return Template("{% load portal %}{% pager page %}").render(RequestContext(request, {"page": page}))


def test_the_pager_keeps_the_filter():
    html = pager("2", 25, "bron=raad&")
    assert "Bladzijde 2 van 3" in html
    assert 'href="?bron=raad&amp;pagina=1" rel="prev"' in html
    assert 'href="?bron=raad&amp;pagina=3" rel="next"' in html


def test_one_page_needs_no_pager():
    assert pager("1", 10).strip() == ""


@pytest.mark.parametrize(("asked", "given"), [("99", 3), ("onzin", 1), ("0", 3), ("-1", 3)])
def test_an_odd_page_number_gives_a_page_that_exists(asked, given):
    assert f"Bladzijde {given} van 3" in pager(asked, 25)


# Dates


def test_a_day_is_written_in_full():
    assert drawn("{{ day|full_date }}", day=datetime.date(2026, 11, 27)) == "vrijdag 27 november 2026"


def test_a_moment_is_written_in_dutch_time():
    winter = datetime.datetime(2026, 11, 27, 16, 0, tzinfo=datetime.UTC)
    summer = datetime.datetime(2026, 7, 1, 22, 5, tzinfo=datetime.UTC)
    assert drawn("{{ moment|full_moment }}", moment=winter) == "vrijdag 27 november 2026, 17.00 uur"
    assert drawn("{{ moment|full_moment }}", moment=summer) == "donderdag 2 juli 2026, 00.05 uur"


def test_no_moment_is_no_words():
    assert drawn("{{ moment|full_moment }}{{ moment|full_date }}", moment=None) == ""


def test_a_moment_that_was_made_local_before_is_not_moved_again():
    local = timezone.localtime(datetime.datetime(2026, 11, 27, 16, 0, tzinfo=datetime.UTC))
    assert drawn("{{ moment|full_moment }}", moment=local) == "vrijdag 27 november 2026, 17.00 uur"
