"""What each paper says, as HTML: the same for the preview in the browser and for the file."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import lxml.html
import pytest
from lxml.etree import XPath

from priorities.snapshot import IndicatorSnapshot, PlanSnapshot, RouteStepSnapshot
from reports.documents import DOCUMENTS, DOCUMENTS_BY_SLUG
from reports.rendering import html_for
from tests.reports.snapshots import BLARICUM, PROPOSAL, SESSION, draft, nasty, with_rows

IVP, PROPOSAL_PAPER, TABLE = (DOCUMENTS_BY_SLUG[slug] for slug in ("ivp", "raadsvoorstel", "afwegingstabel"))
NOTHING_WRITTEN = replace(
    PROPOSAL,
    **dict.fromkeys(
        ("planning", "summary", "introduction", "purpose", "finances", "execution", "secretary", "mayor", "case_number", "replaces"), ""
    ),
    **dict.fromkeys(("arguments", "caveats", "attachments"), ()),
)
EMPTY = replace(
    draft(),
    municipalities=("Blaricum",),
    proposal=NOTHING_WRITTEN,
    **dict.fromkeys(("motto", "portfolio_holder", "made_with", "colophon", "district", "team"), ""),
    **dict.fromkeys(("route", "chapters", "priorities", "subjects", "indicators"), ()),
)
PROPOSED = replace(draft(), status="proposed", status_label="Voorgelegd aan de raad")
PLANS = {
    "adopted": BLARICUM, "draft": draft(), "no points": with_rows(0), "one point": with_rows(1), "500 points": with_rows(500),
    "nasty": nasty(), "empty": EMPTY, "proposed": PROPOSED,
}  # fmt: skip


def page(document, snapshot: PlanSnapshot) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(html_for(document, snapshot))


def text(element) -> str:
    return " ".join(element.text_content().split())


def headings(root, *tags: str) -> list[str]:
    return [text(heading) for heading in root.iter(*(tags or ("h1", "h2", "h3", "h4", "h5")))]


@pytest.fixture(scope="module", params=[(document.slug, name) for document in DOCUMENTS for name in PLANS], ids="-".join)
def any_paper(request):
    slug, name = request.param
    return page(DOCUMENTS_BY_SLUG[slug], PLANS[name])


def test_no_paper_has_a_style_or_script_of_its_own(any_paper):
    """The browser's preview stands under a content security policy that allows neither."""
    assert (
        any_paper.xpath("//*[@style] | //style | //script | //*[@*[starts-with(name(), 'on')]] | //img | //iframe | //object | //form")
        == []
    )


def test_every_link_within_a_paper_arrives(any_paper):
    ids = any_paper.xpath("//@id")

    assert len(ids) == len(set(ids))
    assert {address[1:] for address in any_paper.xpath("//a/@href") if address.startswith("#")} <= set(ids)


def test_headings_start_at_one_and_never_skip_or_stand_empty(any_paper):
    levels = [int(heading.tag[1]) for heading in any_paper.iter("h1", "h2", "h3", "h4", "h5", "h6")]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert all(headings(any_paper))


def test_every_table_can_be_read_by_a_voice(any_paper):
    for table in any_paper.iter("table"):
        width = max(len(line) for line in table.iter("tr"))
        assert table.xpath(".//th[@scope]")
        assert not table.xpath(".//*[@rowspan]")
        for line in table.iter("tr"):
            assert sum(int(cell.get("colspan", 1)) for cell in line) == width
            assert all(text(cell) or cell.xpath(".//*[local-name()='svg']") for cell in line)


def test_every_picture_starts_with_what_it_shows(any_paper):
    for picture in any_paper.iter("svg"):
        assert picture[0].tag == "title"
        assert len(text(picture[0])) > 15


