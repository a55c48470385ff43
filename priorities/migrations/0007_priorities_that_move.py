"""A priority that went elsewhere stays readable where it is named: a decision never loses the title it was made with."""

from django.db import migrations, models
from django.db.models import Q

from ivp_portal.organisation.walls import OPEN

MOVED = Q(level_changed_at__isnull=False) | Q(period_changed_at__isnull=False) | Q(withdrawn_at__isnull=False)

NAMED_PRIORITY = """level_changed_at IS NOT NULL AND (
    EXISTS (SELECT 1 FROM priorities_destination d WHERE d.priority_id = priorities_priority.id)
    OR EXISTS (SELECT 1 FROM priorities_planpriority p WHERE p.priority_id = priorities_priority.id)
)"""
SECTION_OF_ONE = """EXISTS (SELECT 1 FROM priorities_planpriority p JOIN priorities_priority moved ON moved.id = p.priority_id
    WHERE p.priority_id = priorities_prioritysection.priority_id AND moved.level_changed_at IS NOT NULL)"""


def also_readable(table: str, when: str) -> migrations.RunSQL:
    """Let rows be read as well when this holds. What it asks for stands behind the wall itself: only what the reader may see counts."""
    is_open = OPEN.format(which="readable")
    return migrations.RunSQL(
        f"ALTER POLICY {table}_read ON {table} USING ({is_open} OR {when});", f"ALTER POLICY {table}_read ON {table} USING ({is_open});"
    )


class Migration(migrations.Migration):
    dependencies = [("priorities", "0006_queue_filled")]
    operations = [
        migrations.AddField("priority", "period_changed_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddIndex("priority", models.Index(condition=MOVED, fields=["area"], name="priority_moved")),
        also_readable("priorities_priority", NAMED_PRIORITY),
        also_readable("priorities_prioritysection", SECTION_OF_ONE),
    ]
