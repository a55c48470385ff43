"""How a state looks: the tone and the icon of its badge (docs/design.md, section 7). The words come from the state itself."""

from typing import NamedTuple


class Look(NamedTuple):
    tone: str
    icon: str


# noun -> state -> look. Every state of these nouns must be here (tests/web/test_templatetags.py).
STATE_LOOKS: dict[str, dict[str, Look]] = {
    "plan": {
        "draft": Look("todo", "page"),
        "proposed": Look("warn", "arrow-up"),
        "adopted": Look("ok", "check"),
        "superseded": Look("plain", "arrow-right"),
    },
    "round": {
        "planned": Look("plain", "clock"),
        "open": Look("ok", "clock"),
        "closed": Look("plain", "lock"),
    },
    "report": {
        "requested": Look("plain", "clock"),
        "rendering": Look("plain", "ring"),
        "ready": Look("ok", "check"),
        "failed": Look("bad", "warning"),
    },
    "invitation": {
        "not_sent": Look("todo", "circle-dashed"),
        "invited": Look("plain", "mail"),
        "undelivered": Look("bad", "warning"),
        "opened": Look("plain", "eye"),
        "draft": Look("warn", "page"),
        "offered": Look("warn", "person"),
        "received": Look("ok", "check"),
        "expired": Look("not", "clock"),
        "revoked": Look("not", "minus"),
    },
    "progress": {
        "not_invited": Look("todo", "circle-dashed"),
        "invited": Look("plain", "mail"),
        "opened": Look("plain", "eye"),
        "drafted": Look("warn", "page"),
        "received": Look("todo", "arrow-right"),
        "split": Look("under", "bent-arrow"),
        "to_weigh": Look("todo", "circle-dashed"),
        "weighed": Look("run", "circle-half"),
        "answered": Look("ok", "check"),
    },
    "point": {
        "todo": Look("todo", "circle-dashed"),
        "to_agree": Look("warn", "person"),
        "returned": Look("warn", "undo"),
        "done": Look("ok", "check"),
    },
    "extent": {
        "wholly": Look("plain", "circle-full"),
        "partly": Look("plain", "circle-half"),
        "not": Look("plain", "minus"),
    },
}
TONES = frozenset({"plan", "under", "run", "else", "not", "todo", "ok", "warn", "bad", "plain"})
