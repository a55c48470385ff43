"""The decisions of a plan as data, for whoever wants to count or compare without reading tables."""

import msgspec

from priorities.snapshot import PlanSnapshot

EXTENTS = {"": None, "wholly": "geheel", "partly": "deels", "not": "niet"}


def decisions_json(snapshot: PlanSnapshot) -> bytes:
    """besluiten.json: every contribution with its answer, in the words of the paper it travels in.

    What people said in full stays out: it may hold personal facts, and the short point is what was weighed.
    """
    data = {
        "gemeente": snapshot.municipality,
        "gebiedscode": snapshot.area_code,
        "plan": snapshot.title,
        "periode": snapshot.period,
        "status": snapshot.status_label,
        "vastgesteld_op": snapshot.adopted_on,
        "besluitnummer": snapshot.decision_number,
        "besluiten": [
            {
                "nummer": row.number,
                "kenmerk": row.reference,
                "onderwerp": subject.subject,
                "punt": row.point,
                "bron": row.said_by,
                "ingebracht_op": row.said_on,
                "ronde": row.round_title,
                "bestemmingen": [
                    {"soort": destination.kind, "naam": destination.label, "waar": destination.name} for destination in row.destinations
                ],
                "mate": EXTENTS[row.extent],
                "motivering": row.rationale,
            }
            for subject in snapshot.subjects
            for row in subject.rows
        ],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1)
