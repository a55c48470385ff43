"""What was said before that looks like what is being said now, and the themes that go with it.

Two ways lead to a word: its Dutch stem (full text), and, for a word that is rare here, the words that look like it (trigrams): so
'fietspadje' finds 'fietspaden', and one typing error another. The trigrams are laid over the distinct words, not over the points: the
operators of pg_trgm are not leakproof, so behind the wall (row-level security) no trigram index on the points would ever be used.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Case, ExpressionWrapper, F, FloatField, Func, Q, TextField, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf

from consultation.likeness import Likeness, clusters, likeness, weight
from consultation.models import Contribution, Round, Theme
from consultation.models.contribution import ContributionQuerySet
from consultation.points import headline
from consultation.services import themes_by_word
from ivp_portal.organisation.models import Area

COMPARE = "vergelijk"
"""What the button ‘Zoek vergelijkbare punten’ sends, and a form by itself while somebody is typing: nothing is judged or stored."""
ALIKE = 0.5
"""Part of a word's trigrams that another word must hold to pass for it: 'overvecht' has 0.67 of 'overvegt', 'bomen' 0.22 of 'boompjes'."""
RARE = 5
"""A word that stands in fewer points is also looked for by what looks like it."""
LONG_ENOUGH = 5
"""Letters of a word before it is."""
TEXT_READ = 2_000
"""Letters of a text that are compared: what comes after seldom changes what it is about."""
WORDS_SOUGHT = 16
"""The rarest words of a text, by which points are found; all of them count when these are compared."""
CANDIDATES = 40
HINTS = 3

_WORD = re.compile(r"[^\W\d_]{3,}")

_LIKE_WORDS = """
WITH known AS MATERIALIZED (SELECT word, ndoc FROM ts_stat(%(points)s)),
sought AS (SELECT stem, coalesce(ndoc, 0) AS said FROM unnest(%(stems)s::text[]) AS stem LEFT JOIN known ON word = stem)
SELECT stem, stem, said FROM sought
UNION ALL
SELECT stem, word, ndoc FROM sought JOIN known ON left(word, 1) = left(stem, 1) AND word <> stem
WHERE said < %(rare)s AND length(stem) >= %(long)s AND length(word) >= %(long)s - 1 AND word_similarity(stem, word) >= %(alike)s
"""


@dataclass(frozen=True, slots=True)
class Similar:
    """A point, and how much it looks like the text."""

    contribution: Contribution
    likeness: Likeness

    @property
    def is_near(self) -> bool:
        """It says almost the same."""
        return self.likeness.is_near


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A theme somebody may want to choose, and why."""

    theme: Theme
    ground: str
    """'noemt fietsdiefstal', 'lijkt op punt 12'."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an officer sees beside a point that is being entered."""

    similar: Sequence[Similar]
    themes: Sequence[Suggestion]


@dataclass(frozen=True, slots=True)
class Hint:
    """What a visitor may know of what others said: how many said something like it, and in a few words what an officer let pass."""

    number: int
    said: Sequence[str]


def similar_points(among: Area | Round | ContributionQuerySet, text: str, *, exclude: int | None = None, limit: int = 5) -> list[Similar]:
    """At most `limit` standing points among those that look like the text, the most alike first; `exclude` is the id of one to leave out.

    Three queries, two when the text has no words of its own.
    """
    points = _standing(among)
    if exclude:
        points = points.exclude(pk=exclude)
    sought, alternatives = _words_sought(points, text)
    if not sought:
        return []
    found = []
    for point in _candidates(points, sought, alternatives):
        alike = likeness(sought, alternatives, _words(point.stems))  # type: ignore[attr-defined]
        if alike.is_related:
            found.append(Similar(point, alike))
    found.sort(key=lambda one: (-one.likeness.score, one.contribution.round_id, one.contribution.number))
    return found[:limit]


def _standing(among: Area | Round | ContributionQuerySet) -> ContributionQuerySet:
    if isinstance(among, Area):
        return Contribution.objects.of(among).standing()
    if isinstance(among, Round):
        return Contribution.objects.filter(round=among).standing()
    return among.standing()


def _words(stems: Iterable[str]) -> set[str]:
    """Without numbers, and what is too short to tell anything."""
    return {stem for stem in stems if _WORD.fullmatch(stem)}


