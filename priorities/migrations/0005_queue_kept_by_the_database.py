from django.db import migrations

from ivp_portal.organisation.walls import wall

TABLES = [
    "queuerow", "queuecount", "savedview", "handling", "themehandler", "note", "presence", "advicerequest", "question", "standardrationale",
    "secondreading", "wayofworking", "batch", "training", "suggestion", "rationalesheet",
]  # fmt: skip

REFRESH = migrations.RunSQL(
    """
    -- The one place that says what stands in the queue: everything else only calls this with the points it touched.
    CREATE FUNCTION priorities_refresh_queue(points bigint[]) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        -- First wait for whoever is at these rows, and only then look: the next statement sees what they left.
        PERFORM 1 FROM priorities_queuerow WHERE contribution_id = ANY (points) ORDER BY contribution_id FOR NO KEY UPDATE;
        INSERT INTO priorities_queuerow AS old
            (contribution_id, area_id, round_id, number, source, theme_id, state, assignee_id, later)
        SELECT c.id, c.area_id, c.round_id, c.number, k.kind, c.theme_id,
            CASE
                WHEN d.id IS NULL THEN 'todo'
                WHEN NOT d.needs_agreement THEN 'done'
                ELSE coalesce(
                    (SELECT CASE r.verdict WHEN 'agreed' THEN 'done' ELSE 'returned' END
                        FROM priorities_secondreading r WHERE r.decision_id = d.id ORDER BY r.id DESC LIMIT 1),
                    'to_agree')
            END,
            coalesce(h.assignee_id, t.assignee_id), coalesce(h.later, 0)
        FROM consultation_contribution c
        JOIN consultation_submission s ON s.id = c.submission_id
        JOIN consultation_contributor k ON k.id = s.contributor_id
        LEFT JOIN priorities_decision d ON d.contribution_id = c.id AND d.superseded_at IS NULL
        LEFT JOIN priorities_handling h ON h.contribution_id = c.id
        LEFT JOIN priorities_themehandler t ON t.area_id = c.area_id AND t.theme_id = c.theme_id
        WHERE c.id = ANY (points) AND c.withdrawn_at IS NULL
        ORDER BY c.id
        ON CONFLICT (contribution_id) DO UPDATE SET
            round_id = excluded.round_id, number = excluded.number, source = excluded.source, theme_id = excluded.theme_id,
            state = excluded.state, assignee_id = excluded.assignee_id, later = excluded.later
        WHERE (old.round_id, old.number, old.source, old.theme_id, old.state, old.assignee_id, old.later) IS DISTINCT FROM
            (excluded.round_id, excluded.number, excluded.source, excluded.theme_id, excluded.state, excluded.assignee_id, excluded.later);
        DELETE FROM priorities_queuerow q USING consultation_contribution c
            WHERE q.contribution_id = ANY (points) AND c.id = q.contribution_id AND c.withdrawn_at IS NOT NULL;
    END $$;
    """,
    "DROP FUNCTION priorities_refresh_queue(bigint[]);",
)


def watch(table: str, of: str, *, event: str, changed: str = "") -> migrations.RunSQL:
    """After each statement of this kind on the table, refresh the points `of` names in the rows it touched.

    `changed` narrows an update to rows in which something that matters differs between `before` and `touched`.
    """
    name = f"{table.removeprefix('consultation_').removeprefix('priorities_')}_{event.lower()}_queued"
    rows = {
        "INSERT": "NEW TABLE AS touched",
        "UPDATE": "OLD TABLE AS before NEW TABLE AS touched",
        "DELETE": "OLD TABLE AS touched",
    }[event]
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION priorities_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE points bigint[];
        BEGIN
            SELECT array_agg(DISTINCT point) INTO points FROM (SELECT {of} AS point FROM touched {changed}) AS found;
            IF points IS NOT NULL THEN
                PERFORM priorities_refresh_queue(points);
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows}
            FOR EACH STATEMENT EXECUTE FUNCTION priorities_{name}();
        """,
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION priorities_{name}();",
    )


CONTRIBUTION_CHANGED = """
    JOIN before ON before.id = touched.id AND (before.theme_id, before.withdrawn_at, before.round_id, before.number)
        IS DISTINCT FROM (touched.theme_id, touched.withdrawn_at, touched.round_id, touched.number)
