"""The files themselves: real WeasyPrint, and what a reader, a voice and a machine find in them."""

import hashlib
import json
import logging
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from itertools import pairwise

from django.templatetags.static import static

import pikepdf
import pytest
from pypdf import PdfReader

from priorities.snapshot import PlanSnapshot
from reports.documents import DOCUMENTS, DOCUMENTS_BY_SLUG
from reports.legible import legible
from reports.pdf import Attachment, PaperFailed, pdf_from
from reports.rendering import html_for, paper_for
from tests.reports.printed import PLANS, printed
from tests.reports.snapshots import BLARICUM, SESSION, subjects_from
from tests.reports.structure import Element, structure_of

SLUGS = [document.slug for document in DOCUMENTS]


def made(slug: str, plan: str = "adopted") -> bytes:
    return printed(slug, plan)[0]


@cache
def tree_of(slug: str, plan: str = "adopted") -> Element:
    return structure_of(made(slug, plan))


def words_of(content: bytes) -> str:
    """All text as a copy would give it, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


@pytest.mark.parametrize("slug", ["ivp", "afwegingstabel"])
def test_every_rationale_is_taken_over_word_for_word(slug):
    words = words_of(made(slug))

    for _, point, _, _, rationale in SESSION:
        assert " ".join(rationale.split()) in words
        assert point in words


def test_every_rationale_of_five_hundred_is_there_and_whole():
    rationales = {cell.text for cell in tree_of("afwegingstabel", "500 points").all("TD")}

    for weighed in PLANS["500 points"].rows:
        assert (weighed.rationale or "Nog geen motivering") in rationales


def test_a_compound_at_the_end_of_a_line_keeps_its_hyphen_and_gets_no_space():
    rationale = (
        "De wijkgerichte parkeer- en verkeerscontroles van het APV-team in de oud-Blaricumse wijk en/of de Noord-Zuid-route gaan door. " * 3
    )
    points = (("Verkeer", "Controles", [("going_concern", "")], "wholly", rationale),)

    assert " ".join(rationale.split()) in words_of(
        paper_for(DOCUMENTS_BY_SLUG["ivp"], replace(BLARICUM, subjects=subjects_from(points))).content
    )


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("plan", ["adopted", "nasty"])
def test_a_paper_says_what_it_is_in_which_language(slug, plan):
    with pikepdf.open(BytesIO(made(slug, plan))) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert str(pdf.Root.Lang) == "nl"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo["/Title"]) == legible(DOCUMENTS_BY_SLUG[slug].build(PLANS[plan]).frame.title)
        assert 'pdfaid:part="3"' in metadata
        assert 'pdfaid:conformance="A"' in metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:2023" if plan == "adopted" else "D:2022")


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("plan", ["adopted", "nasty"])
def test_only_the_letter_of_the_papers_is_used_and_it_is_inside(slug, plan):
    fonts = {}
    for page in PdfReader(BytesIO(made(slug, plan))).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inside = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[str(font.get_object()["/BaseFont"])] = "/FontFile2" in inside["/FontDescriptor"].get_object()

    assert fonts
    assert all(fonts.values())
    assert {name.split("+")[1].rsplit("-", 1)[0].split("-")[0] for name in fonts} == {"Plan"}


def test_the_list_of_contents_names_the_page_of_every_chapter_and_section():
    reader = PdfReader(BytesIO(made("ivp")))
    starts = {entry.title: reader.get_destination_page_number(entry) + 1 for entry in flat(reader.outline)}
    contents = " ".join(next(page.extract_text() for page in reader.pages if page.extract_text().startswith("Inhoud")).split())

    for entry in ("1 Waarom dit plan", "1.2 Wat de raad inbracht", "1.3 Elk punt en zijn bestemming", "3.4 Jeugd", "4 Communicatie"):
        title = entry.split(" ", 1)[1]
        after = contents.split(title, 1)[1].replace(".", " ").split()
        assert after[0] == str(starts[entry])
    assert "Integraal" in next(iter(starts))


def flat(outline: list) -> list:
    return [entry for item in outline for entry in (flat(item) if isinstance(item, list) else [item])]


@pytest.mark.parametrize(
    ("slug", "plan"),
    [(slug, plan) for slug in SLUGS for plan in ("adopted", "draft", "nasty")]
    + [("afwegingstabel", "500 points"), ("afwegingstabel", "letters")],
)
def test_every_cell_of_every_table_names_its_own_headers(slug, plan):
    tables = tree_of(slug, plan).all("Table")

    assert tables
    for table in tables:
        check_headers(table)


def check_headers(table: Element) -> None:
    """Each data cell points at the head of its column, the heads of its row, and the head of its group; at all of them and no other."""
    heads = {head.id: head for head in table.all("TH")}
    assert len(heads) == len(table.all("TH")), "an id twice"
    columns = [head.id for part in table.found("THead") for head in part.found("TR")[0].found("TH")]
    assert all(heads[column].scope == "Column" for column in columns)
    for body in table.found("TBody"):
        group: list[str] = []
        for line in body.found("TR"):
            cells = line.found("TH", "TD")
            named = [cell.id for cell in cells if cell.kind == "TH"]
            if len(cells) == 1 and named and columns and len(columns) > 1:
                group = named
            for place, cell in enumerate(cells):
                if cell.kind == "TH":
                    assert cell.scope == "Row"
                else:
                    assert list(cell.headers) == named + columns[place : place + 1] + group


def test_a_voice_reads_number_point_column_and_subject_with_a_rationale():
    tables = tree_of("ivp").all("Table")
    heads = {head.id: head.text for table in tables for head in table.all("TH")}
    cell = next(cell for table in tables for cell in table.all("TD") if cell.text == " ".join(SESSION[10][4].split()))

    assert [heads[header] for header in cell.headers] == ["4.4", "Jeugdoverlast", "Afweging", "4 Sociale veiligheid 5 punten"]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("plan", ["adopted", "nasty", "500 points"])
def test_every_picture_says_what_it_shows_and_headings_do_not_skip(slug, plan):
    tree = tree_of(slug, plan)
    levels = [int(kind[1]) for kind in kinds(tree) if kind in {"H1", "H2", "H3", "H4", "H5", "H6"}]

    assert all(len(figure.alt) > 15 for figure in tree.all("Figure"))
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def kinds(element: Element) -> list[str]:
    return [element.kind, *(kind for child in element.children for kind in kinds(child))]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_decisions_travel_along_as_data(slug):
    (content,) = PdfReader(BytesIO(made(slug))).attachments["besluiten.json"]
    data = json.loads(content)

    assert [
        (found["onderwerp"], found["punt"], [(where["soort"], where["waar"]) for where in found["bestemmingen"]], found["motivering"])
        for found in data["besluiten"]
    ] == [(subject, point, destinations, rationale) for subject, point, destinations, _, rationale in SESSION]
    assert data["vastgesteld_op"] == "2023-02-01"
    assert [found["mate"] for found in data["besluiten"]].count("deels") == 1
    with pikepdf.open(BytesIO(made(slug))) as pdf:
        assert all(str(file.AFRelationship) == "/Data" for file in pdf.Root.AF)


def test_what_people_said_in_full_does_not_travel_along_as_data():
    (content,) = PdfReader(BytesIO(made("afwegingstabel", "500 points"))).attachments["besluiten.json"]

    assert "Bewoners vertellen" in words_of(made("afwegingstabel", "500 points"))
    assert b"Bewoners vertellen" not in content


@pytest.mark.parametrize(("slug", "plan"), [("ivp", "adopted"), ("raadsvoorstel", "nasty"), ("afwegingstabel", "nasty")])
def test_the_same_plan_gives_the_same_bytes(slug, plan):
    assert paper_for(DOCUMENTS_BY_SLUG[slug], PlanSnapshot.from_json(PLANS[plan].to_json())).content == made(slug, plan)


ELSEWHERE = """
import hashlib, sys, django
django.setup()
from priorities.snapshot import PlanSnapshot
from reports.documents import DOCUMENTS_BY_SLUG
from reports.rendering import paper_for
snapshot = PlanSnapshot.from_json(sys.stdin.buffer.read())
for slug in sys.argv[1:]:
    print(slug, hashlib.sha256(paper_for(DOCUMENTS_BY_SLUG[slug], snapshot).content).hexdigest())
