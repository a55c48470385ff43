"""Changes to standard rationales. A decision keeps its own words, so none of these changes a decision."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from ivp_portal.audit.log import record
from ivp_portal.audit.versions import differences, require_version
from ivp_portal.organisation.models import Area, User
from priorities.models import StandardRationale
from priorities.rules import RATIONALE_LIMIT, Problem, RuleBroken
from priorities.services.priorities import lock_area
from priorities.texts.placeholders import problem_with_places


@transaction.atomic
def add_standard(
    area: Area, *, kind: str, name: str, text: str, is_usual: bool = False, copied_from: StandardRationale | None = None, by: User
) -> StandardRationale:
    """Write a standard text of the area; areas below share it. One that is offered first takes that place from another of the area.

    Raises RuleBroken for a name that is taken, for no text or one that is too long, and for braces around an unknown word.
    """
    lock_area(area)
    _require_sound(area, kind=kind, name=name, text=text)
    if is_usual:
        _leave_first_place(area, kind)
    standard = StandardRationale.objects.create(area=area, kind=kind, name=name, text=text, is_usual=is_usual)
    facts: dict[str, Any] = {"copied_from": copied_from.pk} if copied_from else {}
    record("standard.added", by=by, target=standard, kind=kind, text=text, is_usual=is_usual, **facts)
    return standard


@transaction.atomic
def change_standard(standard: StandardRationale, *, seen: int, name: str, text: str, is_usual: bool, by: User) -> StandardRationale:
    """Change a standard text; the log keeps both. Decisions that started from it keep their words.

    Raises NewerVersion when another version than `seen` stands, RuleBroken as add_standard.
    """
    standard = _lock(standard)
    values = {"name": name, "text": text, "is_usual": is_usual}
    changes = differences({field: getattr(standard, field) for field in values}, values)
    if not changes:
        return standard
    require_version(standard, seen)
    _require_sound(standard.area, kind=standard.kind, name=name, text=text, but=standard)
    if is_usual and not standard.retired_at:
        _leave_first_place(standard.area, standard.kind, but=standard)
    standard.name, standard.text, standard.is_usual = name, text, is_usual
    standard.version += 1
    standard.save(update_fields=[*values, "version"])
    record("standard.changed", by=by, target=standard, version=standard.version, **changes)
    return standard


@transaction.atomic
def retire_standard(standard: StandardRationale, *, by: User) -> StandardRationale:
    """Offer it no longer. Where it was used stays traceable. Nothing happens when it was retired before."""
    standard = _lock(standard)
    if standard.retired_at is None:
        standard.retired_at, standard.is_usual = timezone.now(), False
        standard.version += 1
        standard.save(update_fields=["retired_at", "is_usual", "version"])
        record("standard.retired", by=by, target=standard)
    return standard


@transaction.atomic
def restore_standard(standard: StandardRationale, *, by: User) -> StandardRationale:
    """Offer it again, not as the first. Nothing happens when it is offered already."""
    standard = _lock(standard)
    if standard.retired_at is not None:
        standard.retired_at, standard.is_usual = None, False
        standard.version += 1
        standard.save(update_fields=["retired_at", "is_usual", "version"])
        record("standard.restored", by=by, target=standard)
    return standard


def _lock(standard: StandardRationale) -> StandardRationale:
    """The text as it stands, locked; its area first, so that its name and its first place cannot be taken meanwhile."""
    lock_area(standard.area)
    return StandardRationale.objects.select_for_update(of=("self",)).select_related("area").get(pk=standard.pk)


def _leave_first_place(area: Area, kind: str, *, but: StandardRationale | None = None) -> None:
    """No other text of the area is offered first with this kind."""
    usual = StandardRationale.objects.filter(area=area, kind=kind, is_usual=True)
    (usual.exclude(pk=but.pk) if but else usual).update(is_usual=False)


def _require_sound(area: Area, *, kind: str, name: str, text: str, but: StandardRationale | None = None) -> None:
    problems = []
    namesakes = StandardRationale.objects.filter(area=area, kind=kind, name=name)
    if not name:
        problems.append(Problem("name", "Vul ‘Naam’ in."))
    elif (namesakes.exclude(pk=but.pk) if but else namesakes).exists():
        problems.append(Problem("name", f"Er is bij deze bestemming al een standaardtekst ‘{name}’. Kies een andere naam."))
    if not text.strip():
        problems.append(Problem("text", "Vul ‘Tekst’ in. Eén zin is genoeg."))
    elif len(text) > RATIONALE_LIMIT:
        problems.append(Problem("text", f"Deze tekst heeft {len(text)} tekens. Houd het op ten hoogste {RATIONALE_LIMIT}."))
    elif problem := problem_with_places(text):
        problems.append(Problem("text", problem))
    if problems:
        raise RuleBroken(problems)
