import django.db.models.deletion
from django.db import migrations, models

from ivp_portal.organisation.walls import wall


def watch(event: str, rows: str, body: str) -> migrations.RunSQL:
    """After each statement of this kind on the points, keep their words."""
    name = f"contribution_{event.lower()}_words"
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION consultation_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {body}
            RETURN NULL;
        END $$;
        CREATE TRIGGER {name} AFTER {event} ON consultation_contribution REFERENCING {rows}
            FOR EACH STATEMENT EXECUTE FUNCTION consultation_{name}();
        """,
        f"DROP TRIGGER {name} ON consultation_contribution; DROP FUNCTION consultation_{name}();",
    )


PUT = """
INSERT INTO consultation_pointword (area_id, word, contribution_id)
    SELECT area_id, word, id FROM {rows}, unnest(tsvector_to_array(search)) AS word ORDER BY 1, 2, 3;
"""
CHANGED = "(SELECT touched.* FROM touched JOIN before USING (id) WHERE before.search IS DISTINCT FROM touched.search) AS changed"
TAKE = "DELETE FROM consultation_pointword w USING {rows} WHERE w.contribution_id = {name}.id;"


class Migration(migrations.Migration):
    dependencies = [("consultation", "0011_mails_that_ask"), ("organisation", "0002_wall_function")]
    operations = [
        migrations.CreateModel(
            name="PointWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "area", "word", "contribution", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("word", models.TextField(db_collation="C")),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.area",
                    ),
                ),
                (
                    "contribution",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="consultation.contribution",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["contribution"], name="pointword_of_point")]},
        ),
        wall("consultation_pointword"),
        watch("INSERT", "NEW TABLE AS touched", PUT.format(rows="touched")),
        watch(
            "UPDATE",
            "OLD TABLE AS before NEW TABLE AS touched",
            TAKE.format(rows=CHANGED, name="changed") + PUT.format(rows=CHANGED),
        ),
        watch("DELETE", "OLD TABLE AS touched", TAKE.format(rows="touched", name="touched")),
    ]
