from importlib import import_module

from django.db import migrations, models

kept = import_module("priorities.migrations.0005_queue_kept_by_the_database")

# The function of 0005, whole, with the column `asked`; and with the plan it keeps since 0011.
REFRESH = """
    -- The one place that says what stands in the queue: everything else only calls this with the points it touched.
    CREATE OR REPLACE FUNCTION priorities_refresh_queue(points bigint[]) RETURNS void LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan AS $$
    BEGIN
        -- First wait for whoever is at these rows, and only then look: the next statement sees what they left.
        PERFORM 1 FROM priorities_queuerow WHERE contribution_id = ANY (points) ORDER BY contribution_id FOR NO KEY UPDATE;
        INSERT INTO priorities_queuerow AS old
            (contribution_id, area_id, round_id, number, source, theme_id, state, asked, assignee_id, later)
        SELECT c.id, c.area_id, c.round_id, c.number, k.kind, c.theme_id,
            CASE
                WHEN d.id IS NULL THEN 'todo'
                WHEN NOT d.needs_agreement THEN 'done'
                ELSE coalesce(
                    (SELECT CASE r.verdict WHEN 'agreed' THEN 'done' ELSE 'returned' END
                        FROM priorities_secondreading r WHERE r.decision_id = d.id ORDER BY r.id DESC LIMIT 1),
                    'to_agree')
            END,
            EXISTS (SELECT 1 FROM priorities_question n
                WHERE n.contribution_id = c.id AND n.answered_at IS NULL AND n.lapsed_at IS NULL)
            OR EXISTS (SELECT 1 FROM priorities_advicerequest n
                WHERE n.contribution_id = c.id AND n.answered_at IS NULL AND n.withdrawn_at IS NULL),
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
            state = excluded.state, asked = excluded.asked, assignee_id = excluded.assignee_id, later = excluded.later
        WHERE (old.round_id, old.number, old.source, old.theme_id, old.state, old.asked, old.assignee_id, old.later) IS DISTINCT FROM
            (excluded.round_id, excluded.number, excluded.source, excluded.theme_id, excluded.state, excluded.asked, excluded.assignee_id,
                excluded.later);
        DELETE FROM priorities_queuerow q USING consultation_contribution c
            WHERE q.contribution_id = ANY (points) AND c.id = q.contribution_id AND c.withdrawn_at IS NOT NULL;
    END $$;
"""
BEFORE = kept.REFRESH.sql.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "plpgsql AS", "plpgsql SET plan_cache_mode = force_generic_plan AS"
)

LOOK = """
    SELECT set_config('ivp.readable', string_agg(id::text, ','), true), set_config('ivp.writable', string_agg(id::text, ','), true)
        FROM organisation_area;
    SELECT priorities_refresh_queue(array_agg(DISTINCT contribution_id))
        FROM (SELECT contribution_id FROM priorities_question UNION SELECT contribution_id FROM priorities_advicerequest) AS asked
        HAVING count(*) > 0;
    SELECT set_config('ivp.readable', '', true), set_config('ivp.writable', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("priorities", "0012_assigning_many_can_be_undone")]
    operations = [
        migrations.AddField(model_name="queuerow", name="asked", field=models.BooleanField(default=False)),
        migrations.RunSQL(REFRESH, BEFORE),
        *[
            kept.watch(table, "touched.contribution_id", event=event)
            for table in ("priorities_question", "priorities_advicerequest")
            for event in ("INSERT", "UPDATE")
        ],
        migrations.RunSQL(LOOK, migrations.RunSQL.noop),
    ]
