"""The paragraphs of a letter and the points it proposes itself: without a database. The letters are newly written."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation.passages import HEADING_LIMIT, paragraphs, suggest_points

NUMBERED = (
    "Geachte heer Bouwmeester,",
    "U vroeg 39 gemeenten om een reactie op de concept-strategie. Onze commissie sprak erover op 6 maart. Dit vinden wij ervan.",
    "Aandachtspunten",
    "Uit de commissie kwamen deze punten:",
    "1) Mensenhandel komt niet voor",
    "De strategie noemt mensenhandel nergens. Toch komt het onder ondermijning vaak aan het licht, ook in onze gemeente. "
    "Wij vragen u het als vorm van ondermijning op te nemen.",
    "2) Doelen en indicatoren",
    "Er staan weinig doelen in die een raad kan volgen. Wij ontvangen graag de uitvoeringsplannen.",
    "3) Tot in de haarvaten van de wijk",
    "De wijkagent is de schakel met bewoners. Wij willen dat 80% van zijn uren in de wijk valt.",
    "De ronde eindigt op 29 maart. Laat u ons weten wat u met onze punten doet.",
    "Hoogachtend,",
    "Burgemeester en wethouders,",
)
THREE = ["Mensenhandel komt niet voor", "Doelen en indicatoren", "Tot in de haarvaten van de wijk"]


def wrapped(parts: tuple[str, ...], *, between: str, below: str, width: int = 70) -> str:
    """The letter as a page breaks it: each line `between` from the next, each paragraph `below` the former."""
    blocks = []
    for part in parts:
        lines, line = [], ""
        for word in part.split():
            if line and len(line) + len(word) >= width:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        blocks.append(between.join([*lines, line]))
    return below.join(blocks)


LAYOUTS = {
    "an empty line between paragraphs": "\n\n".join(NUMBERED),
    "every paragraph a line": "\n".join(NUMBERED),
    "lines broken by hand": wrapped(NUMBERED, between="\n", below="\n\n"),
    "lines broken by hand and nothing between paragraphs": wrapped(NUMBERED, between="\n", below="\n"),
    "an empty line between all lines": wrapped(NUMBERED, between=" \n\n", below=" \n\n \n\n"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_three_numbered_points_are_three_proposals_however_the_page_was_laid_out(layout: str) -> None:
    text = LAYOUTS[layout]
    proposals = suggest_points(text)
    assert [point.subject for point in proposals] == THREE
    passages = [" ".join(text[point.start : point.end].split()) for point in proposals]
    assert passages == [NUMBERED[5], NUMBERED[7], NUMBERED[9]]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_title_is_a_heading_with_its_number(layout: str) -> None:
    titles = [(part.number, part.text) for part in paragraphs(LAYOUTS[layout]) if part.heading and part.number]
    assert titles == [(f"{number})", f"{number}) {title}") for number, title in enumerate(THREE, 1)]


def points(text: str) -> list[tuple[str, str]]:
    return [(point.subject, " ".join(text[point.start : point.end].split())) for point in suggest_points(text)]


SIGNS = [
    ("1.", "2.", "3."),
    ("1)", "2)", "3)"),
    ("(1)", "(2)", "(3)"),
    ("1:", "2:", "3:"),
    ("a.", "b.", "c."),
    ("a)", "b)", "c)"),
    ("A.", "B.", "C."),
    ("I.", "II.", "III."),
    ("i)", "ii)", "iii)"),
    ("Punt 1:", "Punt 2:", "Punt 3:"),
    ("Ad 1.", "Ad 2.", "Ad 3."),
    ("Zienswijze 1.", "Zienswijze 2.", "Zienswijze 3."),
    ("2.1", "2.2", "2.3"),
    ("2.1.", "2.2.", "2.3."),
    ("-", "-", "-"),
    ("•", "•", "•"),
    ("–", "–", "–"),
    ("*", "*", "*"),
    ("Ten eerste", "Ten tweede", "Ten derde"),
    ("In de eerste plaats", "In de tweede plaats", "In de derde plaats"),
]
SAID = (
    "Meer verlichting bij het station en op de Eemnesserweg.",
    "De boa moet na tien uur 's avonds bereikbaar blijven.",
    "Een meldpunt dat ook in het weekend de telefoon opneemt.",
)


@pytest.mark.parametrize("signs", SIGNS, ids=lambda signs: signs[0])
@pytest.mark.parametrize("newlines", ["\n", "\n\n"])
def test_a_list_is_split_whatever_its_signs(signs: tuple[str, str, str], newlines: str) -> None:
    listed = newlines.join(f"{sign} {words}" for sign, words in zip(signs, SAID, strict=True))
    text = f"Beste gemeente,\n\nWij geven u drie punten mee voor het plan:\n\n{listed}\n\nWij hopen op uw hulp.\n\nGroet, Riet"
    assert points(text) == [(words.rstrip("."), words) for words in SAID]
    assert [part.number for part in paragraphs(text) if part.number] == list(signs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # minutes under headings
        (
            "Overlast in het centrum\n\nMevrouw van Dam vraagt om toezicht op zaterdagavond. De burgemeester zegt dat toe.\n\n"
            "Hondenpoep\n\nDe zaal vindt dat er meer afvalbakken moeten komen.\n\n"
            "Woninginbraken\n\nDe politie vertelt dat het aantal daalt. Inwoners willen voorlichting.",
            ["Overlast in het centrum", "Hondenpoep", "Woninginbraken"],
        ),
        (
            "OVERLAST\nEr wordt veel gemeld over scooters bij het plein in de avond.\n\n"
            "VERKEER\nOp de Rijksweg wordt te hard gereden, vooral in het weekend.",
            ["OVERLAST", "VERKEER"],
        ),
        (
            "Inleiding\n\nDit verslag gaat over de avond van 16 september in het dorpshuis.\n\n"
            "Jeugd\n\nJongeren willen een eigen plek, zo zeiden er vier.\n\nVerkeer\n\nDe Rijksweg is te druk, vinden de meesten.",
            ["Jeugd", "Verkeer"],
        ),
        # bullets that say little are no headings either
        (
            "Verkeer\n\nDit speelt er volgens de zaal:\n- Drukte\n- Lawaai\n\nJeugd\n\nJongeren willen een eigen plek in het dorp.",
            ["Verkeer", "Jeugd"],
        ),
        # an agenda: what opens and closes is no point
        (
            "1. Opening\nDe voorzitter heet iedereen welkom.\n2. Jeugdoverlast\nDe wijkagent vertelt wat er speelt.\n"
            "3. Verkeer\nEr komt een telling op de dijk.\n4. Sluiting\nDe voorzitter sluit om tien uur.",
            ["Jeugdoverlast", "Verkeer"],
        ),
        # a point of several paragraphs, with a list of its own
        (
            "Geacht college,\n\n1. Toezicht\n\nEr is te weinig toezicht in de avond.\n\nDat geldt voor:\na. het station;\nb. het park.\n\n"
            "2. Voorlichting\n\nGeef voorlichting op scholen.\n\nVertel ook ouders over online gevaar.\n\n"
            "Wij zien uw antwoord tegemoet.\n\nHoogachtend,\nde dorpsraad",
            ["Toezicht", "Voorlichting"],
        ),
        # two lists
        (
            "Wat goed gaat:\n1. De wijkagent is bekend bij iedereen.\n2. De brandweer is er snel bij.\n\nWat beter kan, vinden wij:\n"
            "1. Het fietspad is te donker in de winter.\n2. Meldingen krijgen vaak geen antwoord.",
            [
                "De wijkagent is bekend bij iedereen",
                "De brandweer is er snel bij",
                "Het fietspad is te donker in de winter",
                "Meldingen krijgen vaak geen antwoord",
            ],
        ),
        # a title before a colon, and a long sentence
        (
            "1. Fietsendiefstal: zet bewaking bij het station, ook op zondag.\n"
            "2. Het is naar onze mening hoog tijd dat er in elke wijk van de gemeente een aanspreekpunt komt voor veiligheid.",
            ["Fietsendiefstal", "Het is naar onze mening hoog tijd dat er in elke wijk van de gemeente een…"],
        ),
        # a list before the salutation is no list of points
        (
            "Bijlagen:\n1. Verslag van de avond in het dorpshuis\n2. Lijst van wie er waren\n\nGeachte raad,\n\n"
            "Wij maken ons zorgen over het verkeer op de dijk. Doet u daar iets aan?\n\nHoogachtend, het platform",
            [],
        ),
        # letters without structure
        ("", []),
        (" \n\n \n", []),
        ("Beste gemeente, er rijden te veel auto's te hard. Kunt u daar iets aan doen? Groet, Wim", []),
        ("Geachte heer,\n\nIn 2019. Toen was het anders.\n\nIn 2020. Toen ook.\n\nHoogachtend,\nA. Jansen\nB. de Boer", []),
        ("Wij spraken met:\n- politie\n- OM\n- boa's\n\nDat ging goed.", []),
        ("1. Er is maar één punt en dat is het verkeer op de dijk.", []),
        ("2. Dit is een blad uit een langer stuk over het verkeer.\n3. En dit is het volgende punt daaruit.", []),
        ("19.30 Inloop met koffie\n20.00 Opening door de burgemeester\n20.15 Gesprek aan tafels over veiligheid", []),
        ("A. Jansen vroeg naar het verkeer.\nDe wethouder antwoordde.\nC. Bakker dankte hem.", []),
        (
            "Gemeente Blaricum\nKerklaan 16\n1261 JB Blaricum\n\nBetreft: plan\nDatum: 16-9-2026\n\nBeste allen, dank voor de avond.",
            [],
        ),
    ],
)
def test_the_points_a_text_proposes(text: str, expected: list[str]) -> None:
    assert [subject for subject, _ in points(text)] == expected


def test_a_point_keeps_its_own_list_and_the_last_one_its_second_paragraph() -> None:
    text = (
        "Geacht college,\n\n1. Toezicht\n\nEr is te weinig toezicht in de avond.\n\nDat geldt voor:\na. het station;\nb. het park.\n\n"
        "2. Voorlichting\n\nGeef voorlichting op scholen.\n\nVertel ook ouders over online gevaar.\n\nWij zien uw antwoord tegemoet."
    )
    assert points(text) == [
        ("Toezicht", "Er is te weinig toezicht in de avond. Dat geldt voor: a. het station; b. het park."),
        ("Voorlichting", "Geef voorlichting op scholen. Vertel ook ouders over online gevaar."),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Eerste regel van een alinea die\nverder gaat op de tweede.\n\nVolgende alinea.", ["Eerste", "Volgende"]),
        ("Een.\n\n\n\nTwee.", ["Een.", "Twee."]),
        ("Gemeente Laren\nPostbus 5\n1250 AA Laren", ["Gemeente", "Postbus", "1250"]),
        ("Wijk | Meldingen\nBijvanck | 12 (voorbeeld)", ["Wijk", "Bijvanck"]),
    ],
)
def test_the_paragraphs_of_a_text(text: str, expected: list[str]) -> None:
    assert [part.text.split()[0] for part in paragraphs(text)] == expected


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Verlichting in het park", True),
        ("Hoe houden we de dijk veilig?", True),
        ("Geachte leden van de raad", False),
        ("Betreft: het nieuwe plan", False),
        ("dit begint zonder hoofdletter", False),
        ("Dit is een zin.", False),
        ("Wij vinden het volgende:", False),
        ("1234", False),
        ("X" * (HEADING_LIMIT + 1), False),
    ],
)
def test_a_heading_is_a_short_line_above_something_longer(line: str, heading: bool) -> None:
    text = f"{line}\n\nHier staat wat er over te zeggen valt, in een paar zinnen. Dat zijn er twee."
    assert paragraphs(text)[0].heading is heading
    assert not paragraphs(line)[0].heading


# Whatever the text

ODD = (
    *("1. ", "2) ", "a. ", "- ", "• ", "II. ", "Ten eerste "),
    *("\n", "\n\n", " | ", "Hoogachtend,", "Geachte raad,", "Kop\n\n", "zin. "),
)
pieces = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
    st.sampled_from(
        ["1. ", "2) ", "a. ", "- ", "• ", "II. ", "\n", "\n\n", " | ", "Hoogachtend,", "Geachte raad,", "Kop\n\n", "zin. ", "Ten eerste "]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=25).map("".join))
def test_paragraphs_and_proposals_lie_in_the_text_in_order_and_apart(text: str) -> None:
    parts = paragraphs(text)
    assert "".join("".join(part.text.split()) for part in parts) == "".join(text.split())
    for spans in ([(part.start, part.end) for part in parts], [(point.start, point.end) for point in suggest_points(text)]):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    assert all(part.text == text[part.start : part.end] and part.text.startswith(part.number) for part in parts)
    assert all(point.subject.strip() and len(point.subject) <= 80 for point in suggest_points(text))