"""


def test_another_process_gives_the_same_bytes():
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "77",
        "DJANGO_SETTINGS_MODULE": "ivp_portal.settings.test",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
    }
    said = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *SLUGS], input=BLARICUM.to_json(), capture_output=True, check=True, env=environment
    ).stdout.decode()

    assert said.split() == [word for slug in SLUGS for word in (slug, hashlib.sha256(made(slug)).hexdigest())]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("plan", ["adopted", "draft", "nasty"])
def test_weasyprint_has_nothing_to_complain_about(slug, plan):
    assert printed(slug, plan)[1] == []


def test_progress_only_grows_and_ends_at_a_hundred():
    steps: list[tuple[int, str]] = []
    paper = paper_for(DOCUMENTS_BY_SLUG["ivp"], BLARICUM, lambda percentage, sentence: steps.append((percentage, sentence)))

    percentages = [percentage for percentage, _ in steps]
    assert percentages == sorted(percentages)
    assert percentages[-1] == 100
    assert f"Pagina {paper.pages} is opgemaakt" in {sentence for _, sentence in steps}
    assert all(len(sentence) <= 120 for _, sentence in steps)
    assert paper.pages == len(PdfReader(BytesIO(paper.content)).pages)


class Enough(Exception):
    """Raised by whoever watches."""


def test_whoever_watches_can_stop_it_and_leaves_nothing_changed():
    before = os.environ.get("SOURCE_DATE_EPOCH")

    def stop(percentage: int, sentence: str) -> None:
        if percentage > 20:
            raise Enough

    with pytest.raises(Enough):
        paper_for(DOCUMENTS_BY_SLUG["ivp"], BLARICUM, stop)
    assert os.environ.get("SOURCE_DATE_EPOCH") == before
    assert logging.getLogger("weasyprint.progress").handlers == []
    assert paper_for(DOCUMENTS_BY_SLUG["ivp"], BLARICUM).content == made("ivp")


@pytest.mark.parametrize(
    "address",
    ["https://elders.example/x.css", "http://127.0.0.1/x.css", "file:///etc/passwd", "/etc/passwd", "/static/../../etc/passwd",
     "/static/%2e%2e/%2e%2e/pyproject.toml", "data:text/css,p{color:red}", "/static/reports/no-such.css", "//elders.example/x.css",
     "https://papier.invalid/fonts/../pyproject.toml"],
)  # fmt: skip
def test_nothing_but_our_own_files_can_be_read(address):
    html = f'<html lang="nl"><head><title>Proef</title><link rel="stylesheet" href="{address}"></head><body><h1>Proef</h1></body></html>'

    with pytest.raises(PaperFailed, match="refused"):
        pdf_from(html, b"proef")


def test_our_own_stylesheet_can_be_read():
    link = '<link rel="stylesheet" href="/static/reports/print.css">'

    assert pdf_from(f'<html lang="nl"><title>Proef</title>{link}<h1>Proef</h1></html>', b"proef").pages == 1


def test_a_stylesheet_can_be_read_by_the_hashed_name_it_has_in_production(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    (tmp_path / "proef.0a1b2c3d4e5f.css").write_text("h1 { break-after: page }")
    (tmp_path / "staticfiles.json").write_text('{"version": "1.1", "hash": "", "paths": {"proef.css": "proef.0a1b2c3d4e5f.css"}}')
    link = f'<link rel="stylesheet" href="{static("proef.css")}">'

    assert "proef.0a1b2c3d4e5f.css" in link
    assert pdf_from(f'<html lang="nl"><title>Proef</title>{link}<h1>Proef</h1><p>Verder</p></html>', b"proef").pages == 2


def test_a_paper_with_something_missing_is_not_made():
    with pytest.raises(PaperFailed, match="nergens"):
        pdf_from('<html lang="nl"><title>Proef</title><h1>Proef</h1><p><a href="#nergens">daar</a></p></html>', b"proef")


def test_an_attachment_keeps_its_name_its_day_and_its_content():
    file = Attachment("cijfers.json", b'{"a": 1}', "Cijfers", datetime(2023, 2, 1, tzinfo=UTC))
    content = pdf_from('<html lang="nl"><title>Proef</title><h1>Proef</h1></html>', b"proef", [file]).content

    with pikepdf.open(BytesIO(content)) as pdf:
        inside = pdf.attachments["cijfers.json"].get_file()
        assert inside.read_bytes() == b'{"a": 1}'
        assert inside.mime_type == "application/json"
        assert inside.creation_date == datetime(2023, 2, 1, tzinfo=UTC)


def test_a_point_longer_than_a_page_is_all_there():
    words = words_of(made("afwegingstabel", "letters"))

    assert all(words.count(f"Zin {number} van") == 3 for number in range(150))
    assert "Gewoon werk, brief 3." in words


def test_the_preview_and_the_file_say_the_same():
    html = html_for(DOCUMENTS_BY_SLUG["raadsvoorstel"], BLARICUM)

    assert "Het lopende plan eindigt in\u00a02022." in html
    assert "Het lopende plan eindigt in 2022." in words_of(made("raadsvoorstel"))
