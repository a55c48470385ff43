"""The catalogue of themes as an area uses it: the list, a theme of its own, other words, and subjects that wait for a theme."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultation import services
from consultation.forms.themes import NewThemeForm, SubjectsForm, ThemeForm, WordForm
from consultation.lists import themes_to_choose
from consultation.models import Theme
from consultation.theme_page import catalogue_of, fields_of, themeless_subjects, words_of
from ivp_portal.organisation.access import enter_area
from ivp_portal.organisation.models import Area
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest


@require_safe
def theme_list(request: PortalRequest, municipality: str) -> HttpResponse:
    """The themes by safety field, with how often each is used, and how many subjects wait."""
    area = enter_area(request.user, municipality, Action.READ)
    _, waiting = themeless_subjects(area)
    context = {"area": area, "catalogue": catalogue_of(area), "waiting": waiting, "may_record": Action.RECORD in area.allowed}
    return render(request, "consultation/theme_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def theme_add(request: PortalRequest, municipality: str) -> HttpResponse:
    """A theme of the area's own."""
    area = enter_area(request.user, municipality, Action.RECORD)
    form = NewThemeForm(request.POST or None, fields=fields_of(area))
    if form.is_valid():
        try:
            theme = services.add_theme(area, **form.cleaned_data, by=request.user)
        except services.ThemeNameTaken as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, f"Het thema ‘{theme}’ staat in de lijst.")
            return redirect("consultation:theme-change", municipality, theme.pk)
    return render(request, "consultation/theme_add.html", {"area": area, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def theme_change(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """One theme: its names, which only the area it belongs to changes, and the words for it here."""
    area = enter_area(request.user, municipality, Action.RECORD)
    theme = get_object_or_404(Theme.objects.of(area), pk=pk)
    initial = {name: getattr(theme, name) for name in ThemeForm.base_fields}
    form = ThemeForm(request.POST or None, initial=initial) if theme.area_id == area.pk else None
    if request.method == "POST" and form is None:
        raise Http404
    if form and form.is_valid():
        try:
            services.change_theme(theme, area=area, **form.cleaned_data, by=request.user)
        except services.ThemeNameTaken as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, f"Het thema ‘{form.cleaned_data['name']}’ is opgeslagen.")
            return redirect("consultation:theme-list", municipality)
    return _theme(request, area, theme, form, WordForm())


@require_POST
def theme_offer(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """Offer a theme of the area no longer, or again."""
    area = enter_area(request.user, municipality, Action.RECORD)
    theme = get_object_or_404(Theme.objects.of(area).filter(area=area), pk=pk)
    if request.POST.get("aanbieden") == "ja":
        services.restore_theme(theme, area=area, by=request.user)
        messages.success(request, f"Mensen kunnen ‘{theme}’ weer kiezen.")
    else:
        services.retire_theme(theme, area=area, by=request.user)
        messages.success(request, f"Niemand kan ‘{theme}’ nog kiezen. Punten die dit thema hebben, houden het.")
    return redirect("consultation:theme-change", municipality, pk)


@require_POST
def theme_word_add(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """Another word for a theme, in this area."""
    area = enter_area(request.user, municipality, Action.RECORD)
    theme = get_object_or_404(Theme.objects.of(area), pk=pk)
    words = WordForm(request.POST)
    if words.is_valid():
        try:
            alias = services.add_word(area, theme=theme, text=words.cleaned_data["word"], by=request.user)
        except services.WordTaken as taken:
            words.add_error("word", str(taken))
        else:
            messages.success(request, f"‘{alias}’ hoort nu bij ‘{theme}’.")
            return redirect("consultation:theme-change", municipality, pk)
    form = ThemeForm(initial={name: getattr(theme, name) for name in ThemeForm.base_fields}) if theme.area_id == area.pk else None
    return _theme(request, area, theme, form, words)


@require_POST
def theme_word_remove(request: PortalRequest, municipality: str, pk: int, word: int) -> HttpResponse:
    """Take a word of this area away from a theme."""
    area = enter_area(request.user, municipality, Action.RECORD)
    theme = get_object_or_404(Theme.objects.of(area), pk=pk)
    if gone := services.remove_word(area, theme=theme, pk=word, by=request.user):
        messages.success(request, f"‘{gone}’ hoort niet meer bij ‘{theme}’. Punten die het thema al hadden, houden het.")
    return redirect("consultation:theme-change", municipality, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def theme_subjects(request: PortalRequest, municipality: str) -> HttpResponse:
    """Subjects nobody gave a theme yet, with a suggestion each; confirming gives their points the theme."""
    area = enter_area(request.user, municipality, Action.RECORD)
    subjects, waiting = themeless_subjects(area)
    form = SubjectsForm(request.POST if request.method == "POST" else None, subjects=subjects, themes=themes_to_choose(area))
    if form.is_valid():
        given = services.give_theme(area, subjects=form.chosen, by=request.user)
        messages.success(request, f"{given} {'punt kreeg' if given == 1 else 'punten kregen'} een thema.")
        return redirect("consultation:theme-subjects", municipality)
    context = {"area": area, "form": form, "waiting": waiting, "shown": len(subjects)}
    return render(request, "consultation/theme_subjects.html", context, status=422 if form.errors else 200)


def _theme(request: PortalRequest, area: Area, theme: Theme, form: ThemeForm | None, words: WordForm) -> HttpResponse:
    context = {"area": area, "theme": theme, "form": form, "word_form": words, "words": words_of(theme, area)}
    status = 422 if words.errors or (form and form.errors) else 200
    return render(request, "consultation/theme_change.html", context, status=status)
