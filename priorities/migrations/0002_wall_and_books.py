from django.db import migrations

from ivp_portal.organisation.walls import wall

TABLES = [
    "priority", "prioritysection", "decision", "destination", "plan", "planround", "planpriority", "chapter", "routestep",
    "plansnapshotrecord", "councilproposal", "argument",
]  # fmt: skip

# Tables whose rows belong to a plan, and how a row names it.
OF_A_PLAN = {
    "planround": "row.plan_id",
    "planpriority": "row.plan_id",
    "chapter": "row.plan_id",
    "routestep": "row.plan_id",
    "councilproposal": "row.plan_id",
    "argument": "(SELECT plan_id FROM priorities_councilproposal WHERE id = row.proposal_id)",
}

DECISIONS = migrations.RunSQL(
    """
    -- A decision is appended, never edited: only superseded_at may be filled in, once. A frozen round takes no decision.
    CREATE FUNCTION priorities_decision_appended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A decision is never removed.' USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'UPDATE' AND (OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR (to_jsonb(NEW) - 'superseded_at') <> (to_jsonb(OLD) - 'superseded_at')) THEN
            RAISE EXCEPTION 'A decision is never changed; a later one supersedes it.' USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM 1 FROM consultation_contribution c JOIN consultation_round r ON r.id = c.round_id
            WHERE c.id = NEW.contribution_id AND r.frozen_at IS NULL FOR SHARE OF r;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'The round is frozen: its plan was adopted.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER decision_appended BEFORE INSERT OR UPDATE OR DELETE ON priorities_decision
        FOR EACH ROW EXECUTE FUNCTION priorities_decision_appended();

    -- Destinations are part of their decision: made in the same transaction, never after.
    CREATE FUNCTION priorities_destination_appended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'A destination is never changed or removed.' USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM 1 FROM priorities_decision WHERE id = NEW.decision_id AND superseded_at IS NULL AND made_at = now();
        IF NOT FOUND THEN
            RAISE EXCEPTION 'A destination is made together with its decision.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER destination_appended BEFORE INSERT OR UPDATE OR DELETE ON priorities_destination
        FOR EACH ROW EXECUTE FUNCTION priorities_destination_appended();
    """,
    """
    DROP TRIGGER destination_appended ON priorities_destination;
    DROP TRIGGER decision_appended ON priorities_decision;
    DROP FUNCTION priorities_destination_appended();
    DROP FUNCTION priorities_decision_appended();
    """,
)


def books(table: str, plan: str) -> migrations.RunSQL:
    """Refuse any change to rows of an adopted plan."""
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION priorities_{table}_books() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE row record;
        BEGIN
            row := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            PERFORM 1 FROM priorities_plan p WHERE p.id = {plan} AND p.status IN ('draft', 'proposed') FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'The plan was adopted: it is read-only.' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN row;
        END $$;
        CREATE TRIGGER {table}_books BEFORE INSERT OR UPDATE OR DELETE ON priorities_{table}
            FOR EACH ROW EXECUTE FUNCTION priorities_{table}_books();
        """,
        f"DROP TRIGGER {table}_books ON priorities_{table}; DROP FUNCTION priorities_{table}_books();",
    )


BOOKS = migrations.RunSQL(
    """
    -- An adopted plan only ever becomes superseded.
    CREATE FUNCTION priorities_plan_books() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A plan is never removed.' USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.status IN ('adopted', 'superseded') AND NOT (
            OLD.status = 'adopted' AND NEW.status = 'superseded' AND (to_jsonb(NEW) - 'status') = (to_jsonb(OLD) - 'status')
        ) THEN
            RAISE EXCEPTION 'The plan was adopted: it is read-only.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER plan_books BEFORE UPDATE OR DELETE ON priorities_plan
        FOR EACH ROW EXECUTE FUNCTION priorities_plan_books();

    -- A snapshot is never changed.
    CREATE FUNCTION priorities_snapshot_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A snapshot is never changed or removed.' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER snapshot_frozen BEFORE UPDATE OR DELETE ON priorities_plansnapshotrecord
        FOR EACH ROW EXECUTE FUNCTION priorities_snapshot_frozen();

    -- A priority that an adopted plan holds keeps its words.
    CREATE FUNCTION priorities_priority_books() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE held bigint;
    BEGIN
        IF TG_TABLE_NAME = 'priorities_priority' THEN
            held := OLD.id;
        ELSIF TG_OP = 'INSERT' THEN
            held := NEW.priority_id;
        ELSE
            held := OLD.priority_id;
        END IF;
        PERFORM 1 FROM priorities_planpriority pp JOIN priorities_plan p ON p.id = pp.plan_id
            WHERE pp.priority_id = held AND p.status IN ('adopted', 'superseded');
        IF FOUND THEN
            RAISE EXCEPTION 'An adopted plan holds this priority: it is read-only.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER priority_books BEFORE UPDATE OR DELETE ON priorities_priority
        FOR EACH ROW EXECUTE FUNCTION priorities_priority_books();
    CREATE TRIGGER prioritysection_books BEFORE INSERT OR UPDATE OR DELETE ON priorities_prioritysection
        FOR EACH ROW EXECUTE FUNCTION priorities_priority_books();
    """,
    """
    DROP TRIGGER prioritysection_books ON priorities_prioritysection;
    DROP TRIGGER priority_books ON priorities_priority;
    DROP TRIGGER snapshot_frozen ON priorities_plansnapshotrecord;
    DROP TRIGGER plan_books ON priorities_plan;
    DROP FUNCTION priorities_priority_books();
    DROP FUNCTION priorities_snapshot_frozen();
    DROP FUNCTION priorities_plan_books();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("priorities", "0001_initial"), ("organisation", "0002_wall_function"), ("consultation", "0002_wall_and_evidence")]
    operations = [
        *[wall(f"priorities_{name}") for name in TABLES],
        DECISIONS,
        *[books(table, plan) for table, plan in OF_A_PLAN.items()],
        BOOKS,
    ]