"""
OF_THEME = "JOIN consultation_contribution c ON c.area_id = touched.area_id AND c.theme_id = touched.theme_id AND c.withdrawn_at IS NULL"
OF_DECISION = "JOIN priorities_decision d ON d.id = touched.decision_id"

WATCHES = [
    watch("consultation_contribution", "touched.id", event="INSERT"),
    watch("consultation_contribution", "touched.id", event="UPDATE", changed=CONTRIBUTION_CHANGED),
    watch("priorities_decision", "touched.contribution_id", event="INSERT"),
    watch("priorities_decision", "touched.contribution_id", event="UPDATE"),
    watch("priorities_secondreading", "d.contribution_id", event="INSERT", changed=OF_DECISION),
    *[watch("priorities_handling", "touched.contribution_id", event=event) for event in ("INSERT", "UPDATE", "DELETE")],
    *[watch("priorities_themehandler", "c.id", event=event, changed=OF_THEME) for event in ("INSERT", "UPDATE", "DELETE")],
]


def count(event: str) -> migrations.RunSQL:
    """After each statement on the queue, write down how many rows came and went with which marks."""
    marks = "area_id, round_id, state, source, theme_id, assignee_id"
    came, went = f"SELECT {marks}, 1 AS step FROM came", f"SELECT {marks}, -1 AS step FROM went"
    rows, steps = {
        "INSERT": ("NEW TABLE AS came", came),
        "UPDATE": ("OLD TABLE AS went NEW TABLE AS came", f"{came} UNION ALL {went}"),
        "DELETE": ("OLD TABLE AS went", went),
    }[event]
    name = f"queuerow_{event.lower()}_counted"
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION priorities_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO priorities_queuecount ({marks}, number)
                SELECT {marks}, sum(step) FROM ({steps}) AS steps GROUP BY {marks} HAVING sum(step) <> 0;
            RETURN NULL;
        END $$;
        CREATE TRIGGER {name} AFTER {event} ON priorities_queuerow REFERENCING {rows}
            FOR EACH STATEMENT EXECUTE FUNCTION priorities_{name}();
        """,
        f"DROP TRIGGER {name} ON priorities_queuerow; DROP FUNCTION priorities_{name}();",
    )


READINGS = migrations.RunSQL(
    """
    -- Four eyes: a reading is appended, by somebody else than who made the decision, and only while that stands and was not agreed to.
    CREATE FUNCTION priorities_reading_appended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'A second reading is never changed or removed.' USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM 1 FROM priorities_decision d WHERE d.id = NEW.decision_id AND d.superseded_at IS NULL AND d.needs_agreement
            AND d.made_by_id <> NEW.read_by_id
            AND NOT EXISTS (SELECT 1 FROM priorities_secondreading r WHERE r.decision_id = d.id AND r.verdict = 'agreed')
            FOR NO KEY UPDATE OF d;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'Only somebody else agrees, with a decision that stands and waits for it.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER reading_appended BEFORE INSERT OR UPDATE OR DELETE ON priorities_secondreading
        FOR EACH ROW EXECUTE FUNCTION priorities_reading_appended();

    -- A note is what a colleague said: it stays as it was.
    CREATE FUNCTION priorities_note_appended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A note is never changed or removed.' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER note_appended BEFORE UPDATE OR DELETE ON priorities_note FOR EACH ROW EXECUTE FUNCTION priorities_note_appended();
    """,
    """
    DROP TRIGGER note_appended ON priorities_note;
    DROP FUNCTION priorities_note_appended();
    DROP TRIGGER reading_appended ON priorities_secondreading;
    DROP FUNCTION priorities_reading_appended();
    """,
)

LATER = migrations.RunSQL("CREATE SEQUENCE priorities_later;", "DROP SEQUENCE priorities_later;")


class Migration(migrations.Migration):
    dependencies = [("priorities", "0004_triage_that_beats_a_spreadsheet")]
    operations = [
        *[wall(f"priorities_{name}") for name in TABLES],
        REFRESH,
        *WATCHES,
        *[count(event) for event in ("INSERT", "UPDATE", "DELETE")],
        READINGS,
        LATER,
    ]
