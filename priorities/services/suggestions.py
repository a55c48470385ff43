"""Learning from the decisions of an area, and the suggestions that come of it.

As with papers the row is the truth: the worker claims the training and gives signs of life, the reaper takes back what went silent. What
was learnt is not kept: only the figures, and a suggestion for each open point. All of that is one transaction.
"""

import logging
from functools import partial

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Count, Max
from django.db.models.functions import Now

from celery.exceptions import SoftTimeLimitExceeded

from consultation.models import Contribution
from ivp_portal.audit.log import record
from ivp_portal.organisation.access import inside, inside_every_area
from ivp_portal.organisation.models import Area, User
from ivp_portal.work import queue
from ivp_portal.work.heartbeat import AttemptLost, Heartbeat
from priorities.decision_kinds import DECISION_KINDS
from priorities.models import Decision, Suggestion, Training
from priorities.states import TrainingStatus
from priorities.suggestions import learning
from priorities.suggestions.learning import Advice, Example, Goes, Lesson, Measurement
from priorities.suggestions.lessons import Offered, OpenPoint, decided_points, lessons, open_points, open_rows, themed_points

logger = logging.getLogger(__name__)

NEW_DECISIONS = 15
"""After so many new decisions the portal learns again by itself; or when so many new points wait for a suggestion."""
UNDER_WAY = (TrainingStatus.WAITING, TrainingStatus.RUNNING)

TOO_SLOW = "Het leren duurde te lang en is gestopt. De voorstellen van de vorige keer blijven staan."
OUR_FAULT = (
    "Er ging iets mis bij ons. De voorstellen van de vorige keer blijven staan. "
    "Probeer het nog eens; lukt het weer niet, meld het dan bij uw functioneel beheerder."
)
BROKEN_OFF = "Het leren is {attempts} keer afgebroken. De voorstellen van de vorige keer blijven staan. Probeer het later nog eens."


@transaction.atomic
def ask_to_learn(area: Area, *, by: User | None) -> bool:
    """Let a worker learn from the decisions of the area; False when one is at it already. `by` is None for what the portal does itself."""
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)  # two who ask at once wait here; who writes a row of the area does not
    if Training.objects.filter(area=area, status__in=UNDER_WAY).exists():
        return False
    last = Decision.objects.filter(area=area).aggregate(last=Max("pk"))["last"] or 0
    training = Training.objects.create(area=area, last_decision=last)
    record("suggestions.asked", by=by, target=training)
    _hand_over(training)
    return True


def _hand_over(training: Training) -> None:
    """Give it to the broker when the transaction is committed; one that is away is no error: the reaper hands it over again."""
    from priorities.tasks import learn_from_decisions  # a service enqueues its own task

    def enqueue() -> None:
        learn_from_decisions.delay(training.pk, training.area_id)

    transaction.on_commit(enqueue, robust=True)


def learn_where_due() -> None:
    """Let every area learn that has enough decisions, and enough that is new since it last did, also when that failed."""
    with inside_every_area():
        counted = Decision.objects.current().order_by().values_list("area").annotate(n=Count("pk"))
        ids = [pk for pk, number in counted if number >= learning.MINIMUM_DECISIONS]
        for area in Area.objects.filter(pk__in=ids).order_by("pk"):
            if is_due(area):
                ask_to_learn(area, by=None)


def is_due(area: Area) -> bool:
    """True when there is enough to learn from, and NEW_DECISIONS decisions or points came since the last time. Four queries."""
    if lessons(area).count() < learning.MINIMUM_DECISIONS:
        return False
    last = Training.objects.filter(area=area).order_by("-pk").first()
    if last is None:
        return True
    new = lessons(area).filter(pk__gt=last.last_decision)[:NEW_DECISIONS].count()
    if new < NEW_DECISIONS:
        new = Contribution.objects.of(area).standing().filter(recorded_at__gt=last.made_at)[:NEW_DECISIONS].count()
    return new >= NEW_DECISIONS


def learn(training_id: int, area_id: int) -> None:
    """Learn, measure and suggest, unless another worker has it. What the database does wrong is left to the reaper."""
    training = claim(training_id, area_id)
    if training is None:
        return
    with Heartbeat(training) as heartbeat:
        try:
            _learn(training, heartbeat)
        except AttemptLost:
            logger.warning("Training %s: attempt %s was given to another worker.", training.pk, training.attempt)
        except (OperationalError, InterfaceError, IntegrityError):
            raise
        except Exception as problem:
            _give_up(training, TOO_SLOW if isinstance(problem, SoftTimeLimitExceeded) else OUR_FAULT)
            raise


