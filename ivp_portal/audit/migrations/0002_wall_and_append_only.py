from django.db import migrations

from ivp_portal.organisation.walls import wall

APPEND_ONLY = migrations.RunSQL(
    """
    CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The log is append-only: a line is never changed or removed.' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER logentry_append_only BEFORE UPDATE OR DELETE ON audit_logentry
        FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
    """,
    "DROP TRIGGER logentry_append_only ON audit_logentry; DROP FUNCTION audit_refuse_change();",
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("organisation", "0002_wall_function")]
    operations = [wall("audit_logentry"), APPEND_ONLY]
