"""What in a text looks like personal data, for a person to look at before anything is published. Pure; no Django.

It would rather miss a name than mark every capital: an officer who is warned at each line stops reading the warnings. A number that has a
check is only marked when the check holds.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class PersonalDataKind(StrEnum):
    """What kind of personal data something looks like."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    BSN = "bsn"
    IBAN = "iban"
    PLATE = "plate"

    @property
    def label(self) -> str:
        """What it is called on the screen, in Dutch."""
        return LABELS[self]

    @property
    def mask(self) -> str:
        """What stands in its place in a text for everybody."""
        return f"[{MASKS.get(self, self.label)}]"


LABELS = {
    PersonalDataKind.NAME: "naam",
    PersonalDataKind.EMAIL: "e-mailadres",
    PersonalDataKind.PHONE: "telefoonnummer",
    PersonalDataKind.ADDRESS: "adres",
    PersonalDataKind.BSN: "burgerservicenummer",
    PersonalDataKind.IBAN: "rekeningnummer",
    PersonalDataKind.PLATE: "kenteken",
}
MASKS = {PersonalDataKind.BSN: "bsn"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks like personal data, as text[start:end]."""

    kind: PersonalDataKind
    start: int
    end: int
    text: str


def findings(text: str) -> list[Finding]:
    """What looks like personal data, in the order of the text; none over another."""
    found: list[Finding] = []
    taken = bytearray(len(text))
    for kind, search in SEARCHES:  # the surest first: nine digits with a check go before a telephone number
        if not CLUES.get(kind, _has_digit)(text):
            continue
        for start, end in search(text):
            if start < end and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Finding(kind, start, end, text[start:end]))
    return sorted(found, key=lambda finding: finding.start)


def masked(text: str, found: Sequence[Finding]) -> str:
    """The text with what was found replaced by its kind between brackets, as a proposal for what everybody may read."""
    pieces, reached = [], 0
    for finding in sorted(found, key=lambda finding: finding.start):
        if finding.start >= reached:
            pieces += [text[reached : finding.start], finding.kind.mask]
            reached = finding.end
    return "".join([*pieces, text[reached:]])


# Numbers with a check

NINE_DIGITS = re.compile(
    r"""(?<![\w.,/€-])(?<!€\ )
    (?:\d{9} | \d{3}([ .-])\d{3}\1\d{3} | \d{4}([ .])\d{2}\2\d{3})
    (?![\w/]|[.,-]\d|,-)""",
    re.VERBOSE,
)
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)", re.IGNORECASE)
IBAN_LENGTHS = {"NL": 18, "BE": 16, "DE": 22, "FR": 27, "LU": 20, "GB": 22, "ES": 24, "IT": 27, "PL": 28, "AT": 20, "CH": 21, "PT": 25}


def is_bsn(digits: str) -> bool:
    """Whether nine digits pass the eleven-proof of a citizen service number (Besluit burgerservicenummer: weights 9 to 2 and -1)."""
    if len(digits) != 9 or not (digits.isascii() and digits.isdigit()) or not int(digits):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


def is_iban(value: str) -> bool:
    """Whether it is an account number with the length of its country and a sound check (ISO 13616: the remainder by 97 is 1)."""
    plain = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain, re.ASCII) or len(plain) != IBAN_LENGTHS.get(plain[:2], len(plain)):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for match in IBAN.finditer(text):
        words = list(re.finditer(r"\S+", match.group()))
        for last in reversed(words):  # the words after it may look like more of it
            if is_iban(match.group()[: last.end()]):
                yield match.start(), match.start() + last.end()
                break


def _bsns(text: str) -> Iterator[tuple[int, int]]:
    for match in NINE_DIGITS.finditer(text):
        if is_bsn(re.sub(r"\D", "", match.group())):
            yield match.span()


# Shapes

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+(?!\w)")
PHONE = re.compile(
    r"""(?<![\w.,/-])(?<![A-Z]{4}\ )(?:
        (?:\+|00)31[ -]?(?:\(0\)[ -]?)?[1-9](?:[ -]?\d){8}   # +31 35 123 45 67
        | 06[ -]{0,3}[1-9](?:[ -]?\d){7}                       # 06 - 12 34 56 78
        | \(?0[1-57]\d\)?[ -]{0,3}\d(?:[ -]?\d){6}             # 035 - 123 45 67
        | \(?0[1-57]\d{2}\)?[ -]{0,3}\d(?:[ -]?\d){5}          # 0294 - 12 34 56
    )(?![\w/]|[.,]\d|-\d)""",
    re.VERBOSE,
)
POSTCODE = r"[1-9]\d{3}[ \u00a0]?(?!SA|SD|SS)[A-Z]{2}(?![\w/])"
"""Four digits and two letters, never these three pairs (PostNL)."""
STREET_END = (
    "straat|laan|weg|plein|dijk|kade|gracht|singel|steeg|pad|hof|park|dreef|plantsoen|markt|brink|wal|haven|oord|hoek|zoom|baan|akker|kamp"
    "|veld|erf|gaarde|stede|drift|meent|heuvel|horst|sloot|vliet|waard|werf|wetering|tuin|poort|passage"
)
STREET_WORD = r"[A-ZÀ-ÖØ-Þ][\w’'.-]{0,30}"
BEFORE_STREET = "Aan|Achter|Bij|De|Het|Ik|In|Langs|Mijn|Naar|Naast|Onder|Ons|Onze|Op|Tegenover|Tussen|Uit|Van|Vanaf|Voor|Wij"
STREET = (
    rf"(?!(?:{BEFORE_STREET})[ \u00a0])"
    rf"(?:(?:{STREET_WORD}|\d{{1,2}}e)[ \u00a0](?:(?:{STREET_WORD}|van|de|der|den|het|’t|'t|ter|ten|op|aan)[ \u00a0]){{0,3}})?"
    rf"(?:[A-Z][\w’'-]{{0,40}}(?:{STREET_END})|(?<=\w[ \u00a0])(?i:{STREET_END})\b)"
)
NUMBER = r"[1-9]\d{0,3}(?:[ ]?(?:[a-zA-Z]|bis|hs|[IV]{1,3}))?(?:[ ]?[-/][ ]?\d{1,4}[a-z]?)?"
ADDRESS = re.compile(
    rf"(?<!\w)(?:(?:{STREET})[ \u00a0](?:nr\.?[ ]|nummer[ ])?{NUMBER}(?![\w%])(?:,?\s{{1,2}}{POSTCODE})?|{POSTCODE})",
)
MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
NO_HOUSE = re.compile(
    rf"[ \u00a0](?:jaar|keer|meter|km|kilometer|minuten|uur|dagen|weken|maanden|procent|euro|meldingen|auto|{MONTHS})", re.IGNORECASE
)
YEAR = re.compile(r"(?:19|20)\d\d")
NO_STREET = {"Afweg", "Onderweg", "Halverwege"}
NO_POSTCODE = {"OM", "BV", "NV", "EU", "IT", "SP", "CU", "GL"}
"""Pairs of letters that stand after a year more often than in a postcode."""

PLATE_LETTERS = "[BDFGHJKLMNPRSTVWXZ]"
PLATE = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(
        "-".join(f"{PLATE_LETTERS}{{{len(part)}}}" if part[0] == "X" else rf"\d{{{len(part)}}}" for part in series.split("-"))
        for series in (
            *("XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9", "9-XXX-99", "XX-999-X", "X-999-XX"),
            *("XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9"),
        )
    )
    + r")(?![\w-])"
)
"""The series 1 to 14 of the RDW, with their dashes and without vowels."""


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    def search(text: str) -> Iterator[tuple[int, int]]:
        return (match.span() for match in pattern.finditer(text))

    return search


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for match in ADDRESS.finditer(text):
        street, *number = re.split(r"[ \u00a0](?=\d)", match.group(), maxsplit=1)
        if not number or not street[-1].isalpha():  # a postcode alone
            if not (YEAR.match(match.group()) and match.group()[-2:] in NO_POSTCODE):
                yield match.span()
        elif re.search(POSTCODE, number[0]) or not (street in NO_STREET or YEAR.fullmatch(number[0]) or NO_HOUSE.match(text, match.end())):
            yield match.span()


# Names

PARTICLE = r"(?:van|de|der|den|het|’t|'t|ter|ten|te|tot|in(?=\ [’']t)|op(?=\ den)|la|le|du|el|al|ben|bin|von|zu|’s|'s)"
CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’']{0,30}(?:-[\w’']{1,30}){0,3}"
INITIALS = r"(?:[A-ZÀ-ÖØ-Þ](?:[a-z])?\.[ ]?){1,5}"
SURNAME = rf"(?:{PARTICLE}[ \u00a0]){{0,3}}{CAPITAL}(?:–{CAPITAL})?"
PERSON = rf"(?:{INITIALS}\s?)?(?:{CAPITAL}[ \u00a0](?=(?:{PARTICLE}[ \u00a0]){{0,3}}{CAPITAL}))?{SURNAME}"
TITLE = (
    r"(?i:de\ heren|de\ heer|dhr\.?|hr\.|mevrouw|mevr\.?|mw\.?|mej\.|meneer|mijnheer|juffrouw|juf|meester|de\ familie|familie|fam\."
    r"|dokter|dr\.|ir\.|ing\.|mr\.|drs\.|prof\.|buurman|buurvrouw|(?:wijk)?agente?|agenten|raadslid|wethouder|burgemeester|boa|huisarts"
    r"|weduwe|mijn\ (?:zoon|dochter|man|vrouw|buurjongen|buurmeisje|broer|zus)(?:tje)?)"
)
NAMED = re.compile(
    rf"(?<![\w-])(?:{TITLE}[ \u00a0]{{1,2}}){{1,3}}(?P<name>{PERSON})(?:[ \u00a0]en[ \u00a0](?P<other>{PERSON}))?", re.VERBOSE
)
CALLS_ITSELF = re.compile(
    rf"(?<!\w)(?:(?i:mijn naam is|ik heet|genaamd|hij heet|zij heet) (?P<name>{PERSON})|(?i:ik ben) (?P<other>{CAPITAL} {SURNAME}))"
)
SIGNED = re.compile(
    rf"""(?i:(?:met\ )?(?:(?:vriendelijke?|hartelijke)\ )?groet(?:en|jes)?|hoogachtend)
    (?:\ van)?,?\s{{1,6}}(?P<name>(?:{INITIALS}\s?)?(?:{CAPITAL}\ )?{SURNAME})(?=\s{{0,3}}(?:\n|$|,))""",
    re.VERBOSE,
)
NO_INITIALS = r"(?!(?:B\.V|N\.V|O\.M|A\.P\.V|I\.V\.P|V\.S)\.)"
INITIALED = re.compile(rf"(?<![\w.])(?:(?P<other>[A-Z]\. {SURNAME})\s{{1,6}})?{NO_INITIALS}(?P<name>(?:[A-Z]\.){{2,5}}[ ]?{SURNAME})")
NO_NAME = {
    *("Nederland", "Blaricum", "Laren", "Huizen", "Hilversum", "Wijdemeren", "Gooise", "Meren", "Gooi", "Vechtstreek", "Weesp", "Naarden"),
    *("Bussum", "Muiden", "Eemnes", "U", "Ik", "Wij", "We", "Hij", "Zij", "Dit", "Dat", "De", "Het", "Een", "Er", "En", "In", "Op", "Of"),
    *("Als", "Wat", "Waar", "Hoe", "Uw", "Onderwerp", "Betreft", "Burgemeester", "Wethouder", "Voorzitter", "College", "Gemeente", "Raad"),
    *("Politie", "OM", "VVD", "CDA", "D66", "GroenLinks", "PvdA", "SP", "ChristenUnie", "Bijlage", "Bijlagen", "Namens", "Inwoners"),
    *("Bewoners", "Griffier", "Secretaris"),
}
"""Words with a capital that follow a title or a greeting and are nobody's name."""


def _names(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (NAMED, CALLS_ITSELF, SIGNED, INITIALED):
        for match in pattern.finditer(text):
            for group in ("name", "other"):
                if group in pattern.groupindex and match[group]:
                    start, end = match.span(group)
                    name = re.sub(r"['’](?:s)?$|-$", "", match[group])
                    if not _is_nobody(name):
                        yield start, min(end, start + len(name))


def _is_nobody(name: str) -> bool:
    words = name.split()
    telling = {name, words[-1], *(words[:1] if words[0].lower() not in ("de", "het", "in", "op") else ())}
    return bool(NO_NAME & telling) or not any(letter.islower() for letter in name)


NAME_CLUES = (
    *("heer", "heren", "dhr", "hr.", "mevr", "mw", "mej.", "meneer", "juf", "meester", "familie", "fam.", "dokter", "dr.", "ir.", "ing."),
    *("mr.", "drs.", "prof.", "buurman", "buurvrouw", "agent", "raadslid", "wethouder", "boa", "huisarts", "weduwe"),
    *("mijn zoon", "mijn dochter", "mijn man", "mijn vrouw", "mijn buur", "mijn broer", "mijn zus"),
    *("mijn naam", "heet", "genaamd", "ik ben", "groet", "hoogachtend"),
)


def _has_digit(text: str) -> bool:
    return DIGIT.search(text) is not None


def _has_name_clue(text: str) -> bool:
    lowered = text.lower()
    return text.count(".") > 1 or any(clue in lowered for clue in NAME_CLUES)


DIGIT = re.compile(r"\d")
CLUES: dict[PersonalDataKind, Callable[[str], bool]] = {
    PersonalDataKind.EMAIL: lambda text: "@" in text,
    PersonalDataKind.NAME: _has_name_clue,
}
"""What a text must have before it is worth a search: of a survey's hundred thousand answers most have none of it. Else a digit."""

SEARCHES: tuple[tuple[PersonalDataKind, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    (PersonalDataKind.EMAIL, _matches(EMAIL)),
    (PersonalDataKind.IBAN, _ibans),
    (PersonalDataKind.BSN, _bsns),
    (PersonalDataKind.PHONE, _matches(PHONE)),
    (PersonalDataKind.PLATE, _matches(PLATE)),
    (PersonalDataKind.ADDRESS, _addresses),
    (PersonalDataKind.NAME, _names),
)
