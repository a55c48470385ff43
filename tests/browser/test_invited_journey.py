"""Somebody invited by name, on a phone without our scripts: write, lay before a colleague, release. axe looks at each page."""

import os
from pathlib import Path

from django.utils import timezone

import pytest

from consultation import services
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from tests.browser.axe import found_by_axe
from tests.conftest import person
from tests.consultation.invitations import DAY, invited, link_of, send, strategy, submissions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def olga(areas):
    return person("olga", "Olga Meijer", areas["midden-nederland"], Role.POLICY_OFFICER)


@pytest.fixture
def draft_strategy(areas):
    now = timezone.localtime()
    return strategy(areas["midden-nederland"], opens=f"{now - DAY:%Y-%m-%d %H:%M}", closes=f"{now + 20 * DAY:%Y-%m-%d %H:%M}")


class Look:
    """What is looked at on every page: that it is the one meant, that it fits, and that axe finds nothing."""

    def __init__(self, page) -> None:
        self.page, self.wrong = page, []

    def at(self, name: str) -> None:
        self.page.wait_for_load_state("networkidle")
        self.page.set_viewport_size({"width": 320, "height": 800})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            self.wrong.append(f"{name}: {width} px wide at 320")
        self.wrong += [f"{name}: {found}" for found in found_by_axe(self.page)]
        if folder := os.environ.get("IVP_PICTURES"):
            for size in (320, 1280):
                self.page.set_viewport_size({"width": size, "height": 800})
                self.page.screenshot(path=str(Path(folder) / f"{name}-{size}.png"), full_page=True)
            self.page.set_viewport_size({"width": 320, "height": 800})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ["Nog een punt", "Punt 2: Wat wilt u ons vertellen?", "E-mailadres van uw collega", "Bewaar en leg voor", "Haal terug",
                "Uw naam", "Uw functie", "Geef vrij en verstuur", "Uw reactie is ontvangen", "Wie bent u?"]),
        ("en", ["Another point", None, "E-mail address of your colleague", "Save and ask", "Take it back",
                "Your name", "Your position", "Release and send", "We have received your response", "Who are you?"]),
    ],
)  # fmt: skip
def test_a_body_answers_on_a_phone_without_javascript(browser, live_server, draft_strategy, olga, language, words):
    one_more, second, to, ask, back, name, role, send_it, received, who = words
    invitation = invited(draft_strategy, olga)
    send(draft_strategy, olga)
    path = link_of(invitation)
    if language == "en":
        path = path.replace("/meedoen/", "/take-part/")
    context = browser.new_context(locale="nl-NL", viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())  # axe needs a browser that runs scripts; ours do not come
    look = Look(page)

    page.goto(live_server.url + path)
    page.locator('textarea[name="punt-1-text"]').fill("Meer aandacht voor het water.")
    look.at(f"{language}-1-formulier")
    page.get_by_role("button", name=one_more).click()
    page.locator('textarea[name="punt-2-text"]').fill("Houd de wijkagent in de wijk.")
    if second:
        page.get_by_label(second)
    page.get_by_label(who).fill("Sanne, adviseur")
    look.at(f"{language}-2-twee-punten")
    page.get_by_role("button", name=ask).click()  # without an address
    look.at(f"{language}-3-fout")
    page.get_by_label(to).fill("secretaris@blaricum.voorbeeld.nl")
    page.get_by_role("button", name=ask).click()
    page.get_by_role("button", name=back).wait_for()
    look.at(f"{language}-4-voorgelegd")

    page.goto(live_server.url + link_of(invitation, "offer"))
    look.at(f"{language}-5-vrijgeven")
    page.get_by_label(name).first.fill("Eva Bos")
    page.get_by_label(role).fill("gemeentesecretaris")
    page.get_by_role("button", name=send_it).click()
    page.get_by_role("heading", name=received).wait_for()
    look.at(f"{language}-6-ontvangen")
    context.close()
    assert look.wrong == []
    assert len(submissions(draft_strategy)) == 1


def test_the_pages_of_the_officer_fit_a_phone(page, live_server, logged_in, draft_strategy, olga, areas):
    invitation = invited(draft_strategy, olga)
    with inside(areas["midden-nederland"]):
        services.invite_slots(draft_strategy, timezone.localdate(draft_strategy.opens_at), by=olga)
        services.send_invitations(draft_strategy, by=olga)
        services.take_addresses(draft_strategy, {}, [("Politie Gooi Noord", "politie@voorbeeld.nl")], kind="partner", by=olga)
        services.revoke(invitation, reason="dubbel", by=olga)
    logged_in(page, "olga")
    look = Look(page)
    base = f"{live_server.url}/midden-nederland/inbreng/strategie/uitnodigingen/"
    for name in ("", "nieuw/", "veel/", "gemeenten/", "versturen/", f"{invitation.pk}/", f"{invitation.pk}/intrekken/"):
        assert page.goto(base + name).status == 200
        look.at(f"officier-{name.replace('/', '') or 'lijst'}")
    assert look.wrong == []