@pytest.mark.parametrize("document", [IVP, TABLE], ids=lambda document: document.slug)
@pytest.mark.parametrize("name", ["adopted", "one point", "500 points"])
def test_every_rationale_and_destination_stands_in_the_table(document, name):
    said = [text(cell) for cell in page(document, PLANS[name]).find_class("rationale")]
    rows = PLANS[name].rows

    assert said == [row.rationale or "Nog geen motivering" for row in rows]


def test_the_fifteen_points_have_their_destinations():
    table = page(IVP, BLARICUM).find_class("weighing")[0]
    found = [
        (text(line.xpath("th")[1]), [tuple(text(part) for part in place) for place in line.find_class("dest")])
        for line in table.xpath("./tbody/tr[not(contains(@class, 'group'))]")
    ]

    assert len(found) == len(SESSION)
    assert found[1] == (
        "Cyberaanval infrastructuur",
        [("Regionale prioriteit", "Digitale veiligheid"), ("Naar organisatie", "Veiligheidsregio")],
    )
    assert found[2] == ("Vandalisme en vernielingen", [("Going concern",)])
    assert [text(extent) for extent in table.find_class("extent")] == ["Deels overgenomen"]
    assert [text(head) for head in table.xpath(".//tr[contains(@class, 'group')]/th")][3] == "4 Sociale veiligheid 5 punten"


def test_a_point_without_an_answer_says_so():
    table = page(TABLE, with_rows(9))

    assert text(table.find_class("dest")[8]) == "Nog niet afgewogen"
    assert "Eén punt is nog niet afgewogen." in text(table)


def test_the_table_in_full_says_who_said_what_and_the_plan_does_not():
    full, short = page(TABLE, with_rows(4)), page(IVP, with_rows(4))

    assert "Bewoners vertellen dat het vooral in de avond speelt." in text(full)
    assert "Raad, 21 september 2022" in text(full)
    assert "Bewoners vertellen" not in text(short)


def test_without_points_there_is_no_table_and_no_word_about_it():
    assert "Bij dit plan is nog niets ingebracht." in text(page(TABLE, EMPTY))
    assert page(TABLE, EMPTY).xpath("//table") == []
    assert "afwegingstabel" not in text(page(IVP, EMPTY)).replace("besluiten.json", "").lower()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.slug)
def test_a_draft_carries_its_mark_and_an_adopted_plan_does_not(document):
    assert len(page(document, draft()).find_class("draft")) == 1
    assert "CONCEPT · nog niet vastgesteld" in text(page(document, draft()))
    assert "CONCEPT" not in text(page(document, BLARICUM))


def test_what_is_put_to_the_council_is_a_draft_plan_and_a_final_proposal():
    assert "CONCEPT · voorgelegd aan de raad" in text(page(IVP, PROPOSED))
    assert "CONCEPT · voorgelegd aan de raad" in text(page(TABLE, PROPOSED))
    assert "CONCEPT" not in text(page(PROPOSAL_PAPER, PROPOSED))


def test_two_drafts_with_other_words_have_another_mark():
    (one,), (other,) = (page(IVP, plan).find_class("draft") for plan in (draft(), replace(draft(), colophon="Iets anders.")))

    assert text(one) != text(other)


def test_a_plan_that_was_followed_up_says_so_at_the_foot():
    root = page(IVP, replace(BLARICUM, status="superseded", status_label="Opgevolgd"))

    assert root.get("data-status-line") == "Opgevolgd"
    assert page(IVP, BLARICUM).get("data-status-line") == "Vastgesteld 1 februari 2023"


