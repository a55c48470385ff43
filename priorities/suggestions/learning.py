"""Learning from earlier decisions what a new point might get, and measuring how far that can be trusted. No database, no Django.

Texts and what was decided go in, suggestions with their ground and figures come out. What was learnt is never kept: it is gone when the
work is done, and is made again from the decisions themselves.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

MINIMUM_DECISIONS = 30
"""Different points with a decision, before anything is shown: with fewer, five right answers make or break the figure."""
MINIMUM_ACCURACY = 0.60
"""At least three in five are right: with fewer an officer spends more time on doubting suggestions than they save."""
MINIMUM_GAIN = 0.10
"""So much better than always saying what is most frequent: an officer knows that answer without a machine."""
MAXIMUM_CHANCE = 0.05
"""How likely the gain may be if it were luck: on fifteen points 0.10 is one and a half point."""

NAMED_OFTEN = 5
"""A priority, body or chapter that was chosen less often is not suggested by name: only its kind is."""
BLOCKS, BLOCK_SHARE = 5, 10
"""It is measured on the last half of the decisions, in five blocks of a tenth each."""
LEARNT_FROM = 20_000
"""The latest so many decisions count: what was decided long ago tells less, and time and memory have an end."""
TEXT_READ = 2_000
"""Letters of a text that are read."""
WORDS_TOLD, LIKE_TOLD = 4, 3
ALIKE = 0.15
"""Cosine of the words of two points from which the one is told as like the other."""
SEED = 1
"""The same decisions give the same suggestions."""

WORD = re.compile(r"[^\W\d_]{3,}")
_FILLERS = """
aan aangezien alle alleen als altijd andere bij blijft daar daarna daarom dan dat deze die dit doen door echt een eens elke en er erg
ergens gaan gaat geen geven graag haar had heb hebben heeft heel hem hen het hier hij hoe hun iedere iedereen iemand iets ik in is ja
kan komen komt kunnen liever maar maken meer men met mij mijn misschien moet moeten mogen naar niet niets nog nooit nou nu of om omdat
onder ons onze ook op over per soms staan staat steeds te tegen toch toen tot tussen u uit van vaak veel vele vind vinden voor vooral
waar wanneer want waren was wat weer wel werd wie wij wil willen word worden wordt zal ze zeer zich zij zijn zo zoals zonder zou zouden
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that say nothing about what a point is about."""


@dataclass(frozen=True, slots=True, order=True)
class Goes:
    """Where a decision sends a point first: a kind and, where that was chosen often enough, what it names."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A point somebody decided about."""

    key: int
    text: str
    label: Hashable


