"""What a second person says of a decision (vier ogen): agreed, or handed back with a remark. Who made it never agrees with it."""

from django.db import transaction

from consultation.services import ChangeRefused
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import User
from priorities.models import Decision, SecondReading, Verdict
from priorities.rules import Problem, RuleBroken
from priorities.services.decisions import Conflict, lock_contribution


class OwnDecision(Exception):
    """Who made a decision asked to be its second reader. The message is a Dutch sentence for the screen."""

    def __init__(self) -> None:
        super().__init__("U schreef deze afweging zelf. Een collega moet akkoord geven.")


class NothingToAgree(ChangeRefused):
    """Nobody is asked to read this decision: it needs no second person, or one spoke already."""

    def __init__(self) -> None:
        super().__init__("Deze afweging wacht niet op akkoord. Een collega was eerder, of akkoord is hier niet nodig.")


@transaction.atomic
def agree(decision: Decision, *, by: User) -> SecondReading:
    """Agree with a decision that stands and waits for it; from now on it counts. One that was handed back can still be agreed with.

    Raises OwnDecision for its author, Conflict when another one stands by now, NothingToAgree, RoundFrozen and AlreadyWithdrawn.
    """
    decision = _lock_for_reading(decision, by=by)
    return _read(decision, Verdict.AGREED, by=by)


@transaction.atomic
def hand_back(decision: Decision, *, by: User, remark: str) -> SecondReading:
    """Lay a decision back in the queue of who made it, with what should change. Raises as agree(), and RuleBroken without a remark."""
    remark = remark.strip()
    if not remark:
        raise RuleBroken([Problem("remark", "Vul in wat er anders moet. Eén zin is genoeg.")])
    decision = _lock_for_reading(decision, by=by)
    if decision.readings.exists():  # it lies with the author already
        raise NothingToAgree
    return _read(decision, Verdict.RETURNED, by=by, remark=remark)


def _lock_for_reading(decision: Decision, *, by: User) -> Decision:
    contribution = lock_contribution(decision.contribution)
    current = Decision.objects.current().filter(contribution=contribution).first()
    if current is None or current.pk != decision.pk:
        raise Conflict(current)
    if not current.needs_agreement or current.readings.filter(verdict=Verdict.AGREED).exists():
        raise NothingToAgree
    if current.made_by_id == by.pk:
        raise OwnDecision
    current.contribution = contribution
    return current


def _read(decision: Decision, verdict: Verdict, *, by: User, remark: str = "") -> SecondReading:
    reading = SecondReading.objects.create(area=decision.contribution.area, decision=decision, verdict=verdict, remark=remark, read_by=by)
    verb = "decision.agreed" if verdict == Verdict.AGREED else "decision.handed_back"
    facts = {"remark": remark} if remark else {}
    record(verb, by=by, target=decision.contribution, area=decision.contribution.area, decision=decision.pk, **facts)
    return reading
