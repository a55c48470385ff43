"""A letter as the split screen shows it: its newest text, where each point was said in it, and what the text itself still proposes."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from consultation import anchors, passages
from consultation.anchors import Anchor
from consultation.models import Contribution, Passage, Submission, Transcript

Span = tuple[int, int]
QUOTE_LIMIT = 20_000
"""Characters of one quotation; a whole letter of eight pages fits."""
SUBJECT_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Place:
    """One point of a letter, and where its words stand in the text that is shown."""

    contribution: Contribution
    quote: str
    """The words as they were when the point was made."""
    span: Span | None
    """Where they stand now; None when a correction took them out."""
    now: str
    """What stands there now."""
    paragraph: int
    """The number of the paragraph in which it begins; 0 when it stands nowhere."""

    @property
    def is_gone(self) -> bool:
        return self.span is None

    @property
    def is_mended(self) -> bool:
        """The words were corrected after the point was made."""
        return self.span is not None and self.now != self.quote


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A point that the letter's own numbers, bullets or headings propose and nobody made yet."""

    key: str
    """The same for the same words, whatever was corrected elsewhere in the text."""
    label: str
    subject: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text over which no mark begins or ends."""

    text: str
    begins: tuple[str, ...]
    """The numbers of the points, and the labels of the proposals, whose words begin here."""
    look: str
    """'' for plain text, 'one' or 'more' points over it, or 'proposed'."""


@dataclass(frozen=True, slots=True)
class DrawnParagraph:
    """A paragraph of the letter, cut where marks begin and end."""

    number: int
    is_heading: bool
    stretches: Sequence[Stretch]


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything the split screen draws of one submission."""

    transcript: Transcript
    paragraphs: Sequence[DrawnParagraph]
    places: Sequence[Place]
    """Of the points that stand, in the order of the text; what stands nowhere comes last."""
    withdrawn: Sequence[Place]
    proposals: Sequence[OpenProposal]

    @property
    def is_blank(self) -> bool:
        return not self.transcript.text.strip()


def letter_of(submission: Submission, *, proposing: bool = True) -> Letter | None:
    """The letter as it stands, None for a submission that came without one. Three queries, whatever its length."""
    transcripts = list(submission.transcripts.all())
    if not transcripts:
        return None
    newest = transcripts[-1]
    parts = passages.paragraphs(newest.text)
    places = places_in(newest, transcripts, points_of(submission), parts)
    standing = [place for place in places if place.contribution.withdrawn_at is None]
    proposals = open_proposals(newest.text, places) if proposing else []
    marks = [(*place.span, str(place.contribution.number)) for place in standing if place.span]
    marks += [(*proposal.span, proposal.label) for proposal in proposals]
    drawn = [DrawnParagraph(number, part.heading, _stretches(newest.text, marks, part)) for number, part in enumerate(parts, 1)]
    return Letter(newest, drawn, standing, [place for place in places if place.contribution.withdrawn_at], proposals)


def _stretches(text: str, marks: Sequence[tuple[int, int, str]], part: passages.Paragraph) -> list[Stretch]:
    found: list[Stretch] = []
    for segment in anchors.segments(text, marks, within=(part.start, part.end)):
        points = [label for label in segment.covers if label.isdecimal()]
        look = ("one" if len(points) == 1 else "more") if points else "proposed" if segment.covers else ""
        found.append(Stretch(segment.text, segment.begins, look))
    return found


def points_of(submission: Submission) -> list[Contribution]:
    """What was made of the submission, withdrawn or not, as numbered, each with its passages. Two queries."""
    found = Contribution.objects.filter(submission=submission).select_related("theme").order_by("number")
    return list(found.prefetch_related(Prefetch("passages", Passage.objects.order_by("pk"))))


def places_in(
    newest: Transcript, transcripts: Iterable[Transcript], points: Iterable[Contribution], parts: Sequence[passages.Paragraph] = ()
) -> list[Place]:
    """Where each of the points with a passage stands in the newest text, in the order of the text. No queries of its own."""
    texts = {transcript.pk: transcript.text for transcript in transcripts}
    found = []
    for point in points:
        quoted = list(point.passages.all())
        if quoted:
            span = _span_of(quoted[-1], newest, texts)
            now = newest.text[slice(*span)] if span else ""
            found.append(Place(point, quoted[-1].exact, span, now, _paragraph_at(parts, span)))
    return sorted(found, key=lambda place: (place.span is None, place.span or (0, 0), place.contribution.number))


def _span_of(passage: Passage, newest: Transcript, texts: dict[int, str]) -> Span | None:
    anchor = Anchor(passage.exact, passage.prefix, passage.suffix)
    around = anchor.prefix + anchor.exact + anchor.suffix
    # The words and what stands around them were left alone: no need to lay the two texts side by side.
    if passage.transcript_id == newest.pk or newest.text.count(around) == 1:
        return anchors.find(newest.text, anchor)
    said = texts[passage.transcript_id]
    span = anchors.find(said, anchor)
    return anchors.carry(said, newest.text, span) if span else None


def _paragraph_at(parts: Sequence[passages.Paragraph], span: Span | None) -> int:
    if span is None:
        return 0
    return next((number for number, part in enumerate(parts, 1) if part.start <= span[0] < part.end), 0)


def open_proposals(text: str, places: Iterable[Place]) -> list[OpenProposal]:
    """What the text proposes, without what shares words with a point that was made of it, by proposal or by hand, withdrawn or not."""
    taken = [place.span for place in places if place.span]
    found: list[OpenProposal] = []
    for proposal in passages.suggest_points(text):
        span = (proposal.start, proposal.end)
        if not any(start < span[1] and span[0] < end for start, end in taken):
            words = text[slice(*span)]
            key = hashlib.sha256(f"{proposal.subject}\0{words}".encode()).hexdigest()[:16]
            found.append(OpenProposal(key, f"voorstel {len(found) + 1}", proposal.subject, span, words))
    return found


def spots_of(text: str, quote: str, before: str = "", after: str = "") -> list[Span]:
    """Where the quoted words stand in the text; of several places the one between `before` and `after`, when those tell.

    White space, capitals and the shape of quotation marks do not count.
    """
    spots = anchors.find_pasted(text, quote)
    if len(spots) < 2 or not (before or after):
        return spots
    best = max(_nearness(text, spot, before, after) for spot in spots)
    nearest = [spot for spot in spots if _nearness(text, spot, before, after) == best]
    return nearest if best and len(nearest) == 1 else spots


def _nearness(text: str, spot: Span, before: str, after: str) -> int:
    """How many characters right before and after the spot are those that were sent along."""
    left, right = _flat(text[: spot[0]][-anchors.CONTEXT * 2 :])[::-1], _flat(text[spot[1] :][: anchors.CONTEXT * 2])
    return _shared(left, _flat(before)[::-1]) + _shared(right, _flat(after))


def _flat(text: str) -> str:
    return "".join(text.split()).casefold()


def _shared(one: str, other: str) -> int:
    return next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))


def paragraph_of(text: str, span: Span) -> int:
    """The number of the paragraph in which the span begins, from 1."""
    return _paragraph_at(passages.paragraphs(text), span)


def paragraph_quote(text: str, number: int) -> tuple[str, str, str]:
    """The words of a paragraph, and what stands right before and after; three empty texts when there is no such paragraph."""
    parts = passages.paragraphs(text)
    if not 1 <= number <= len(parts):
        return "", "", ""
    anchor = anchors.anchor_at(text, parts[number - 1].start, parts[number - 1].end)
    return anchor.exact, anchor.prefix, anchor.suffix