@dataclass(frozen=True, slots=True)
class Advice:
    """What is suggested for a point, and its ground."""

    label: Hashable
    words: list[str]
    """Words of the point that weighed most, the heaviest first."""
    like: list[int]
    """Keys of the decided points with this label that look most like it."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """How often the answer was right on decisions that were not learnt from."""

    decisions: int
    """Different points with a decision there were."""
    held_out: int = 0
    right: int = 0
    baseline_right: int = 0
    """How often ‘what is most frequent so far’ was right, on the same decisions."""
    gained: int = 0
    """Right where the baseline was wrong."""
    lost: int = 0
    """Wrong where the baseline was right."""

    @property
    def accuracy(self) -> float | None:
        return self.right / self.held_out if self.held_out else None

    @property
    def baseline(self) -> float | None:
        return self.baseline_right / self.held_out if self.held_out else None

    @property
    def chance(self) -> float:
        """How likely it is to win this often, or more often, from the baseline by luck alone (one-sided sign test)."""
        differing = self.gained + self.lost
        return sum(math.comb(differing, wins) for wins in range(self.gained, differing + 1)) / 2**differing

    @property
    def is_good(self) -> bool:
        """Good enough to be shown."""
        if self.accuracy is None or self.baseline is None:
            return False
        return not reasons_off(self.decisions, self.accuracy, self.baseline) and self.chance <= MAXIMUM_CHANCE


def reasons_off(decisions: int, accuracy: float | None, baseline: float | None) -> list[str]:
    """Why figures like these are too low to show suggestions, as Dutch clauses; none when only luck could be a reason."""
    if decisions < MINIMUM_DECISIONS:
        return [f"er zijn {decisions} verschillende punten om van te leren, en {MINIMUM_DECISIONS} zijn nodig"]
    if accuracy is None or baseline is None:
        return ["er is nog niets gemeten"]
    reasons = []
    if accuracy < MINIMUM_ACCURACY:
        reasons.append(f"{_per_cent(accuracy)} klopte, en minstens {_per_cent(MINIMUM_ACCURACY)} is nodig")
    if accuracy - baseline < MINIMUM_GAIN - 1e-9:
        most_frequent = f"altijd het meest gekozen antwoord geven klopte in {_per_cent(baseline)}"
        reasons.append(f"{most_frequent}, en het verschil moet minstens {round(MINIMUM_GAIN * 100)} procentpunt zijn")
    return reasons


def _per_cent(share: float) -> str:
    return f"{round(share * 100)} %"


def coarsened(labels: Sequence[Goes]) -> list[Goes]:
    """The same labels, without the names that were chosen less than NAMED_OFTEN times."""
    times = Counter(labels)
    return [label if times[label] >= NAMED_OFTEN else Goes(label.kind) for label in labels]


def distinct(examples: Iterable[Example]) -> list[Example]:
    """Each text once, with what was decided last: the same words handed in a hundred times teach, and prove, no more than one."""
    found: dict[str, Example] = {}
    for example in examples:
        text = " ".join(example.text.lower().split())
        found.pop(text, None)
        found[text] = example
    return list(found.values())[-LEARNT_FROM:]


def most_frequent(examples: Sequence[Example]) -> Hashable:
    """The label that was chosen most, of equals the one that came first."""
    return Counter(example.label for example in examples).most_common(1)[0][0]


def measure(examples: Sequence[Example], tell: Callable[[float], None] = lambda done: None) -> Measurement:
    """How well learning works on these, which stand in the order in which they were decided.

    A queue grows: what is suggested today was learnt from what was decided before. So each block of the last half is answered by what was
    learnt from all that came before it, never from what came after; shuffling would let a point be answered by its own neighbours of the
    same afternoon. `tell` hears which part is done.
    """
    examples = distinct(examples)
    size = max(1, len(examples) // BLOCK_SHARE)
    first = len(examples) - BLOCKS * size
    if first < 1:
        return Measurement(len(examples))
    counts: Counter[str] = Counter()
    for block in range(BLOCKS):
        start = first + block * size
        before, held_out = examples[:start], examples[start : start + size]
        usual, lesson = most_frequent(before), Lesson(before)
        answers = lesson.answers([example.text for example in held_out])
        for example, answer in zip(held_out, answers, strict=True):
            right, baseline_right = answer == example.label, usual == example.label
            counts["held_out"] += 1
            counts["right"] += right
            counts["baseline_right"] += baseline_right
            counts["gained"] += right and not baseline_right
            counts["lost"] += baseline_right and not right
        tell((block + 1) / BLOCKS)
    return Measurement(len(examples), **counts)


class Lesson:
    """What was learnt from some examples: a weight for each word and each run of letters, for each label.

    The words and pairs of words carry the meaning; the runs of three to five letters find it in compounds, endings and typing errors,
    of which Dutch has many. A support vector machine on such counts is quick on a CPU, gives the same answer each time, and its weights
    can be told.
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = list(examples)
        self.labels = sorted({example.label for example in self.examples}, key=repr)
        self.usual = most_frequent(self.examples)
        self.machine: Any = None
        if len(self.labels) > 1:
            self._learn()

    def _learn(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        often = 1 if len(self.examples) < 200 else 2
        common: dict[str, Any] = {"sublinear_tf": True, "preprocessor": _plain}
        self.by_word = TfidfVectorizer(
            token_pattern=WORD.pattern, stop_words=sorted(FILLERS), ngram_range=(1, 2), min_df=often, max_features=30_000, **common
        )
        self.by_letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=often, max_features=40_000, **common)
        texts = [example.text for example in self.examples]
        try:
            self.words_of_examples = self.by_word.fit_transform(texts)
            letters = self.by_letters.fit_transform(texts)
        except ValueError:  # not one word in all of them that says something, or none that two of them share
            return
        self.machine = LinearSVC(class_weight="balanced", C=0.5, random_state=SEED, dual=True, max_iter=5_000)
        self.machine.fit(_beside(self.words_of_examples, letters), [self.labels.index(example.label) for example in self.examples])

    def answers(self, texts: Sequence[str]) -> list[Hashable]:
        """The label of each text; the most frequent one for all of them when there was nothing to learn."""
        if not texts or self.machine is None:
            return [self.usual] * len(texts)
        features = _beside(self.by_word.transform(texts), self.by_letters.transform(texts))
        return [self.labels[index] for index in self.machine.predict(features)]

    def advise(self, texts: Sequence[str], tell: Callable[[float], None] = lambda done: None) -> list[Advice | None]:
        """The label of each text with its ground; None for a text of which no word speaks for the answer: that would be a guess."""
        if self.machine is None:
            return [None] * len(texts)
        grounds = _Grounds(self)
        advice: list[Advice | None] = []
        for start in range(0, len(texts), 200):
            advice += grounds.of(texts[start : start + 200])
            tell(len(advice) / len(texts))
        return advice