def test_the_plan_has_everything_a_reader_expects():
    root = page(IVP, BLARICUM)
    said = text(root)

    assert headings(root, "h1") == ["Integraal Veiligheidsplan"]
    for words in (
        "de gemeenteraad van Blaricum", "1 februari 2023", "2023-014 voorbeeld", "1 januari 2023 tot en met 31 december 2026",
        "Wat is daarvoor nodig?", "Punten 3.1, 3.2 en 3.3 van de afwegingstabel", "District: alle zes gemeenten", "Lokaal: alleen Blaricum",
        "Raadssessie", "Eigen enquête, 2022", "Artikel 172 Gemeentewet.",
    ):  # fmt: skip
        assert words in said
    assert headings(root, "h2") == [
        "Over dit plan",
        "Inhoud",
        "Vier prioriteiten op een rij",
        "1 Waarom dit plan",
        "2 Veiligheidsbeeld",
        "3 Prioriteiten",
        "4 Communicatie",
    ]
    assert "1.3 Elk punt en zijn bestemming" in headings(root, "h3")
    assert "3.1 Georganiseerde ondermijnende criminaliteit" in headings(root, "h3")


def test_the_list_of_contents_is_that_of_the_plan():
    root = page(IVP, BLARICUM)
    entries = [text(entry) for entry in root.find_class("contents")[0].iter("a")]

    assert entries == [
        "Vier prioriteiten op een rij", "Waarom dit plan", "Zes gemeenten, één district", "Wat de raad inbracht",
        "Elk punt en zijn bestemming", "Veiligheidsbeeld", "Hoe veilig inwoners zich voelen", "De gemeenten naast elkaar", "Prioriteiten",
        *(priority.title for priority in BLARICUM.priorities), "Communicatie",
    ]  # fmt: skip


def test_priorities_and_the_table_get_a_chapter_when_no_chapter_shows_them():
    root = page(IVP, replace(BLARICUM, chapters=(replace(BLARICUM.chapters[3], number=1),)))

    assert headings(root, "h2")[-3:] == ["1 Communicatie", "2 Prioriteiten", "3 Afweging van de inbreng"]
    assert len(root.find_class("rationale")) == 15


def test_what_two_chapters_want_to_show_is_shown_once():
    again = replace(BLARICUM.chapters[2], number=5, title="Nog eens")
    root = page(IVP, replace(BLARICUM, chapters=(*BLARICUM.chapters, again)))

    assert len(root.find_class("priority")) == 4
    assert "5 Nog eens" in headings(root, "h2")


def test_a_chapter_without_a_word_is_left_out():
    wordless = replace(BLARICUM.chapters[3], number=5, title="Tot slot", body=" ")
    root = page(IVP, replace(BLARICUM, chapters=(*BLARICUM.chapters, wordless)))

    assert "Tot slot" not in text(root)
    assert "4 Communicatie" in headings(root, "h2")


def test_an_empty_plan_leaves_no_empty_headings():
    assert headings(page(IVP, EMPTY)) == ["Integraal Veiligheidsplan", "Over dit plan", "Inhoud"]
    assert headings(page(PROPOSAL_PAPER, EMPTY)) == ["Integraal Veiligheidsplan Blaricum 2023–2026", "Voorstel"]


def test_the_proposal_has_its_parts_in_order():
    root = page(PROPOSAL_PAPER, BLARICUM)

    assert headings(root, "h2") == [
        "Voorstel", "Planning", "Samenvatting", "Inleiding", "Doel", "Argumenten", "Kanttekeningen",
        "Financiën, middelen en capaciteit", "Uitvoering", "Bijlagen",
    ]  # fmt: skip
    assert headings(root, "h3") == [
        "1.1 De raad moet eens in de vier jaar kiezen",
        "2.1 Elk punt heeft een antwoord",
        "1.1 Niet alles kan voorgaan",
    ]
    assert [text(tie) for tie in root.find_class("ties")] == ["Bij beslispunt 1", "Bij beslispunt 2", "Bij beslispunt 1"]
    assert [text(cell) for cell in root.find_class("signatures")[0].iter("th", "td")] == [
        "De gemeentesecretaris", "De burgemeester", "A. Voorbeeld voorbeeld", "B. Voorbeeld voorbeeld",
    ]  # fmt: skip


def test_with_one_decision_point_nobody_is_told_which():
    root = page(PROPOSAL_PAPER, replace(BLARICUM, proposal=replace(PROPOSAL, decision_points=("het plan vast te stellen.",))))

    assert root.find_class("ties") == []


