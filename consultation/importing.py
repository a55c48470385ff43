"""A table into points and problems: which column says what, what is wrong, what makes two rows the same. Pure; no Django."""

import datetime
import difflib
import hashlib
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from consultation.spreadsheets import FileRefused, Table, read_table

HEADER_WITHIN_ROWS = 30  # above the header there may be a title or an explanation
SHOWN = 6  # rows of the preview, of which SHOWN_BEFORE stand above the first with a problem
SHOWN_BEFORE = 2
ROWS_BETWEEN_WORDS = 2000

Tell = Callable[[float], None]
"""Hears which part of the work is done, from 0 to 1; may raise to stop it."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something a row can say, the headers it is recognised by (letters and digits only) and the most characters it may have."""

    label: str
    headers: tuple[str, ...]
    limit: int = 0


FIELDS: dict[str, Field] = {
    "subject": Field("Onderwerp", ("onderwerp", "hoofdonderwerp", "subject", "thema", "veiligheidsthema", "theme"), 200),
    "sub_subject": Field(
        "Sub-onderwerp", ("subonderwerp", "sub", "subsubject", "subthema", "deelonderwerp", "aandachtspunt", "punt", "subtheme"), 300
    ),
    "text": Field(
        "Toelichting",
        ("toelichting", "tekst", "text", "opmerking", "opmerkingen", "omschrijving", "inbreng", "antwoord", "reactie", "explanation"),
        20_000,
    ),
    "theme": Field("Veiligheidsthema", ("veiligheidsthema", "thema", "theme")),
    "party": Field("Fractie of organisatie", ("fractie", "partij", "organisatie", "fractieoforganisatie", "party", "organisation"), 120),
    "kind": Field("Soort inbrenger", ("soortinbrenger", "inbrengersoort", "bron", "contributorkind", "kind")),
    "said_on": Field("Datum", ("datum", "gezegdop", "datumontvangst", "saidon", "date")),
    "respondent": Field(
        "Respondentnummer",
        (
            *("respondentnummer", "respondent", "respondentid", "respondentnr", "responseid", "responsid", "responsenummer"),
            *("nummerinzending", "inzendingnummer", "inzendingsnummer", "inzendingid", "deelnemernummer", "submissionid", "id"),
        ),
        60,
    ),
}

# Stored value of ContributorKind -> its name on screen and what people write for it.
KINDS: dict[str, tuple[str, ...]] = {
    "council": ("Raad", "gemeenteraad", "raadslid", "raadsleden", "raadsfractie", "fractie", "council"),
    "resident": ("Inwoner", "inwoners", "bewoner", "bewoners", "burger", "burgers", "resident", "residents"),
    "partner": ("Partner", "partners", "ketenpartner", "ketenpartners", "veiligheidspartner"),
    "professional": ("Professional", "professionals"),
    "area": ("Gemeente", "gemeenten", "area", "municipality"),
}

MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december")

NO_ROWS = "Onder de kopregel staat nog niets. Zet de punten eronder, één per rij, en kies het bestand opnieuw."
NO_SUBJECT_COLUMN = "We vinden geen kolom met het onderwerp. Kies welke kolom dat is, of zet ‘Onderwerp’ erboven."
NO_DATE = "Dit is geen datum. Schrijf dag, maand en jaar, bijvoorbeeld 30-09-2026."
NO_SUCH_DAY = "Deze dag bestaat niet. Vul een bestaande datum in, bijvoorbeeld 30-09-2026."
NOTHING_SAID = "Een punt zonder tekst kunnen we niet inlezen. Vul de tekst in of verwijder de rij."
NO_SUBJECT = "Het onderwerp is leeg, en de rij erboven geeft het niet. Vul het onderwerp in."


