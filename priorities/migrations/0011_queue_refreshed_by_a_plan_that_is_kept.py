from django.db import migrations

KEPT = """
    -- One point or five thousand: every one is looked up by its id. Without this the five joins are planned anew at each decision,
    -- which takes three times as long as carrying them out.
    ALTER FUNCTION priorities_refresh_queue(bigint[]) SET plan_cache_mode = force_generic_plan;
"""


class Migration(migrations.Migration):
    dependencies = [("priorities", "0010_sitting_beside_the_decisions")]
    operations = [migrations.RunSQL(KEPT, "ALTER FUNCTION priorities_refresh_queue(bigint[]) RESET plan_cache_mode;")]
