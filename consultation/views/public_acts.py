"""What the buttons of the public form do beside sending it: one point more or less, a file out, later, wiped."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from consultation import services
from consultation.models import Draft, MailKind
from consultation.points import POINTS_LIMIT, as_one_text
from consultation.public_page import forget, form_path, resume_link
from consultation.views.public_autosave import by_itself
from consultation.views.public_visit import Visit, in_one_go, typed_in
from ivp_portal.web.addresses import absolute


def receipt_path(visit: Visit, draft: Draft) -> str:
    return reverse("public:receipt", args=[visit.round.area.slug, visit.language, visit.round.slug, draft.pk])


def add_file_problems(form: Any, problems: list[str]) -> None:
    if problems and form.reach.errors is not None:  # asking for the errors checks the form
        form.reach.add_error("attachments", problems)


def not_kept(visit: Visit, refusal: services.ChangeRefused) -> HttpResponse:
    """Somebody was here before: another tab with a newer text, or this form was sent already. What was typed stays on the screen."""
    content = typed_in(visit)
    if isinstance(refusal, services.NewerDraft):
        visit.draft = refusal.draft
        others = as_one_text(point.get("text", "") for point in refusal.draft.content.get("points", []))
        return visit.page(visit.form(content), status=409, refused=True, newer=others)
    if isinstance(refusal, services.AlreadyHandedIn):
        receipt, typed = receipt_path(visit, refusal.draft), as_one_text(point["text"] for point in content["points"])
        said = in_one_go(visit, partial(services.said_in, refusal.draft))
        if typed.strip() in {"", said.strip()}:  # a double click
            return redirect(receipt)
        visit.draft, visit.sheet = None, visit.sheet.another()
        return visit.page(visit.form(content), status=409, refused=True, receipt=receipt)
    raise refusal


def _go_on(visit: Visit, content: dict[str, Any], *, focus: int = 0, **more: Any) -> HttpResponse:
    """Keep it and go on filling in."""
    try:
        problems = visit.keep(content)
    except services.ChangeRefused as refusal:
        return not_kept(visit, refusal)
    if not problems:
        return visit.page(visit.form(content, focus=focus), **more)
    sent = visit.sent(content)
    add_file_problems(sent, problems)
    return visit.page(sent, status=422, **more)


def _one_more(visit: Visit) -> HttpResponse:
    """‘Nog een punt’."""
    content = typed_in(visit)
    if len(content["points"]) < POINTS_LIMIT:
        content["points"].append({"text": "", "theme": None})
    return _go_on(visit, content, focus=len(content["points"]))


def _one_less(visit: Visit) -> HttpResponse:
    """‘Haal punt 2 weg’: actie=haal-weg:2."""
    content, named = typed_in(visit), visit.request.POST["actie"].partition(":")[2]
    if len(content["points"]) > 1:
        content["points"] = [point for place, point in enumerate(content["points"], 1) if str(place) != named]
    return _go_on(visit, content, focus=1)


def _without_file(visit: Visit) -> HttpResponse:
    """‘Haal dit bestand weg’: actie=bestand-weg:<id>."""
    named = visit.request.POST["actie"].partition(":")[2]
    for attachment in visit.draft.attachments.all() if visit.draft else []:
        if str(attachment.pk) == named:
            in_one_go(visit, partial(services.drop_attachment, attachment))
    return _go_on(visit, typed_in(visit))


def _later(visit: Visit) -> HttpResponse:
    """‘Bewaar en ga later verder’: a personal link, on the page and, for whoever gave an address, by mail."""
    content = typed_in(visit)
    sent = visit.sent(content)
    address = content["email"] if "email" not in sent.reach.errors else ""
    try:
        problems = visit.keep(content)
    except services.ChangeRefused as refusal:
        return not_kept(visit, refusal)
    assert visit.draft is not None  # noqa: S101 - keep() made it
    route = {"municipality": visit.round.area.slug, "language": visit.language, "round": visit.round.slug}
    link = absolute(reverse("public:resume", kwargs=route | {"link": resume_link(visit.draft)}))
    if address:
        in_one_go(visit, partial(_mail_link, visit, visit.draft, address, link))
    unsound = bool(problems) or "email" in sent.reach.errors
    form = sent if unsound else visit.form(content)
    add_file_problems(form, problems)
    return visit.page(form, status=422 if unsound else 200, resume=link, mailed=address)


def _mail_link(visit: Visit, draft: Draft, address: str, link: str) -> None:
    """Once per text: whoever asks again without having changed anything gets no second mail."""
    kept_until = timezone.localdate(visit.round.closes_at) + datetime.timedelta(days=services.FORGET_AFTER_DAYS)
    services.write_mail(
        MailKind.RESUME,
        key=f"resume:{draft.pk}:{draft.version}",
        round=visit.round,
        to=address,
        values={"resume_url": link, "kept_until": kept_until},
        language=visit.language,
        draft=draft,
    )


def _wipe(visit: Visit) -> HttpResponse:
    """‘Wis mijn tekst’: for a computer that others use too."""
    if visit.draft:
        in_one_go(visit, partial(services.drop_draft, visit.draft))
    messages.success(visit.request, gettext("Uw tekst is gewist, ook bij ons."))
    response = redirect(form_path(visit.round, visit.language))
    forget(response, visit.round)
    return response


ACTIONS: dict[str, Callable[[Visit], HttpResponse]] = {
    "nog-een": _one_more,
    "haal-weg": _one_less,
    "bestand-weg": _without_file,
    "later": _later,
    "wis": _wipe,
    "automatisch": by_itself,
}