class ColumnsUnclear(FileRefused):
    """The file can be read, but not what its columns mean; somebody must say it. `headers` are those that can be chosen."""

    def __init__(self, message: str, table: Table, headers: tuple[str, ...]) -> None:
        super().__init__(message)
        self.table = table
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell or row that cannot come in: where it stands in the user's spreadsheet, and what to do."""

    row: int | None
    """As the spreadsheet program counts; None when it concerns the whole file."""
    column: str
    """The header as it stands; empty when it concerns the whole row."""
    value: str
    message: str
    field: str = ""
    """The field the column is read for; empty when it concerns the whole row."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was understood, good or not: for the preview."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One point as it will come in."""

    number: int
    subject: str
    sub_subject: str
    text: str
    party: str
    kind: str
    """Stored value of ContributorKind; empty when the file does not say."""
    said_on: datetime.date | None
    theme: str
    """What the column with the theme says; empty when there is none."""
    respondent: str
    """The number the survey gave to who answered; empty when the file does not say."""
    words: str
    """What is the same for a row that says the same, whoever the respondent."""
    fingerprint: str
    """What is the same for this row when the file comes again: of a respondent what they said, else the words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. Each of its `total` rows is in `rows`, or has at least one problem."""

    sheet: str
    other_sheets: tuple[str, ...]
    headers: tuple[str, ...]
    columns: dict[str, str]
    """field -> header, as guessed or as mapped."""
    unread: tuple[str, ...]
    """Headers of columns that are not read."""
    total: int
    filled: int
    """How many rows took the subject of the row above."""
    lines: tuple[Line, ...]
    """Up to SHOWN rows in a row: around the first with a problem, or the first of all."""
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read(
    content: bytes,
    columns: Mapping[str, str] | None = None,
    limit_bytes: int | None = None,
    *,
    recall: Callable[[tuple[str, ...]], Mapping[str, str] | None] = lambda headers: None,
    tell: Tell = lambda done: None,
) -> Reading:
    """The points and the problems in a spreadsheet.

    `columns` says for a field (or one of its headers) which header it is read from, and wins from the guess; an empty header: not read.
    Without them `recall` is asked what was said of these headers before. Raises FileRefused, and its ColumnsUnclear when the file is sound
    but the columns are not.
    """
    table = read_table(content, limit_bytes)
    wanted = {_field(name): header for name, header in (columns or {}).items()}
    at, headers = _header(table, wanted)
    if not columns and (remembered := recall(tuple(header for header in headers if header))):
        wanted = {field: header for field, header in remembered.items() if field in FIELDS}
    chosen = _columns(table, headers, wanted)
    sheet, other_sheets, counts_cells = table.sheet, table.other_sheets, table.counts_cells
    body = deque(table.rows[at + 1 :])
    del table  # a row goes as it is read: a hundred thousand are not in memory twice
    total = len(body)
    if not body:
        raise FileRefused(NO_ROWS)
    reader = _RowReader(headers, chosen, counts_cells=counts_cells)
    while body:
        if not len(body) % ROWS_BETWEEN_WORDS:
            tell(1 - len(body) / total)
        reader.take(*body.popleft())
    used = set(chosen.values())
    return Reading(
        sheet=sheet,
        other_sheets=other_sheets,
        headers=tuple(header for header in headers if header),
        columns={field: headers[index] for field, index in chosen.items()},
        unread=tuple(header for index, header in enumerate(headers) if header and index not in used),
        total=total,
        filled=reader.filled,
        lines=reader.shown(),
        rows=tuple(reader.rows),
        problems=tuple(reader.problems),
    )


# Columns


def mark_of(headers: Sequence[str]) -> str:
    """What two files with the same headers have in common, whatever the order and the way they are written."""
    return hashlib.sha256("\x1f".join(sorted(map(_key, headers))).encode()).hexdigest()


def _field(name: str) -> str:
    """The field somebody means: by its own name, or by a header we would recognise."""
    for field, about in FIELDS.items():
        if name == field or _key(name) in (_key(field), _key(about.label), *about.headers):
            return field
    raise FileRefused(f"Het veld ‘{name}’ bestaat niet. Kies uit: {', '.join(FIELDS)}.")


