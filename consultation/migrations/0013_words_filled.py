"""Fills the words of the points that were there before; they follow from Contribution.search."""

from django.db import migrations

OPEN = """
SELECT set_config('ivp.readable', coalesce(string_agg(id::text, ','), ''), true),
    set_config('ivp.writable', coalesce(string_agg(id::text, ','), ''), true) FROM organisation_area;
"""
CLOSE = "SELECT set_config('ivp.readable', '', true), set_config('ivp.writable', '', true);"
FILL = """
INSERT INTO consultation_pointword (area_id, word, contribution_id)
    SELECT area_id, word, id FROM consultation_contribution, unnest(tsvector_to_array(search)) AS word ORDER BY 1, 2, 3;
"""


class Migration(migrations.Migration):
    dependencies = [("consultation", "0012_words_of_points")]
    operations = [
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(CLOSE, migrations.RunSQL.noop),
    ]
