"""What in a text looks like personal data: without a database. Names and numbers are made up; the numbers pass or fail their checks."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation.personal_data import PersonalDataKind, findings, is_bsn, is_iban, masked

FOUND = [
    # names after titles
    ("De heer Jansen klaagt elk jaar.", "name", "Jansen"),
    ("de heer P.I. de Vries", "name", "P.I. de Vries"),
    ("dhr. Bakker", "name", "Bakker"),
    ("Dhr Bakker belde.", "name", "Bakker"),
    ("mevr. van den Berg", "name", "van den Berg"),
    ("mevrouw A. Yılmaz", "name", "A. Yılmaz"),
    ("Mw. De Jong-Smit was erbij.", "name", "De Jong-Smit"),
    ("mevrouw Fatima el Idrissi vraagt om licht", "name", "Fatima el Idrissi"),
    ("meneer Öztürk", "name", "Öztürk"),
    ("familie Visser op de hoek", "name", "Visser"),
    ("fam. van ’t Hof", "name", "van ’t Hof"),
    ("onze buurman Kees gooit alles op straat", "name", "Kees"),
    ("buurvrouw Ria", "name", "Ria"),
    ("agent Mulder kwam niet", "name", "Mulder"),
    ("wijkagent Sanne Peters is een schat", "name", "Sanne Peters"),
    ("dr. Smit", "name", "Smit"),
    ("mr. drs. Kuiper", "name", "Kuiper"),
    ("Mijn naam is Willem Bos.", "name", "Willem Bos"),
    ("Ik ben Willem Bos en woon hier", "name", "Willem Bos"),
    ("een jongen genaamd Rachid", "name", "Rachid"),
    ("mijn zoon Daan durft niet meer", "name", "Daan"),
    ("Met vriendelijke groet,\n\nAnna Dekker", "name", "Anna Dekker"),
    ("Groetjes, Riet", "name", "Riet"),
    ("Hoogachtend,\nJ.C. van Vliet\nvoorzitter", "name", "J.C. van Vliet"),
    ("Burgemeester en wethouders,\n\nP.I. Broers", "name", "P.I. Broers"),
    ("mevrouw in ’t Veld", "name", "in ’t Veld"),
    # e-mail
    ("Mail naar riet.dewit@voorbeeld.nl.", "email", "riet.dewit@voorbeeld.nl"),
    ("<j+veilig@mail.voorbeeld.co.uk>", "email", "j+veilig@mail.voorbeeld.co.uk"),
    # telephone
    ("Bel 06-12345678", "phone", "06-12345678"),
    ("06 12 34 56 78 is mijn nummer", "phone", "06 12 34 56 78"),
    ("06 - 1234 5678", "phone", "06 - 1234 5678"),
    ("tel. 035-1234567", "phone", "035-1234567"),
    ("tel. (035) 123 45 67", "phone", "(035) 123 45 67"),
    ("0294-123456", "phone", "0294-123456"),
    ("+31 6 12345678", "phone", "+31 6 12345678"),
    ("+31 (0)35 123 45 67", "phone", "+31 (0)35 123 45 67"),
    ("0031612345678", "phone", "0031612345678"),
    # addresses
    ("Ik woon op Kerklaan 16.", "address", "Kerklaan 16"),
    ("Kerklaan 16a, 1261 JB Blaricum", "address", "Kerklaan 16a, 1261 JB"),
    ("In de Burgemeester van der Meulenstraat 112 is het mis", "address", "Burgemeester van der Meulenstraat 112"),
    ("bij Eemnesserweg nr. 7", "address", "Eemnesserweg nr. 7"),
    ("Bijvanck Plein 3-5", "address", "Bijvanck Plein 3-5"),
    ("op 1261JB is veel overlast", "address", "1261JB"),
    ("Oude Haven 12", "address", "Oude Haven 12"),
    ("1e Dorpsstraat 4 bis", "address", "1e Dorpsstraat 4 bis"),
    ("De Kerklaan 16 is leeg", "address", "Kerklaan 16"),
    # citizen service number
    ("BSN 111222333", "bsn", "111222333"),
    ("bsn: 123.456.782", "bsn", "123.456.782"),
    ("Mijn bsn is 1112.22.333.", "bsn", "1112.22.333"),
    ("123 456 782", "bsn", "123 456 782"),
    # account
    ("NL91 ABNA 0417 1643 00", "iban", "NL91 ABNA 0417 1643 00"),
    ("op NL91ABNA0417164300 graag", "iban", "NL91ABNA0417164300"),
    ("BE68 5390 0754 7034", "iban", "BE68 5390 0754 7034"),
    # number plates
    ("een zwarte auto, 12-BGX-3", "plate", "12-BGX-3"),
    ("kenteken XX-99-99", "plate", "XX-99-99"),
    ("GB-001-B reed te hard", "plate", "GB-001-B"),
    ("R-123-BV", "plate", "R-123-BV"),
]
NOT_FOUND = [
    "Een heer van stand en een dame.",
    "de heer van stand",
    "De heren op de hoek",
    "de agent was er snel",
    "onze buurman is vriendelijk",
    "De burgemeester van Blaricum",
    "Burgemeester en wethouders van Hilversum",
    "wethouder Blaricum",
    "Bel 112 bij spoed en 0900 8844 als het kan wachten.",
    "0900-8844",
    "0800-7000",
    "In 2019-2022 en in 2023-2026",
    "op 6 maart 2019 om 20.00 uur",
    "16-09-2026",
    "Een bedrag van € 123456782",
    "1.234.567.890 euro",
    "€ 25.000.000",
    "123456789 is geen bsn",
    "kenmerk 2019/123456782",
    "zaaknummer Z-123456782",
    "artikel 2:74a van de APV",
    "artikel 38b van de Politiewet 2012",
    "39 gemeenten en 80% van de uren",
    "80 km op de Rijksweg",
    "Wij zijn onderweg 15 minuten kwijt.",
    "De Rijksweg 30 kilometer lang",
    "De gemeente 2026 SA",
    "De raad vergadert in zaal 4.",
    "twitter: @gemeente",
    "Groet, het wijkplatform",
    "Hoogachtend,\n\nBurgemeester en wethouders",
    "Met vriendelijke groet,\nNamens de raad",
    "NL91 ABNA 0417 1643 01",
    "Motie M-2019-12 en agendapunt 12-A-3",
    "IVP 2023-2026, blz. 12-14",
    "De VVD, GroenLinks en D66 stemden voor.",
    "Mevrouw de voorzitter",
    "Ik ben blij. Ik heet u welkom.",
    "Onder ondermijning valt 10% van de zaken",
    "T. 14 035",
    "de agenten in het Districtelijk Team",
    "Bouwbedrijf N.V. Huis en de A.P.V. Blaricum",
    "A. Verlichting\nB. Toezicht",
    "Vergadering 12 maart en Arbeidsmarkt 2027",
    "Wij zien u op de Havenmarkt 12 september.",
    "In 2019 OM en politie",
    "De straat heet Kerklaan.",
    "Ik ben Nederlander.",
    "De burgemeester van Blaricum sprak de agenten.",
]


@pytest.mark.parametrize(("text", "kind", "found"), FOUND)
def test_personal_data_is_found(text: str, kind: str, found: str) -> None:
    assert [(str(finding.kind), finding.text) for finding in findings(text)] == [(kind, found)]
    assert all(text[finding.start : finding.end] == finding.text for finding in findings(text))


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_is_no_personal_data_is_left_alone(text: str) -> None:
    assert findings(text) == []


LETTER = (
    "Geachte mevrouw de Groot,\n\nOnze buurman Kees de Wit (Kerklaan 18, 1261 JB) rijdt te hard in 12-BGX-3.\n"
    "Bel mij op 06-12345678 of mail riet@voorbeeld.nl. Mijn bsn is 111222333.\n"
    "De politie sprak de heer Smit en mevrouw Bos in 2019.\n\nMet vriendelijke groet,\nRiet de Boer"
)


def test_a_letter_is_masked_and_reads_on() -> None:
    assert masked(LETTER, findings(LETTER)) == (
        "Geachte mevrouw [naam],\n\nOnze buurman [naam] ([adres]) rijdt te hard in [kenteken].\n"
        "Bel mij op [telefoonnummer] of mail [e-mailadres]. Mijn bsn is [bsn].\n"
        "De politie sprak de heer [naam] en mevrouw [naam] in 2019.\n\nMet vriendelijke groet,\n[naam]"
    )


def test_two_names_under_a_letter_are_both_found() -> None:
    assert [finding.text for finding in findings("de secretaris, de burgemeester,\n\nD. Emmen P.I. Broers\n")] == [
        "D. Emmen",
        "P.I. Broers",
    ]


def test_only_what_the_officer_chose_is_masked() -> None:
    chosen = [finding for finding in findings(LETTER) if finding.kind == PersonalDataKind.PLATE]
    assert masked(LETTER, chosen) == LETTER.replace("12-BGX-3", "[kenteken]")
    assert masked(LETTER, []) == LETTER


def test_every_kind_has_a_dutch_label_and_a_mask() -> None:
    assert len({kind.label for kind in PersonalDataKind}) == len(PersonalDataKind)
    assert all(kind.mask.startswith("[") and kind.mask.endswith("]") for kind in PersonalDataKind)
    assert {kind for _, kind, _ in FOUND} == {str(kind) for kind in PersonalDataKind}


# The checks

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
nine_digits = st.text("0123456789", min_size=9, max_size=9)


@given(nine_digits)
def test_nine_digits_are_a_bsn_when_the_eleven_proof_holds_and_never_else(digits: str) -> None:
    holds = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11 == 0 and int(digits) > 0
    assert is_bsn(digits) is holds
    for written in (digits, f"{digits[:3]}.{digits[3:6]}.{digits[6:]}", f"{digits[:4]} {digits[4:6]} {digits[6:]}"):
        found = [finding.text for finding in findings(f"Mijn nummer: {written}, zei zij.") if finding.kind == PersonalDataKind.BSN]
        assert found == ([written] if holds else [])


@given(st.text("0123456789", min_size=8, max_size=8))
def test_a_sound_bsn_is_always_found(eight: str) -> None:
    last = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, eight, strict=False)) % 11
    if last < 10 and int(eight + str(last)):
        assert [finding.kind for finding in findings(f"bsn {eight}{last}")] == [PersonalDataKind.BSN]


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4), st.text("0123456789", min_size=10, max_size=10), st.integers(0, 99))
def test_an_iban_is_found_when_its_check_holds_and_never_else(bank: str, account: str, check: int) -> None:
    remainder = int("".join(str(int(sign, 36)) for sign in f"{bank}{account}NL00")) % 97
    iban, wrong = f"NL{98 - remainder:02}{bank}{account}", f"NL{check:02}{bank}{account}"
    assert is_iban(iban)
    assert PersonalDataKind.IBAN in {finding.kind for finding in findings(f"Rekening {iban}.")}
    assert (PersonalDataKind.IBAN in {finding.kind for finding in findings(f"Rekening {wrong}.")}) is is_iban(wrong)
    assert not is_iban(wrong) or (check - (98 - remainder)) % 97 == 0


WORDS = [
    *("de heer ", "Jansen", " van ", "06-", "12345678", " 16", "Kerklaan", "@", "voorbeeld.nl"),
    *("\n", "1261 JB", "NL91", " ABNA ", "111222333", ". "),
]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=40).map("".join)))
def test_whatever_the_text_findings_lie_in_it_and_apart(text: str) -> None:
    found = findings(text)
    assert all(finding.start < finding.end <= len(text) and finding.text == text[finding.start : finding.end] for finding in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert masked(text, found).count("[") >= len(found)


@pytest.mark.parametrize("piece", ["van de ", "A. ", "Kerklaan ", "0 ", "de heer ", "a.", "A-", "1 ", "Oude ", "NL91 "])
def test_a_long_line_of_one_thing_does_not_take_long(piece: str) -> None:
    began = time.process_time()
    findings(piece * 4000)
    assert time.process_time() - began < 3