def test_without_a_proposal_or_a_decision_point_there_is_no_council_paper():
    assert PROPOSAL_PAPER.refusal(BLARICUM) == ""
    assert "nog geen raadsvoorstel" in PROPOSAL_PAPER.refusal(replace(BLARICUM, proposal=None))
    assert "nog geen beslispunt" in PROPOSAL_PAPER.refusal(replace(BLARICUM, proposal=replace(PROPOSAL, decision_points=())))
    assert IVP.refusal(EMPTY) == TABLE.refusal(EMPTY) == ""
    with pytest.raises(ValueError, match="nog geen raadsvoorstel"):
        PROPOSAL_PAPER.build(replace(BLARICUM, proposal=None))


def test_a_step_without_a_date_says_that_it_follows():
    steps = (RouteStepSnapshot("decision_making", "Besluitvorming", "Gemeenteraad", None, ""),)

    assert "Datum volgt" in text(page(PROPOSAL_PAPER, replace(BLARICUM, route=steps)))


def test_a_value_that_is_not_published_is_never_a_zero():
    indicator = BLARICUM.indicators[0]
    figures = tuple(replace(figure, value=None) if figure.area == "Laren" else figure for figure in indicator.figures)
    said = text(page(IVP, replace(BLARICUM, indicators=(replace(indicator, figures=figures),))))

    assert "Laren niet gepubliceerd" in said
    assert "Laren 0" not in said


def test_an_indicator_without_any_value_is_still_drawn():
    indicator = IndicatorSnapshot(
        "Fraude", "per 1.000 inwoners", "", True, tuple(replace(figure, value=None) for figure in BLARICUM.indicators[0].figures)
    )

    assert "niet gepubliceerd" in text(page(IVP, replace(BLARICUM, indicators=(indicator,))))


def test_another_municipality_is_nowhere_called_blaricum():
    names = ("Urk", *(f"Gemeente {number}" for number in range(2, 15)))
    other = replace(
        EMPTY, municipality="Urk", slug="urk", district="Flevoland", team="Urk", municipalities=names,
        priorities=(replace(BLARICUM.priorities[0], shared_by=names[:3], area="Noordoostpolder", level="team", level_label="Basisteam"),),
        proposal=replace(EMPTY.proposal, title=""),
    )  # fmt: skip

    for document in DOCUMENTS:
        html = html_for(document, other)
        assert "Blaricum" not in html
        assert "Gooi" not in html
    assert "Basisteam Noordoostpolder: drie van de veertien gemeenten" in html_for(IVP, other)


def test_a_paper_is_the_same_after_the_snapshot_was_stored_and_read_back():
    for document in DOCUMENTS:
        assert html_for(document, PlanSnapshot.from_json(BLARICUM.to_json())) == html_for(document, BLARICUM)


def test_a_paper_does_not_follow_the_language_or_the_clock_of_the_process(time_machine):
    from django.utils import translation

    before = html_for(IVP, BLARICUM)
    time_machine.move_to(date(2031, 1, 1))
    with translation.override("en"):
        assert html_for(IVP, BLARICUM) == before


def test_what_residents_type_stays_text():
    html = html_for(TABLE, nasty())

    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "[grinning face]" in html
    assert re.search(r"[\x00-\x08\u202a-\u202e\U0001f000-\U0001ffff]", html) is None


def test_every_document_is_in_one_place_with_a_name_of_its_own():
    slugs = [document.slug for document in DOCUMENTS]
    assert slugs[:3] == ["ivp", "raadsvoorstel", "afwegingstabel"], "addresses and scripts name these"
    assert len(set(slugs)) == len(slugs)
    assert all(document.title and document.template.startswith("reports/pdf/") for document in DOCUMENTS)
    assert XPath("//title")(page(IVP, BLARICUM))[0].text == "Integraal Veiligheidsplan Blaricum 2023–2026"
