"""The paragraphs of a letter or of minutes, and the points its own numbers, bullets or headings propose. Pure; no Django.

A person accepts or changes the proposal; where the text gives no structure there is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

SHORT = 0.6
"""A line shorter than this share of the widest ends its paragraph, when a capital follows."""
WRAPPED_LIMIT = 160
"""Lines longer than this were not broken by hand or by a page: each is a paragraph."""
NARROWEST = 40
HEADING_LIMIT = 90
SUBJECT_LIMIT = 80
BULLET_WORDS = 4
"""Words that the points of a list with bullets have on average, at the least: less is an enumeration."""

ORDINALS = ("eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende", "tiende")
ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii")
MARK = re.compile(
    rf"""(?P<mark>
        (?P<word>(?i:punt|aandachtspunt|agendapunt|advies|vraag|ad|zienswijze)\s+)?
        \(?(?P<digits>\d{{1,2}}(?:\.\d{{1,2}}){{0,3}})(?P<end>[.):]{{1,2}}|(?=\s+[A-Z])|(?<=\.\d)(?=\s))
        | \(?(?P<letters>[ivx]{{1,6}}|[IVX]{{1,6}}|[a-zA-Z])[.)]{{1,2}}
        | (?i:ten\s+(?P<ordinal>{"|".join(ORDINALS)})),?
        | (?i:(?:op|in)\s+de\s+(?P<place>{"|".join(ORDINALS)})\s+plaats),?
        | (?P<bullet>[-–—•·*▪◦●○‣➢➤✓✔]|o(?=\s{{1,8}}[A-Z]))
    )(?:[ \t\u00a0]+|$)""",
    re.VERBOSE,
)
SALUTATION = re.compile(r"(geachte|beste|l\.?\s?s\.?|waarde|dames en heren)\b", re.IGNORECASE)
CLOSING = re.compile(
    r"(hoogachtend|met (vriendelijke|hartelijke|collegiale|vriendelijk) groet|vriendelijke groet|namens (het college|de (raad|fractie)))",
    re.IGNORECASE,
)
LAST_WORDS = re.compile(
    r"""tot\ slot | ten\ slotte | tenslotte | afsluitend | samenvattend | concluderend | bij\ voorbaat
    | graag\ (vernemen|horen|ontvangen)\b
    | (wij|we|ik)\ (vertrouwen|vertrouw|zien|zie|hopen|hoop|danken|dank|verzoeken|verzoek|wensen)\b
    | voor\ vragen | mocht\ u | heeft\ u\ (nog\ )?vragen""",
    re.IGNORECASE | re.VERBOSE,
)
NO_HEADING = re.compile(
    r"(betreft|onderwerp|((uw|ons) )?kenmerk|datum|bijlagen?|aan|van|cc|contactpersoon|telefoon|e-?mail|postbus|bezoekadres)\b\s*:?",
    re.IGNORECASE,
)
NO_POINT = re.compile(
    r"""(inleiding | aanleiding | voorwoord | opening(\ en\ .*)? | sluiting | afsluiting | slot(woord)? | tot\ slot | conclusie | bijlagen?
    | aanwezig(en)? | afwezig(en)? | mededelingen | vaststell(en|ing)(\ van)?(\ de)?\ agenda | ondertekening | inhoud(sopgave)?)\W*""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text, as text[start:end]."""

    start: int
    end: int
    text: str
    heading: bool = False
    """Whether it is a short line above something longer."""
    number: str = ""
    """How it is marked in a list, as written: 1), a., II., •; empty when it is not."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A point that the text itself proposes: a subject in its words, and the passage text[start:end]."""

    subject: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    gap: int
    """Empty lines above it."""


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs in order, also of a text whose lines were broken by a page, with an empty line between all of them or none.

    A point of a numbered list, a bullet and a heading are paragraphs of their own.
    """
    lines = _lines(text)
    if not lines:
        return []
    marks = _marks([line.text for line in lines])
    groups: list[list[int]] = []
    wrapped_gap, width = _wrapping(lines)
    for index, line in enumerate(lines):
        if index and index not in marks and _continues(lines[index - 1], line, index - 1 in marks, wrapped_gap, width):
            groups[-1].append(index)
        else:
            groups.append([index])
    pieces = [(lines[group[0]].start, lines[group[-1]].end, marks.get(group[0], ""), len(group)) for group in groups]
    return [
        Paragraph(start, end, text[start:end], _is_heading(text, pieces, position), number)
        for position, (start, end, number, _) in enumerate(pieces)
    ]


def suggest_points(text: str) -> list[Proposal]:
    """The points that the text's numbered list, bullets or headings propose, in order; [] when it has none of them.

    Of a point with a title the title is the subject and what follows is the passage.
    """
    parts = _body(paragraphs(text))
    runs = _runs([part.text for part in parts], [bool(part.number) for part in parts])
    proposals = _from_lists(parts, runs) or _from_headings(parts)
    return proposals if len(proposals) > 1 else []


# Lines into paragraphs


def _lines(text: str) -> list[_Line]:
    lines, gap = [], 0
    for match in re.finditer(r"[^\n]*\n?", text):
        line = match.group()
        if not line:
            continue
        stripped = line.strip()
        if not stripped:
            gap += 1
            continue
        start = match.start() + len(line) - len(line.lstrip())
        lines.append(_Line(start, start + len(stripped), stripped, gap))
        gap = 0
    return lines


def _wrapping(lines: Sequence[_Line]) -> tuple[int, int]:
    """How many empty lines may stand between two lines of one paragraph, and how wide the lines are; -1 when none were broken."""
    width = max(len(line.text) for line in lines)
    if width > WRAPPED_LIMIT:
        return -1, width
    pairs = list(pairwise(lines))
    spaced = [pair for pair in pairs if pair[1].gap == 1]
    broken = [pair for pair in spaced if _runs_on(*pair)]
    touching = [pair for pair in pairs if not pair[1].gap]
    doubled = len(broken) >= 3 and len(broken) >= 0.4 * len(spaced) and len(touching) < len(spaced)
    return int(doubled), max(width, NARROWEST)


def _runs_on(line: _Line, following: _Line) -> bool:
    """Whether a sentence plainly goes on from the one line to the other."""
    return line.text[-1] not in ".!?:;" and following.text[0].islower()


def _continues(line: _Line, following: _Line, marked: bool, wrapped_gap: int, width: int) -> bool:
    """Whether the following line is part of the line's paragraph."""
    if following.gap > wrapped_gap or " | " in line.text or " | " in following.text:
        return False
    if _runs_on(line, following):
        return True
    short = len(line.text) < SHORT * width
    begins = following.text[0].isupper() or following.text[0].isdigit() or following.text[0] in "‘“\"'("
    return not (short and begins) and not (short and marked and line.text[-1] in ".!?:;")


