"""The ways to answer a contribution: one dataclass, one tuple. To add a kind, add it to ALL (docs/adding-a-decision-kind.md)."""

from dataclasses import dataclass

# Levels a priority can stand at; the values are those of organisation.models.AreaKind.
SHARED_LEVELS = frozenset({"nation", "unit", "district", "team"})
LOCAL_LEVELS = frozenset({"municipality"})
ANY_LEVEL = SHARED_LEVELS | LOCAL_LEVELS


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for the English catalogue, as Django's own does; this module knows no Django."""
    return sentence


@dataclass(frozen=True, slots=True)
class DecisionKind:
    """One way to answer a contribution."""

    code: str
    """Stored; never reused, never renamed."""
    label: str
    """Dutch, on screen."""
    paper_label: str
    """Dutch, on the badge in a paper."""
    tone: str
    """CSS modifier of its badge, on screen and on paper."""
    icon: str
    """Name of its icon (ivp_portal/web/icons.py)."""
    public_label: str
    """How it is said to whoever brought the point in: plain Dutch, marked for translation."""
    stock_rationale: str
    """The sentence an officer starts from; {name} becomes what the destination names."""
    priority_at: frozenset[str] = frozenset()
    """Area kinds whose priority it must name; empty: it names no priority."""
    names: str = ""
    """What it must name in free text, as the label of the field; empty: nothing."""
    names_chapter: bool = False
    """True when what it names is a chapter of the plan: their titles are offered."""
    taken_up: bool = True
    """False for an answer that says no: its extent is always 'niet'."""
    extent: str = ""
    """'wholly', 'partly' or 'not' when its name says how much is taken up; '' leaves it to the officer."""
    drafts_only: bool = False
    """True for the answers to a draft strategy put to municipalities."""
    retired: bool = False
    """Still shown, no longer offered."""

    @property
    def needs_priority(self) -> bool:
        return bool(self.priority_at)


GOING_CONCERN = DecisionKind(
    "going_concern", "Going concern", "Going concern", "run", "cycle",
    gettext_noop("Dit blijft gewoon werk"),
    "Dit is regulier werk waar de gemeente en haar veiligheidspartners doorlopend aandacht voor houden. Extra inzet is niet nodig.",
)  # fmt: skip
REGIONAL_PRIORITY = DecisionKind(
    "regional_priority", "Regionale prioriteit", "Regionale prioriteit", "plan", "ladder-3",
    gettext_noop("Prioriteit met de regio"),
    "{name} is een prioriteit die we met de regio delen. Dit punt krijgt een plaats in het uitvoeringsprogramma.",
    priority_at=SHARED_LEVELS,
)  # fmt: skip
LOCAL_PRIORITY = DecisionKind(
    "local_priority", "Lokale prioriteit", "Lokale prioriteit", "plan", "ladder-1",
    gettext_noop("Prioriteit in onze gemeente"),
    "{name} is een lokale prioriteit in dit plan. Dit punt krijgt een plaats in het uitvoeringsprogramma.",
    priority_at=LOCAL_LEVELS,
)  # fmt: skip
WITHIN_PRIORITY = DecisionKind(
    "within_priority", "Valt onder prioriteit", "Binnen prioriteit", "under", "bent-arrow",
    gettext_noop("Valt onder een prioriteit"),
    "Dit punt is een onderdeel van de prioriteit {name} en wordt daar meegenomen.",
    priority_at=ANY_LEVEL,
)  # fmt: skip
OTHER_POLICY = DecisionKind(
    "other_policy", "Ander beleidsterrein", "Naar beleidsterrein", "else", "arrow-right",
    gettext_noop("Hoort bij ander beleid"),
    "Dit punt hoort bij {name}. We hebben het daar met deze motivering overgedragen.",
    names="Beleidsterrein",
)  # fmt: skip
OTHER_BODY = DecisionKind(
    "other_body", "Andere organisatie", "Naar organisatie", "else", "building",
    gettext_noop("Hoort bij een andere organisatie"),
    "Dit punt is een taak van {name}. We hebben het daar onder de aandacht gebracht.",
    names="Organisatie",
)  # fmt: skip
OTHER_CHAPTER = DecisionKind(
    "other_chapter", "Ander hoofdstuk", "Elders in dit plan", "else", "bookmark",
    gettext_noop("Staat elders in het plan"),
    "Dit punt komt terug in het hoofdstuk {name} van dit plan.",
    names="Hoofdstuk",
    names_chapter=True,
)  # fmt: skip
NOT_TAKEN_UP = DecisionKind(
    "not_taken_up", "Niet opgenomen", "Niet opgenomen", "not", "minus",
    gettext_noop("Nemen we niet op"),
    "Dit punt nemen we niet op in het plan. De beschikbare capaciteit is beperkt en gaat naar de gekozen prioriteiten.",
    taken_up=False,
)  # fmt: skip
ADOPTED = DecisionKind(
    "adopted", "Overgenomen", "Overgenomen", "plan", "circle-full",
    gettext_noop("Overgenomen"),
    "We hebben dit punt verwerkt in de definitieve tekst.", extent="wholly", drafts_only=True,
)  # fmt: skip
PARTLY_ADOPTED = DecisionKind(
    "partly_adopted", "Deels overgenomen", "Deels overgenomen", "under", "circle-half",
    gettext_noop("Deels overgenomen"),
    "We hebben dit punt voor een deel verwerkt in de definitieve tekst.", extent="partly", drafts_only=True,
)  # fmt: skip
NOT_ADOPTED = DecisionKind(
    "not_adopted", "Niet overgenomen", "Niet overgenomen", "not", "minus",
    gettext_noop("Niet overgenomen"),
    "We hebben dit punt niet verwerkt in de definitieve tekst.", taken_up=False, extent="not", drafts_only=True,
)  # fmt: skip
NOTED = DecisionKind(
    "noted", "Ter kennisgeving", "Ter kennisgeving", "plain", "eye",
    gettext_noop("Voor kennisgeving aangenomen"),
    "We hebben dit punt voor kennisgeving aangenomen.", extent="wholly", drafts_only=True,
)  # fmt: skip

ALL = (
    GOING_CONCERN, REGIONAL_PRIORITY, LOCAL_PRIORITY, WITHIN_PRIORITY, OTHER_POLICY, OTHER_BODY, OTHER_CHAPTER, NOT_TAKEN_UP,
    ADOPTED, PARTLY_ADOPTED, NOT_ADOPTED, NOTED,
)  # fmt: skip
DECISION_KINDS = {kind.code: kind for kind in ALL}


def offered(*, for_draft_strategy: bool = False) -> tuple[DecisionKind, ...]:
    """The kinds an officer may choose from now, in the order of the screen's keys from 1."""
    return tuple(kind for kind in ALL if not kind.retired and kind.drafts_only == for_draft_strategy)


def choices() -> list[tuple[str, str]]:
    """(code, label) of every kind that is offered; a callable, so that a new kind makes no migration."""
    return [(kind.code, kind.label) for kind in ALL if not kind.retired]