def _key(header: str) -> str:
    """What two ways to write the same header have in common: letters and digits."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", header).casefold() if letter.isalnum())


def _header(table: Table, wanted: Mapping[str, str]) -> tuple[int, list[str]]:
    """Where in the rows the header stands, and its labels: unique, and empty for a column without anything in it."""
    asked = {_key(header) for header in wanted.values() if header}

    def score(at: int) -> int:
        keys = {_key(cell) for cell in table.rows[at][1]} - {""}
        recognised = sum(bool(keys.intersection(about.headers)) for about in FIELDS.values())
        return 100 * len(asked & keys) + recognised

    candidates = range(min(len(table.rows), HEADER_WITHIN_ROWS))
    at = max(candidates, key=score)
    if not score(at):  # nothing we know: then the first row that looks like one
        at = next((place for place in candidates if sum(bool(cell.strip()) for cell in table.rows[place][1]) > 1), 0)
    return at, _labels(table, at)


def _labels(table: Table, at: int) -> list[str]:
    cells = table.rows[at][1]
    width = len(cells) if table.counts_cells else max(len(row) for _, row in table.rows[at:])
    in_use = {index for _, row in table.rows[at + 1 :] for index, cell in enumerate(row) if cell.strip()}
    labels: list[str] = []
    for index in range(width):
        label = _one_line(cells[index]) if index < len(cells) else ""
        if label in labels or (not label and index in in_use):
            label = f"{label} (kolom {column_letter(index)})".strip()
        labels.append(label)
    return labels


def column_letter(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _columns(table: Table, headers: list[str], wanted: Mapping[str, str]) -> dict[str, int]:
    """field -> index of its column."""
    offered = tuple(header for header in headers if header)
    chosen: dict[str, int] = {}
    for field, header in wanted.items():
        if not header:
            continue
        index = next((index for index, label in enumerate(headers) if label == header), None)
        if index is None:
            index = next((index for index, label in enumerate(headers) if _key(label) == _key(header)), None)
        if index is None:
            raise ColumnsUnclear(f"De kolom ‘{header}’ staat niet in het bestand. Wel: {', '.join(offered)}.", table, offered)
        if index in chosen.values():
            raise ColumnsUnclear(f"De kolom ‘{headers[index]}’ is twee keer gekozen. Kies hem één keer.", table, offered)
        chosen[field] = index
    for field, about in FIELDS.items():
        if field in wanted:
            continue
        free = {_key(label): index for index, label in reversed(list(enumerate(headers))) if label and index not in chosen.values()}
        found = next((free[key] for key in about.headers if key in free), None)
        if found is not None:
            chosen[field] = found
    if "subject" not in chosen:
        raise ColumnsUnclear(NO_SUBJECT_COLUMN, table, offered)
    return {field: chosen[field] for field in FIELDS if field in chosen}


# Rows


class _RowReader:
    """Takes the rows one by one, because a blank subject means the one above; only of the same respondent, when the file has those."""

    def __init__(self, headers: list[str], columns: dict[str, int], *, counts_cells: bool) -> None:
        self.headers = headers
        self.columns = columns
        self.counts_cells = counts_cells
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        self.filled = 0
        self._subject = ""
        self._respondent = ""
        self._seen: Counter[tuple[str, str]] = Counter()
        self._first: list[Line] = []
        self._around: deque[Line] = deque(maxlen=SHOWN)
        self._wanted_after = SHOWN  # lines the preview still wants once a row has a problem

    def shown(self) -> tuple[Line, ...]:
        """The rows of the preview."""
        return tuple(self._around if self.problems else self._first)

    def _show(self, number: int, said: dict[str, str]) -> None:
        """Keep the row for the preview: until the first problem the last few, then so many that it stands third."""
        line = Line(number, said)
        if len(self._first) < SHOWN:
            self._first.append(line)
        if self.problems:
            self._wanted_after -= 1
        if self._wanted_after > SHOWN_BEFORE or len(self._around) < SHOWN:
            self._around.append(line)

    def take(self, number: int, cells: tuple[str, ...]) -> None:
        """Add the row, or its problems."""
        problems: list[Problem] = []

        def wrong(field: str, message: str) -> None:
            index = self.columns[field]
            value = cells[index] if index < len(cells) else ""
            problems.append(Problem(number, self.headers[index], _short(value), message, field))

        said = {
            field: _tidy(cells[index]) if field == "text" else _one_line(cells[index])
            for field, index in self.columns.items()
            if index < len(cells)
        }
        self._show(number, said)
        respondent = said.get("respondent", "").casefold()
        taken_over = not said.get("subject")
        if taken_over:
            said["subject"] = self._subject if respondent == self._respondent else ""
        self._respondent = respondent
        self._subject = said["subject"]
        if misfit := self._misfit(number, cells):
            problems.append(misfit)
            self._subject = ""  # what stands in such a row may be anything: the next one must name its own
        if not said["subject"]:
            wrong("subject", NO_SUBJECT)
        for field, value in said.items():
            limit = FIELDS[field].limit
            if limit and len(value) > limit:
                wrong(field, f"Dit zijn {_count(len(value))} tekens. Maak er ten hoogste {_count(limit)} van.")
        point = next((field for field in ("text", "sub_subject") if field in self.columns), "")
        if point and not said.get("text") and not said.get("sub_subject"):
            wrong(point, NOTHING_SAID)
        if not point and taken_over and said["subject"]:
            wrong("subject", NOTHING_SAID)
        kind = _kind(said.get("kind", ""))
        if kind is None:
            wrong("kind", _unknown_kind(said["kind"]))
        said_on = _day(said.get("said_on", ""))
        if isinstance(said_on, str):
            wrong("said_on", said_on)
            said_on = None
        if problems:
            self.problems += problems
            return
        self.filled += taken_over
        self._add(number, said, kind or "", said_on)

    def _add(self, number: int, said: dict[str, str], kind: str, said_on: datetime.date | None) -> None:
        words = {field: said.get(field, "") for field in ("subject", "sub_subject", "text", "party")}
        respondent = said.get("respondent", "")
        identity = _identity({**words, "kind": kind, "said_on": said_on.isoformat() if said_on else ""})
        same_words = self._nth(identity)
        self.rows.append(
            Row(
                number=number,
                **words,
                kind=kind,
                said_on=said_on,
                theme=said.get("theme", ""),
                respondent=respondent,
                words=same_words,
                fingerprint=self._nth(identity, respondent.casefold()) if respondent else same_words,
            )
        )

    def _nth(self, identity: str, respondent: str = "") -> str:
        """A checksum of what was said; the second time the same is said in one file is another one."""
        self._seen[respondent, identity] += 1
        whose = f"respondent {respondent}\x1e" if respondent else ""
        return hashlib.sha256(f"{whose}{identity}\x1e{self._seen[respondent, identity]}".encode()).hexdigest()

    def _misfit(self, number: int, cells: tuple[str, ...]) -> Problem | None:
        """A row of a csv with more or fewer cells than the header: a sign too many or too few, so nothing in it can be trusted."""
        if not self.counts_cells:
            return None
        width = len(self.headers)
        surplus = " ".join(cell for cell in cells[width:] if cell.strip())
        if len(cells) >= width and not surplus:
            return None
        return Problem(
            number,
            "",
            _short(surplus or " ".join(cells)),
            f"Deze rij heeft {len(cells)} cellen en de kopregel {width}. "
            "Staat er een scheidingsteken of een nieuwe regel in een tekst? Zet die tekst dan tussen aanhalingstekens.",
        )


def _identity(values: dict[str, str]) -> str:
    """What makes two rows say the same: their words, whatever the capitals and the spaces. A field without a value plays no part."""
    return "\x1f".join(f"{field}={' '.join(value.casefold().split())}" for field, value in values.items() if value)


def _tidy(text: str) -> str:
    """The text without what cannot be seen, in one form of Unicode, with one kind of line end."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").translate(UNSEEN)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