class _Grounds:
    """Tells why: takes the answer of a lesson apart into the words of the text."""

    def __init__(self, lesson: Lesson) -> None:
        import numpy

        self.lesson = lesson
        self.names = [*lesson.by_word.get_feature_names_out()]
        self.letters = lesson.by_letters.vocabulary_
        self.runs_in = lesson.by_letters.build_analyzer()
        self.runs: dict[str, list[int]] = {}
        weights = lesson.machine.coef_
        self.weights = numpy.vstack([-weights[0], weights[0]]) if len(weights) == 1 else weights
        labels = numpy.array([lesson.labels.index(example.label) for example in lesson.examples])
        self.rows = {index: numpy.flatnonzero(labels == index) for index in range(len(lesson.labels))}
        self.words_of = {index: lesson.words_of_examples[rows] for index, rows in self.rows.items()}

    def of(self, texts: Sequence[str]) -> list[Advice | None]:
        words = self.lesson.by_word.transform(texts)
        features = _beside(words, self.lesson.by_letters.transform(texts))
        advice: list[Advice | None] = []
        for row, index in enumerate(self.lesson.machine.predict(features)):
            told = self._words(texts[row], features[row], index)
            advice.append(Advice(self.lesson.labels[index], told, self._like(words[row], index)) if told else None)
        return advice

    def _words(self, text: str, features: Any, index: int) -> list[str]:
        """The words that spoke for the answer. A pair of words counts for both; a run of letters for the words it stands in."""
        weighed = {
            int(at): float(value) * float(self.weights[index, at]) for at, value in zip(features.indices, features.data, strict=True)
        }
        score: defaultdict[str, float] = defaultdict(float)
        for at, value in weighed.items():
            if at < len(self.names):
                parts = self.names[at].split()
                for part in parts:
                    score[part] += value / len(parts)
        said = {_plain(word): word for word in WORD.findall(as_read(text)) if _plain(word) not in FILLERS}
        standing_in = Counter(run for word in said for run in self._runs(word))
        for word in said:
            score[word] += sum(weighed.get(run, 0.0) / standing_in[run] for run in self._runs(word))
        ranked = sorted(((value, said[word]) for word, value in score.items() if value > 0), key=lambda one: (-one[0], one[1]))
        return [word for value, word in ranked[:WORDS_TOLD] if value >= ranked[0][0] / 3]

    def _runs(self, word: str) -> list[int]:
        if word not in self.runs:
            found = {self.letters[run] for run in self.runs_in(word) if run in self.letters}
            self.runs[word] = [len(self.names) + run for run in sorted(found)]
        return self.runs[word]

    def _like(self, words: Any, index: int) -> list[int]:
        alike = (self.words_of[index] @ words.T).toarray().ravel()
        best = alike.argsort(kind="stable")[::-1][:LIKE_TOLD]
        return [self.lesson.examples[self.rows[index][at]].key for at in best if alike[at] >= ALIKE]


def as_read(text: str) -> str:
    """What is read of a text, in small letters, each accent in one character with its letter."""
    return unicodedata.normalize("NFKC", text[:TEXT_READ].lower())


def _plain(text: str) -> str:
    """The same without accents, so that 'cafés' and 'cafes' are one word."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", as_read(text)) if not unicodedata.combining(letter))


def _beside(words: Any, letters: Any) -> Any:
    from scipy.sparse import hstack

    return hstack([words, letters], format="csr")
