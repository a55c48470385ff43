"""What an adviser or a contributor answered is evidence: the question and the answer stay as they were, also for whoever writes SQL."""

from django.db import migrations


def kept(table: str, *columns: str) -> migrations.RunSQL:
    """Once it is answered, these columns never change and the row never goes."""
    name = f"{table.removeprefix('priorities_')}_kept"
    before, after = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION priorities_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.answered_at IS NOT NULL AND (TG_OP = 'DELETE' OR ({before}) IS DISTINCT FROM ({after})) THEN
                RAISE EXCEPTION 'What was answered is never changed or removed.' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN coalesce(NEW, OLD);
        END $$;
        CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION priorities_{name}();
        """,
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION priorities_{name}();",
    )


class Migration(migrations.Migration):
    dependencies = [("priorities", "0007_priorities_that_move")]
    operations = [
        kept("priorities_advicerequest", "contribution_id", "question", "answer", "answered_at"),
        kept("priorities_question", "contribution_id", "text", "answer", "answered_at"),
    ]