UNSEEN = {code: None for code in range(32) if code not in (9, 10)} | {11: "\n", 12: "\n", 13: "\n", 0xA0: " ", 0x200B: None, 0xFEFF: None}


def _one_line(text: str) -> str:
    return " ".join(_tidy(text).split())


def _short(value: str) -> str:
    value = _one_line(value)
    return value if len(value) <= 120 else f"{value[:119]}…"


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _kind(text: str) -> str | None:
    """The stored value for what somebody wrote, empty for nothing, None for what we do not know."""
    if not text:
        return ""
    return next((code for code, names in KINDS.items() if _key(text) in {code, *map(_key, names)}), None)


def _unknown_kind(text: str) -> str:
    names = {_key(name): names[0] for names in KINDS.values() for name in names}
    near = difflib.get_close_matches(_key(text), names, n=1, cutoff=0.7)
    suggestion = f"Bedoelt u {names[near[0]]}? " if near else ""
    labels = [label for label, *_ in KINDS.values()]
    return f"Deze soort kennen we niet. {suggestion}Kies uit {', '.join(labels[:-1])} of {labels[-1]}."


DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
IN_WORDS = re.compile(r"(?:[a-z]+ )?(\d{1,2}) ([a-z]{3,})\.? (\d{4})")
CLOCK = re.compile(r"(?:,? |t)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?uur|z|[+-]\d{2}:?\d{2})?$")


def _day(text: str) -> datetime.date | str | None:
    """The date, nothing for nothing, or the sentence that says what is wrong with it."""
    if not text:
        return None
    text = CLOCK.sub("", text.casefold())
    if found := DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif (found := IN_WORDS.fullmatch(text)) and (number := _month(found[2])):
        day, month, year = int(found[1]), number, int(found[3])
    else:
        return NO_DATE
    year += 2000 if year < 100 else 0
    if not 1900 <= year <= 2100:
        return NO_SUCH_DAY
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return NO_SUCH_DAY


def _month(word: str) -> int | None:
    """'september', 'sept' and 'sep' are all 9; 'mrt' is how people shorten maart."""
    word = {"mrt": "maart"}.get(word, word)
    return next((number for number, name in enumerate(MONTHS, 1) if name.startswith(word)), None)