def _is_heading(text: str, pieces: Sequence[tuple[int, int, str, int]], position: int) -> bool:
    """A short line of its own, without a full stop, above something that is neither a heading nor the next of its list."""
    start, end, number, lines = pieces[position]
    title = text[start:end].removeprefix(number).strip()
    if lines > 1 or not title or len(title) > HEADING_LIMIT or title[-1] in ".,;:" or not any(letter.isalpha() for letter in title):
        return False
    first = next(letter for letter in title if letter.isalpha())
    if first.islower() or SALUTATION.match(title) or CLOSING.match(title) or NO_HEADING.match(title) or position + 1 == len(pieces):
        return False
    next_start, next_end, next_number, _ = pieces[position + 1]
    if number and next_number:  # 1. above a. has a list under it; 1. above 2. has nothing
        return _family(number) != _family(next_number)
    following = text[next_start:next_end]
    if CLOSING.match(following) or SALUTATION.match(following):
        return False
    return bool(next_number) or len(following) > HEADING_LIMIT or following[-1] in ".!?:" or len(following.split()) > len(title.split()) + 4


# Marks


@dataclass(frozen=True, slots=True)
class _Mark:
    family: str
    value: int
    text: str


def _readings(text: str) -> Iterator[_Mark]:
    """What the mark before a text can be: ‘i.’ is a letter, or the Roman one."""
    match = MARK.match(text)
    if match is None:
        return
    mark = match["mark"].strip()
    if match["bullet"]:
        yield _Mark(f"bullet {match['bullet']}", 0, mark)
    elif ordinal := match["ordinal"] or match["place"]:
        yield _Mark("ordinal", ORDINALS.index(ordinal.lower()) + 1, mark)
    elif match["digits"]:
        *above, last = match["digits"].split(".")
        if len(above) == 1 and len(last) == 2 and len(above[0]) == 2:  # 19.30 is a time
            return
        if not match["end"] and not above and not match["word"]:  # ‘39 Gemeenten’
            return
        yield _Mark(f"{(match['word'] or '').lower()}{'.'.join(above)} {mark[0] == '('}{'' if above else match['end']}", int(last), mark)
    else:
        letters = match["letters"]
        case = "upper" if letters.isupper() else "lower"
        style = f"{case} {mark.replace(letters, '')}"
        if letters.lower() in ROMANS:
            yield _Mark(f"roman {style}", ROMANS.index(letters.lower()) + 1, mark)
        if len(letters) == 1:
            yield _Mark(f"letter {style}", ord(letters.lower()) - ord("a") + 1, mark)


def _family(mark: str) -> str:
    return re.sub(r"\d+(?=\D*$)|[a-zA-Z]+", "#", mark)


Run = list[tuple[int, _Mark]]