def _words_sought(points: ContributionQuerySet, text: str) -> tuple[dict[str, float], dict[str, set[str]]]:
    """The stems of the text with their weight among these points, and for each rare one the stems that look like it. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(to_tsvector('dutch', %s))", [text.replace("\x00", "")[:TEXT_READ]])
        stems = sorted(_words(cursor.fetchone()[0]))
        if not stems:
            return {}, {}
        statement = points.order_by().values("search").query.sql_with_params()
        values = {
            "points": connection.ops.compose_sql(*statement),  # type: ignore[attr-defined]
            "stems": stems,
            "rare": RARE,
            "long": LONG_ENOUGH,
            "alike": ALIKE,
        }
        cursor.execute(_LIKE_WORDS, values)
        rows = cursor.fetchall()
    sought = {stem: weight(said) for stem, word, said in rows if stem == word}
    alternatives: dict[str, set[str]] = {}
    for stem, word, said in rows:
        if said and _WORD.fullmatch(word):
            alternatives.setdefault(stem, set()).add(word)
    return sought, alternatives


def _candidates(points: ContributionQuerySet, sought: dict[str, float], alternatives: dict[str, set[str]]) -> list[Contribution]:
    """The points that hold most of the words, by weight, each with `stems`. One query."""
    telling = sorted((stem for stem in sought if stem in alternatives), key=lambda stem: (-sought[stem], stem))[:WORDS_SOUGHT]
    if not telling:
        return []
    queries = {stem: SearchQuery(" | ".join(sorted(alternatives[stem])), config="simple", search_type="raw") for stem in telling}
    anything: Q = Q()
    held: ExpressionWrapper | Value | Case = Value(0.0)
    for stem, query in queries.items():
        anything |= Q(search=query)
        held = ExpressionWrapper(held + Case(When(search=query, then=Value(sought[stem])), default=Value(0.0)), FloatField())
    found = with_stems(points.filter(anything)).annotate(held=held).order_by("-held", "round_id", "number")
    return list(found.select_related("round", "theme", "submission__contributor").defer("search")[:CANDIDATES])


def with_stems(points: ContributionQuerySet) -> ContributionQuerySet:
    """Each with `stems`: those of what was said, without the subject it stands under unless nothing else was said."""
    point = Coalesce(NullIf(F("sub_subject"), Value("")), F("subject"))
    words = Func(Value("dutch"), Concat(point, Value(" "), F("text"), output_field=TextField()), template="to_tsvector(%(expressions)s)")
    words.source_expressions[0] = Func(Value("dutch"), template="%(expressions)s::regconfig")
    return points.annotate(stems=Func(words, function="tsvector_to_array", output_field=ArrayField(TextField())))


def suggest_themes(area: Area, text: str, *, similar: Sequence[Similar] = (), limit: int = 3) -> list[Suggestion]:
    """Themes the text names by one of their words, and those of similar points; each once, with its ground. Four queries at most.

    One point that is merely about the same is no ground: it takes one that says almost the same, or two.
    """
    known = themes_by_word(area)
    grounds: dict[int, str] = {}
    for word in _named_in(text, list(known)):
        grounds.setdefault(known[word], f"noemt {word}")
    times = Counter(one.contribution.theme_id for one in similar)
    for one in similar:
        if one.contribution.theme_id and (one.is_near or times[one.contribution.theme_id] > 1):
            grounds.setdefault(one.contribution.theme_id, f"lijkt op punt {one.contribution.number}")
    chosen = list(grounds)[:limit]
    themes = {theme.pk: theme for theme in Theme.objects.of(area).in_use().filter(pk__in=chosen)} if chosen else {}
    return [Suggestion(themes[pk], grounds[pk]) for pk in chosen if pk in themes]


def _named_in(text: str, words: list[str]) -> list[str]:
    """Those of the words that stand in the text, in whatever form; the longest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) AS word WHERE to_tsvector('dutch', %s) @@ phraseto_tsquery('dutch', word)"
            " ORDER BY length(word) DESC, word",
            [words, text.replace("\x00", "")[:TEXT_READ]],
        )
        return [word for (word,) in cursor.fetchall()]


def compare(round: Round, text: str, *, exclude: int | None = None) -> Comparison | None:
    """What an officer sees beside a point: what was said in the area before, and the themes that go with it; None without a text.

    Reads round.area.
    """
    if not text.strip():
        return None
    similar = similar_points(round.area, text, exclude=exclude)
    return Comparison(similar, suggest_themes(round.area, text, similar=similar))


def hint_for(round: Round, text: str) -> Hint | None:
    """What a visitor may know, None when nobody said anything like it.

    Another's words are shown only of a point in this public round in which nothing looks like personal data, or in which an officer let it
    stand; and of those only the first words.
    """
    if not round.is_public or not text.strip():
        return None
    found = [one for one in similar_points(round, text, limit=CANDIDATES) if one.is_near]
    cleared = [one.contribution for one in found if not one.contribution.personal_data or one.contribution.personal_data_checked_at]
    said = list(dict.fromkeys(headline(point.text or point.point) for point in cleared))
    return Hint(len(found), said[:HINTS]) if found else None


def near_duplicates(round: Round) -> list[list[Contribution]]:
    """Standing points of the round that say almost the same, as groups, the largest first, each in order. Two queries."""
    stems = dict(with_stems(_standing(round)).values_list("pk", "stems"))  # type: ignore[misc]
    groups = clusters({pk: _words(words) for pk, words in stems.items()})
    wanted = Contribution.objects.filter(pk__in=[pk for group in groups for pk in group])
    points = {point.pk: point for point in wanted.select_related("group", "submission__contributor").defer("search")}
    return [sorted((points[pk] for pk in group), key=lambda point: point.number) for group in groups]