def claim(training_id: int, area_id: int) -> Training | None:
    """Take the training for this worker; None when it is not waiting any more."""
    with inside(Area.objects.get(pk=area_id)) as (area,):
        if not queue.claim(Training.objects.filter(pk=training_id)):
            return None
        training = Training.objects.get(pk=training_id)
        training.area = area
        return training


def _learn(training: Training, heartbeat: Heartbeat) -> None:
    heartbeat.tell(1, "De afwegingen worden gelezen")
    with inside(training.area):
        decided, themed, waiting = decided_points(training.area), themed_points(training.area), open_points(training.area)
    weighable = [point for point in waiting if not point.is_about_a_draft]
    themeless = [point for point in waiting if point.theme_id is None]
    measured, goes = _tried(decided, weighable, heartbeat, 5, "Het portaal leert van de afwegingen")
    theme_measured, themes = _tried(themed, themeless, heartbeat, 50, "Het portaal leert van de thema’s")
    queue.look_after_the_connection()
    heartbeat.tell(95, "De voorstellen worden opgeslagen")
    with inside(training.area):
        _write(training, waiting, goes, themes)
        done = training.as_held().update(
            status=TrainingStatus.DONE,
            progress=100,
            stage="",
            finished_at=Now(),
            decisions=measured.decisions,
            held_out=measured.held_out,
            accuracy=measured.accuracy,
            baseline=measured.baseline,
            is_good=measured.is_good,
            theme_held_out=theme_measured.held_out,
            theme_accuracy=theme_measured.accuracy,
            theme_baseline=theme_measured.baseline,
            theme_is_good=theme_measured.is_good,
        )
        if not done:
            raise AttemptLost


def _tried(
    examples: list[Example], points: list[OpenPoint], heartbeat: Heartbeat, start: int, stage: str
) -> tuple[Measurement, dict[int, Advice]]:
    """What is measured, and, when that is good enough, the advice for each of these points that gets one."""

    def tell(first: int, last: int, done: float) -> None:
        heartbeat.tell(int(first + (last - first) * done), stage)

    tell(start, start, 0)
    measured = learning.measure(examples, partial(tell, start, start + 25))
    if not measured.is_good:
        return measured, {}
    advice = Lesson(learning.distinct(examples)).advise([point.text for point in points], partial(tell, start + 30, start + 45))
    return measured, {point.pk: one for point, one in zip(points, advice, strict=True) if one is not None}


def _write(training: Training, waiting: list[OpenPoint], goes: dict[int, Advice], themes: dict[int, Advice]) -> None:
    """Replace what is suggested for every point that is still open.

    For the decided ones what was suggested stays, to compare; not its ground: a word of it may be a name that was taken out of the point.
    """
    if not training.as_held().select_for_update().exists():  # from here on no other attempt writes
        raise AttemptLost
    still_open = set(open_rows(training.area).values_list("contribution_id", flat=True))
    Suggestion.objects.filter(area=training.area, contribution__in=still_open).delete()
    Suggestion.objects.filter(area=training.area).exclude(words=[]).update(words=[], like=[])
    offered = Offered(training.area)
    made = (_suggestion(training, point, goes.get(point.pk), themes.get(point.pk), offered) for point in waiting if point.pk in still_open)
    Suggestion.objects.bulk_create([one for one in made if one is not None], batch_size=1_000)


def _suggestion(
    training: Training, point: OpenPoint, destination: Advice | None, theme: Advice | None, offered: Offered
) -> Suggestion | None:
    goes = destination.label if destination else None
    if not isinstance(goes, Goes) or DECISION_KINDS[goes.kind].retired:
        goes = None
    if goes is None and theme is None:
        return None
    kind = DECISION_KINDS[goes.kind] if goes else None
    ground = destination if destination and goes else theme
    return Suggestion(
        contribution_id=point.pk,
        area=training.area,
        training=training,
        kind=kind.code if kind else "",
        priority=offered.priority(goes, point.plan_starts_on) if goes and kind and kind.needs_priority and goes.name else None,
        named=goes.name if goes and kind and kind.names else "",
        theme_id=theme.label if theme and isinstance(theme.label, int) else None,
        words=ground.words if ground else [],
        like=ground.like if ground else [],
    )


def _give_up(training: Training, sentence: str) -> None:
    queue.look_after_the_connection()
    with inside(training.area):
        queue.give_up(training, sentence)


def reap() -> None:
    """Take back trainings whose worker fell silent, and hand over again what waits without anybody coming for it."""
    with inside_every_area():
        queue.reap(Training.objects.all(), take_back=_take_back, hand_over=_hand_over)


def _take_back(training: Training) -> None:
    if queue.try_again(training, broken_off=BROKEN_OFF):
        _hand_over(training)