def _runs(texts: Sequence[str], may: Sequence[bool] | None = None) -> list[Run]:
    """The lists in the texts: marks of one family that count up from the first, two at the least; bullets of one sign."""
    growing: dict[str, Run] = {}
    runs: list[Run] = []
    for index, text in enumerate(texts):
        if may is not None and not may[index]:
            continue
        for mark in _readings(text):
            run = growing.get(mark.family)
            bullet = mark.family.startswith("bullet")
            if run is not None and (bullet or mark.value == run[-1][1].value + 1):
                run.append((index, mark))
            elif bullet or mark.value == 1:
                growing[mark.family] = [(index, mark)]
                runs.append(growing[mark.family])
    return sorted((run for run in runs if len(run) > 1), key=lambda run: run[0][0])


def _marks(texts: Sequence[str]) -> dict[int, str]:
    """The mark of each text that is part of a list."""
    return {index: mark.text for run in _runs(texts) for index, mark in run}


# Points


def _body(parts: Sequence[Paragraph]) -> list[Paragraph]:
    """What stands between the salutation and the closing of a letter; all of it when there are none."""
    first = next((index + 1 for index, part in enumerate(parts) if SALUTATION.match(part.text) and len(part.text) <= 120), 0)
    last = next((index for index, part in enumerate(parts) if index >= first and CLOSING.match(part.text)), len(parts))
    return list(parts[first:last])


def _from_lists(parts: Sequence[Paragraph], runs: Sequence[Run]) -> list[Proposal]:
    """The points of the outermost lists; of bullets only those that say something."""
    proposals: list[Proposal] = []
    reached = -1
    numbered = [run for run in runs if not run[0][1].family.startswith("bullet")]
    for run in numbered or [bullets for spread in runs for bullets in _consecutive(spread)]:
        if run[0][0] <= reached:
            continue
        if run[0][1].family.startswith("bullet"):
            words = sum(len(parts[index].text.split()) - 1 for index, _ in run)
            if len(run) < 2 or words < BULLET_WORDS * len(run):
                continue
        starts = [index for index, _ in run]
        ends = [*starts[1:], _end_of_last(parts, starts)]
        for (index, mark), end in zip(run, ends, strict=True):
            proposals += _point(parts[index:end], mark.text)
        reached = ends[-1] - 1
    return proposals


def _consecutive(run: Run) -> list[Run]:
    """A run of bullets as lists, each without other paragraphs between its points."""
    lists: list[Run] = []
    for index, mark in run:
        if lists and lists[-1][-1][0] == index - 1:
            lists[-1].append((index, mark))
        else:
            lists.append([(index, mark)])
    return lists


def _end_of_last(parts: Sequence[Paragraph], starts: Sequence[int]) -> int:
    """Where the last point ends: after as many paragraphs as the longest of the others has, and before a heading or the last words."""
    longest = max(after - before - 1 for before, after in pairwise(starts))
    end, plain = starts[-1] + 1, 0
    while end < len(parts):
        part = parts[end]
        plain += not part.number
        if (part.heading and not part.number) or LAST_WORDS.match(part.text) or (not part.number and plain > longest):
            break
        if part.number and not longest:
            break
        end += 1
    return end


def _point(parts: Sequence[Paragraph], mark: str) -> list[Proposal]:
    """The point that these paragraphs make; none for what opens or closes a meeting."""
    first = parts[0]
    said = first.text.removeprefix(mark)
    start = first.end - len(said.lstrip(" \t\u00a0"))
    said = first.text[start - first.start :]
    title = len(parts) > 1 and len(said) <= HEADING_LIMIT and not said.endswith((".", ";", ","))
    if not said or NO_POINT.fullmatch(said) or (not title and NO_POINT.fullmatch(_lead(said))):
        return []
    if title:
        return [Proposal(_subject(said), parts[1].start, parts[-1].end)]
    return [Proposal(_subject(said), start, parts[-1].end)]


def _from_headings(parts: Sequence[Paragraph]) -> list[Proposal]:
    """A point for each heading with something under it."""
    starts = [index for index, part in enumerate(parts) if part.heading and not part.number]
    if len(starts) < 2:
        return []
    proposals = []
    for index, end in zip(starts, [*starts[1:], _end_of_last(parts, starts)], strict=True):
        if end > index + 1 and not NO_POINT.fullmatch(parts[index].text):
            proposals.append(Proposal(_subject(parts[index].text), parts[index + 1].start, parts[end - 1].end))
    return proposals


def _lead(text: str) -> str:
    """The words before the first colon or the end of the first sentence."""
    return re.split(r":\s|(?<=[a-z)’'])[.!?](?:\s|$)|\n", text, maxsplit=1)[0]


def _subject(text: str) -> str:
    """A short name for a point, in its own words."""
    flat = " ".join(_lead(text).split()).rstrip(" :;,–-") or " ".join(text.split())
    flat = flat[0].upper() + flat[1:]
    if len(flat) <= SUBJECT_LIMIT:
        return flat
    return flat[: SUBJECT_LIMIT - 1].rsplit(" ", 1)[0].rstrip(" :;,–-") + "…"
