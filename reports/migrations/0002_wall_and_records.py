from django.db import migrations

from ivp_portal.organisation.walls import wall

RECORDS = migrations.RunSQL(
    """
    -- What was handed out stays what it was: a finished paper is never rendered over or removed.
    CREATE FUNCTION reports_report_record() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.status = 'ready' THEN
            RAISE EXCEPTION 'A finished report is never changed or removed; ask for a new one.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER report_record BEFORE UPDATE OR DELETE ON reports_report
        FOR EACH ROW EXECUTE FUNCTION reports_report_record();
    """,
    "DROP TRIGGER report_record ON reports_report; DROP FUNCTION reports_report_record();",
)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("organisation", "0002_wall_function")]
    operations = [wall("reports_report"), RECORDS]
