"""Acts on many points at once (samen afwegen): prepared, looked at, and then carried out on every one of them or on none.

A small one is done in the request. A long one is a job (ivp_portal.work): the row is the truth, a worker claims it and gives signs of
life. What it writes is one transaction, whose last statement says that it is done: a worker that dies leaves nothing, and the next does it.

To measure it (python3 dev.py bench): make_preview() of 50 points outside the clock, then one POST to its address within. One such POST is
{"destination": "going_concern", "extent": "wholly", "rationale": "…", "pagina": 1, "punt": [ids], "actie": "vastleggen"} and answers 302.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Now

from celery.exceptions import SoftTimeLimitExceeded

from consultation.models import Contribution, RoundKind
from consultation.services import ChangeRefused, hold_points
from ivp_portal.organisation.access import inside, inside_every_area, may
from ivp_portal.organisation.models import Area, User
from ivp_portal.organisation.roles import Action
from ivp_portal.work import queue
from ivp_portal.work.heartbeat import AttemptLost, Heartbeat
from priorities.models import Batch, BatchAct, Decision, Plan, RationaleSheet
from priorities.services.batch_acts import ACTS, Act
from priorities.services.handling import MayNotDecide
from priorities.states import BatchStatus
from priorities.triage.batch_points import choices_of, obstacles, points_now

logger = logging.getLogger(__name__)

IMMEDIATE_POINTS = 200
"""So many are done while the officer waits; more are a worker's."""
REFUSALS_KEPT = 100
PREVIEW_DAYS = 7
"""A preview that nobody confirmed goes after so many days."""

TOO_SLOW = "Het duurde te lang en is gestopt. Er is niets vastgelegd. Verdeel de punten over meer keren."
OUR_FAULT = (
    "Er ging iets mis bij ons. Er is niets vastgelegd. Probeer het nog eens; lukt het weer niet, meld het dan bij uw functioneel beheerder."
)
BROKEN_OFF = (
    "Het werk is {attempts} keer afgebroken. Er is niets vastgelegd. Probeer het later nog eens, of meld het bij uw functioneel beheerder."
)


class NothingChosen(ChangeRefused):
    """No point of the plan is among them."""

    def __init__(self) -> None:
        super().__init__("Kies eerst een of meer punten: zet een vinkje voor elk punt dat mee moet.")


@transaction.atomic
def prepare(
    plan: Plan,
    act: str,
    points: Sequence[int],
    values: Mapping[str, Any],
    by: User,
    query: str = "",
    *,
    seen: Mapping[int, int] | None = None,
) -> Batch:
    """Freeze which points, in the order given, and which decision stands for each; writes nothing else. Raises NothingChosen.

    `values` is as Batch.values. `seen` says for a point which decision the officer looked at, when that is not the one that stands now.
    """
    wanted = list(dict.fromkeys(points))
    ours = dict(Contribution.objects.filter(pk__in=wanted, round__in=plan.round_ids).values_list("pk", "round__kind"))
    wanted = [pk for pk in wanted if pk in ours]
    if not wanted:
        raise NothingChosen
    stands = dict(Decision.objects.current().filter(contribution__in=wanted).values_list("contribution_id", "pk"))
    stands |= seen or {}
    return Batch.objects.create(
        area=plan.area,
        plan=plan,
        act=act,
        points=wanted,
        seen=[stands.get(pk, 0) for pk in wanted],
        values={"drafts": ours[wanted[0]] == RoundKind.STRATEGY} | dict(values),
        query=query[:600],
        made_by=by,
    )


@transaction.atomic
def change_preview(batch: Batch, values: Mapping[str, Any]) -> None:
    """Keep what was ticked and typed so far; changes nothing once somebody confirmed it."""
    if Batch.objects.filter(pk=batch.pk, status=BatchStatus.PREVIEW).update(values=dict(values)):
        batch.values = dict(values)


@transaction.atomic
def carry_out(batch: Batch, by: User, *, values: Mapping[str, Any] | None = None, without: Iterable[int] = ()) -> Batch:
    """Do what the preview says, in one go or by a worker; a second click changes nothing. Returns the batch as it is now.

    `values` takes the place of what was prepared; the points in `without` stay out of it. It ends DONE, or REFUSED with the reasons and
    nothing written. Raises NothingChosen when none is left.
    """
    out = set(without)
    kept = [(pk, seen) for pk, seen in zip(batch.points, batch.seen, strict=True) if pk not in out]
    if not kept:
        raise NothingChosen
    content = {"points": [pk for pk, _ in kept], "seen": [seen for _, seen in kept], "made_by": by}
    if values is not None:
        content["values"] = dict(values)
    if len(kept) > IMMEDIATE_POINTS:
        status, attempt = BatchStatus.WAITING, 0
    else:
        status, attempt = BatchStatus.RUNNING, 1
    preview = Batch.objects.filter(pk=batch.pk, status=BatchStatus.PREVIEW)
    taken = preview.update(status=status, attempt=attempt, queued_at=Now(), heartbeat_at=Now(), **content)
    if not taken:
        batch.refresh_from_db()
        return batch
    for name, value in {"status": status, "attempt": attempt, **content}.items():
        setattr(batch, name, value)
    if status == BatchStatus.WAITING:
        _hand_over(batch)
    else:
        _do(batch, by=by)
    return batch


def _no_word(progress: int, stage: str) -> None:
    """Nobody waits to hear how far it is."""


