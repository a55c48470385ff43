"""Public pages speak the language of their address, staff screens always Dutch."""

import datetime

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, RequestContext, Template
from django.urls import NoReverseMatch, Resolver404, path, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

import pytest

import ivp_portal.urls
from ivp_portal.organisation.models import Area
from ivp_portal.web.forms import PortalForm
from ivp_portal.web.languages import in_the_other_language, speaking, speaks_its_address

MOMENT = datetime.datetime(2026, 11, 27, 16, 0, tzinfo=datetime.UTC)


class WishForm(PortalForm):
    said = forms.CharField(label=gettext_lazy("Contact"))
    mail = forms.EmailField(label="E-mail", required=False)
    seen = forms.BooleanField(label=gettext_lazy("Privacy"))


@login_not_required
@speaks_its_address
def ask(request: HttpRequest, area: str, language: str, round_slug: str) -> HttpResponse:
    if round_slug == "geen":
        raise Http404
    form = WishForm(request.POST or None)
    source = "{% extends 'public.html' %}{% block title %}Wens{% endblock %}{% block content %}{% load portal %}"
    source += "{% error_summary form %}<h1>{{ moment|full_moment }}</h1>{% for bound in form %}{% field bound %}{% endfor %}{% endblock %}"
    context = {"area": Area.objects.get(slug=area), "form": form, "moment": MOMENT, "other_language_url": in_the_other_language(request)}
    context |= {"years": "2027–2030", "start_url": request.path, "contact_url": "mailto:wens@voorbeeld.nl"}
    return HttpResponse(Template(source).render(RequestContext(request, context)), status=422 if form.errors else 200)


urlpatterns = [path("<slug:area>/<say:language>/<slug:round_slug>/", ask, name="ask"), *ivp_portal.urls.urlpatterns]


# The address


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("language", "word"), [("nl", "meedoen"), ("en", "take-part")])
def test_the_address_says_the_language(language, word):
    address = reverse("ask", args=["blaricum", language, "bewoners-2026"])
    assert address == f"/blaricum/{word}/bewoners-2026/"
    assert resolve(address).kwargs["language"] == language


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("word", ["nl", "en", "mitmachen", "meedoenx", "Take-part"])
def test_another_word_is_no_language(word):
    with pytest.raises(Resolver404):
        resolve(f"/blaricum/{word}/bewoners-2026/")


@pytest.mark.urls(__name__)
def test_a_language_nobody_speaks_here_has_no_address():
    with pytest.raises(NoReverseMatch):
        reverse("ask", args=["blaricum", "de", "bewoners-2026"])


# The page


@pytest.fixture
def visit(client, areas, settings):
    """The page at that address, asked for by a stranger."""
    settings.ROOT_URLCONF = __name__
    return lambda address, method="get", **more: getattr(client, method)(address, **more)


def test_a_resident_reads_the_page_in_dutch(visit):
    answer = visit("/blaricum/meedoen/bewoners-2026/")
    assert answer.headers["Content-Language"] == "nl"
    for words in (
        '<html lang="nl"',
        "<title>Wens – gemeente Blaricum</title>",
        ">Naar de inhoud</a>",
        '<b lang="nl">Gemeente Blaricum</b><span>Veiligheidsplan 2027–2030</span>',
        '<a class="p-lang" href="/blaricum/take-part/bewoners-2026/" lang="en" hreflang="en">English</a>',
        "vrijdag 27 november 2026, 17.00 uur",
        "(niet verplicht)",
        ">Toegankelijkheid</a>",
        '<a href="mailto:wens@voorbeeld.nl">Contact</a>',
    ):
        assert words in answer.text
    assert "Hoofdmenu" not in answer.text and "p-drop" not in answer.text


def test_a_resident_reads_the_page_in_english(visit):
    answer = visit("/blaricum/take-part/bewoners-2026/")
    assert answer.headers["Content-Language"] == "en"
    for words in (
        '<html lang="en"',
        ">Skip to the content</a>",
        '<b lang="nl">Gemeente Blaricum</b><span>Safety plan 2027–2030</span>',
        '<a class="p-lang" href="/blaricum/meedoen/bewoners-2026/" lang="nl" hreflang="nl">Nederlands</a>',
        "Friday 27 November 2026, 17:00",
        "(optional)",
        ">Accessibility</a>",
    ):
        assert words in answer.text


@pytest.mark.parametrize(
    ("word", "title", "summary", "messages"),
    [
        (
            "meedoen",
            "Fout: Wens",
            "Nog niet opgeslagen: 3 dingen te doen",
            ["Vul ‘Contact’ in.", "Dit e-mailadres klopt niet.", "Zet een vinkje bij ‘Privacy’."],
        ),
        (
            "take-part",
            "Error: Wens",
            "Not saved yet: 3 things to do",
            ["Fill in ‘Contact’.", "This e-mail address is not right.", "Tick the box at ‘Privacy’."],
        ),
    ],
)
def test_what_is_wrong_is_said_in_the_language_of_the_page(visit, word, title, summary, messages):
    answer = visit(f"/blaricum/{word}/bewoners-2026/", "post", data={"mail": "anna"})
    assert answer.status_code == 422
    assert f"<title>{title} – " in answer.text and summary in answer.text
    assert [message for message in messages if message not in answer.text] == []


def test_a_region_asks_under_its_own_name(visit):
    answer = visit("/midden-nederland/meedoen/strategie/")
    assert '<b lang="nl">Eenheid Midden-Nederland</b>' in answer.text


def test_a_browser_that_prefers_english_gets_the_language_of_the_address(visit):
    assert '<html lang="nl"' in visit("/blaricum/meedoen/bewoners-2026/", headers={"accept-language": "en"}).text


def test_staff_screens_stay_dutch_after_an_english_page_and_for_an_english_browser(visit):
    visit("/blaricum/take-part/bewoners-2026/")
    screen = visit("/inloggen/", "post", data={"username": "", "password": ""}, headers={"accept-language": "en"})
    assert screen.status_code == 422
    for words in (
        '<html lang="nl"',
        "Naar de inhoud",
        "Nog niet ingelogd: 2 dingen te doen",
        "Vul ‘Gebruikersnaam’ in.",
        "Dit lukte niet.",
    ):
        assert words in screen.text


def test_a_page_that_fails_does_not_leave_its_language_behind(visit):
    assert visit("/blaricum/take-part/geen/").status_code == 404
    assert translation.get_language() == "nl"


# Speaking a language elsewhere, as a mail does


def test_speaking_ends_where_it_ends():
    with speaking("en"):
        assert Template("{% load portal %}{{ moment|full_moment }}").render(Context({"moment": MOMENT})) == "Friday 27 November 2026, 17:00"
        with speaking("nl"):
            assert translation.get_language() == "nl"
        assert translation.get_language() == "en"
    assert translation.get_language() == "nl"


def test_a_language_the_portal_does_not_speak_is_refused():
    with pytest.raises(ValueError, match="'de'"):
        speaking("de")


def test_an_unmatched_request_has_no_other_language(rf):
    with pytest.raises(ValueError, match="not been matched"):
        in_the_other_language(rf.get("/"))
