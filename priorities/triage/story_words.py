"""How each line of the log is told in the history of a point: the sentence, and what stands under it.

One function per kind of thing that happens. A verb that has none is told in the words of the log, so that nothing is left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.dateparse import parse_date, parse_datetime

from consultation.models import Contribution
from ivp_portal.audit.models import LogEntry
from ivp_portal.web.templatetags.portal import full_date, full_moment
from ivp_portal.web.worddiff import is_like
from priorities.models import AdviceRequest, Decision, Note, Question

HIDDEN = "De eerdere tekst is niet meer te lezen: er zijn persoonsgegevens uit gehaald."


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of one line."""

    sentence: str
    who: str = ""
    """Who did it, when that is not who the log names."""
    decision: Decision | None = None
    """Shown with its destinations, extent and rationale."""
    text: str = ""
    before: str | None = None
    """The text before this one: shown as what changed."""
    remark: str = ""


@dataclass(slots=True)
class Known:
    """What the tellers look things up in."""

    point: Contribution
    sees_inside: bool
    """Whoever reads works here: notes, handlers, remarks and advice are for them alone."""
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    notes: Mapping[int, Note] = field(default_factory=dict)
    advice: Mapping[int, AdviceRequest] = field(default_factory=dict)
    questions: Mapping[int, Question] = field(default_factory=dict)
    redacted_at: int = 0
    """The id of the last line that tells of personal data taken out: older texts are not shown again."""

    @property
    def said_by(self) -> str:
        return str(self.point.submission.contributor)


Teller = Callable[[LogEntry, Known], Telling | None]


def _plainly(sentence: str) -> Teller:
    return lambda line, known: Telling(sentence)


def _with(sentence: str) -> Teller:
    """With what the line itself knows filled in."""
    return lambda line, known: Telling(sentence.format(**line.facts))


def _by_contributor(sentence: str) -> Teller:
    return lambda line, known: Telling(sentence, who=known.said_by)


def _inside(teller: Teller) -> Teller:
    """Only for who works here."""
    return lambda line, known: teller(line, known) if known.sees_inside else None


# What was said


def _corrected(line: LogEntry, known: Known) -> Telling:
    before, after = line.facts.get("before"), line.facts.get("after")
    theme = _theme(line) if "theme_after" in line.facts else ""
    if not before or not after:
        return Telling(theme or "verbeterde het punt")
    sentence = f"verbeterde de tekst en {theme}" if theme else "verbeterde de tekst"
    if line.pk < known.redacted_at:
        return Telling(sentence, remark=HIDDEN)
    return Telling(sentence, text=_words(after), before=_words(before))


def _words(said: Mapping[str, str]) -> str:
    return "\n".join(filter(None, (said["subject"], said["sub_subject"], said["text"])))


def _theme(line: LogEntry) -> str:
    if not line.facts["theme_after"]:
        return f"haalde thema ‘{line.facts['theme_before']}’ weg"
    return f"koos thema ‘{line.facts['theme_after']}’"


def _themed(line: LogEntry, known: Known) -> Telling:
    return Telling(_theme(line))


def _withdrawn(line: LogEntry, known: Known) -> Telling:
    return Telling("trok het punt in", remark=_reason(line))


# What was decided


def together(line: LogEntry) -> str:
    """', samen met 49 andere punten' for part of an act on many; '' for one by itself."""
    others = line.facts.get("batch_size", 1) - 1
    if others < 1:
        return ""
    return ", samen met 1 ander punt" if others == 1 else f", samen met {others} andere punten"


def _made(line: LogEntry, known: Known) -> Telling:
    decision = known.decisions.get(line.facts["decision"])
    return Telling(f"legde een afweging vast{together(line)}", decision=decision, text=decision.rationale if decision else "")


def _changed(line: LogEntry, known: Known) -> Telling:
    decision, earlier = (known.decisions.get(line.facts.get(name) or 0) for name in ("decision", "replaces"))
    text = decision.rationale if decision else ""
    before = earlier.rationale if earlier and is_like(earlier.rationale, text) else None
    return Telling(f"wijzigde de afweging{together(line)}", decision=decision, text=text, before=before)


def _undone(line: LogEntry, known: Known) -> Telling:
    restored = known.decisions.get(line.facts.get("restored") or 0)
    if restored is None:
        return Telling(f"maakte de afweging ongedaan{together(line)}; het punt stond weer open")
    sentence = f"maakte de afweging ongedaan{together(line)}; de vorige geldt weer"
    return Telling(sentence, decision=restored, text=restored.rationale)


def _agreed(line: LogEntry, known: Known) -> Telling:
    return Telling(f"gaf akkoord{together(line)}")


def _handed_back(line: LogEntry, known: Known) -> Telling:
    return Telling("legde de afweging terug", remark=line.facts.get("remark", "") if known.sees_inside else "")


# Work on it


def _claimed(line: LogEntry, known: Known) -> Telling:
    return Telling(f"nam het punt op zich{together(line)}")


def _assigned(line: LogEntry, known: Known) -> Telling:
    return Telling(f"wees het punt toe aan {line.facts['to']}{together(line)}")


def _left(line: LogEntry, known: Known) -> Telling:
    return Telling(f"haalde {line.facts['before']} weg als behandelaar{together(line)}")


def _noted(line: LogEntry, known: Known) -> Telling:
    note = known.notes.get(line.facts["note"])
    return Telling("schreef een interne notitie", text=note.text if note else "")


