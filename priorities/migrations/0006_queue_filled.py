"""Fills the queue, and the level at which each priority was named, for what was there before. Both follow from other tables."""

from django.db import migrations

OPEN = """
SELECT set_config('ivp.readable', coalesce(string_agg(id::text, ','), ''), true),
    set_config('ivp.writable', coalesce(string_agg(id::text, ','), ''), true) FROM organisation_area;
"""
CLOSE = "SELECT set_config('ivp.readable', '', true), set_config('ivp.writable', '', true);"

LEVELS = """
ALTER TABLE priorities_destination DISABLE TRIGGER destination_appended;
UPDATE priorities_destination d SET level = a.kind
    FROM priorities_priority p JOIN organisation_area a ON a.id = p.area_id WHERE p.id = d.priority_id;
ALTER TABLE priorities_destination ENABLE TRIGGER destination_appended;
"""
QUEUE = "SELECT priorities_refresh_queue(array_agg(id)) FROM consultation_contribution HAVING count(*) > 0;"


class Migration(migrations.Migration):
    dependencies = [("priorities", "0005_queue_kept_by_the_database")]
    operations = [
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
        migrations.RunSQL(QUEUE, migrations.RunSQL.noop),
        migrations.RunSQL(LEVELS, migrations.RunSQL.noop),
        migrations.RunSQL(CLOSE, migrations.RunSQL.noop),
    ]