def _do(batch: Batch, *, by: User, tell: Callable[[int, str], None] = _no_word) -> None:
    """All or nothing, in the transaction that is open. The row of the batch is the last that is written: a heartbeat writes it too."""
    tell(5, "De punten worden opgezocht")
    hold_points(batch.points)
    now = points_now(batch.plan, batch.points)
    choices = choices_of(batch.plan, batch.values)
    tell(15, "Elk punt wordt bekeken")
    _require_officers(batch)
    if reasons := obstacles(batch, now, user_id=by.pk, choices=choices):
        refused = [{"point": pk, "reason": reason} for pk, reason in reasons.items()]
        _end(batch, BatchStatus.REFUSED, refused=refused[:REFUSALS_KEPT])
        return
    tell(30, "De afwegingen worden vastgelegd")
    ACTS[BatchAct(batch.act)](Act(batch, [now[pk] for pk in batch.points], choices, by))
    tell(95, "Bijna klaar")
    _end(batch, BatchStatus.DONE, refused=[])


def _require_officers(batch: Batch) -> None:
    """Whoever is to answer points may weigh here, as in services.assign(). Raises MayNotDecide."""
    if batch.act == BatchAct.ASSIGN:
        wanted = {batch.values["assignee"]}
    elif batch.act == BatchAct.GIVE_BACK:
        wanted = {batch.values["before"][str(pk)] for pk in batch.points}
    else:
        return
    for user in User.objects.filter(pk__in=wanted - {None}).order_by("pk"):
        if not may(user, Action.DECIDE, batch.area):
            raise MayNotDecide(user)


def _end(batch: Batch, status: BatchStatus, *, refused: list[dict[str, Any]]) -> None:
    ended = {"status": status, "refused": refused, "values": batch.values, "progress": 100, "stage": "", "finished_at": Now()}
    if not batch.as_held().update(**ended):
        raise AttemptLost
    batch.status, batch.refused = status, refused


def others_of(batch: Batch) -> list[int]:
    """The points of a batch that was refused which could go on without the rest, as it stands now."""
    now = points_now(batch.plan, batch.points)
    reasons = obstacles(batch, now, user_id=batch.made_by_id, choices=choices_of(batch.plan, batch.values))
    return [pk for pk in batch.points if pk not in reasons]


@transaction.atomic
def go_on_without(batch: Batch, by: User) -> Batch:
    """A new preview of the points that can, with the same values. Raises NothingChosen when there are none."""
    others = others_of(batch)
    seen = dict(zip(batch.points, batch.seen, strict=True))
    return prepare(batch.plan, batch.act, others, batch.values, by, batch.query, seen={pk: seen[pk] for pk in others})


@transaction.atomic
def take_back(batch: Batch, by: User) -> Batch:
    """Undo a whole act: on all the points for which it still stands what the act made of them, or on none.

    An act of assigning goes back on the points it changed, each to who answered it before.
    """
    if batch.act == BatchAct.ASSIGN:
        before = batch.values["before"]
        changed = [pk for pk in batch.points if str(pk) in before]
        values = {"batch": str(batch.pk), "assignee": batch.values["assignee"], "before": before}
        return carry_out(prepare(batch.plan, BatchAct.GIVE_BACK, changed, values, by, batch.query), by)
    made = dict(Decision.objects.filter(batch=batch).values_list("contribution_id", "pk"))
    return carry_out(prepare(batch.plan, BatchAct.UNDO, batch.points, {"batch": str(batch.pk)}, by, batch.query, seen=made), by)


# Long ones


def _hand_over(batch: Batch) -> None:
    """Give it to the broker when the transaction is committed; one that is away is no error: the reaper hands it over again."""
    from priorities.tasks import carry_out_batch  # a service enqueues its own task

    def enqueue() -> None:
        carry_out_batch.delay(str(batch.pk), batch.area_id)

    transaction.on_commit(enqueue, robust=True)


def work(batch_id: str, area_id: int) -> None:
    """Carry out a batch, unless another worker has it. What the database does wrong is left to the reaper."""
    batch = claim(batch_id, area_id)
    if batch is None:
        return
    with Heartbeat(batch) as heartbeat:
        try:
            with inside(batch.area):
                _do(batch, by=batch.made_by, tell=heartbeat.tell)
        except AttemptLost:
            logger.warning("Batch %s: attempt %s was given to another worker.", batch.pk, batch.attempt)
        except ChangeRefused as refusal:
            _give_up(batch, str(refusal))
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:
            _give_up(batch, TOO_SLOW if isinstance(problem, SoftTimeLimitExceeded) else OUR_FAULT)
            raise


def claim(batch_id: str, area_id: int) -> Batch | None:
    """Take the batch for this worker; None when it is not waiting any more."""
    with inside(Area.objects.get(pk=area_id)) as (area,):
        if not queue.claim(Batch.objects.filter(pk=batch_id)):
            return None
        batch = Batch.objects.select_related("plan", "made_by").get(pk=batch_id)
        batch.area = batch.plan.area = area
        return batch


def _give_up(batch: Batch, sentence: str) -> None:
    queue.look_after_the_connection()
    with inside(batch.area):
        queue.give_up(batch, sentence)


def reap() -> None:
    """Take back batches whose worker fell silent, and hand over again what waits without anybody coming for it."""
    with inside_every_area():
        queue.reap(Batch.objects.all(), take_back=_take_back, hand_over=_hand_over)


def _take_back(batch: Batch) -> None:
    if queue.try_again(batch, broken_off=BROKEN_OFF):
        _hand_over(batch)


def forget_previews() -> None:
    """Let go of previews that nobody confirmed within PREVIEW_DAYS, and of the sheets they were read from. Twice does no harm."""
    with inside_every_area():
        old = Batch.objects.filter(status=BatchStatus.PREVIEW, made_at__lt=Now() - datetime.timedelta(days=PREVIEW_DAYS))
        ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))
        RationaleSheet.objects.filter(batch__in=ids).delete()
        Batch.objects.filter(pk__in=ids).delete()