def _advice_asked(line: LogEntry, known: Known) -> Telling:
    if not known.sees_inside:
        return Telling("vroeg advies")
    asked = known.advice.get(line.facts["request"])
    due_on = parse_date(line.facts["due_on"])
    return Telling(f"vroeg advies aan {line.facts['to']}, vóór {full_date(due_on)}", text=asked.question if asked else "")


def _advice_given(line: LogEntry, known: Known) -> Telling:
    if not known.sees_inside:
        return Telling("ontving advies")
    given = known.advice.get(line.facts["request"])
    return Telling("gaf advies", who=line.facts["to"], text=given.answer if given else "")


def _advice_withdrawn(line: LogEntry, known: Known) -> Telling:
    return Telling(f"trok het verzoek om advies aan {line.facts['to']} in" if known.sees_inside else "trok een verzoek om advies in")


def _asked(line: LogEntry, known: Known) -> Telling:
    question = known.questions.get(line.facts["question"])
    until: datetime.datetime | None = parse_datetime(line.facts["lapses_at"])
    return Telling(f"stelde de inbrenger een vraag, tot {full_moment(until)}", text=question.text if question else "")


def _answered(line: LogEntry, known: Known) -> Telling:
    question = known.questions.get(line.facts["question"])
    return Telling("reageerde op de vraag", who=known.said_by, text=question.answer if question else "")


# What happened around it


def _moved(line: LogEntry, known: Known) -> Telling:
    step = f"van {line.facts['before']} naar {line.facts['after']}"
    return Telling(f"gaf prioriteit ‘{line.target_label}’ een ander niveau: {step}. De afweging is te herzien", remark=_reason(line))


def _reason(line: LogEntry) -> str:
    return f"Reden: {line.facts['reason']}" if line.facts.get("reason") else ""


def _priority_withdrawn(line: LogEntry, known: Known) -> Telling:
    return Telling(f"trok prioriteit ‘{line.target_label}’ in. De afweging is te herzien", remark=_reason(line))


def _priority_restored(line: LogEntry, known: Known) -> Telling:
    return Telling(f"stelde prioriteit ‘{line.target_label}’ weer in")


def _adopted(line: LogEntry, known: Known) -> Telling:
    return Telling(f"legde vast dat de raad het plan vaststelde op {full_date(parse_date(line.facts['adopted_on']))}")


TELLERS: dict[str, Teller] = {
    "contribution.recorded": _plainly("voerde het punt in"),
    "contribution.split": _plainly("maakte er een punt van uit de brief"),
    "contribution.corrected": _corrected,
    "contribution.themed": _themed,
    "contribution.redacted": _plainly("haalde persoonsgegevens uit de tekst"),
    "contribution.checked": _plainly("bekeek mogelijke persoonsgegevens en liet de tekst staan"),
    "contribution.grouped": _with("zette het punt in groep ‘{name}’"),
    "contribution.taken_out": _with("haalde het punt uit groep ‘{name}’"),
    "contribution.withdrawn": _withdrawn,
    "decision.made": _made,
    "decision.changed": _changed,
    "decision.undone": _undone,
    "decision.agreed": _agreed,
    "decision.handed_back": _handed_back,
    "point.claimed": _inside(_claimed),
    "point.assigned": _inside(_assigned),
    "point.left": _inside(_left),
    "note.added": _inside(_noted),
    "advice.asked": _advice_asked,
    "advice.given": _advice_given,
    "advice.withdrawn": _advice_withdrawn,
    "question.asked": _asked,
    "question.answered": _answered,
    "question.lapsed": _plainly("sloot de vraag: geen reactie ontvangen"),
}
"""About the point itself: each line is told, or kept inside."""

AROUND: dict[str, Teller] = {
    "submission.received": _plainly("ontving de inzending"),
    "submission.let_through": _plainly("bekeek de inzending en liet haar door"),
    "invitation.released": _by_contributor("gaf de reactie vrij"),
    "letter.recorded": _plainly("legde de brief vast"),
    "letter.corrected": _plainly("verbeterde de tekst van de brief"),
    "reaction.received": _by_contributor("reageerde op het antwoord"),
    "reaction.settled": _plainly("handelde de reactie af"),
    "contributions.imported": _with("las het punt in uit ‘{file}’"),
    "import.undone": _with("maakte het inlezen van ‘{file}’ ongedaan: het punt telt niet meer mee"),
    "theme.given": _with("gaf punten over ‘{word}’ een thema"),
    "priority.moved": _moved,
    "priority.withdrawn": _priority_withdrawn,
    "priority.restored": _priority_restored,
    "plan.proposed": _plainly("legde het plan voor aan de raad"),
    "plan.withdrawn": _plainly("haalde het plan terug uit de raad"),
    "plan.adopted": _adopted,
    "plan.superseded": _plainly("legde vast dat een nieuw plan dit opvolgt"),
}
"""About what the point came in with, goes to, or is part of."""


def telling_of(line: LogEntry, known: Known) -> Telling | None:
    """What is told of this line; None of what stays inside for whoever reads."""
    teller = TELLERS.get(line.verb) or AROUND.get(line.verb) or _plainly(line.sentence)
    return teller(line, known)


def answered(number: int, *, by_mail: bool) -> str:
    """That the sender was told, as a sentence."""
    how = "per mail en op de statuspagina" if by_mail else "op de statuspagina"
    return f"maakte het antwoord {'opnieuw ' if number > 1 else ''}bekend aan de inbrenger, {how}"
